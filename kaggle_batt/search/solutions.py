"""The programs that fit all demos of a task, grouped by the answers they give."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from kaggle_batt.dsl.extensions.arrays import Array
from kaggle_batt.programs.program import Program, canonical
from kaggle_batt.search.expression import Expression, calls_of, cost_of
from kaggle_batt.tasks.grid import GridRows

KEPT = 4  #: programs kept for one set of answers
COLORS = bytes(range(10))  #: the values that cells of an answer may have
Answers = tuple[tuple[tuple[int, ...], bytes], ...]  #: shape and cells of each test grid, hashable
Penalty = Callable[[Answers], int]  #: tenths for answers
#: tenths taken off a score for each further kind of finisher in a view, view, doubling of the programs
ANOTHER_KIND, ANOTHER_VIEW, TWICE_AS_MANY = 4, 10, 6
IN_VIEW = 15  #: tenths added where the cheapest program works in another view of the task


def answers_of(grids: list[Array]) -> Answers:
    """The grids as a hashable value."""
    return tuple([(grid.shape, grid.tobytes()) for grid in grids])


def grids_of(answers: Answers) -> list[Array]:
    return [np.frombuffer(data, np.uint8).reshape(shape) for shape, data in answers]


def rows_of(grid: Array) -> GridRows:
    """The grid as tuples of integers."""
    return tuple(map(tuple, grid.tolist()))


@dataclass(eq=False)
class Solution:
    """A program that fits all demos, its cost and a penalty beyond the cost (tenths), the finisher's kind."""

    program: Program
    expression: Expression
    cost: int
    penalty: int
    kind: str


@dataclass(eq=False)
class Solutions:
    """The cheapest few programs for each set of answers, and how many of each kind gave it."""

    by_answers: dict[Answers, list[Solution]] = field(default_factory=dict)
    counts: dict[Answers, dict[str, int]] = field(default_factory=dict)
    added: set[tuple[Answers, Expression, int]] = field(default_factory=set)  #: programs added already

    def add(self, expression: Expression, grids: list[Array], penalty: int, kind: str) -> None:
        """Add a program and its test grids, unless these cannot be an answer."""
        answers = answers_of(grids)
        if any([not data or max(shape) > 30 or data.translate(None, COLORS) for shape, data in answers]):
            return
        kinds = self.counts.setdefault(answers, {})
        kinds[kind] = kinds.get(kind, 0) + 1
        before = len(self.added)
        self.added.add((answers, expression, penalty))
        if len(self.added) == before:
            return
        calls, result = calls_of(expression)
        cost = cost_of(calls)
        kept = self.by_answers.setdefault(answers, [])
        if len(kept) == KEPT and (cost + penalty, cost) > (kept[-1].cost + kept[-1].penalty, kept[-1].cost):
            return
        program = canonical(calls, result)
        if any([other.program == program for other in kept]):
            return
        kept.append(Solution(program, expression, cost, penalty, kind))
        kept.sort(key=lambda one: (one.cost + one.penalty, one.cost, one.program.text))
        del kept[KEPT:]

    def ranked(self, penalty: Penalty | None = None) -> list[tuple[int, Answers]]:
        """(score, answers), best first, ties by the grids; `penalty` gives more tenths to answers."""
        found = []
        for answers, programs in self.by_answers.items():
            best = programs[0]
            score = best.cost + best.penalty + IN_VIEW * bool(_view_of(best.kind))
            score += (penalty(answers) if penalty else 0) - _agreement(self.counts[answers])
            found.append((score, b"/".join([bytes(shape) + data for shape, data in answers]), answers))
        found.sort(key=lambda one: one[:2])
        return [(score, answers) for score, _, answers in found]


def _view_of(kind: str) -> str:
    """The view in a kind of finisher ("ranked pair"), empty for the plain one."""
    return kind.rpartition(" ")[0]


def _agreement(kinds: dict[str, int]) -> int:
    """Tenths for the programs that give one answer, from the number of each kind."""
    views = len(set(map(_view_of, kinds)))
    many = sum(kinds.values()).bit_length()
    return ANOTHER_KIND * (len(kinds) - 1) + ANOTHER_VIEW * (views - 1) + TWICE_AS_MANY * many
