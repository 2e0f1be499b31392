"""The runs that the notebook explores: from folders, or small ones that it makes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kaggle_batt.api import Run, load_run, run
from kaggle_batt.kaggle.locate import working_folder

#: a few tasks that the library and its mutants solve, half solve and fail on: seconds of one core
SMALL: dict[str, Any] = {
    "data": "arcagi1",
    "split": "training",
    "ids": "007bbfb7,00d62c1b,0520fde7,08ed6ac7,67a3c6ac,a416b8f3",
    "mutants": 150,
    "search": 0,
    "progress": False,
}


def open_runs(folder: str = "", other: str = "") -> tuple[Run, Run]:
    """The run in a folder, and another to compare it with.

    Without a folder, small runs are made below `runs/explore` of the working folder, which differ in their
    seed. A run from a folder is compared with itself unless another one is given.
    """
    if folder:
        first = load_run(folder)
        return first, load_run(other) if other else first
    home = working_folder() / "runs" / "explore"
    first = _small(home / "first", seed=0)
    return first, load_run(other) if other else _small(home / "second", seed=1)


def _small(folder: Path, seed: int) -> Run:
    return run({**SMALL, "seed": seed, "out": str(folder)})
