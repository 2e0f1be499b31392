"""The confidence of an answer: a table of how often answers like it were right on training tasks."""

from __future__ import annotations

#: upper ends of the columns: scores without the bonus for held-out demos
SCORE_STEPS = (-60, -30, 0, 30, 80)
#: share right (percent), by how many of the held-out demos support the answers, and by score
TABLE: dict[str, tuple[int, ...]] = {
    "all": (96, 95, 90, 70, 60, 50),
    "some": (90, 82, 70, 65, 55, 40),
    "none": (75, 60, 55, 40, 15, 8),
    "unknown": (97, 85, 75, 65, 40, 10),
}
#: (tenths by which the next answer's score is worse, highest confidence below that margin)
MARGINS = ((10, 30), (30, 45), (60, 60))


def cell(score: int, supporting: int, held_out: int) -> tuple[str, int]:
    """The row and the column of the table."""
    row = "unknown"
    if held_out:
        row = "all" if supporting == held_out else "some" if supporting else "none"
    return row, sum([score > step for step in SCORE_STEPS])


def confidence(score: int, supporting: int, held_out: int) -> int:
    """The share (percent) of best answers of this score that were right on training tasks.

    `supporting` is the number of the `held_out` demos that support the answers.
    """
    row, column = cell(score, supporting, held_out)
    return TABLE[row][column]


def capped(percent: int, margin: int) -> int:
    """The confidence of an answer whose nearest rival's score is worse by `margin` tenths.

    On the development sets 127 of 133 first answers of a confidence of 90 or more were right with a margin
    of 60 or more, 15 of 24 with a smaller one.
    """
    return min([percent, *[most for step, most in MARGINS if margin < step]])
