"""Input as Kaggle lays it out: the bundle's dataset, another dataset, and a competition's files or none."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from kaggle_batt.errors import ParameterError
from kaggle_batt.kaggle.bundle import PACKAGE, Bundle
from kaggle_batt.kaggle.metadata import DATASET_FILE
from kaggle_batt.tasks.task import DEFAULT_IDS, Sample, Task, load_tasks

LAYOUTS = ("old", "new")
DEFAULT_SLUG = "arc-prize-2026-arc-agi-2"
_EVALUATION = 10  # tasks of the made competition's test set that come from the evaluation split


def lay_out(bundle: Bundle, competition: Path | None, layout: str, root: Path) -> None:
    """Fill the new folder `root` with what Kaggle would show as `/kaggle/input`, in layout 'old' or 'new'.

    The competition's files are linked, not copied, where that is possible. Write permissions are taken away.
    """
    slug = (bundle.kernel_meta.get("competition_sources") or [DEFAULT_SLUG])[0]
    owner, dataset = str(bundle.dataset_meta["id"]).split("/")
    datasets = root if layout == "old" else root / "datasets" / owner
    competitions = root if layout == "old" else root / "competitions"
    shutil.copytree(bundle.dataset, datasets / dataset, ignore=shutil.ignore_patterns(DATASET_FILE))
    _other_dataset(root / "another-set" if layout == "old" else root / "datasets" / "someone" / "another-set")
    if competition is not None:
        shutil.copytree(competition, competitions / slug)
    for path in [root, *root.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def open_again(root: Path) -> None:
    """Give the owner back the write permissions of a laid-out folder, so that it can be removed."""
    for folder, _, _ in os.walk(root):
        os.chmod(folder, 0o755)


def make_competition(bundle: Bundle, folder: Path) -> Path:
    """A competition's folder made of the bundle's ARC-AGI-1 tasks, in Kaggle's files; returns `folder`.

    The test set has hidden outputs: the default tasks of the training split and some of the evaluation split,
    among them tasks with two test inputs.
    """
    data = bundle.dataset / PACKAGE / "data" / "arcagi1.json"
    training, evaluation = (load_tasks(data, split) for split in ("training", "evaluation"))
    chosen = {id: training[id] for id in DEFAULT_IDS} | dict(list(evaluation.items())[:_EVALUATION])
    folder.mkdir(parents=True)
    for split, tasks in (("training", training), ("evaluation", evaluation)):
        _dump(
            folder / f"arc-agi_{split}_challenges.json", {id: _challenge(task) for id, task in tasks.items()}
        )
        answers = {id: [sample.output for sample in task.test] for id, task in tasks.items()}
        _dump(folder / f"arc-agi_{split}_solutions.json", answers)
    _dump(folder / "arc-agi_test_challenges.json", {id: _challenge(task) for id, task in chosen.items()})
    empty = {"attempt_1": [[0, 0], [0, 0]], "attempt_2": [[0, 0], [0, 0]]}
    _dump(folder / "sample_submission.json", {id: [empty] * len(task.test) for id, task in chosen.items()})
    return folder


def check_competition(folder: Path) -> Path:
    """The folder, if it has a competition's test set. Raises ParameterError otherwise."""
    if not (folder / "arc-agi_test_challenges.json").is_file():
        raise ParameterError(f"competition: {folder} has no arc-agi_test_challenges.json")
    return folder


def _other_dataset(folder: Path) -> None:
    """A dataset of someone else's, with a folder of the package's name that is none."""
    (folder / PACKAGE).mkdir(parents=True)
    (folder / PACKAGE / "notes.csv").write_text("task,note\n")


def _challenge(task: Task) -> dict[str, Any]:
    demo = [{"input": sample.input, "output": sample.output} for sample in task.demo]
    return {"train": demo, "test": [_hidden(sample) for sample in task.test]}


def _hidden(sample: Sample) -> dict[str, Any]:
    return {"input": sample.input}


def _dump(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, separators=(",", ":")))
