"""The evidence for a prediction as numbers, and what they weigh: an answer's score beyond description length.

The weights (tenths of score per hundred units) stand in `weights.json`, which `benchmarks/fit_ranking.py`
fits on small tasks made from known ones. Sums are of integers, the same on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from kaggle_batt.programs.graph import Lit
from kaggle_batt.programs.program import Program

#: programs of one kind whose costs differ by at most so many tenths are rivals where their answers differ
CLOSE = 5

Evidence = Mapping[str, int]


@cache
def weights() -> Mapping[str, int]:
    """The weight of each piece of evidence by its name."""
    text = files("kaggle_batt.search.scoring").joinpath("weights.json").read_text(encoding="utf-8")
    found: dict[str, int] = json.loads(text)
    return found


def weighed(evidence: Evidence) -> int:
    """Tenths that the evidence adds to a score; less speaks for the prediction."""
    known = weights()
    return sum([known.get(name, 0) * value for name, value in evidence.items()]) // 100


def of_program(program: Program) -> dict[str, int]:
    """What the text says: the number of calls, how many entries its tables have (in bits)."""
    entries = [
        len(arg.value)
        for call in program.calls
        for arg in call.args
        if type(arg) is Lit and type(arg.value) is tuple
    ]
    return {"calls": program.size, "table": sum(entries).bit_length()}


def of_oddities(oddities: Mapping[str, int]) -> dict[str, int]:
    """How unlike the demos' outputs the answers are, measure by measure."""
    return {f"odd {name}": value for name, value in oddities.items()}


def rivals(kinds: Sequence[str], costs: Sequence[int]) -> list[int]:
    """For each prediction how many others a program of its kind and about its cost gives, in bits."""
    found = []
    for kind, cost in zip(kinds, costs, strict=True):
        close = [
            other == kind and abs(price - cost) <= CLOSE for other, price in zip(kinds, costs, strict=True)
        ]
        found.append((sum(close) - 1).bit_length())
    return found
