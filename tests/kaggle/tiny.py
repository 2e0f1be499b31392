"""A small checkout; its notebook has the real one's shape: tasks in, a record and a submission out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from kaggle_batt.kaggle.locate import first_cell

ROOT = Path(__file__).parents[2]
PARAMETERS = (
    'data: str = ""  # what to run on\nsplit: str = ""  # part of it\nmode: str = "run"  # how it ends'
)
RUN = """
import json, time
from kaggle_batt.kaggle import locate
from kaggle_batt.pipeline.submission import build_submission, dump_submission
from kaggle_batt.tasks.loading import load_tasks

where, part = locate.find_data(data, split)
tasks = load_tasks(where, part)
folder = locate.working_folder()
(folder / "submission.json").write_bytes(dump_submission(build_submission(tasks, {})))
record = {"format": 1, "status": "done", "broken": [], "params": {}, "tasks": dict.fromkeys(tasks)}
(folder / "run.json").write_text(json.dumps(record))
print(len(tasks), locate.is_rerun(), locate.time_budget(), locate.run_type(), folder.resolve())
"""


def notebook(cells: Sequence[str], tags: Sequence[Sequence[str]] = ()) -> str:
    """The text of a notebook of code cells; `tags` are those of the first cells."""
    made = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "metadata": {"tags": list(tags[number])} if number < len(tags) else {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for number, source in enumerate(cells)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})


def kaggle_notebook(*cells: str) -> str:
    """A notebook that begins as the real one does."""
    return notebook([first_cell(), PARAMETERS, *cells], [[], ["parameters"]])


def make_checkout(folder: Path, text: str | None = None) -> Path:
    """A checkout in `folder`: the package, the project's files and a notebook."""
    shutil.copytree(
        ROOT / "kaggle_batt", folder / "kaggle_batt", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "kernel-metadata.json"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "notebooks").mkdir()
    (folder / "notebooks" / "run_batt.ipynb").write_text(text or kaggle_notebook(RUN))
    return folder
