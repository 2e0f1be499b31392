"""notebooks/explore.ipynb: well formed, and executed by papermill with figures in place of widgets."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.kaggle import locate
from tests.runs import ROOT, environment, go

NOTEBOOK = ROOT / "notebooks" / "explore.ipynb"
FIGURES = {  # images that each cell shows
    "task-figure": 1, "table-figure": 1, "step-figure": 1, "filmstrip-figure": 1, "difference-figure": 1,
    "near-miss-figure": 1, "graph-figure": 1, "edit": 1, "edit-outcome": 1, "runs-times": 2, "runs-scores": 1,
    "history": 2,
}  # fmt: skip


def cells(path: Path) -> dict[str, dict[str, Any]]:
    """A notebook's cells by id."""
    return {cell["id"]: cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}


def executed(folder: Path, *parameters: str) -> subprocess.CompletedProcess[str]:
    """The notebook executed by papermill in a folder, to out.ipynb."""
    values = [part for parameter in parameters for part in ("-r", *parameter.split("=", 1))]
    command = [sys.executable, "-m", "papermill", str(NOTEBOOK), "out.ipynb", "--no-progress-bar", *values]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=300)


def outputs(cell: dict[str, Any], kind: str) -> list[Any]:
    """What a cell shows of a MIME type."""
    return [out["data"][kind] for out in cell["outputs"] if kind in out.get("data", {})]


def assert_shows_everything(folder: Path) -> dict[str, dict[str, Any]]:
    found = cells(folder / "out.ipynb")
    assert {name: len(outputs(found[name], "image/png")) for name in FIGURES} == FIGURES
    assert [
        out for cell in found.values() for out in cell.get("outputs", []) if out.get("name") == "stderr"
    ] == []
    compared = "".join(["".join(out.get("text", "")) for out in found["runs-differences"]["outputs"]])
    assert "EQUAL: run A and run B" in compared
    text = json.dumps(found)
    assert "widget-view" not in text and text.count("figures below show the same") == 2
    return found


def test_the_notebook_is_clean_and_well_formed() -> None:
    import nbformat

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3" and "widgets" not in notebook.metadata
    ids = [cell["id"] for cell in notebook.cells]
    assert len(set(ids)) == len(ids) and all(ids)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
            assert cell["id"] == "find-package" or cell.source.count("\n") < 15
    assert [cell["id"] for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])] == [
        "parameters"
    ]


def test_the_first_cell_finds_the_package_as_in_the_other_notebook() -> None:
    first = next(cell for cell in cells(NOTEBOOK).values() if cell["cell_type"] == "code")
    assert "".join(first["source"]) == locate.first_cell()


def test_a_misspelt_parameter_is_refused(tmp_path: Path) -> None:
    done = executed(tmp_path, "folder=X")
    assert done.returncode and "unknown parameter 'folder'; known are run, other, task, batch" in done.stderr


def test_papermill_shows_the_parameters() -> None:
    command = [sys.executable, "-m", "papermill", "--help-notebook", str(NOTEBOOK)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0
    for line in ("run: str", "other: str", "task: str", "batch: str"):
        assert line in done.stdout


@pytest.mark.slow
def test_without_parameters_it_makes_runs_and_shows_them(tmp_path: Path) -> None:
    done = executed(tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    found = assert_shows_everything(tmp_path)
    assert "6 tasks" in "".join(outputs(found["open"], "text/html")[0])
    assert (tmp_path / "runs" / "explore" / "second" / "run.json").exists()


@pytest.mark.slow
def test_runs_given_are_shown(tmp_path: Path) -> None:
    first, second = go(tmp_path / "a"), go(tmp_path / "b", mutants=4)
    done = executed(
        tmp_path, f"run={first.folder}", f"other={second.folder}", "task=44f52bb0", f"batch={tmp_path}"
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = assert_shows_everything(tmp_path)
    assert "10 tasks" in "".join(outputs(found["open"], "text/html")[0])


@pytest.mark.slow
def test_a_run_that_is_not_there_fails_with_a_clear_message(tmp_path: Path) -> None:
    done = executed(tmp_path, "run=nowhere")
    assert done.returncode == 1
    assert re.search("(StoreError|ParameterError): .*nowhere", done.stderr)
