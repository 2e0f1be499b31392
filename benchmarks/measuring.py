"""What the benchmarks share: arguments, tasks and programs, clocks, bare processes, and how they end."""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import signal
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # also where the package is not installed

from kaggle_batt.programs.battery import Entry  # noqa: E402
from kaggle_batt.programs.battery_file import load_battery  # noqa: E402
from kaggle_batt.tasks.loading import load_tasks  # noqa: E402
from kaggle_batt.tasks.task import Task  # noqa: E402

BATTERY = ROOT / "tests" / "data" / "battery32.txt"


def parser_of(doc: str, saves: bool = False) -> argparse.ArgumentParser:
    """The parser of a benchmark with this docstring, which `saves` its figures if asked to."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    if saves:
        parser.add_argument("--json", metavar="FILE", help="save the figures")
    return parser


def tasks_of(split: str) -> dict[str, Task]:
    """The tasks of `training`, `evaluation` or `DATA:SPLIT`, by id."""
    data, _, name = split.rpartition(":")
    return load_tasks(data or None, name)


def solvers() -> list[Entry]:
    """The 32 programs of `BATTERY`."""
    return [entry for entry in load_battery(BATTERY).entries if entry.program.kind == "solver"]


def cpu_time(who: int = resource.RUSAGE_CHILDREN) -> float:
    """CPU seconds of this process, or of its children that have ended; the kernel counts microseconds."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def middle(values: Sequence[float]) -> dict[str, Any]:
    """The median, and the least and the most."""
    return {"median": statistics.median(values), "spread": [min(values), max(values)]}


def geometric_mean(ratios: Iterable[float]) -> float:
    return math.exp(statistics.fmean(map(math.log, ratios)))


class TooSlow(BaseException):
    """What has a limit of time takes longer."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` in the body after so many CPU seconds."""

    def strike(*_: object) -> None:
        raise TooSlow

    signal.signal(signal.SIGVTALRM, strike)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def forked(function: Callable[[Any], Any], parts: Iterable[Sequence[Any]]) -> None:
    """Call the function with all items, those of each part in a bare process, forked: nothing is quicker."""
    pids = []
    for part in parts:
        pid = os.fork()
        if pid == 0:
            for item in part:
                function(item)
            os._exit(0)
        pids.append(pid)
    for pid in pids:
        os.waitpid(pid, 0)


def apart(*arguments: str) -> Any:
    """The JSON that this benchmark prints for such arguments in a process of its own."""
    done = subprocess.run([sys.executable, sys.argv[0], *arguments], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def rounded(figures: Any) -> str:
    """The figures as JSON, to four places."""
    return json.dumps(json.loads(json.dumps(figures), parse_float=lambda text: round(float(text), 4)))


def ended(figures: Any, file: str | None, missed: Sequence[str]) -> int:
    """Save the figures where a file is given, print the targets that were missed; return the exit status."""
    if file:
        Path(file).write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\n".join(["missed:", *missed]) if missed else "no target missed")
    return int(bool(missed))
