"""Own primitives beyond the shared vocabulary, marked as extensions in the registry.

This module only lists them: bodies (which need numpy) are imported on first use.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from kaggle_batt.dsl.values.build import grid_of
from kaggle_batt.dsl.values.callables import Primitive
from kaggle_batt.dsl.values.limits import spend

_ROOM = "kaggle_batt.dsl.extensions."
#: steps a family spends for each cell of its grid
STEPS_PER_CELL = 4


@dataclass(frozen=True, slots=True)
class Extension:
    """The declaration of one extension primitive.

    `target` is `module:function`; types are named as in the vocabulary, `Grids` is a tuple of grids
    in the order of the family's `names`, of which some may be None, `Table` nested tuples of integers;
    `cost` is its share of a program's description length, in tenths.
    """

    name: str
    target: str
    arguments: tuple[str, ...]
    result: str
    doc: str
    cost: int

    def __call__(self, *args: Any) -> Any:
        """The function's value; a family spends steps by the cells of its grid."""
        if self.result == "Grids":
            spend(STEPS_PER_CELL * len(grid_of(args[0]).data))
        return resolve(self.target)(*args)

    def load(self) -> None:
        """Import the function now."""
        resolve(self.target)

    @property
    def primitive(self) -> Primitive:
        """The entry for the registry."""
        return Primitive(self.name, self, self.arguments, self.result, self.doc, extension=True)


@cache
def resolve(target: str) -> Any:
    """The function that `module:function` names."""
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def _family(room: str, name: str, arguments: str, cost: int, doc: str) -> Extension:
    return Extension(name, f"{_ROOM}{room}:{name}", tuple(arguments.split()), "Grids", doc, cost)


def _single(name: str, arguments: str, result: str, cost: int, doc: str) -> Extension:
    return Extension(name, f"{_ROOM}combine:{name}", tuple(arguments.split()), result, doc, cost)


DECLARED: tuple[Extension, ...] = (
    _single("nth", "Container Integer", "Any", 0, "the element with that number"),
    _single("recolor_by", "Grid Table", "Grid", 5, "each color replaced by the table's (from, to)"),
    _single(
        "combine_by", "Grid Grid Table", "Grid", 9, "cells by the table's (upper, lower, color), else upper"
    ),
    _single("over", "Grid Grid", "Grid", 6, "the upper grid, where it is 0 the lower"),
    _single("tint", "Grid Integer", "Grid", 5, "every cell that is not 0 in that color"),
    _single("blank", "Grid Integer", "Grid", 2, "a grid of the same shape in one color"),
    _single(
        "where", "Grid Integer Grid Grid", "Grid", 7, "one grid where the test has the value, else another"
    ),
    _single(
        "where_least", "Grid Integer Grid Grid", "Grid", 9, "the same where the test has at least the value"
    ),
    _single("agree", "Grid Grid", "Grid", 7, "1 where two grids have the same color, else 0"),
    Extension(
        "arrange",
        f"{_ROOM}arrange:arrange",
        ("Grid", "Table"),
        "Grid",
        "repeated, each copy turned its way",
        11,
    ),
    Extension(
        "orient",
        f"{_ROOM}orient:orient",
        ("Grid", "Integer"),
        "Grid",
        "in the position its content chooses",
        4,
    ),
    Extension(
        "unorient",
        f"{_ROOM}orient:unorient",
        ("Grid", "Grid", "Integer"),
        "Grid",
        "moved back as a model is",
        4,
    ),
    Extension(
        "picture_by",
        f"{_ROOM}pictures:picture_by",
        ("Grid", "Table"),
        "Grid",
        "one of the table's (number, width, cells …), chosen by the grid's first cell",
        12,
    ),
    _single("rank_colors", "Grid Integer", "Grid", 4, "colors replaced by their rank by frequency"),
    _single("unrank_colors", "Grid Grid Integer", "Grid", 4, "ranks replaced by a model's colors"),
    Extension(
        "sweep",
        f"{_ROOM}sweeps:sweep",
        ("Grid", "Integer", "Integer", "Integer", "Table"),
        "Grid",
        "each cell by its color and results before it in a direction",
        12,
    ),
    _family("motions", "turns", "Grid", 10, "the rigid motions"),
    _family("motions", "shifts", "Grid", 14, "moved by one cell, rolled, sorted, framed"),
    _family("motions", "crops", "Grid", 11, "parts by background, rarest color, frame"),
    _family("motions", "portions", "Grid", 12, "halves, quarters, thirds, single lines"),
    _family("colors", "color_views", "Grid", 10, "by frequency of colors: keep, erase, count"),
    _family("colors", "one_color", "Grid Integer", 11, "what one color marks"),
    _family(
        "panels", "panels", "Grid", 11, "panels between lines: single, overlaid, summarised, the odd one"
    ),
    _family("panels", "panel_lines", "Grid", 14, "lines drawn between panels of one color"),
    _family("fills", "fills", "Grid", 12, "enclosed cells, growth, shrinking, gravity"),
    _family("lines", "rays", "Grid", 12, "rays in the eight directions over 0"),
    _family("lines", "joins", "Grid", 12, "lines between equal cells, full lines"),
    _family("symmetry", "mirrored", "Grid", 12, "united with its mirror images"),
    _family("symmetry", "periods", "Grid", 12, "completed by its smallest period"),
    _family("symmetry", "mosaics", "Grid", 12, "as the period that nearly all cells keep says"),
    _family("symmetry", "repairs", "Grid Integer", 12, "one color's cells restored by symmetry or period"),
    _family("scaling", "scalings", "Grid", 11, "scaled by itself, mirrored out, without repeated lines"),
    _family("scaling", "multiples", "Grid Integer Integer", 11, "tiled, enlarged, thinned by a factor"),
    _family("picks", "part_filters", "Grid Integer", 13, "only the parts with the most, least of a property"),
    _family("picks", "part_crops", "Grid Integer", 13, "the part that stands out, alone"),
    _family("picks", "box_crops", "Grid Integer", 15, "all in the box of the part that stands out"),
    _family("picks", "parts_in_order", "Grid Integer", 13, "the first parts and the last"),
    _family("part_maps", "part_maps", "Grid Integer", 14, "every part redrawn; parts in a row"),
    _family("moves", "falls", "Grid Integer", 14, "parts fallen as rigid bodies"),
    _family("moves", "gatherings", "Grid Integer", 14, "parts moved to the largest, to the main color"),
    _family("moves", "slides", "Grid Integer", 14, "parts of one color moved until stopped"),
    _family("moves", "strides", "Grid Integer", 14, "parts moved by their own height, width or size"),
    _family("lines", "extensions", "Grid", 12, "thin lines drawn on in their own direction"),
    _family("overall", "overall", "Grid Integer Integer", 12, "measures of the whole grid in every cell"),
    Extension(
        "stencil",
        f"{_ROOM}stencils:stencil",
        ("Grid", "Grid", "Integer", "Integer", "Table"),
        "Grid",
        "a figure drawn around every marked cell",
        12,
    ),
    _family("relations", "spans", "Grid", 14, "room between facing parts, middle rows and columns"),
    _family("relations", "stamps", "Grid", 14, "the large part stamped on single cells"),
    _family("relations", "rooms", "Grid", 14, "empty lines, largest room, rings, zones"),
    _family("relations", "holes", "Grid", 14, "regions of 0 as masks"),
    _family("counting", "count_marks", "Grid Integer Integer", 18, "counts as marks on a grid of a size"),
    _family(
        "within", "inside", "Grid Integer Integer", 14, "a family at work inside every part, panel or line"
    ),
    _family("templates", "completions", "Grid Integer", 14, "the model drawn wherever its colors match"),
    _family("templates", "centered", "Grid Integer", 14, "parts united with their images about their core"),
    _family("color_parts", "color_picks", "Grid Integer Integer", 14, "parts by how they stand to a color"),
    _family("color_parts", "color_part_features", "Grid Integer Integer", 12, "parts' counts of a color"),
    _family("panel_features", "panel_features", "Grid", 11, "which panel a cell is in and what that holds"),
    _family("panel_features", "nearest_features", "Grid", 12, "nearest color, colors of row and column"),
    _family("blocks", "blocks", "Grid", 13, "cells in full blocks of a size, lines of the rarest color"),
    _family(
        "blocks", "places", "Grid Integer Integer", 12, "the part of a size in each corner, in the middle"
    ),
    _family("facing", "facing", "Grid", 13, "the gaps between colored cells of a row or a column"),
    _family("frames", "frames", "Grid", 13, "rectangles drawn as outlines, what they enclose"),
    _family("tilings", "tilings", "Grid", 13, "what is drawn repeated to the edges"),
    _family(
        "tilings", "continued", "Grid Integer Integer", 13, "the smallest repetition continued to a size"
    ),
    _family("axes", "axes", "Grid Integer", 13, "completed by its own axis where a color hid it"),
    _family("alignments", "alignments", "Grid Integer Integer", 14, "parts set in line with one of them"),
    _family(
        "alignments", "windows", "Grid Integer Integer", 14, "what surrounds a color, laid over each other"
    ),
    _family(
        "gathered", "listed", "Grid Integer Integer Integer", 15, "the parts' colors as a list on a grid"
    ),
    _family("gathered", "piled", "Grid Integer", 14, "the parts laid over each other"),
    _family("gathered", "imprinted", "Grid Integer", 14, "one part's picture put in the others' places"),
    _single(
        "stretched", "Grid Grid", "Grid", 7, "each cell enlarged so that the grid is as large as another"
    ),
    _single("tiled_over", "Grid Grid", "Grid", 7, "the grid repeated over the size of another"),
    _family("panel_picks", "panel_picks", "Grid", 13, "the panel that stands out, alone or spread over all"),
    _family("legends", "legends", "Grid", 13, "recolored as pairs of cells say"),
    _family("legends", "panel_copies", "Grid", 13, "all panels filled from the fullest one"),
    _family("arrows", "arrows", "Grid Integer", 14, "lines that parts point out"),
    _family("arrows", "bounces", "Grid", 14, "diagonal lines that edges throw back"),
    _family("lines", "corner_rays", "Grid", 13, "diagonal lines outward from corners"),
    _family("beams", "beams", "Grid Integer", 14, "lines from single cells to parts, from a part past cells"),
    _family("halos", "halos", "Grid Integer", 14, "rings around parts as thick as their measures"),
    _family("jigsaws", "jigsaws", "Grid Integer", 14, "the parts fitted together into a rectangle"),
    _family("unfolds", "unfolds", "Grid Integer", 14, "parts mirrored over the side that a color marks"),
    _family("unfolds", "drags", "Grid Integer", 14, "parts drawn on toward their cells of a color"),
    _family("drawn_out", "drawn_out", "Grid", 14, "the largest part drawn out to a single cell"),
    _family("drawn_out", "echoes", "Grid", 14, "nested rectangles gone on with outward"),
    _family("analogies", "analogies", "Grid", 13, "lines gone on with as a full one is"),
    _family("bumps", "bumps", "Grid", 13, "cells that stick out, lines through them"),
    _family("edges", "edges", "Grid", 13, "the room between full lines, cells drawn to their edge"),
    _family("dots", "dots", "Grid", 12, "colors that stand out, as one cell"),
    _family("lattices", "lattices", "Grid", 13, "what stands at the crossings of lines"),
    _family("reduced", "reduced", "Grid Integer", 13, "one cell for each block of the largest part"),
    _family("attracted", "attracted", "Grid Integer", 14, "parts slid until they touch a color"),
    _family("copied", "copied", "Grid Integer", 14, "the part with one cell of a color at all cells of it"),
    _family("cores", "cores", "Grid", 13, "room away from all that is colored, with arms to the edges"),
    _family("around", "around", "Grid Integer", 14, "parts repeated once on their sides, at their corners"),
    _family("placed", "placed", "Grid Integer", 14, "parts put in the holes of the largest one"),
    _family("inserted", "inserted", "Grid Integer", 14, "a part put into the box that a color spans"),
    _family(
        "transferred", "transferred", "Grid", 13, "figures of one half drawn in the other by their marks"
    ),
    _family(
        "reflections", "reflections", "Grid Integer", 14, "parts mirrored at their cells of other colors"
    ),
    _family(
        "interlocked", "interlocked", "Grid Integer", 14, "parts moved to where they fit the largest best"
    ),
    _family("rolls", "rolls", "Grid Integer", 14, "all but a color rolled by the number of its cells"),
    _family("likenesses", "likenesses", "Grid Integer", 14, "parts in the color of those that are like them"),
    _family("projections", "projections", "Grid Integer", 13, "small parts moved to the rim of the largest"),
    _family("sought", "sought", "Grid Integer", 13, "a color's figure drawn wherever there is room for it"),
    _family("balances", "balances", "Grid Integer", 13, "parts completed to the symmetry they nearly have"),
    _family("charts", "charts", "Grid Integer", 14, "stripes in the colors of the parts"),
    _family("models", "models", "Grid Integer", 12, "the richest part drawn to the scale of its traces"),
    _family("folds", "folds", "Grid Integer", 13, "parts mirrored over the sides of others"),
    _family("detours", "detours", "Grid Integer", 13, "lines from an edge that step aside"),
    _family("trails", "trails", "Grid Integer", 13, "the largest part repeated toward its marks"),
    _family("openings", "openings", "Grid Integer", 13, "beams out of gaps, diagonals out of bends"),
    _family("pairings", "pairings", "Grid Integer", 14, "one picture made of two"),
    _family("gridded", "gridded", "Grid Integer", 14, "a family at work on a grid of panels or blocks"),
    _family("paths", "paths", "Grid Integer", 12, "steps through 0 from a color"),
    _family("tails", "tails", "Grid Integer", 14, "bars out of parts, as long as a count"),
    _family("spirals", "spirals", "Grid", 13, "spirals that fill the grid"),
    _family("tallied", "tallied", "Grid", 14, "a small grid repeated as often as it has cells of a kind"),
    _family("pulled", "pulled", "Grid", 13, "blocks that thin lines pull together"),
    _family("connections", "connections", "Grid", 13, "bent ways between two lines"),
    _family("pointed", "pointed", "Grid Integer", 13, "the panel that a cell's place in one points to"),
    _family("ripples", "ripples", "Grid", 13, "square rings around single cells"),
    _family("assembled", "assembled", "Grid Integer", 13, "four parts put together by their corners"),
    _family("piercings", "piercings", "Grid", 13, "lines through everything from lone cells"),
    _family("growths", "growths", "Grid", 12, "a single row continued downward, growing"),
    _family("features", "part_features", "Grid Integer", 10, "numbers about a cell's part"),
    _family("features", "neighbour_features", "Grid", 10, "colors next to and seen from a cell"),
    _family("features", "place_features", "Grid", 12, "where a cell lies"),
    _family("features", "color_features", "Grid Integer", 11, "how a cell stands to a color"),
)

#: the declarations by name, and the entries the registry takes over
BY_NAME: dict[str, Extension] = {entry.name: entry for entry in DECLARED}
EXTENSIONS: tuple[Primitive, ...] = tuple([entry.primitive for entry in DECLARED])
