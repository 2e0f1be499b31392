"""A throw-away environment for tests that drive another Python than the one they run in."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

import pytest

from kaggle_batt.errors import KaggleBattError
from kaggle_batt.rehearsal.environment import make_environment

NEEDS = ("papermill", "ipykernel", "kaggle", "six")  # kaggle 2.2.4 forgets to declare six


@functools.cache
def throwaway_python() -> Path:
    """A new venv's Python with papermill and the kaggle client, without the package; made once a session."""
    folder = Path(_folder().name)
    try:
        return make_environment(folder / "venv", NEEDS, folder / "pip.log").python
    except KaggleBattError as error:
        pytest.skip(f"pip can't make an environment here: {error}")


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Lives as long as the test process."""
    return tempfile.TemporaryDirectory(prefix="kaggle-batt-tests-")
