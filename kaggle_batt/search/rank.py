"""The order of the answers found: description length, doubt, agreement."""

from __future__ import annotations

from collections.abc import Callable

from kaggle_batt.search.finds import Answers, Finds

#: tenths taken off for each further kind of finisher in a view, for each further view, for each doubling
#: of the number of programs
ANOTHER_KIND = 4
ANOTHER_VIEW = 10
TWICE_AS_MANY = 6
#: tenths added where the cheapest program sees the task in another view
VIEWED = 15


def ranked(finds: Finds, broken: Callable[[Answers], int] | None = None) -> list[tuple[int, Answers]]:
    """(score, answers), best first; ties by the grids themselves. `broken` gives more doubt to answers."""
    found = []
    for answers, programs in finds.by_answers.items():
        kinds = finds.counts[answers]
        best = programs[0]
        doubt = best.doubt + VIEWED * bool(view_of(best.kind)) + (broken(answers) if broken else 0)
        found.append((best.cost + doubt - _agreement(kinds), _text(answers), answers))
    found.sort(key=lambda t: t[:2])
    return [(score, answers) for score, _, answers in found]


def view_of(kind: str) -> str:
    """The view in a kind of finisher ("ranked pair"), empty for the plain one."""
    return kind.rpartition(" ")[0]


def _agreement(kinds: dict[str, int]) -> int:
    """Tenths for the programs of these kinds, by their numbers, that give one answer."""
    views = len({view_of(kind) for kind in kinds})
    many = sum(kinds.values()).bit_length()
    return ANOTHER_KIND * (len(kinds) - 1) + ANOTHER_VIEW * (views - 1) + TWICE_AS_MANY * many


def _text(answers: Answers) -> bytes:
    return b"/".join([bytes(shape) + data for shape, data in answers])
