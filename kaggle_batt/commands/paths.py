"""Arguments that are paths: `~` is expanded in each, a text too long for one is refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kaggle_batt.params import user_path


def path(name: str) -> Callable[[str], str]:
    """The type of an argument that is a path; messages call it `name`."""
    return partial(user_path, name=name)
