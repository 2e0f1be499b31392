"""The benchmark of search: an interrupted run resumes to the same totals; hidden tasks leave no trace."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("numpy")

import fit_uses
import search_report
import solve
from solve_alone import checked_alone
from solve_files import Saved
from solve_rows import Row, Setting, measured
from solve_totals import Totals, calibration, report

from kaggle_batt.search.scoring.confidence import TABLE
from tests.runs import TASKS

IDS = ("67a3c6ac", "3aa6fb7a", "9172f3a0")
SETTING = Setting(f"{TASKS}:training", 0.2, ids=IDS)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """The rows of three small searches."""
    return [measured((task, SETTING)) for task in solve.chosen(SETTING)]


def test_totals_of_rows(rows: list[Row]) -> None:
    """Ranks are counted by answers; calibration has a line for each confidence."""
    totals = Totals()
    for row in rows:
        totals.add(row)
    assert totals.counts["tasks"] == totals.counts["outputs"] == 3
    assert totals.right(1) == 3
    assert totals.most >= totals.p90 >= totals.mean > 0
    assert "right with 1/2/3 answers 3/3/3" in report(totals, hidden=True)
    assert f"| {rows[1]['confidence']} |" in calibration(totals)
    for row in rows:
        if row["cell"]:
            # a rival near it lowers the table's confidence
            assert TABLE[row["cell"][0]][row["cell"][1]] >= row["confidence"]
    assert Totals.of_json(json.loads(json.dumps(totals.as_json()))) == totals


def test_programs_are_run_from_their_files_in_a_fresh_process(rows: list[Row]) -> None:
    """A program that does not give its credited answers is counted."""
    tasks = {task.id: task for task in solve.chosen(SETTING)}
    assert checked_alone(tasks, rows) == {
        "programs alone": sum([len(row["programs"]) for row in rows]),
        "unfaithful alone": 0,
        "outputs right alone": 3,
    }
    text = "def solve(I):\n    return rot90(I)"
    false = {"id": rows[1]["id"], "programs": [text], "answers": rows[1]["answers"][:1]}
    assert checked_alone(tasks, [false])["unfaithful alone"] == 1


class Cut(Exception):
    """The end of a run in the middle."""


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [False, True])
def test_an_interrupted_run_resumes(hidden: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal totals and digest, and of an evaluation split no task is named in the file."""
    monkeypatch.setattr(solve, "BLOCK", 1)
    monkeypatch.setattr(Setting, "hidden", hidden)
    checked, calls = solve.checked_alone, []

    def cut(*given: object) -> dict[str, int]:
        calls.append(given)
        if len(calls) == 3:
            raise Cut
        return checked(*given)

    monkeypatch.setattr(solve, "checked_alone", cut)
    path, setting = tmp_path / "rows.jsonl", replace(SETTING, budget=0.04)
    with pytest.raises(Cut):
        solve.solve(setting, 1, path, False)
    if not hidden:
        path.write_text(path.read_text() + '{"id": "torn')
    totals = solve.solve(setting, 1, path, True)
    assert len(calls) == 4
    monkeypatch.setattr(solve, "BLOCK", 3)
    whole = solve.solve(setting, 1, None, False)
    assert whole.right(1) > 1
    assert (totals.counts, totals.digest) == (whole.counts, whole.digest)
    held = path.read_text()
    assert all([(f'"id": "{name}"' in held) is not hidden for name in IDS])


def test_a_file_of_another_run_is_refused(tmp_path: Path) -> None:
    """Another budget, another file."""
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"split": SETTING.split, "budget": 7.0}) + "\n")
    with pytest.raises(SystemExit, match=r"budget 7\.0, not 0\.2"):
        solve.solve(SETTING, 1, path, True)


def test_report_of_a_saved_run(rows: list[Row], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures and examples are drawn from the files, with or without an ablation among them."""
    pytest.importorskip("matplotlib")
    names = []
    for without in ((), ("tree",)):
        names.append(tmp_path / f"run-{len(without)}.jsonl")
        saved = Saved(names[-1], replace(SETTING, without=without), False)
        saved.add(rows, {})
    for files in (names[:1], names):
        monkeypatch.setattr("sys.argv", ["search_report", str(tmp_path / "out"), *map(str, files)])
        assert search_report.main() == 0
        for name in ("figures", "examples"):
            assert (tmp_path / f"out_{name}.png").read_bytes().startswith(b"\x89PNG")


def test_uses_are_of_families_on_results_of_others() -> None:
    """A family on the input, in a view or not, is no use; one on another's result is."""
    body = "    {}\n    x2 = nth(x1, ZERO)\n    x3 = rays(x2)\n    O = nth(x3, ONE)\n    return O\n"
    found = [
        fit_uses.uses("def solve(I):\n" + body.format(line)) for line in ("x1 = crops(I)", "x1 = gone(I)")
    ]
    assert found == [{("crops", "rays")}, set()]
    lines = ("x1 = rank_colors(I, ZERO)", "x2 = crops(x1)", "O = nth(x2, ZERO)", "return O", "")
    view = "def solve(I):\n    " + "\n    ".join(lines).rstrip(" ")
    assert fit_uses.uses(view) == set()
    assert fit_uses.counted([{("crops", "rays"), ("crops", "fills")}, {("crops", "rays")}]) == {
        "inner": {"crops": 2},
        "outer": {"rays": 2, "fills": 1},
    }
