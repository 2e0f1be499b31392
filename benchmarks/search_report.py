"""Figures of searches over training tasks, from files that `solve.py --save` wrote.

    python benchmarks/solve.py training --sample 4 --curve 0.08,0.6,5 --save runs/curve.jsonl
    python benchmarks/solve.py training --sample 4 --budget 5 --ablate --save runs/ablation.jsonl
    python benchmarks/search_report.py docs/search runs/curve-*.jsonl runs/ablation-*.jsonl

Writes OUT_figures.png (outputs right against CPU seconds, which ingredient found what, what each is missed
for when it is left out) and OUT_examples.png (tasks solved and missed beside the program's text).
"""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from measuring import parser_of, tasks_of
from solve_files import rows_of
from solve_rows import Row
from solve_totals import Totals

from kaggle_batt.draw.render import default_style, figure_of, new_figure, to_png
from kaggle_batt.draw.sheet import judged_picture
from kaggle_batt.draw.table import Code, CodeLine
from kaggle_batt.pipeline.scores import grid_rows
from kaggle_batt.tasks.drawing import Drawing, Shape, Text, beside, placed
from kaggle_batt.tasks.picture import Picture, sample_pictures
from kaggle_batt.tasks.sheet import sheet_of
from kaggle_batt.tasks.task import Task

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#E69F00", "#009E73", "#999999"
SIDE = 135  # pixels of a grid
MOST_LINES, MOST_CELLS = 13, 240  # of a program's text, of a grid that is shown

Run = tuple[dict[str, Any], list[Row], Totals]


def read(paths: Sequence[Path]) -> list[Run]:
    """The runs of these files. Raises SystemExit where one is no training run's."""
    found = []
    for path in paths:
        head, rows = rows_of(path)
        if "split" not in head or not rows:
            raise SystemExit(f"{path}: rows of training tasks were expected (solve.py training --save)")
        totals = Totals()
        for row in rows:
            totals.add(row)
        found.append((head, rows, totals))
    return found


def curve(axes: Any, runs: Sequence[Run]) -> None:
    """Outputs right with one, two, three answers against CPU seconds a task."""
    points = sorted([totals for _, _, totals in runs], key=lambda totals: totals.mean)
    for answers, color in ((3, GREY), (2, BLUE), (1, ORANGE)):
        shares = [100 * one.right(answers) / one.counts["outputs"] for one in points]
        axes.plot(
            [one.mean for one in points],
            shares,
            "o-",
            color=color,
            label=f"{answers} answer" + "s" * (answers > 1),
        )
    axes.set_xscale("log")
    ticks = [one.mean for one in points]
    axes.set_xticks(ticks, [f"{tick:.2g}" for tick in ticks])
    axes.minorticks_off()
    axes.set(xlabel="CPU seconds a task, mean", ylabel="outputs right, %", title="Right against budget")
    axes.set_ylim(0, None)
    axes.legend(frameon=False, loc="lower right")


def finishers(axes: Any, run: Run) -> None:
    """Outputs right with two answers by the ingredient that found them, plain or in a view."""
    plain: Counter[str] = Counter()
    viewed: Counter[str] = Counter()
    for kind, number in run[2].kinds.items():
        view, _, finisher = kind.rpartition(" ")
        (viewed if view else plain)[finisher] += number
    names = sorted({*plain, *viewed}, key=lambda name: plain[name] + viewed[name])
    axes.barh(names, [plain[name] for name in names], color=BLUE, label="on the task as it is")
    left = [plain[name] for name in names]
    axes.barh(
        names,
        [viewed[name] for name in names],
        left=left,
        color=ORANGE,
        label="in a view (colors or sides changed)",
    )
    for place, name in enumerate(names):
        axes.text(plain[name] + viewed[name] + 0.3, place, plain[name] + viewed[name], va="center")
    axes.margins(x=0.08)
    title = f"What found them ({run[2].mean:.2g} CPU s a task)"
    axes.set(xlabel="outputs right with two answers", title=title)
    axes.legend(frameon=False, loc="lower right")


def ablation(axes: Any, runs: Sequence[Run]) -> None:
    """Outputs right with two answers that are missed when an ingredient is left out."""
    whole = next((totals for head, _, totals in runs if not head["without"]), None)
    rest = [(head["without"][0], totals) for head, _, totals in runs if head["without"]]
    if whole is None or not rest:
        axes.axis("off")
        return
    lost = sorted([(whole.right(2) - one.right(2), name) for name, one in rest])
    axes.barh([name for _, name in lost], [number for number, _ in lost], color=GREEN)
    axes.axvline(0, color="black", linewidth=0.8)
    title = f"Left out singly (of {whole.right(2)}, {whole.mean:.2g} CPU s)"
    axes.set(xlabel="outputs fewer", title=title)


@default_style()
def figures(runs: Sequence[Run]) -> Any:
    """The three charts side by side."""
    cuts = [run for run in runs if run[0]["without"]]
    budgets = {run[0]["budget"] for run in cuts}
    whole = [run for run in runs if not run[0]["without"]]
    pairs = [*[run for run in whole if run[0]["budget"] in budgets][:1], *cuts]
    figure = new_figure(15 if cuts else 10, 4.6, constrained=True)
    axes = figure.subplots(1, 3 if cuts else 2)
    curve(axes[0], whole)
    finishers(axes[1], max(whole, key=lambda run: run[0]["budget"]))
    if cuts:
        ablation(axes[2], pairs)
    for one in axes[1:]:
        one.locator_params(axis="x", integer=True)
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
    first = whole[0]
    figure.suptitle(f"{first[0]['split']}: {len(first[1])} tasks, {first[2].counts['outputs']} outputs")
    return figure


def picked(rows: Sequence[Row], tasks: dict[str, Task], solved: int, missed: int) -> list[tuple[Task, Row]]:
    """Tasks to show: solved ones by unlike ingredients, missed ones with and without a program."""
    small = [row for row in rows if _cells(tasks[row["id"]]) <= MOST_CELLS]
    right = [row for row in small if row["right"] and len(row["programs"][0].splitlines()) <= MOST_LINES]
    kinds: dict[str, Row] = {}
    for row in sorted(right, key=lambda row: (-len(row["programs"][0].splitlines()), row["id"])):
        kinds.setdefault(row["kinds"][0].split()[-1], row)
    order = sorted(kinds, key=lambda kind: (-sum(kind in row["kinds"][0] for row in rows), kind))
    wrong = [row for row in small if row["programs"] and max(row["ranks"]) < 0]
    none = [row for row in small if not row["programs"]]
    misses = [*wrong[: missed - 1], *none][:missed]
    return [(tasks[row["id"]], row) for row in [*[kinds[kind] for kind in order[:solved]], *misses]]


def _cells(task: Task) -> int:
    return max(len(grid) * len(grid[0]) for s in (*task.demo, *task.test) for grid in (s.input, s.output))


def pictures(task: Task, row: Row) -> list[Picture]:
    """The grids of a line: two demos, the test input, what is right, what was answered."""
    known = [(f"demo {number}", sample) for number, sample in enumerate(task.demo[:2], 1)]
    found = [
        one
        for name, s in [*known, ("test", task.test[0])]
        for one in sample_pictures(name, s.input, s.output)
    ]
    if not row["answers"]:
        return [*found, Picture("none", title="answer")]
    return [*found, judged_picture(task.test[0].output, grid_rows(row["answers"][0][0]), "answer")]


def caption(row: Row) -> Code:
    """What stands beside the grids: how the program was found, and its text."""
    if not row["programs"]:
        return Code([CodeLine(f"no program fits all demos ({row['cpu']:.1f} CPU s)")])
    head = f"{row['ranking'][0][3]}, confidence {row['confidence']} %, {row['cpu']:.1f} CPU s"
    lines = [
        part
        for text in row["programs"][0].splitlines()
        for part in textwrap.wrap(text, 62, subsequent_indent="        ", drop_whitespace=False)
    ]
    shown = [*lines[:MOST_LINES], *(["    …"] if len(lines) > MOST_LINES else [])]
    return Code([CodeLine(line) for line in shown], head)


def examples(shown: Sequence[tuple[Task, Row]]) -> Any:
    """A line for each task: its grids, and the program's text beside them."""
    items: list[Shape | Text] = []
    width = height = 0.0
    for task, row in shown:
        name = f"{task.id}: {'solved' if row['right'] else 'missed'}"
        grids = sheet_of([[one] for one in pictures(task, row)], name, SIDE)
        line = beside(grids.drawing(), caption(row).drawing())
        items += placed(line.items, 0, height)
        width, height = max(width, line.width), height + line.height
    return figure_of(Drawing(width, height, items))


def main() -> int:
    """Draw and save; return the exit status."""
    parser = parser_of(__doc__)
    parser.add_argument("out", metavar="OUT", help="what the pictures' names begin with")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--solved", type=int, default=5, help="solved tasks shown")
    parser.add_argument("--missed", type=int, default=3, help="missed tasks shown")
    options = parser.parse_args()
    runs = read(options.files)
    best = max([run for run in runs if not run[0]["without"]], key=lambda run: run[0]["budget"])
    shown = picked(best[1], tasks_of(best[0]["split"]), options.solved, options.missed)
    for name, figure in (("figures", figures(runs)), ("examples", examples(shown))):
        path = Path(f"{options.out}_{name}.png")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(to_png(figure))
        print(f"{path}: {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
