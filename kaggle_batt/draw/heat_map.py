"""Scores as a map: a cell for each row and column, colored by its share of differences removed."""

from collections.abc import Sequence
from dataclasses import dataclass

from kaggle_batt.tasks.drawing import GRAY, Drawing, Shape, Text, box, shortened

MOST_COLUMNS = 40  # columns that are drawn
MOST_CHARACTERS = 32  # of the name of a row or column
LEFT, TOP, HEIGHT = 20, 58, 32  # pixels: the margin, the end of the heading, a cell
LOW, MIDDLE, HIGH, EMPTY = (230, 159, 0), (255, 255, 255), (86, 180, 233), "#EEEEEE"
CAPTION = "iz over zo. Blue: all differences removed, orange: all introduced, gray: none. Hatched: a failure."

Score = tuple[int, int, int]  # iz, zo, failed


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The scores `values[row][column]`, (iz, zo, failed) or None; at most MOST_COLUMNS columns are drawn."""

    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[Sequence[Score | None]]
    title: str = ""

    def drawing(self) -> Drawing:
        """The map's layout, names of columns read upwards."""
        count = min(len(self.columns), MOST_COLUMNS)
        more = f" (the first {count} of {len(self.columns):,} columns)" if count < len(self.columns) else ""
        title = self.title + more
        rows, columns = _names(self.rows), _names(self.columns[:count])
        scores = [score for line in self.values for score in line[:count] if score]
        wide = max(26, 12 + 6 * max([len(str(max(score))) for score in scores], default=0))
        left = LEFT + 10 + 7 * max(map(len, rows), default=0)
        top = TOP + 14 + 7 * max(map(len, columns), default=0)
        heading = [Text(LEFT, 28, title, 14, bold=True), Text(LEFT, 46, CAPTION, color=GRAY)]
        items: list[Shape | Text] = [*heading]
        items += [Text(LEFT, top + HEIGHT * y + 20, name) for y, name in enumerate(rows)]
        for x, name in enumerate(columns):
            items.append(Text(left + wide * x + wide / 2 + 4, top - 6, name, turned=True))
            for y, line in enumerate(self.values):
                items += _cell(line[x], left + wide * x, top + HEIGHT * y, wide)
        width = LEFT + max(left + wide * count, 9 * len(title) + LEFT, 6.5 * len(CAPTION) + LEFT)
        return Drawing(width, top + HEIGHT * len(rows) + LEFT, items, title)


def _names(names: Sequence[str]) -> list[str]:
    return [shortened(name, MOST_CHARACTERS) for name in names]


def _cell(score: Score | None, left: float, top: float, width: int) -> list[Shape | Text]:
    """A cell with its numbers, hatched where a differ failed."""
    if score is None:
        return []
    iz, zo, failed = score
    items: list[Shape | Text] = [Shape([box(left, top, width - 1, HEIGHT - 1)], fill=_color(iz, zo))]
    if failed:
        lines = [((left + x, top + HEIGHT - 1), (left + x + 6, top)) for x in range(0, width - 7, 6)]
        items.append(Shape(lines, stroke="#AAAAAA", width=0.8, closed=False))
    places = ((top + 13, iz), (top + 26, zo))
    return items + [Text(left + width / 2, y, str(number), 10, centred=True) for y, number in places]


def _color(iz: int, zo: int) -> str:
    """Orange, white and blue for a share of 0, a half and 1 of differences removed."""
    if not iz + zo:
        return EMPTY
    share = 2 * iz / (iz + zo) - 1
    end = HIGH if share > 0 else LOW
    mixed = [round(m + abs(share) * (e - m)) for m, e in zip(MIDDLE, end, strict=True)]
    return "#{:02X}{:02X}{:02X}".format(*mixed)
