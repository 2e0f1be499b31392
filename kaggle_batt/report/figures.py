"""The figures of a run: its record turned into what `plots` and `tables` draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kaggle_batt.api import Run
from kaggle_batt.draw import plots
from kaggle_batt.draw.grids import draw_task
from kaggle_batt.draw.tables import score_table
from kaggle_batt.pipeline.scores import grid_rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def phases_figure(run: Run, serial: Run | None = None) -> Figure:
    """Wall seconds of each phase, beside those of a serial run where one is given."""
    return plots.phase_bars(serial.walls if serial else None, run.walls)


def speedup_figure(run: Run, serial: Run | None = None) -> Figure:
    """Both speed-ups of each phase against the ideal; phases under 5 ms are left out as noise."""
    times = [time for time in run.times if time.wall >= 0.005]
    walls = serial.walls if serial else {}
    against = {time.phase: walls[time.phase] / time.wall for time in times if time.phase in walls}
    busy = {time.phase: time.parallelism for time in times}
    return plots.speedup_bars(busy, against or None, run.record["environment"]["workers"])


def gantt_figure(run: Run, phases: Sequence[str] = ()) -> Figure:
    """Who ran what when, in the given phases (all where none is given)."""
    times = [time for time in run.times if not phases or time.phase in phases]
    spans = [span for time in times for span in time.spans]
    first = min([span.start for span in spans], default=0.0)
    rows = [(s.label.split("/0-")[0], s.worker, s.start - first, s.stop - first, s.kind) for s in spans]
    names = [time.phase for time in times if time.spans]
    return plots.gantt(rows, f"Who ran what when: {', '.join(names)}")


def candidates_figure(run: Run) -> Figure:
    """Candidates of each task before and after the filter."""
    tasks = {name: task for name, task in run.record["tasks"].items() if "distinct" in task}
    before = {name: task["candidates"] for name, task in tasks.items()}
    return plots.candidates_bars(before, {name: task["distinct"] for name, task in tasks.items()})


O_COLUMNS = ("task", "program", "o demo", "of", "o test", "of", "calls", "steps", "source")
D_COLUMNS = ("task", "program", "differ", "iz", "zo", "failed")
S_COLUMNS = ("task", "differ", "iz best", "iz sum", "zo best", "zo sum")


def o_rows(run: Run, per_task: int = 3) -> list[tuple[Any, ...]]:
    """The best programs of each task with their o scores (rows of `O_COLUMNS`)."""
    rows = []
    for name, task in run.record["tasks"].items():
        for md5, program in list(task.get("programs", {}).items())[:per_task]:
            score = task["o_score"].get(md5, {"demo": 0, "test": 0})
            shown = (name, program["name"], score["demo"], task["demo"], score["test"], task["test"])
            rows.append((*shown, program["calls"], program["steps"], program["source"]))
    return rows


def d_rows(run: Run, per_task: int = 1) -> list[tuple[Any, ...]]:
    """The d scores of each task's best programs (rows of `D_COLUMNS`)."""
    return [
        (name, task["programs"][md5]["name"], differ, score["iz"], score["zo"], score["failed"])
        for name, task in run.record["tasks"].items()
        for md5 in list(task.get("d_score", {}))[:per_task]
        for differ, score in task["d_score"][md5].items()
    ]


def s_rows(run: Run) -> list[tuple[Any, ...]]:
    """The s scores of each task's differs (rows of `S_COLUMNS`)."""
    rows = []
    for name, task in run.record["tasks"].items():
        for differ, sides in task.get("s_score", {}).items():
            iz, zo = list(sides["iz"].values()), list(sides["zo"].values())
            rows.append((name, differ, max(iz, default=0), sum(iz), max(zo, default=0), sum(zo)))
    return rows


def o_figure(run: Run) -> Figure:
    """The o scores of each task's best programs."""
    return score_table(o_rows(run), O_COLUMNS, "o scores: samples that a program gets exactly right")


def d_figure(run: Run) -> Figure:
    """The d scores of each task's best program."""
    return score_table(d_rows(run), D_COLUMNS, "d scores: what each differ says of the best program")


def s_figure(run: Run) -> Figure:
    """The s scores of each task's differs."""
    return score_table(s_rows(run), S_COLUMNS, "s scores: the same, seen from the differ")


def task_figure(run: Run, name: str) -> Figure:
    """A task's samples with the run's predictions."""
    return draw_task(run.tasks[name], predictions_of(run, name))


def predictions_of(run: Run, name: str) -> list[list[Any]]:
    """The predicted grids of each of a task's test inputs."""
    found = run.record["tasks"][name].get("predictions") or [[] for _ in run.tasks[name].test]
    return [[grid_rows(text) for text in answers] for answers in found]


def prediction_figure(run: Run, name: str) -> Figure:
    """A task's test inputs with expected and predicted outputs."""
    return plots.predictions_figure(run.tasks[name], predictions_of(run, name))


C_COLUMNS = ("task", "confidence %", "found by", "answers", "passes", "right", "of", "demos fit by")


def confidence_rows(run: Run) -> list[tuple[Any, ...]]:
    """Each task that a search answered, the surest first, beside what came of it (rows of `C_COLUMNS`)."""
    searched = run.record.get("searched", {})
    rows = []
    for name in sorted(searched, key=lambda name: (-searched[name]["confidence"], name)):
        task, told = run.record["tasks"][name], searched[name]
        known = [right for right in task["solved"] if right is not None]
        fits = sum([score["demo"] == task["demo"] for score in task["o_score"].values()])
        shown = (name, told["confidence"], told["kind"], told["answers"], told["passes"])
        rows.append((*shown, sum(known) if known else "hidden", task["test"], fits))
    return rows


def confidence_figure(run: Run) -> Figure:
    """How far each task's best answer can be trusted, by what such answers were worth on training tasks."""
    title = "search: how far each best answer can be trusted, what found it"
    return score_table(confidence_rows(run), C_COLUMNS, title)


def first_tasks(run: Run, most: int = 6) -> list[str]:
    """Tasks to look at: those not solved first come after those solved, at most `most`."""
    names = list(run.record["tasks"])
    names.sort(key=lambda name: not any(run.record["tasks"][name].get("solved") or [False]))
    return names[:most]
