"""Own primitives beyond the shared vocabulary, each declared by the decorator of its body.

The modules import only `dsl.values`, `errors` and each other, and they need numpy. They are all imported on
the first use of a name that the shared vocabulary does not have.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kaggle_batt.dsl.extensions.registry import Extension, Family


@cache
def extensions() -> dict[str, Extension]:
    """All extensions by name, in the order of their modules; the first call imports these."""
    for name in sorted([module.name for module in walk_packages(__path__, f"{__name__}.")]):
        import_module(name)
    registered = import_module(f"{__name__}.registry").EXTENSIONS
    entries = sorted(registered.values(), key=lambda entry: str(entry.function.__module__))
    return {entry.name: entry for entry in entries}


@cache
def families() -> dict[str, Family]:
    """The extensions that map a grid to named grids, by name."""
    return {name: entry for name, entry in extensions().items() if entry.result == "Grids"}  # type: ignore[misc]
