"""What a search has found: programs that fit the demos, by the answers they give."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.programs.program import Program
from kaggle_batt.search.expression import Expression, cost_of, program_of

#: programs kept for one set of answers
KEPT = 4
Answers = tuple[tuple[tuple[int, ...], bytes], ...]


def key_of(grids: list[Array]) -> Answers:
    """A hashable stand-in for the grids."""
    return tuple([(grid.shape, np.ascontiguousarray(grid).tobytes()) for grid in grids])


@dataclass(eq=False)
class Found:
    """A program that fits all demos: its cost, a doubt (tenths) beyond the cost, what found it."""

    program: Program
    expression: Expression
    cost: int
    doubt: int
    kind: str
    answers: Answers


@dataclass(eq=False)
class Finds:
    """All fitting programs, the cheapest few for each set of answers."""

    by_answers: dict[Answers, list[Found]] = field(default_factory=dict)
    counts: dict[Answers, dict[str, int]] = field(default_factory=dict)

    def add(self, expression: Expression, answers: list[Array], doubt: int, kind: str) -> None:
        """Take in a program; grids that cannot be an answer are dropped."""
        if any(grid.size == 0 or max(grid.shape) > 30 or grid.max() > 9 for grid in answers):
            return
        key = key_of(answers)
        kinds = self.counts.setdefault(key, {})
        kinds[kind] = kinds.get(kind, 0) + 1
        program = program_of(expression)
        made = Found(program, expression, cost_of(program), doubt, kind, key)
        kept = self.by_answers.setdefault(key, [])
        if any(other.program == program for other in kept):
            return
        kept.append(made)
        kept.sort(key=lambda one: (one.cost + one.doubt, one.cost, one.program.text))
        del kept[KEPT:]
