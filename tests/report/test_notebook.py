"""The notebook's check of its parameters: a misspelt one does not pass silently."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kaggle_batt.errors import ParameterError
from kaggle_batt.params import OPTIONS
from kaggle_batt.report import notebook
from tests.runs import ROOT, environment

OWN = "\n".join(f"{name}: {option.type} = {option.default!r}" for name, option in OPTIONS.items())


@pytest.mark.parametrize(
    "history",
    [
        [OWN, "# Parameters\nmutant = 500\n"],
        [OWN + "\nmutant = 500\n"],
        [OWN, "import x", "# Parameters\nseed = 1\nmutant: int = 500\n", "late = 1"],
    ],
)
def test_a_misspelt_parameter_is_refused_with_the_nearest_name(history: list[str]) -> None:
    with pytest.raises(ParameterError, match="unknown parameter 'mutant'; did you mean mutants"):
        notebook.parameters({"In": history, "mutants": 0})


def test_other_cells_may_assign_what_they_like(capsys: pytest.CaptureFixture[str]) -> None:
    """Also an earlier, misspelt version of a cell that was run again."""
    history = [
        "!pip list",
        "mine = 1",
        OWN + "\nmutant = 5",
        "# Parameters\nsed = 1",
        OWN,
        "# Parameters\nseed = 7",
    ]
    assert notebook.parameters({"In": history, "seed": 7, "mine": 1}).seed == 7
    assert "seed" in capsys.readouterr().out


def test_papermill_s_run_stops_at_a_misspelt_parameter(tmp_path: Path) -> None:
    """`-p mutant 500` ends in the check cell, before anything runs."""
    source = ROOT / "notebooks" / "run_batt.ipynb"
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(source),
        str(tmp_path / "out.ipynb"),
        "-p",
        "mutant",
        "500",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1
    assert "unknown parameter 'mutant'; did you mean mutants" in done.stderr
    assert not (tmp_path / "runs").exists()
