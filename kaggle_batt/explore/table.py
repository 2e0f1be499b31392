"""A table of candidates that sorts, filters and turns pages; only the page shown is made into text."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

from kaggle_batt.errors import ParameterError
from kaggle_batt.explore.rows import COLUMNS, Row

PAGE = 15
DASH = "–"
SHORT = {"md5": 8, "parent": 8, "name": 22, "source": 14}  # characters of a cell of these columns

_CONDITION = re.compile(r"(\w+)(>=|<=|!=|=|<|>)(.*)")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}

Condition = Callable[[Row], bool]


class Table:
    """Rows with an order, a filter, a page and a differ whose s scores are shown.

    Change it by `choose`; `rows` are all, `found` those that pass the filter in the order that is asked for,
    `page_rows` those of the page.
    """

    def __init__(self, rows: Sequence[Row], differ: str = "") -> None:
        self.rows = list(rows)
        self.sort, self.descending, self.filter, self.differ = "rank", False, "", differ
        self.page = 0
        self.found = self.rows

    def choose(
        self,
        *,
        sort: str | None = None,
        descending: bool | None = None,
        filter: str | None = None,
        differ: str | None = None,
    ) -> None:
        """Change the order, the filter or the differ, and go to the first page.

        Raises `ParameterError`, and leaves the table as it was, for a column or a filter that isn't one.
        """
        sort = self.sort if sort is None else sort
        descending = self.descending if descending is None else descending
        filter = self.filter if filter is None else filter
        differ = self.differ if differ is None else differ
        found = _filtered(self.rows, filter, differ)
        self.found = _sorted(found, sort, descending, differ)
        self.sort, self.descending, self.filter, self.differ = sort, descending, filter, differ
        self.page = 0

    def replace(self, rows: Sequence[Row]) -> None:
        """Show other rows, with the same order and filter."""
        self.rows = list(rows)
        self.choose()

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return max(1, -(-len(self.found) // PAGE))

    def turn(self, page: int) -> None:
        """Go to a page, counted from 0; the nearest one where there is none of that number."""
        self.page = min(max(0, page), self.pages - 1)

    @property
    def page_rows(self) -> list[Row]:
        """The rows of the page."""
        return self.found[self.page * PAGE : (self.page + 1) * PAGE]

    def cells(self, row: Row) -> list[Any]:
        """A row's cells under `COLUMNS`, long texts cut; the o score says of how many."""
        values = {name: value(row, self.differ) for name, value in COLUMNS.items()}
        values["o"] = f"{row.demo}/{row.demos}"
        return [str(v)[: SHORT[k]] if k in SHORT and v is not None else v for k, v in values.items()]

    def lines(self) -> tuple[str, list[str]]:
        """The heading and the page's rows as lines of text in columns of one width."""
        body = [[_shown(value) for value in self.cells(row)] for row in self.page_rows]
        width = [max(map(len, column)) for column in zip(COLUMNS, *body, strict=True)]
        head, *lines = [
            "  ".join(
                [
                    text.ljust(w) if name in LEFT else text.rjust(w)
                    for text, w, name in zip(line, width, COLUMNS, strict=True)
                ]
            )
            for line in [list(COLUMNS), *body]
        ]
        return head, lines

    def summary(self) -> str:
        """How many rows there are and which are shown."""
        first = self.page * PAGE + 1 if self.found else 0
        last = min(len(self.found), (self.page + 1) * PAGE)
        of = "" if len(self.found) == len(self.rows) else f" (of {len(self.rows):,})"
        return f"rows {first:,}–{last:,} of {len(self.found):,}{of}, page {self.page + 1} of {self.pages}"


LEFT = frozenset({"task", "md5", "parent", "name", "source"})  # columns of texts


def _shown(value: Any) -> str:
    if value is None:
        return DASH
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _sorted(rows: list[Row], column: str, descending: bool, differ: str) -> list[Row]:
    """The rows by a column, those without a value last, ties in their given order."""
    value = _column(column)
    there = [row for row in rows if value(row, differ) is not None]
    there.sort(key=lambda row: value(row, differ), reverse=descending)
    return there + [row for row in rows if value(row, differ) is None]


def _filtered(rows: Sequence[Row], text: str, differ: str) -> list[Row]:
    """The rows that meet all words of a filter: `o>=2`, `steps<100`, `name=solve_x`, or a text to find."""
    conditions = [_condition(word, differ) for word in text.split()]
    return [row for row in rows if all([condition(row) for condition in conditions])]


def _condition(word: str, differ: str) -> Condition:
    match = _CONDITION.fullmatch(word)
    if match is None:
        wanted = word.lower()
        return lambda row: wanted in row.words
    column, sign, given = match.groups()
    value, compare = _column(column), _COMPARE[sign]
    if column in LEFT:
        return lambda row: compare(value(row, differ) or "", given)
    number = _number(word, given)
    return lambda row: (found := value(row, differ)) is not None and compare(found, number)


def _column(name: str) -> Callable[[Row, str], Any]:
    if name not in COLUMNS:
        raise ParameterError(f"no column {name!r}: the columns are {', '.join(COLUMNS)}")
    return COLUMNS[name]


def _number(word: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ParameterError(f"{word}: a number was expected, not {text!r}") from None
