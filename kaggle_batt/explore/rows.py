"""The candidates of a run as rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kaggle_batt.api import Run
from kaggle_batt.pipeline.jobs import sample_keys, sample_of
from kaggle_batt.pipeline.scores import cells_right, grid_text
from kaggle_batt.tasks.task import Task


@dataclass(frozen=True, slots=True)
class Row:
    """A program kept for a task.

    `rank` is its place among the task's programs, best first, from 1; `demo` and `test` the o score;
    `near` the mean share of right cells over the demos; `iz`, `zo`, `failed` the d score, summed over the
    differs, `differs` that of each; `words` what a search finds, in small letters.
    """

    rank: int
    task: str
    md5: str
    name: str
    source: str
    parent: str | None
    mutated: bool
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

    def s(self, differ: str, side: str) -> int | None:
        """The s score of the program under that differ (`side` is iz or zo); None without one."""
        score = self.differs.get(differ)
        return None if score is None else score[side]


#: the columns of the table: name -> the value of a row; the text of a differ's name goes in beside it
COLUMNS: dict[str, Callable[[Row, str], Any]] = {
    "rank": lambda row, _: row.rank,
    "task": lambda row, _: row.task,
    "o": lambda row, _: row.demo,
    "test": lambda row, _: row.test,
    "near": lambda row, _: row.near,
    "iz": lambda row, _: row.iz,
    "zo": lambda row, _: row.zo,
    "s_iz": lambda row, differ: row.s(differ, "iz"),
    "s_zo": lambda row, differ: row.s(differ, "zo"),
    "failed": lambda row, _: row.failed,
    "steps": lambda row, _: row.steps,
    "calls": lambda row, _: row.calls,
    "md5": lambda row, _: row.md5,
    "parent": lambda row, _: row.parent,
    "name": lambda row, _: row.name,
    "source": lambda row, _: row.source,
}


def task_rows(run: Run, name: str) -> list[Row]:
    """The rows of a task's programs, in the order of the record."""
    record = run.record["tasks"][name]
    known = _known_demos(run.tasks[name])
    programs = record.get("programs", {})
    return [_row(rank, name, md5, record, known) for rank, md5 in enumerate(programs, 1)]


def differ_names(run: Run) -> list[str]:
    """The differs of the run."""
    return list(run.record.get("differs", {}))


def _known_demos(task: Task) -> dict[str, str]:
    """The demo outputs as text, by the sample's key in the record."""
    outputs = {
        f"{part}/{number}": sample_of(task, (part, number)).output
        for part, number in sample_keys(task, "demo")
    }
    return {key: grid_text(output) for key, output in outputs.items() if output is not None}


def _row(rank: int, name: str, md5: str, record: Mapping[str, Any], known: Mapping[str, str]) -> Row:
    program = record["programs"][md5]
    o_score = record["o_score"].get(md5, {"demo": 0, "test": 0})
    differs = record["d_score"].get(md5, {})
    words = [md5, program["name"], program["source"], program["parent"] or "", program["text"]]
    return Row(
        rank=rank,
        task=name,
        md5=md5,
        name=program["name"],
        source=program["source"],
        parent=program["parent"],
        mutated=program["mutated"],
        calls=program["calls"],
        steps=program["steps"],
        demo=o_score["demo"],
        demos=record["demo"],
        test=o_score["test"],
        near=_near(program["outputs"], known),
        iz=sum([score["iz"] for score in differs.values()]),
        zo=sum([score["zo"] for score in differs.values()]),
        failed=sum([score["failed"] for score in differs.values()]),
        differs=differs,
        words="\n".join(words).lower(),
    )


def _near(outputs: Mapping[str, str | None], known: Mapping[str, str]) -> float:
    """The mean share of right cells over the demos."""
    shares = [cells_right(got, known[key]) for key in known if (got := outputs.get(key)) is not None]
    return round(sum(shares) / max(1, len(known)), 3)
