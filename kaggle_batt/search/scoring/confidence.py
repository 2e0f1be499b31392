"""The confidence of an answer: how often answers of its score and support were right, less near a rival."""

SCORE_STEPS = (-60, -30, 0, 30, 80)  #: upper ends of the columns: scores without the bonus for held-out demos
#: percent of answers without a near rival that are right, by score and support of held-out demos (by number
#: of demos where none is held out), measured on development tasks and small tasks made from known ones
TABLE: dict[str, tuple[int, ...]] = {
    "all": (97, 97, 97, 80, 53, 24),
    "some": (93, 91, 91, 76, 76, 46),
    "none": (95, 92, 92, 75, 29, 10),
    "two demos": (96, 94, 94, 68, 66, 14),
    "one demo": (86, 86, 81, 81, 75, 42),
}
#: (tenths by which the best rival's score is worse, percent of the table's share that is right below that)
MARGINS = ((0, 10), (10, 30), (30, 49), (60, 83), (80, 97))
CLEAR = MARGINS[-1][0]  #: a margin from which on, as without a rival, all of the share is right


def cell(score: int, supporting: int, held_out: int, demos: int) -> tuple[str, int]:
    """The row and the column of the table; `supporting` of the `held_out` demos support the answers."""
    row = "one demo" if demos == 1 else "two demos"
    if held_out:
        row = "all" if supporting == held_out else "some" if supporting else "none"
    return row, sum([score > step for step in SCORE_STEPS])


def confidence(place: tuple[str, int], margin: int) -> int:
    """Percent of answers of a table's cell that were right, their nearest rival `margin` tenths worse."""
    row, column = place
    return TABLE[row][column] * min([100, *[percent for step, percent in MARGINS if margin < step]]) // 100
