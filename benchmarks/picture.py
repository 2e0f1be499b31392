"""README's picture from a run: python benchmarks/picture.py RUN [OUT] [--task ID].

A task with the run's predictions, a program that fits it call by call, where the time went (beside a serial
run where RUN was compared with one), and the candidates.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from measuring import parser_of
from PIL import Image

from kaggle_batt.api import Run, load_run
from kaggle_batt.draw.render import figure_of, to_png
from kaggle_batt.explore import Explorer, pages
from kaggle_batt.pipeline.files import RECORD
from kaggle_batt.report import figures

PER_LINE = 7  # grids side by side
WIDTH = 1452  # pixels: a figure of seven grids side by side is not scaled
MARGIN = 16
SERIAL = "compared_serial"


def chosen(run: Run, name: str) -> Explorer:
    """At a program that fits its task: of those written by hand or found, the longest that one line holds.

    The task is `name`, or one that is solved and drawn on one line.
    """
    tasks = run.record["tasks"]
    short = [n for n, task in tasks.items() if task["demo"] + 2 * task["test"] <= PER_LINE]
    solved = [n for n in short if all(tasks[n]["solved"])]
    explorer = Explorer(run, name)
    rows = [row for n in ([name] if name else solved or list(tasks)) for row in explorer.rows(n)]
    best = max(rows, key=lambda r: (r.demo / r.demos, r.parent is None, r.calls <= PER_LINE, r.calls))
    explorer.choose_row(best)
    return explorer


def image(figure: Any) -> Image.Image:
    """A figure as an image, no wider than the picture."""
    found = Image.open(io.BytesIO(to_png(figure))).convert("RGB")
    found.thumbnail((WIDTH - 2 * MARGIN, 10_000), Image.Resampling.LANCZOS)
    return found


def side_by_side(left: Image.Image, right: Image.Image) -> Image.Image:
    """Two images in one line, as wide as the picture, of one height."""
    height = round((WIDTH - 3 * MARGIN) / (left.width / left.height + right.width / right.height))
    scaled = [one.resize((round(one.width * height / one.height), height)) for one in (left, right)]
    line = Image.new("RGB", (WIDTH - 2 * MARGIN, height), "white")
    line.paste(scaled[0], (0, 0))
    line.paste(scaled[1], (scaled[0].width + MARGIN, 0))
    return line


def stacked(parts: list[Image.Image]) -> Image.Image:
    """Images one below the other."""
    height = sum(part.height for part in parts) + MARGIN * (len(parts) + 1)
    picture = Image.new("RGB", (WIDTH, height), "white")
    top = MARGIN
    for part in parts:
        picture.paste(part, (MARGIN, top))
        top += part.height + MARGIN
    return picture


def draw(run: Run, explorer: Explorer) -> Image.Image:
    """The picture."""
    serial = run.folder / SERIAL
    beside = load_run(serial) if (serial / RECORD).exists() else None
    times = image(figures.phases(run, beside))
    counts = image(figures.candidates(run))
    task = image(figure_of(figures.task(run, explorer.name)))
    steps = image(figure_of(pages.filmstrip(explorer, with_input=False)))
    return stacked([task, steps, side_by_side(times, counts)])


def main() -> int:
    """Draw and save; return the exit status."""
    parser = parser_of(__doc__)
    parser.add_argument("run", metavar="RUN", help="folder of a run")
    parser.add_argument("out", nargs="?", default="docs/picture.png", metavar="OUT")
    parser.add_argument("--task", default="", metavar="ID")
    options = parser.parse_args()
    run = load_run(options.run)
    picture = draw(run, chosen(run, options.task))
    Path(options.out).parent.mkdir(parents=True, exist_ok=True)
    picture.save(options.out, optimize=True)
    print(f"{options.out}: {picture.width}×{picture.height}, {Path(options.out).stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
