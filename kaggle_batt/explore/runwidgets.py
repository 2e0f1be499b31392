"""Two runs side by side, with ipywidgets: choose them, see settings, timings, scores and differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kaggle_batt.errors import KaggleBattError
from kaggle_batt.explore import pages
from kaggle_batt.explore.frontend import ipywidgets
from kaggle_batt.explore.runs import Pair, differences_page, pair_page


class RunsView:
    """Choosers of two runs and what tells them apart; `box` is the whole."""

    def __init__(self, folders: Sequence[str | Path]) -> None:
        w = ipywidgets()
        names = [str(folder) for folder in folders]
        wide = {"width": "420px"}
        self.a = w.Dropdown(options=names, value=names[0], description="run A", layout=wide)
        self.b = w.Dropdown(options=names, value=names[-1], description="run B", layout=wide)
        self.compare = w.Button(description="find all differences", layout={"width": "180px"})
        self.page, self.differences = w.HTML(), w.HTML()
        choosers = w.HBox([self.a, self.b, self.compare], layout={"flex_flow": "row wrap"})
        pages_box = w.VBox([self.page, self.differences], layout={"max_height": "600px", "overflow": "auto"})
        self.box = w.VBox([choosers, pages_box])
        for chooser in (self.a, self.b):
            chooser.observe(self._choose, "value")
        self.compare.on_click(lambda _: self._show(self.differences, differences_page))
        self._choose()

    def _choose(self, _: Any = None) -> None:
        self.differences.value = ""
        self._show(self.page, pair_page)

    def _show(self, widget: Any, page: Callable[[Pair], str]) -> None:
        try:
            widget.value = page(Pair(self.a.value, self.b.value))
        except KaggleBattError as error:
            widget.value = pages.error_html(str(error))
