"""The order of answers: description length, penalties, agreement of programs."""

from collections.abc import Callable

from kaggle_batt.search.solutions import Answers, Solutions

ANOTHER_KIND = 4  #: tenths taken off for each further kind of finisher in a view
ANOTHER_VIEW = 10  #: tenths taken off for each further view
TWICE_AS_MANY = 6  #: tenths taken off for each doubling of the number of programs
Penalty = Callable[[Answers], int]  #: tenths for answers
IN_VIEW = 15  #: tenths added where the cheapest program works in another view of the task


def ranked(solutions: Solutions, penalty: Penalty | None = None) -> list[tuple[int, Answers]]:
    """(score, answers), best first, ties by the grids themselves; `penalty` gives more tenths to answers."""
    found = []
    for answers, programs in solutions.by_answers.items():
        best = programs[0]
        score = best.cost + best.penalty + IN_VIEW * bool(_view_of(best.kind))
        score += (penalty(answers) if penalty else 0) - _agreement(solutions.counts[answers])
        found.append((score, b"/".join([bytes(shape) + data for shape, data in answers]), answers))
    found.sort(key=lambda t: t[:2])
    return [(score, answers) for score, _, answers in found]


def _view_of(kind: str) -> str:
    """The view in a kind of finisher ("ranked pair"), empty for the plain one."""
    return kind.rpartition(" ")[0]


def _agreement(kinds: dict[str, int]) -> int:
    """Tenths for the programs that give one answer, from the number of each kind."""
    views = len(set(map(_view_of, kinds)))
    many = sum(kinds.values()).bit_length()
    return ANOTHER_KIND * (len(kinds) - 1) + ANOTHER_VIEW * (views - 1) + TWICE_AS_MANY * many
