"""Throw-away environments for tests that drive another Python than the one they run in."""

from __future__ import annotations

import functools
import os
import tempfile
from pathlib import Path

import pytest

from kaggle_batt.errors import KaggleBattError
from kaggle_batt.rehearsal.environment import make_environment

NOTEBOOK_NEEDS = ("papermill", "ipykernel")


@functools.cache
def rehearsal_python() -> Path:
    """A Python with papermill and without the package; KAGGLE_BATT_REHEARSAL_PYTHON names one made before."""
    given = os.environ.get("KAGGLE_BATT_REHEARSAL_PYTHON")
    return Path(given) if given else made_python(*NOTEBOOK_NEEDS)


@functools.cache
def made_python(*requirements: str) -> Path:
    """A new venv's Python with these packages and those of a rehearsal; skips where pip can't."""
    folder = Path(_folder().name) / "-".join(requirements)
    try:
        wanted = [*requirements, *NOTEBOOK_NEEDS]
        return make_environment(folder, wanted, folder.with_suffix(".log")).python
    except KaggleBattError as error:
        pytest.skip(f"pip can't make an environment here: {error}")


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Lives as long as the test process."""
    return tempfile.TemporaryDirectory(prefix="kaggle-batt-tests-")
