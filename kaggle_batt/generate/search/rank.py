"""The order of the answers found: description length, doubt, agreement."""

from __future__ import annotations

from collections.abc import Callable

from kaggle_batt.generate.search.finds import Answers, Finds

#: tenths taken off for each further kind of finisher, for each doubling of the number of programs
ANOTHER_KIND = 4
TWICE_AS_MANY = 2


def ranked(finds: Finds, broken: Callable[[Answers], int] | None = None) -> list[tuple[int, Answers]]:
    """(score, answers), best first; ties by the grids themselves. `broken` gives more doubt to answers."""
    found = []
    for answers, programs in finds.by_answers.items():
        kinds = finds.counts[answers]
        agreement = ANOTHER_KIND * (len(kinds) - 1) + TWICE_AS_MANY * sum(kinds.values()).bit_length()
        doubt = programs[0].doubt + (broken(answers) if broken else 0)
        found.append((programs[0].cost + doubt - agreement, _text(answers), answers))
    found.sort(key=lambda t: t[:2])
    return [(score, answers) for score, _, answers in found]


def _text(answers: Answers) -> bytes:
    return b"/".join([bytes(shape) + data for shape, data in answers])
