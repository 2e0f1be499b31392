"""Programs run alone: written to files, read back in a fresh process, held against what they were credited
with.

As a script it is that fresh process: `python benchmarks/solve_alone.py FOLDER` reads `jobs.json` and
`solver_md5/` in the folder and prints the counts as JSON. It knows nothing of the search.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import measuring  # noqa: F401 (the package is found also where it is not installed)

from kaggle_batt.pipeline.files import Folder
from kaggle_batt.pipeline.outputs import save_programs
from kaggle_batt.pipeline.scores import grid_text
from kaggle_batt.programs.program import Program
from kaggle_batt.tasks.task import Task

JOBS, PROGRAMS = "jobs.json", "solver_md5"


def checked_alone(tasks: Mapping[str, Task], rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Save the programs of the rows, run them in a fresh process, return its counts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        jobs = []
        for row in rows:
            programs = [Program.parse(text) for text in row["programs"]]
            with Folder(folder / PROGRAMS) as files:
                save_programs(files, programs)
            jobs.append(_job(tasks[row["id"]], [one.md5 for one in programs], row["answers"]))
        (folder / JOBS).write_text(json.dumps(jobs))
        done = subprocess.run([sys.executable, __file__, name], capture_output=True, text=True, check=True)
        return dict(json.loads(done.stdout))


def _job(task: Task, md5s: Sequence[str], answers: Sequence[Sequence[str]]) -> dict[str, Any]:
    """A task's grids, and its programs' files with the answers credited to them, best first."""
    demos = [(sample.input, sample.output) for sample in task.demo]
    tests = [(sample.input, grid_text(sample.output) if sample.output else None) for sample in task.test]
    return {"demos": demos, "tests": tests, "credited": list(zip(md5s, answers, strict=True))}


def _rows(grid: Any) -> Any:
    return tuple(map(tuple, grid))


def _run(folder: Path, job: dict[str, Any]) -> dict[str, int]:
    """Counts of one task: programs, those not as credited, outputs right within two distinct answers."""
    demos = tuple([(_rows(before), _rows(after)) for before, after in job["demos"]])
    given: list[list[str]] = [[] for _ in job["tests"]]
    unfaithful = 0
    for md5, credited in job["credited"]:
        program = Program.parse((folder / PROGRAMS / f"{md5}.py").read_text())
        answers = [_answer(program, _rows(grid), demos) for grid, _ in job["tests"]]
        fits = all([_answer(program, before, demos) == grid_text(after) for before, after in demos])
        unfaithful += not (fits and answers == credited)
        for known, answer in zip(given, answers, strict=True):
            known += [answer] if answer not in known else []
    right = [wanted in known[:2] for known, (_, wanted) in zip(given, job["tests"], strict=True)]
    return {
        "programs alone": len(job["credited"]),
        "unfaithful alone": unfaithful,
        "outputs right alone": sum(right),
    }


def _answer(program: Program, grid: Any, demos: Any) -> str:
    """The program's answer as text, or its failure."""
    try:
        return grid_text(program.evaluate(grid, S=demos))
    except Exception as error:
        return repr(error)


def main(folder: Path) -> None:
    """Print the counts over all jobs of the folder."""
    totals = {"programs alone": 0, "unfaithful alone": 0, "outputs right alone": 0}
    for job in json.loads((folder / JOBS).read_text()):
        for name, number in _run(folder, job).items():
            totals[name] += number
    print(json.dumps(totals))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
