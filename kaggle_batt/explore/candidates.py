"""The candidates of a run, sorted, filtered and in pages; only the page shown is made into text."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from kaggle_batt.api import Run
from kaggle_batt.draw.table import Table
from kaggle_batt.errors import ParameterError
from kaggle_batt.pipeline.scores import cells_right, grid_text

PAGE = 15  # candidates on a page


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program kept for a task.

    `rank` is its place among the task's programs, best first, from 1; `demo` and `test` are the o score;
    `near` the mean share of right cells over the demos; `iz`, `zo`, `failed` the d score, summed over the
    differs, and `differs` that of each; `words` the lower-case text that a filter's words are found in.
    """

    rank: int
    task: str
    md5: str
    name: str
    source: str
    parent: str | None
    calls: int
    steps: int
    demo: int
    demos: int
    test: int
    near: float
    iz: int
    zo: int
    failed: int
    differs: Mapping[str, Mapping[str, int]]
    words: str

    def value(self, column: str, differ: str) -> Any:
        """The value in one of `COLUMNS`; the s scores are those of `differ`, None without one."""
        if column.startswith("s_"):
            return self.differs.get(differ, {}).get(column[2:])
        return self.demo if column == "o" else getattr(self, column)


COLUMNS = (
    "rank", "task", "o", "test", "near", "iz", "zo", "s_iz", "s_zo", "failed", "steps", "calls", "md5",
    "parent", "name", "source",
)  # fmt: skip
TEXTS = {"task": 30, "md5": 8, "parent": 8, "name": 22, "source": 14}  # columns of texts: characters shown

_CONDITION = re.compile(r"(\w+)(>=|<=|!=|=|<|>)(.*)")
_COMPARE = {">=": ge, "<=": le, "!=": ne, "=": eq, "<": lt, ">": gt}


class Candidates:
    """Candidates in an order (`rows`), those that pass its filter (`found`), and a page of these.

    `order` has the column to `sort` by, whether `descending`, the `filter`, and the `differ` whose s scores
    are shown.
    """

    def __init__(self, differ: str = "") -> None:
        self.rows: list[Candidate] = []
        self.order: dict[str, Any] = {"sort": "rank", "descending": False, "filter": "", "differ": differ}
        self.choose()

    def choose(self, **how: Any) -> None:
        """Change the order, and go to the first page. A `ParameterError` changes nothing."""
        order = self.order | how
        self.found, self.order, self.page = _arranged(self.rows, **order), order, 0

    def show(self, rows: Sequence[Candidate]) -> None:
        """Show other candidates, with the same order and filter."""
        self.rows = list(rows)
        self.choose()

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.found) // PAGE))

    def turn(self, page: int) -> None:
        """Go to a page, counted from 0; the nearest one where there is none of that number."""
        self.page = min(max(0, page), self.pages - 1)

    @property
    def page_rows(self) -> list[Candidate]:
        return self.found[self.page * PAGE : (self.page + 1) * PAGE]

    def table(self, title: str = "") -> Table:
        """The page's candidates as a table, long texts cut; the o score says of how many demos."""
        rows = []
        for row in self.page_rows:
            values = {name: row.value(name, self.order["differ"]) for name in COLUMNS}
            values["o"] = f"{row.demo}/{row.demos}"
            cut = [str(v)[: TEXTS[k]] if k in TEXTS and v is not None else v for k, v in values.items()]
            rows.append(cut)
        return Table(COLUMNS, rows, title)

    def summary(self) -> str:
        first = self.page * PAGE + 1 if self.found else 0
        last = min(len(self.found), (self.page + 1) * PAGE)
        of = "" if len(self.found) == len(self.rows) else f" (of {len(self.rows):,})"
        return f"rows {first:,}–{last:,} of {len(self.found):,}{of}, page {self.page + 1} of {self.pages}"


def _arranged(
    rows: Sequence[Candidate], sort: str, descending: bool, filter: str, differ: str
) -> list[Candidate]:
    """The rows that meet all words of the filter (`o>=2`, `name=x`, a text), by the column; None last."""
    conditions = [_condition(word, differ) for word in filter.split()]
    found = [row for row in rows if all([condition(row) for condition in conditions])]
    values = [(row.value(_column(sort), differ), row) for row in found]
    present = [pair for pair in values if pair[0] is not None]
    present.sort(key=lambda pair: pair[0], reverse=descending)
    return [row for _, row in present] + [row for value, row in values if value is None]


def _condition(word: str, differ: str) -> Callable[[Candidate], bool]:
    match = _CONDITION.fullmatch(word)
    if match is None:
        wanted = word.lower()
        return lambda row: wanted in row.words
    column, compare, given = _column(match[1]), _COMPARE[match[2]], match[3]
    if column in TEXTS:
        return lambda row: compare(row.value(column, differ) or "", given)
    try:
        number = float(given)
    except ValueError:
        raise ParameterError(f"{word}: a number was expected, not {given!r}") from None
    return lambda row: (value := row.value(column, differ)) is not None and compare(value, number)


def _column(name: str) -> str:
    if name not in COLUMNS:
        raise ParameterError(f"no column {name!r}: the columns are {', '.join(COLUMNS)}")
    return name


def task_candidates(run: Run, name: str) -> list[Candidate]:
    record, task = run.record["tasks"][name], run.tasks[name]
    known = {f"demo/{number}": grid_text(s.output) for number, s in enumerate(task.demo) if s.output}
    programs = record.get("programs", {})
    return [_candidate(rank, name, md5, record, known) for rank, md5 in enumerate(programs, 1)]


def _candidate(rank: int, name: str, md5: str, record: Mapping[str, Any], known: dict[str, str]) -> Candidate:
    program, differs = record["programs"][md5], record["d_score"].get(md5, {})
    outputs = program["outputs"]
    shares = [cells_right(got, known[key]) for key in known if (got := outputs.get(key)) is not None]
    texts = [md5, program["name"], program["source"], program["parent"] or "", program["text"]]
    return Candidate(
        rank=rank,
        task=name,
        md5=md5,
        demos=record["demo"],
        near=round(sum(shares) / max(1, len(known)), 3),
        differs=differs,
        words="\n".join(texts).lower(),
        **{key: program[key] for key in ("name", "source", "parent", "calls", "steps")},
        **record["o_score"].get(md5, {"demo": 0, "test": 0}),
        **{key: sum([score[key] for score in differs.values()]) for key in ("iz", "zo", "failed")},
    )
