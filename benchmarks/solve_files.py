"""The file of a run, from which an interrupted run resumes.

Of training tasks a row each (JSON lines); of evaluation tasks only the totals so far, so that nothing in
the file is about one task.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from solve_rows import Row, Setting
from solve_totals import Totals

import kaggle_batt
from kaggle_batt.pipeline.files import write_json


def source_digest() -> str:
    """A digest of the sources that a search depends on."""
    root = Path(kaggle_batt.__file__).parent
    files = sorted([*root.glob("dsl/**/*.py"), *root.glob("search/**/*.py")])
    parts = [path.relative_to(root).as_posix().encode() + path.read_bytes() for path in files]
    return hashlib.md5(b"".join(parts), usedforsecurity=False).hexdigest()[:12]


class Saved:
    """The file of a run: what it holds already, and where results go."""

    def __init__(self, path: Path | None, setting: Setting, resume: bool) -> None:
        self.path, self.hidden = path, setting.hidden
        self.head = json.loads(json.dumps({**asdict(setting), "source": source_digest()}))
        self.totals, self.done = Totals(), 0
        if path is not None and resume and path.exists():
            self._read(path)
        elif path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("" if self.hidden else json.dumps(self.head) + "\n")

    def _read(self, path: Path) -> None:
        """Count what the file holds. Raises SystemExit if it is of another run."""
        text = path.read_text()
        if self.hidden:
            held = json.loads(text) if text else {"head": self.head, "totals": Totals().as_json(), "done": 0}
            self._accept(held["head"])
            self.totals, self.done = Totals.of_json(held["totals"]), held["done"]
            return
        whole = text[: text.rfind("\n") + 1].splitlines()
        self._accept(json.loads(whole[0]))
        for one in whole[1:]:
            self._count(json.loads(one))
        path.write_text("".join([one + "\n" for one in whole]))  # without a torn last line

    def _accept(self, head: dict[str, Any]) -> None:
        different = [name for name in self.head if head.get(name) != self.head[name]]
        if different:
            name = different[0]
            raise SystemExit(
                f"{self.path} is of another run: {name} {head.get(name)!r}, not {self.head[name]!r}; "
                "leave out --resume to begin anew"
            )

    def _count(self, row: Row) -> None:
        self.totals.add(row)
        self.totals.add_alone(row["alone"])
        self.done += 1

    def add(self, rows: list[Row], alone: dict[str, int]) -> None:
        """Count and save the rows of a block of tasks, and the counts of their programs run alone."""
        for number, row in enumerate(rows):
            self._count({**row, "alone": alone if number == 0 else {}})
        if self.path is None:
            return
        if self.hidden:
            write_json(self.path, {"head": self.head, "totals": self.totals.as_json(), "done": self.done})
            return
        with open(self.path, "a") as file:
            for number, row in enumerate(rows):
                file.write(json.dumps({**row, "alone": alone if number == 0 else {}}) + "\n")


def rows_of(path: Path) -> tuple[dict[str, Any], list[Row]]:
    """The head and the rows of a training run's file."""
    head, *rows = [json.loads(text) for text in path.read_text().splitlines()]
    return head, rows
