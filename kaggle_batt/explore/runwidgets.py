"""Two runs side by side, with ipywidgets: choose them, see settings, timings, scores and differences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kaggle_batt.errors import KaggleBattError
from kaggle_batt.explore import pages
from kaggle_batt.explore.frontend import ipywidgets
from kaggle_batt.explore.runs import Pair, pair_page


class RunsView:
    """Choosers of two runs and what tells them apart; `box` is the whole."""

    def __init__(self, folders: Sequence[str | Path]) -> None:
        w = ipywidgets()
        names = [str(folder) for folder in folders]
        wide = {"width": "420px"}
        self.a = w.Dropdown(options=names, value=names[0], description="run A", layout=wide)
        self.b = w.Dropdown(options=names, value=names[-1], description="run B", layout=wide)
        self.page = w.HTML(layout={"max_height": "600px", "overflow": "auto"})
        self.box = w.VBox([w.HBox([self.a, self.b], layout={"flex_flow": "row wrap"}), self.page])
        for chooser in (self.a, self.b):
            chooser.observe(self._show, "value")
        self._show()

    def _show(self, _: Any = None) -> None:
        try:
            self.page.value = pair_page(Pair(self.a.value, self.b.value))
        except KaggleBattError as error:
            self.page.value = pages.error_html(str(error))
