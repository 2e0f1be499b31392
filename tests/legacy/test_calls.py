"""`t_call` read into slices: one program whatever the numbers and however its calls are written."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaggle_batt.errors import ProgramError
from kaggle_batt.legacy.calls import Calls, variable_of
from kaggle_batt.programs.battery import Battery, Entry
from kaggle_batt.programs.program import parse_program

ARGUMENTS = ("I", "S", "C", "ONE", "F0", "p_g", "-1", "(1, 2)", "'text'", "True", "None", "env.left")


def call_table(chance: random.Random) -> list[list[str]]:
    """Calls in order: each a function and arguments, which are names or the places of earlier calls."""
    table: list[list[str]] = []
    for place in range(chance.randint(1, 30)):
        earlier = [f"@{number}" for number in range(place)]
        function = chance.choice(["f", "g", "mirror", "dsl.h", *earlier[-4:]])
        arguments = chance.choices([*ARGUMENTS, *earlier], k=chance.randint(0, 4))
        table.append([function, *arguments])
    return table


def texts(table: list[list[str]], numbers: list[int], separator: str = ", ") -> dict[int, str]:
    """The calls as `t_call` has them, under these numbers."""
    return {
        numbers[place]: separator.join(
            [f"t{numbers[int(part[1:])]}" if part[0] == "@" else part for part in parts]
        )
        for place, parts in enumerate(table)
    }


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_numbers_and_order_do_not_show(seed: int) -> None:
    """Any numbering, any order of the entries: the same text and md5."""
    chance = random.Random(seed)
    table = call_table(chance)
    plain = list(range(1, len(table) + 1))
    other = chance.sample(range(1000), len(table))
    shuffled = list(texts(table, other, " ,  ").items())
    chance.shuffle(shuffled)
    one, two = Calls(texts(table, plain)), Calls(dict(shuffled))
    for place in range(len(table)):
        program = one.program(plain[place])
        assert two.program(other[place]).text == program.text
        assert two.program(other[place]).md5 == program.md5


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_a_battery_of_slices_gives_them_back(seed: int) -> None:
    """Merged into one graph and cut out again, every slice is what it was."""
    table = call_table(random.Random(seed))
    calls = Calls(texts(table, list(range(len(table)))))
    programs = [calls.program(number) for number in range(len(table))]
    battery = Battery([Entry(str(number), program, "") for number, program in enumerate(programs)])
    assert [battery.program(place).md5 for place in range(len(table))] == [p.md5 for p in programs]


def test_a_slice_in_our_own_words_is_our_program() -> None:
    """Where all names are the language's the canonical text is the language's, too."""
    calls = Calls({7: "hconcat, t3, I", 3: "vmirror, I", 9: "unused, t7"})
    ours = parse_program("def solve(I):\n    x1 = vmirror(I)\n    O = hconcat(x1, I)\n    return O\n")
    assert calls.program(7).md5 == ours.md5


def test_a_differ_measures_what_stands_for_the_input() -> None:
    """The program's variable is the input I of the differ; elsewhere I is read as it is."""
    calls = Calls({1: "mirror, I", 2: "size, I", 3: "size, t1", 4: "apart, t3, C", 5: "apart, t2, C"})
    raw, measured = calls.program(5, "differ"), calls.program(4, "differ", [1])
    assert raw.md5 == measured.md5
    assert raw.text.startswith("def differ(S, I, C):")
    assert calls.program(1, "differ", [1]).size == 1


@pytest.mark.parametrize(
    "text, reason",
    [
        ("f, t2", "t2 is missing in t_call"),
        ("f, t1", "t1 needs itself"),
        ("", "is no call"),
        ("f(", "is no call"),
        ("f), (g", "is no call"),
        ("f, *t0", "is no call"),
        ("f, key=3", "is no call"),
        ("f, [t0]", "not inside"),
        ("f, t0.ok", "not inside"),
        ("f, x1", "stands for a variable"),
        ("f, O", "stands for a variable"),
        ("f, 'a\0b'", "is no call"),
        ("f, " + "-" * 9000 + "1", "is no call|nested too deeply"),
        ("f, " + "a." * 4000 + "b", "is no call|nested too deeply"),
        ("f, " + "I, " * 9000, "characters; at most"),
    ],
)
def test_calls_that_cannot_be_read(text: str, reason: str) -> None:
    """Each is refused with the reason; nothing of it is executed."""
    with pytest.raises(ProgramError, match=reason):
        Calls({0: "mirror, I", 1: text}).program(1)


def test_long_slices() -> None:
    """Ten thousand calls in a chain need no recursion."""
    calls = Calls({0: "mirror, I", **{number: f"mirror, t{number - 1}" for number in range(1, 10_000)}})
    assert calls.program(9_999).size == 10_000


def test_names_of_variables() -> None:
    """`t` and a number, nothing else."""
    names = ("t12", "t", "tt1", "T1", "t1x", "t1234567890")
    assert [variable_of(name) for name in names] == [12, None, None, None, None, None]
