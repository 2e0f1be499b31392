"""A bundle sent to Kaggle: its dataset, new or as a version, and when that is ready its kernel."""

from __future__ import annotations

import re
import time

from kaggle_batt.errors import KaggleBattError
from kaggle_batt.kaggle.bundle import Bundle
from kaggle_batt.kaggle.client import run_client

POLL = 5.0  #: seconds between two questions whether the dataset is ready
_UNKNOWN = re.compile(r"\b40[34]\b|not found", re.I)  # the client's answers for a dataset that isn't there


def push(bundle: Bundle, wait: float) -> None:
    """Send the bundle; wait at most so many seconds until Kaggle has taken in the dataset.

    Raises `KaggleBattError` at the first refusal: a kernel pushed after it would run with other files.
    """
    ref = str(bundle.dataset_meta["id"])
    known = run_client(["datasets", "status", ref], echo=False)
    is_new = known.exit_status != 0 and _UNKNOWN.search(known.output) is not None
    if not is_new:
        known.require()
    run_client(bundle.calls["create" if is_new else "version"]).require()
    _wait_until_ready(ref, wait)
    run_client(bundle.calls["push"]).require()


def _wait_until_ready(ref: str, wait: float) -> None:
    end = time.monotonic() + wait
    while (state := run_client(["datasets", "status", ref], echo=False)).output.strip().lower() != "ready":
        if time.monotonic() >= end:
            said = state.output.strip() or "nothing"
            raise KaggleBattError(f"dataset {ref} is not ready after {wait:.0f} s ({said}); push again later")
        time.sleep(min(POLL, max(0.0, end - time.monotonic())))
