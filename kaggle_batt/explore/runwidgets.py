"""Two runs side by side, with ipywidgets: choose them, see settings, timings, scores and differences."""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kaggle_batt.draw.code import CODE
from kaggle_batt.errors import KaggleBattError
from kaggle_batt.explore import pages
from kaggle_batt.explore.frontend import ipywidgets
from kaggle_batt.explore.runs import RunPair

STYLE = "<style>.kb-runs td,.kb-runs th{padding:0 8px;line-height:20px}</style>"


class RunsWidgets:
    """Choosers of two runs and their differences; `box` is the whole."""

    def __init__(self, folders: Sequence[str | Path]) -> None:
        w = ipywidgets()
        options = [(_short(folder, folders), str(folder)) for folder in folders]
        self.a, self.b = [
            w.Dropdown(options=options, value=value, description=name, layout={"width": "360px"})
            for name, (_, value) in (("run A", options[0]), ("run B", options[-1]))
        ]
        self.compare = w.Button(description="find all differences", layout={"width": "180px"})
        self.page, self.differences = w.HTML(), w.HTML()
        for page in (self.page, self.differences):
            page.add_class("kb-runs")
        choosers = w.HBox([self.a, self.b, self.compare, w.HTML(STYLE)], layout={"flex_flow": "row wrap"})
        pages_box = w.VBox([self.differences, self.page], layout={"max_height": "600px", "overflow": "auto"})
        self.box = w.VBox([choosers, pages_box])
        for chooser in (self.a, self.b):
            chooser.observe(self._choose, "value")
        self.compare.on_click(lambda _: self._show(self.differences, _verdict))
        self._choose()

    def _choose(self, _: Any = None) -> None:
        self.differences.value = ""
        self._show(self.page, _tables)

    def _show(self, widget: Any, page: Callable[[RunPair], str]) -> None:
        try:
            widget.value = page(RunPair(self.a.value, self.b.value))
        except KaggleBattError as error:
            widget.value = pages.error_html(str(error))


def _tables(pair: RunPair) -> str:
    return "".join([table.html() for table in (pair.settings(), pair.times(), pair.scores())])


def _verdict(pair: RunPair) -> str:
    return f'<div style="{CODE}">{html.escape(pair.verdict())}</div>'


def _short(folder: str | Path, folders: Sequence[str | Path]) -> str:
    """The folder's name below what all folders have in common."""
    common = os.path.commonpath([Path(other).absolute().parent for other in folders])
    return os.path.relpath(Path(folder).absolute(), common)
