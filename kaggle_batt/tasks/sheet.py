"""Sheets of pictures: columns in groups that stay together, laid out in pixels."""

import itertools
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from kaggle_batt.tasks.drawing import GRAY, Drawing, Shape, Text, box
from kaggle_batt.tasks.picture import ACCENT, RED, SIDE, Picture, cell_size, grid_shapes, shape_of

GAP = 20  # pixels between pictures
LINE_HEIGHT = 16  # pixels of a line of a title or label
#: pixels of groups side by side, in figures (seven pictures) and on a page (five)
WIDTH, NARROW = [GAP + n * (SIDE + GAP) for n in (7, 5)]

Column = Sequence[Picture]


@dataclass(frozen=True, slots=True)
class Group:
    """Columns of pictures, each `side` pixels wide, that stay together; one with a title begins a line."""

    columns: Sequence[Column]
    title: str = ""
    side: int = SIDE
    framed: bool = False

    @property
    def width(self) -> int:
        """The pixels that the group takes, with a gap at its right."""
        return len(self.columns) * (self.side + GAP)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Groups of pictures side by side and below each other, under a heading."""

    groups: Sequence[Group]
    heading: str = ""

    def html(self, width: int = NARROW) -> str:
        """The drawing, at most about so wide, as HTML."""
        return self.drawing(width).html()

    def drawing(self, most: int = WIDTH) -> Drawing:
        """The sheet's layout, lines of groups broken at `most` pixels."""
        bands = _bands(self.groups, most)
        heading = min(most, GAP + 9 * len(self.heading))
        width = GAP + max([heading, *[sum([group.width for group in band]) for band in bands]])
        lines = list(enumerate(_wrapped(self.heading, width - 2 * GAP, 14)))
        items: list[Shape | Text] = [Text(GAP, GAP + 20 * n, line, 14, bold=True) for n, line in lines]
        top = GAP + 20 * len(lines)
        for band in bands:
            found, top = _band(band, top)
            items += found
        return Drawing(width, top, items, self.heading)


def sheet_of(columns: Sequence[Column], heading: str = "", side: int = SIDE) -> Sheet:
    """A sheet on which each column is a group."""
    return Sheet([Group([column], side=side) for column in columns], heading)


def _bands(groups: Sequence[Group], most: int) -> list[list[Group]]:
    """The groups of each line of the sheet; one that is wider than the sheet has a line of its own."""
    bands: list[list[Group]] = []
    left = 0
    for group in groups:
        if not bands or group.title or left < group.width:
            bands.append([])
            left = most - GAP
        bands[-1].append(group)
        left -= group.width
    return bands


def _band(band: Sequence[Group], top: int) -> tuple[list[Shape | Text], int]:
    """The items of a line of groups that begins at `top`, and where it ends."""
    items: list[Shape | Text] = []
    if band[0].title:
        items.append(Text(GAP, top, band[0].title, color=GRAY))
        top += LINE_HEIGHT
    begin, left = top, GAP
    columns = [(column, group.side) for group in band for column in group.columns]
    lefts = itertools.accumulate([side + GAP for _, side in columns], initial=GAP)
    placed = [(x, side) for x, (_, side) in zip(lefts, columns, strict=False)]
    for row in itertools.zip_longest(*[column for column, _ in columns]):
        found, top = _row([(p, *place) for p, place in zip(row, placed, strict=True) if p], top)
        items += found
    for group in band:
        frame = box(left - GAP / 2, begin - LINE_HEIGHT, group.width, top - begin)
        items += [Shape([frame], stroke=ACCENT, width=2)] if group.framed else []
        left += group.width
    return items, top


def _row(cells: Sequence[tuple[Picture, int, int]], top: int) -> tuple[list[Shape | Text], int]:
    """The items of (picture, left, side) side by side from `top`, and where they end."""
    titles = [_wrapped(p.title, side + GAP // 2, 11) for p, _, side in cells]
    labels = [_wrapped(p.label, side + GAP // 2, 10) if p.rows else [] for p, _, side in cells]
    heights = [len(p.rows) * cell_size(p.rows, side) if p.rows else side // 2 for p, _, side in cells]
    items: list[Shape | Text] = []
    top += LINE_HEIGHT * max(map(len, titles))
    for (picture, left, side), title, label, height in zip(cells, titles, labels, heights, strict=True):
        middle = left + side / 2
        items += _centred(title, middle, top - 5 - LINE_HEIGHT * (len(title) - 1))
        items += _body(picture, left, top, side)
        items += _centred(label, middle, top + height + 14, 10, "#444444")
    return items, top + max(heights) + LINE_HEIGHT * max(1, *map(len, labels)) + GAP


def _body(picture: Picture, left: int, top: int, side: int) -> list[Shape | Text]:
    """A picture's grid, or its text in a box half as high as wide."""
    if picture.rows:
        cell = cell_size(picture.rows, side)
        return grid_shapes(picture, left + (side - shape_of(picture.rows)[1] * cell) // 2, top, cell)
    stroke, color = (RED, RED) if picture.failed else ("#AAAAAA", "#333333")
    lines = _wrapped(picture.label, side - 10, 11, max(1, side // 36))
    first = top + side / 4 - LINE_HEIGHT * (len(lines) / 2 - 0.75)
    frame = Shape([box(left, top, side, side / 2)], stroke=stroke)
    return [frame, *_centred(lines, left + side / 2, first, 11, color)]


def _centred(
    lines: Sequence[str], middle: float, first: float, size: float = 11, color: str = "#000000"
) -> list[Text]:
    """Lines of text, the baseline of the first at `first`."""
    return [
        Text(middle, first + LINE_HEIGHT * n, line, size, color, centred=True) for n, line in enumerate(lines)
    ]


def _wrapped(text: str, width: float, size: float, most: int = 3) -> list[str]:
    """A text in lines of so many pixels in letters of that size; what is longer ends in '…'."""
    characters = max(8, int(width / (0.55 * size)))
    return textwrap.wrap(text, characters, max_lines=most, placeholder=" …")
