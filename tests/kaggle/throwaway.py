"""A throw-away environment for tests that drive another Python than the one they run in."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from kaggle_batt.errors import KaggleBattError
from kaggle_batt.kaggle.stage import make_environment

NEEDS = ("papermill", "ipykernel", "kaggle", "six")  # kaggle 2.2.4 forgets to declare six


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
                environment = make_environment(folder / "throwaway", NEEDS, folder / "throwaway.log")
            except KaggleBattError as error:
                pytest.skip(f"pip can't make an environment here: {error}")
            made.write_text(str(environment.python))
    return Path(made.read_text())
