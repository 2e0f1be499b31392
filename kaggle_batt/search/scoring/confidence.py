"""The confidence of an answer: a table of how often answers like it were right."""

#: upper ends of the columns: scores without the bonus for held-out demos
SCORE_STEPS = (-60, -30, 0, 30, 80)
#: share right (percent), by how many of the held-out demos support the answers, and by score, of answers
#: whose margin does not cap it; measured on 1052 development tasks and small tasks made from known ones
TABLE: dict[str, tuple[int, ...]] = {
    "all": (97, 95, 92, 78, 45, 30),
    "some": (85, 85, 75, 75, 65, 40),
    "none": (75, 75, 72, 60, 30, 10),
    "unknown": (88, 87, 78, 68, 50, 8),
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
    """The share (percent) of best answers of this score that were right.

    `supporting` is the number of the `held_out` demos that support the answers.
    """
    row, column = cell(score, supporting, held_out)
    return TABLE[row][column]


def capped(percent: int, margin: int) -> int:
    """The confidence of an answer whose nearest rival's score is worse by `margin` tenths."""
    return min([percent, *[most for step, most in MARGINS if margin < step]])
