"""The figures of a run, from its record: charts, tables and sheets of pictures."""

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

from kaggle_batt.api import Run
from kaggle_batt.draw.charts import BLUE, GRAY, GREEN, ORANGE, Score, bars, gantt, heat_map
from kaggle_batt.draw.render import Figure
from kaggle_batt.draw.sheet import predictions_sheet, task_sheet
from kaggle_batt.draw.table import Table
from kaggle_batt.pipeline.record import score
from kaggle_batt.pipeline.scores import grid_rows
from kaggle_batt.tasks.sheet import Sheet

MAX_TASKS = 40  # tasks in a bar chart
LINE = 88  # characters of a line of a chart's title
NOISE = 0.005  # seconds; a shorter phase has no speed-up


def phases(run: Run, serial: Run | None = None) -> Figure:
    """Wall seconds of each phase, beside those of a serial run if there is one."""
    return phase_bars({"serial": serial.walls, "parallel": run.walls} if serial else {"parallel": run.walls})


def phase_bars(walls: Mapping[str, Mapping[str, float]]) -> Figure:
    """Wall seconds of each phase of one or two runs, given by their names."""
    colors = (ORANGE, BLUE)[-len(walls) :]
    series = [(name, color, values) for (name, values), color in zip(walls.items(), colors, strict=True)]
    return bars("Wall time of each phase", "seconds", series, "{:.3g} s".format)


def speedup(run: Run, serial: Run | None = None) -> Figure:
    """CPU over wall seconds, a serial run's wall over this wall, and the ideal: the number of workers."""
    times = [time for time in run.times if time.wall >= NOISE]
    walls = serial.walls if serial else {}
    against = {time.phase: walls[time.phase] / time.wall for time in times if time.phase in walls}
    series = [("serial wall ÷ wall", ORANGE, against)] if against else []
    busy = ("CPU ÷ wall", BLUE, {time.phase: time.parallelism for time in times})
    marks = [(f"ideal: {run.workers} workers", GREEN, run.workers), ("no gain", GRAY, 1)]
    title = f"Speed-up of each phase (workers: {run.workers})"
    return bars(title, "times", [*series, busy], "{:.2f}×".format, marks)


def jobs(run: Run, phases: Sequence[str] = ()) -> Figure:
    """When each worker ran which job, in the given phases (all where none is given)."""
    times = [time for time in run.times if time.spans and (not phases or time.phase in phases)]
    spans = [span for time in times for span in time.spans]
    first = min([span.start for span in spans], default=0.0)
    rows = [(s.label.split("/0-")[0], s.worker, s.start - first, s.stop - first, s.kind) for s in spans]
    return gantt(rows, f"Jobs by worker: {', '.join([time.phase for time in times])}")


def candidates(run: Run) -> Figure:
    """Answers and programs of each task, before and after the filter: totals, and bars of MAX_TASKS tasks."""
    tasks = {name: task for name, task in run.record["tasks"].items() if "distinct" in task}
    shown = list(tasks.items())[:MAX_TASKS]
    drawn = f"the first {len(shown)} of {len(tasks)} tasks" if len(tasks) > len(shown) else "each task"
    named = (("answers", ORANGE, "candidates"), ("programs", BLUE, "distinct"))
    series = [(name, color, {id: task[key] for id, task in shown}) for name, color, key in named]
    return bars(f"Candidates of {drawn}\n{fill(run.counted, LINE)}", "candidates", series)


def o_scores(run: Run, per_task: int = 3) -> Table:
    """The o scores of each task's best programs."""
    rows = []
    for name, task in run.record["tasks"].items():
        for md5, program in list(task.get("programs", {}).items())[:per_task]:
            score = task["o_score"].get(md5, {"demo": 0, "test": 0})
            shown = (name, program["name"], score["demo"], task["demo"], score["test"], task["test"])
            rows.append((*shown, program["calls"], program["steps"], program["source"]))
    columns = ("task", "program", "o demo", "of", "o test", "of", "calls", "steps", "source")
    return Table(columns, rows, "o scores: samples that a program gets exactly right")


def d_scores(run: Run, per_task: int = 1) -> Figure:
    """The d scores of each task's best programs, by differ."""
    columns = [
        (f"{name} {task['programs'][md5]['name']}", [scores])
        for name, task in run.record["tasks"].items()
        for md5, scores in list(task.get("d_score", {}).items())[:per_task]
    ]
    return _score_map(columns, "d scores: differ × best program of each task")


def s_scores(run: Run) -> Figure:
    """The s scores of each task's differs, summed over its programs."""
    tasks = run.record["tasks"].items()
    columns = [(name, list(task["d_score"].values())) for name, task in tasks if task.get("d_score")]
    return _score_map(columns, "s scores: differ × task, summed over its programs")


def _score_map(columns: Sequence[tuple[str, Sequence[Any]]], title: str) -> Figure:
    names, programs = [name for name, _ in columns], [programs for _, programs in columns]
    differs = dict.fromkeys([differ for one in programs for scores in one for differ in scores])
    values = [[_total([p[name] for p in one if name in p]) for one in programs] for name in differs]
    return heat_map(list(differs), names, values, title)


def _total(scores: Sequence[Mapping[str, int]]) -> Score | None:
    iz, zo, failed = [sum([score[key] for score in scores]) for key in ("iz", "zo", "failed")]
    return (iz, zo, failed) if scores else None


def confidence(run: Run) -> Table:
    """The share of answers like each task's best that were right on training tasks, the surest first."""
    searched = run.record.get("searched", {})
    rows = []
    for name in sorted(searched, key=lambda name: (-searched[name]["confidence"], name)):
        task, found = run.record["tasks"][name], searched[name]
        right, known = score([task])
        fits = sum([score["demo"] == task["demo"] for score in task["o_score"].values()])
        shown = (name, found["confidence"], found["kind"], found["answers"], found["passes"])
        rows.append((*shown, right if known else "hidden", task["test"], fits))
    columns = ("task", "confidence %", "found by", "answers", "passes", "right", "of", "demos fit by")
    return Table(columns, rows, "search: confidence in each best answer, and what found it")


def task(run: Run, name: str) -> Sheet:
    return task_sheet(run.tasks[name], predicted(run, name))


def predictions(run: Run, name: str) -> Sheet:
    """A task's test inputs with expected and predicted outputs."""
    return predictions_sheet(run.tasks[name], predicted(run, name))


def predicted(run: Run, name: str) -> list[list[Any]]:
    found = run.record["tasks"][name].get("predictions") or [[] for _ in run.tasks[name].test]
    return [[grid_rows(text) for text in answers] for answers in found]


def first_tasks(run: Run, most: int = 6) -> list[str]:
    """The ids of at most `most` tasks, solved ones first."""
    tasks = run.record["tasks"]
    return sorted(tasks, key=lambda name: not any(tasks[name].get("solved") or [False]))[:most]
