"""How quick the explorer is with large things: python benchmarks/explore.py [--json FILE] [--repeat N].

A task of 30×30 grids, 5,000 candidates on it and a program of 150 calls (benchmarks/made_up.py). An
interaction is all that one event of a widget makes Python do, from the event to the pages set. CPU
milliseconds, median and worst of N; the bound for the median is 200. Exit status 1 where one is over it.
"""

from __future__ import annotations

import itertools
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from made_up import LARGE, SMALL, made_up_run
from measuring import ended, parser_of

from kaggle_batt.explore import Explorer
from kaggle_batt.explore.widgets import TABS, ExplorerWidgets, RunsWidgets
from kaggle_batt.pipeline.files import RECORD

BOUND = 200.0  # milliseconds
CANDIDATES, CALLS, SIDE = 5000, 150, 30

Act = Callable[[], Any]


def setting(widget: Any, *values: Any, trait: str = "value") -> Act:
    """Sets a widget to one of the values after the other."""
    turn: Iterator[Any] = itertools.cycle(values)
    return lambda: setattr(widget, trait, next(turn))


def interactions(view: ExplorerWidgets, folder: Path) -> Iterator[tuple[str, Act]]:
    """What a person does, by name; what has to be open for it is opened before."""
    explorer = view.explorer
    yield "choose the small task, the large one", setting(view.task, SMALL, LARGE)
    explorer.choose_task(LARGE)
    yield "choose a sample", setting(view.sample, ("demo", 1), ("demo", 0))
    yield "sort the rows", setting(view.sort, "near", "steps", "md5", "rank")
    yield "filter by conditions", setting(view.filter, "rot90 o>=1 s_iz>2", "steps<50000 zo>40")
    yield "filter by a word", setting(view.filter, "solve_4", "vmirror", "")
    explorer.arrange(filter="", sort="rank", descending=False)
    yield "turn the page", itertools.cycle([view.on.click, view.back.click]).__next__
    yield "choose a program of the table", setting(view.rows, *range(1, 15), trait="index")
    yield "show all tasks, this task", setting(view.every, True, False)
    explorer.choose_row(explorer.rows(LARGE)[0])
    yield "choose the program of 150 calls", setting(view.rows, 1, 0, trait="index")
    explorer.choose_row(explorer.rows(LARGE)[0])
    for tab in ("step by step", "graph"):
        view.tabs.selected_index = TABS.index(tab)
        yield f"move the stepper ({tab})", setting(view.slider, *range(3, CALLS, 11))
    yield "open a tab", setting(view.tabs, 0, 1, 2, 3, trait="selected_index")
    view.tabs.selected_index = TABS.index("edit and run")
    text = explorer.text
    yield "edit the program of 150 calls", setting(view.text, text.replace("argmax", "argmin"), text)
    yield "edit it to no program", setting(view.text, text + "    foo(", text + "    bar(")
    runs = RunsWidgets([folder, folder / "other"])
    choose = setting(runs.b, str(folder), str(folder / "other"))
    yield "choose a run to compare with", lambda: (as_new(folder), choose(), choose())[0]
    runs.b.value = str(folder / "other")
    yield "find all differences of two runs", runs.compare.click


def as_new(folder: Path) -> None:
    """Date a run's record anew, so that it isn't taken from memory."""
    os.utime(folder / "other" / RECORD)


def measured(act: Act, repeat: int) -> list[float]:
    """CPU milliseconds of each time; an act that gives an act is called twice, the second time timed."""
    times = []
    for _ in range(repeat):
        begun = time.process_time()
        found = act()
        if callable(found):
            begun = time.process_time()
            found()
        times.append(1000 * (time.process_time() - begun))
    return times


def main() -> int:
    """Measure, print, save; return the exit status."""
    parser = parser_of(__doc__, saves=True)
    parser.add_argument("--repeat", type=int, default=14, metavar="N", help="times each (default 14)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = made_up_run(folder, CANDIDATES, CALLS, SIDE)
        made_up_run(folder / "other", CANDIDATES, CALLS, SIDE)
        begun = time.process_time()
        explorer = Explorer(run)
        view = ExplorerWidgets(explorer)
        assert explorer.graph.shared, (
            "what the battery shares is counted once, when a graph is first asked for"
        )
        opening = 1000 * (time.process_time() - begun)
        print(f"{CANDIDATES:,} candidates, {SIDE}×{SIDE} grids, a program of {explorer.program.size} calls")
        print(f"{'interaction':<44}{'median ms':>10}{'worst ms':>10}")
        print(f"{'(open the explorer and a first graph, once)':<44}{opening:>10.1f}{opening:>10.1f}")
        figures = {}
        for what, act in interactions(view, folder):
            times = measured(act, options.repeat)
            figures[what] = {"median": round(statistics.median(times), 2), "worst": round(max(times), 2)}
            print(f"{what:<44}{figures[what]['median']:>10.1f}{figures[what]['worst']:>10.1f}")
    saved = {"python": platform.python_version(), "opening": round(opening, 1), "interactions": figures}
    over = [what for what, found in figures.items() if found["median"] > BOUND]
    return ended(saved, options.json, [f"over {BOUND:.0f} ms: {what}" for what in over])


if __name__ == "__main__":
    sys.exit(main())
