"""A throw-away environment for tests that drive another Python than the one they run in."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from sysconfig import get_path

import pytest
from packaging.requirements import Requirement

from kaggle_batt.errors import KaggleBattError
from kaggle_batt.kaggle.stage import make_environment

NEEDS = ("papermill", "ipykernel", "kaggle", "six")  # kaggle 2.2.4 forgets to declare six


def copy_installed(names: Sequence[str], environment: Path) -> None:
    """Copy what is installed here of these distributions and of what they need, as pip would compile it."""
    site = Path(get_path("purelib", "venv", vars={"base": str(environment)}))
    waiting, seen = [Requirement(name) for name in names], set[str]()
    while waiting:
        needed = waiting.pop()
        if needed.name in seen or (needed.marker and not needed.marker.evaluate({"extra": ""})):
            continue
        seen.add(needed.name)
        with suppress(PackageNotFoundError):
            found = distribution(needed.name)
            waiting += map(Requirement, found.requires or ())
            for path in [path for path in found.files or () if ".." not in path.parts]:
                (site / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path.locate(), site / path)


@pytest.fixture(scope="session")
def throwaway_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new venv's Python with papermill and the kaggle client, without the package; one for all workers."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    made = folder / "throwaway-python"
    with (folder / "throwaway.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the other workers wait until the first has made it
        if not made.exists():
            try:
                copy_installed(NEEDS, folder / "throwaway")  # pip leaves that as it is
                environment = make_environment(folder / "throwaway", NEEDS, folder / "throwaway.log")
            except KaggleBattError as error:
                pytest.skip(f"pip can't make an environment here: {error}")
            made.write_text(str(environment.python))
    return Path(made.read_text())
