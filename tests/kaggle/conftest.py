"""The bundle that the tests of this room share."""

from __future__ import annotations

import pytest

from kaggle_batt.kaggle.bundle import Bundle, bundle
from tests.kaggle.tiny import make_checkout


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle with the small notebook, beside its checkout; no test changes either."""
    folder = tmp_path_factory.mktemp("made")
    return bundle("ann", folder / "bundle", source=make_checkout(folder / "checkout"))
