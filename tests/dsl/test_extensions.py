"""The extension primitives: one worked example each, their promises, and their place in the registry."""

from __future__ import annotations

import math
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as grids_of

from kaggle_batt import dsl
from kaggle_batt.dsl.extensions import extensions, families
from kaggle_batt.dsl.extensions.arrays import to_array, to_grid
from kaggle_batt.dsl.extensions.combining.cells import WAYS
from kaggle_batt.dsl.extensions.objects.features import FEATURES
from kaggle_batt.dsl.extensions.objects.place import PLACES
from kaggle_batt.dsl.extensions.roles import FIRST_ROLE, ROLES
from kaggle_batt.dsl.extensions.segments import Segmentation
from kaggle_batt.dsl.values.build import grid_of
from kaggle_batt.dsl.values.shapes import Grid
from kaggle_batt.errors import DslError


def grid(text: str) -> Grid:
    """A grid written as rows of digits between slashes."""
    return grid_of(tuple([tuple([int(digit) for digit in row]) for row in text.split("/")]))


def shown(value: Any) -> str:
    """The grid as such a text."""
    return "/".join(["".join(map(str, row)) for row in value.rows])


def result(name: str, wanted: str, text: str, *args: int) -> str | None:
    """The named result of a family on a grid."""
    names = families()[name].names
    value = dsl.lookup(name)(grid(text), *args)[names.index(wanted)]
    return None if value is None else shown(value)


MARKED = "/".join(["70" * 15, "0" * 30, "70" * 15, "0" * 30, "7070" + "0" * 24 + "33"])  # 32 cells
FAMILY_EXAMPLES = [
    ("turns", "quarter", "12/34", (), "31/42"),
    ("shifts", "right", "12/34", (), "01/03"),
    ("crops", "trim_zero", "000/120/000", (), "12"),
    ("portions", "left", "123/456", (), "1/4"),
    ("color_views", "keep_most", "112/000", (), "110/000"),
    ("color_views", "lines_whole", "1101/0000/3330/0002", (), "1111/0000/3333/0000"),
    ("one_color", "box_mask", "200/003/020", (2,), "110/110/110"),
    ("one_color", "keep", "2200/0003", (11,), "0000/0003"),
    ("one_color", "keep", "2200/0033", (11,), None),
    ("inks", "least", "112", (), "222"),
    ("inks", "solid", "300/033/202", (), "333/333/333"),
    ("inks", "inner", "300/030/232", (), "333/333/333"),
    ("inks", "inner", "33/22", (), None),
    ("inks", "odd", "1221/1251", (), "5555/5555"),
    ("inks", "odd", "3124421/3245542/3299142/3511115/3424424/3655556", (), "/".join(["9999999"] * 6)),
    ("panels", "and", "12501/10511", (), "02/10"),
    ("panels", "reversed", "125021/345301", (), "021512/301534"),
    ("panels", "majority", "12131/21113", (), "23"),
    ("panels", "fill_turned", "12500/34500/55555/00500/00500", (), "12531/34542/55555/24543/13521"),
    ("panels", "fill_turned", "00/00/55/02/30/55/00/00", (), "20/03/55/02/30/55/30/02"),
    ("fills", "filled", "111/101/111", (), "111/111/111"),
    ("rays", "right", "0100/0020", (), "0111/0022"),
    ("joins", "across", "1001/0200", (), "1111/0200"),
    ("mirrored", "left_right", "120/000", (), "121/000"),
    ("mirrored", "fitting", "123/040/005", (), "123/240/305"),
    ("mirrored", "fitting", "120/345/000", (), "120/345/120"),
    ("mirrored", "fitting", "12/34", (), None),
    ("periods", "across", "12120/21210", (), "12121/21212"),
    ("periods", "simplest", "1230/0312/3123", (), "1231/2312/3123"),
    ("periods", "simplest", "555/000/555/222/555", (), "555/222/555/222/555"),
    ("repairs", "whole", "1212/2121/1292/2121", (9,), "1212/2121/1212/2121"),
    # a period of 14 columns, hidden in all rows
    (
        "repairs",
        "whole",
        "/".join(["11992211122212112122"] * 4),
        (9,),
        "/".join(["11212211122212112122"] * 4),
    ),
    ("scalings", "mirror_right", "12", (), "1221"),
    ("multiples", "tiled", "12", (2, 1), "12/12"),
    ("part_filters", "keep_most_size", "1102/0002", (0,), None),
    ("part_filters", "keep_same_picture", "120/333/120/300", (11,), "120/000/120/000"),
    ("part_crops", "most_size", "11102/00002", (0,), "111"),
    ("part_maps", "box", "1100/1000", (0,), "1100/1100"),
    ("stamps", "recolored", "0500000/5550000/0500020/0000000", (), "0500000/5550020/0500222/0000020"),
    ("rooms", "empty_rows", "100/000/001", (), "000/111/000"),
    ("inside", "r0", "1200/0000", (11, 2), "1221/0000"),
    ("panel_spreads", "least_size", "12506/34500/55555/11522/11522", (), "00566/00566/55555/00500/00500"),
    ("part_crops", "least_same_shape", "101202333/010020030", (10,), "333/030"),
    ("color_picks", "most_own", "1202/0001", (3, 2), None),
    ("panel_features", "column_in", "12501/21510", (), "12012/12012"),
    ("nearest_features", "nearest", "1000/0002", (), "1122/1122"),
    ("blocks", "empty_2x2", "100/000/000", (), "011/111/111"),
    ("blocks", "empty_largest", "1001/0000/2001/0022/0000", (), "0110/0110/0110/0000/0000"),
    ("places", "bottom_right", "123/456", (1, 2), "56"),
    ("overall", "colors", "120/000", (1, 2), "22"),
    ("facing", "across_nearest", "100002/000000", (), "111222/000000"),
    ("rooms", "turned_back", "120/000/304", (), "240/000/103"),
    ("rooms", "rolled_on", "120/000/304", (), "012/300/040"),
    ("rooms", "cleared", "100/234/020", (), "000/100/020"),
    ("tilings", "packed", "10000/11000/00000", (), "10100/11110/00000"),
    ("tilings", "right_0", "01200/00000", (), "01212/00000"),
    ("continued", "down", "12/21/12", (5, 2), "12/21/12/21/12"),
    ("one_color", "self_at", "20/03", (2,), "2000/0300/0000/0000"),
    ("one_color", "crop_cornered", "0000/1221/0030/1221", (2,), "1221/0030/1221"),
    ("stamps", "centered", "0100/1110/0100/4444/0020/0000", (), "0100/1110/0100/4414/0111/0010"),
    ("stamps", "centered", MARKED, (), MARKED.replace("70" * 15, "3" * 29 + "0").replace("7070", "3330")),
    ("continued", "slid_down", "0001/0020/0010", (6, 4), "0001/0020/0010/0200/0100/2000"),
    ("continued", "right", "1212/2121", (-2, -3), "121212/212121"),
    ("piled", "by_mark", "66000/05050/00044/00000/00700/05000", (3,), "667/050/044"),
    ("piled", "small_first", "1110/1110/1110/0002", (1,), "111/121/111"),
    ("part_crops", "most_size", "3302222/3300000/0002222/0000220/0002222", (14,), "22/22/22"),
    ("mirrored", "reflected", "0100/3033/5555/0000", (), "0000/0000/5555/3033"),
    ("mirrored", "reflected_over", "05100/05000/35020", (), "15100/05000/35320"),
    ("tilings", "period_right", "121200/000000", (), "121212/000000"),
    ("tilings", "unframed", "1213/2123/1213/3333", (), "1212/2121/1212/2121"),
    ("joins", "ends_across", "102/301/202", (), "000/000/222"),
    ("scalings", "head_of_half", "120000", (), "120000/000000/000000"),
    ("scalings", "open_down", "12/34", (), "12/34/12"),
    ("scalings", "foot_by_colors", "12", (), "0000/0000/0000/1200"),
    ("crops", "corners", "102/000/304", (), "12/34"),
    ("crops", "block", "2143512/5333341/1333325/4373313/2333351/1415234", (), "3333/3333/3733/3333"),
    ("corner_rays", "all", "00000/00000/00110/00110/00000", (), "10000/01001/00110/00110/01001"),
    ("nearest_features", "nearest_straight", "10002", (), "11022"),
    ("part_features", "turn_2", "10203", (1,), "10201"),
    ("sought", "free", "22000/20000/00000/00010", (2,), "22222/22222/22220/22210"),
    ("pairings", "two_in_one", "1290/0099", (9,), "1020/1122/0000/0000"),
    ("spirals", "right", "00000/00000/00000/00000/00000", (), "11111/00001/11101/10001/11111"),
    ("spirals", "up", "231/312/123", (), "111/101/101"),
    ("spirals", "up", "111/112/223", (), None),
    ("part_features", "size", "1102", (0,), "3302"),
    ("neighbour_features", "next_left", "12/34", (), "101/103"),
    ("place_features", "depth", "111/111/111", (), "000/010/000"),
    ("place_features", "colors_in_row", "110/111/000", (), "222/111/111"),
    ("color_features", "distance", "200/000", (2,), "012/112"),
    ("settled", "left", "1005020/0020500", (5,), "1005200/2000500"),
    ("settled", "line", "8010/8051", (5,), "8100/8051"),
    ("chambers", "main", "1050/0053/5555/0060", (), "1153/1153/5555/6666"),
    ("patchworks", "fields", "111222/101222/333444/333404", (), "12/34"),
    ("panels", "main_alone", "12513/21511", (), "01"),
    ("panels", "listed", "320/555/305/205", (), None),
    ("panels", "listed", "3200000/5555555/3305022/0305222", (), "332/232"),
    ("panels", "listed", "250205033/350225030", (), "023/022"),
    ("panels", "or", "10520/00522", (), "10/11"),
    ("panels", "xor", "10520/00522", (), "00/11"),
    ("panels", "fill_rows", "10502/10520/55555/33504/03500", (), "11522/11522/55555/33500/33500"),
    ("panels", "fill_columns", "10502/11520/55555/33504/00500", (), "11522/11522/55555/00500/00500"),
    ("mirrored", "folded", "1001/1000/5555/2000", (), "1001/5000"),
    ("mirrored", "folded", "5533/1020", (), None),
    ("scalings", "unmirrored", "12321/45654", (), "123/456"),
    ("scalings", "unmirrored", "12/34/34/12", (), "12/34"),
    ("scalings", "unmirrored", "12/34", (), None),
]


@pytest.mark.parametrize(("name", "wanted", "text", "args", "expected"), FAMILY_EXAMPLES)
def test_family_example(name: str, wanted: str, text: str, args: tuple[int, ...], expected: str) -> None:
    """Each family gives the worked result."""
    assert result(name, wanted, text, *args) == expected


def test_codes_tell_pictures_apart() -> None:
    """Like panels have one code, unlike ones others; masks are compared without their colors."""
    for wanted, like in (("codes", False), ("mask_codes", True)):
        names = families()["panels"].names
        value = dsl.lookup("panels")(grid("12521510/12521510"), *())[names.index(wanted)]
        assert value is not None
        one, two, three = value.rows[0][:3]
        assert (one == two) == like and one != three


def test_every_family_has_an_example() -> None:
    """No family is left without an example."""
    assert sorted({example[0] for example in FAMILY_EXAMPLES}) == sorted(families())


PLACE = {place.name: number for number, place in enumerate(PLACES)}
SURROUNDED = "/".join(["1" * 20] * 4 + ["11" + "3" * 16 + "11"] * 14 + ["1" * 20] * 2)
SINGLE_EXAMPLES = [
    ("nth", ((grid("1"), grid("2")), 1), "2"),
    ("recolor_by", (grid("12/30"), ((1, 5), (0, 7))), "52/37"),
    ("combine_by", (grid("110"), grid("202"), ((1, 2, 8),)), "810"),
    ("over", (grid("100"), grid("230")), "130"),
    ("blank", (grid("105"), 3), "333"),
    ("where", (grid("015"), 1, grid("222"), grid("333")), "323"),
    ("where_least", (grid("015"), 1, grid("222"), grid("333")), "322"),
    ("stretched", (grid("12"), grid("0000/0000")), "1122/1122"),
    ("tiled_over", (grid("12"), grid("000/000")), "121/121"),
    ("sweep", (grid("020/000/000"), 0, 0, 0, ((0, 2, 2),)), "020/020/020"),
    ("grow", (grid("200/008/000"), 0, ((0, 1, 11, 11), (0, 3, 11, 23, 8, 5))), "222/008/000"),
    ("grow", (grid("300/080/000"), 1, ((0, 0, 3, 3),)), "333/383/333"),
    ("stencil", (grid("000/050/000"), grid("000/050/000"), 5, 0, ((0, 1, 10), (-1, -1, 3))), "300/055/000"),
    ("arrange", (grid("12"), ((0, 4), (8, 0))), "1221/0012"),
    ("orient", (grid("0000/0000/0005"), 0), "500/000/000/000"),
    ("unorient", (grid("510/000/000/000"), grid("0000/0000/0005"), 0), "0000/0001/0005"),
    ("panel_colors", (grid("1133/1133/0022/0022"), 1), "13/02"),
    ("in_panels", (grid("12/34"), grid("00500/00500/55555/22533"), 0), "11522/11522/55555/33544"),
    ("picture_by", (grid("2"), ((1, 1, 5), (2, 2, 3, 4))), "34"),
    ("rank_colors", (grid("5555330"), 0), "0000998"),
    ("rank_colors", (grid("3131/2212"), 5), "9090/8808"),
    # color 1, of fewer cells, surrounds 3
    ("rank_colors", (grid(SURROUNDED), 2), SURROUNDED.replace("1", "0")),
    ("unrank_colors", (grid("0000998"), grid("5555330"), 0), "5555330"),
    (
        "act_by",
        (grid("102/002"), 1, ((FEATURES.index("most_size"), 0, 1, PLACE["gone"], 10), (0, 3))),
        "300/000",
    ),
    ("act_by", (grid("100/003"), 1, ((PLACE["until_down"], 10),)), "000/103"),
    ("act_by", (grid("1000003"), 1, ((PLACE["way_half"], 10),)), "1110333"),
    ("assemble_by", (grid("102/302"), 0, ((2, 0, 10, 0), (FEATURES.index("left_half"), 0, 1))), "31"),
    ("assemble_by", (grid("102/302"), 0, ((0, 3, 5, 1),)), "5/5/5/5"),
]


@pytest.mark.parametrize(("name", "args", "expected"), SINGLE_EXAMPLES)
def test_single_example(name: str, args: tuple[Any, ...], expected: str) -> None:
    """Each finishing primitive gives the worked result."""
    assert shown(dsl.lookup(name)(*args)) == expected


@pytest.mark.parametrize("middle", [5, 15, 56])
def test_a_role_may_be_played_by_a_number_above_the_colors(middle: int) -> None:
    """Results kept for a role are those of its call, also where a large number plays it, as in features."""
    array, role = (
        np.array([[1, 1, 1], [1, middle, 2], [1, 1, 2]], np.uint8),
        FIRST_ROLE + ROLES.index("middle"),
    )
    kept = next(families()["one_color"].known([(array.shape, array.tobytes())], role))
    assert kept == families()["one_color"].cells(array, role)


@pytest.mark.parametrize(
    ("place", "segmentation", "array"),
    [
        ("spanned_whole", Segmentation.COLOR_8, "01000100/00000000/00000000"),
        ("spanned_whole", Segmentation.COLOR_8, "11100/10100/11100/00000"),
        ("series_largest_0", Segmentation.COLOR_8, "00000000/00000000/55555555/00000000/00300000/03000000"),
    ],
)
def test_a_place_knows_the_edge(place: str, segmentation: Segmentation, array: str) -> None:
    """What a place draws does not change where empty rows and columns are added around the grid."""
    rows = grid(array)
    width = len(rows[0]) + 2
    padded = ((0,) * width, *((0, *row, 0) for row in rows), (0,) * width)
    table = ((PLACE[place], 10),)
    inner, outer = (dsl.lookup("act_by")(value, int(segmentation), table) for value in (rows, padded))
    assert tuple(inner) == tuple(tuple(row)[1:-1] for row in tuple(outer)[1:-1])


def test_every_single_has_an_example() -> None:
    """No finishing primitive is left without an example."""
    singles = extensions().keys() - families().keys()
    assert sorted({example[0] for example in SINGLE_EXAMPLES}) == sorted(singles)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("nth", ((grid("1"),), 1)),
        ("nth", ((None,), 0)),
        ("arrange", (grid("12"), ((1,),))),
        ("arrange", (grid("12"), ((0,), (0, 0)))),
        ("over", (grid("1"), grid("12"))),
        ("where", (grid("1"), 1, grid("12"), grid("12"))),
        ("turns", (5,)),
        ("picture_by", (grid("2"), ((1, 1, 5),))),
        ("picture_by", (grid("2"), ((2, 2, 5, 6, 7),))),
        ("stretched", (grid("12"), grid("123"))),
        ("unrank_colors", (grid("1"), 3, 0)),
        ("rank_colors", (grid("1"), 4)),
        ("one_color", (grid("1"), 20)),
        ("act_by", (grid("1"), 1, ((0, 10, 1),))),
        ("act_by", (grid("1"), 1, ((9999, 10),))),
        ("assemble_by", (grid("1"), 1, ((0, 0, 10, 0), (0, 0, 9)))),
        *[("assemble_by", (grid("1"), 1, ((0, 0, 10, 11, 0, *size),))) for size in ((-1, -1), (5, 0))],
    ],
)
def test_outside_its_domain_is_one_error(name: str, args: tuple[Any, ...]) -> None:
    """A call outside the domain raises DslError and nothing else."""
    with pytest.raises(DslError):
        dsl.lookup(name)(*args)


def test_extensions_are_marked() -> None:
    """The registry knows each extension as one."""
    assert all(dsl.own_primitives()[name].extension for name in extensions())


def argument_choices(entry: Any) -> list[tuple[int, ...]]:
    """Arguments to try a family with."""
    if entry.name == "inside":
        return [(3, 3), (10, 0), (11, 1), (13, 4)]
    return {1: [()], 2: [(1,), (5,), (7,)], 3: [(2, 3), (3, 1)], 4: [(1, 2, 3)]}[len(entry.arguments)]


pictures = grids_of.arrays(
    np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 4)
)
#: colors that a search meets on the way, numbers of panels' codes among them
codes = grids_of.arrays(
    np.uint8,
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
    elements=st.sampled_from([0, 1, 5, 10, 65, 119]),
)


@settings(max_examples=40, deadline=None)
@given(array=pictures | codes)
def test_families_keep_their_word(array: Any) -> None:
    """On any grid: only named results, of allowed size and colors, the grid itself left alone."""
    before = array.copy()
    for family in families().values():
        for args in argument_choices(family):
            if not family.roles or args[-1] < FIRST_ROLE:
                raw = family.function(array[None] if family.stacked else array, *args)
                assert raw is None or set(raw) <= set(family.names), family.name
            for value in family.cells(array, *args):
                assert value is None or 0 < math.prod(value[0]) == len(value[1]) <= 900, family.name
    assert (array == before).all()


@settings(max_examples=30, deadline=None)
@given(array=pictures)
def test_a_stack_gives_what_its_grids_give(array: Any) -> None:
    """Grids beside others of their shape, or of other shapes, have the results that they have alone."""
    grids = [array, array[::-1], array.T, array[:, ::-1]]
    stacked = [family for family in families().values() if family.stacked]
    assert stacked
    for family in stacked:
        for args in argument_choices(family):
            known = family.known([(grid.shape, grid.tobytes()) for grid in grids], *args)
            for grid, found in zip(grids, known, strict=True):
                assert list(found) == family.cells(grid, *args)


@settings(max_examples=60, deadline=None)
@given(array=pictures, fixed=st.sampled_from(WAYS))
def test_ranking_is_undone(array: Any, fixed: int) -> None:
    """unrank_colors is the inverse of rank_colors."""
    value = to_grid(array)
    ranked = dsl.lookup("rank_colors")(value, fixed)
    assert dsl.lookup("unrank_colors")(ranked, value, fixed) == value
    assert to_array(value).tolist() == array.tolist()


def test_the_document_is_current() -> None:
    """docs/extensions.md is what benchmarks/extension_docs.py writes."""
    root = Path(__file__).parents[2]
    spec = spec_from_file_location("extension_docs", root / "benchmarks" / "extension_docs.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.described() == (root / "docs" / "extensions.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("line", "loaded"), [("spam = rot90(I)", "False"), ("spam = spirals(I)", "True")])
def test_only_words_of_extensions_import_numpy(line: str, loaded: str) -> None:
    """Programs of the shared vocabulary are read without the extensions' modules."""
    program = f"def solve(I):\n    {line}\n    return spam"
    code = f"import sys; from kaggle_batt import Program; Program.parse({program!r})"
    code += "; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == loaded
