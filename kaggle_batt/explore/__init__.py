"""Looking at runs: tasks, candidates, programs step by step, edits, comparisons and histories of runs.

`model.Explorer` holds what was chosen, in plain Python; `figures` and `runs` draw it; `widgets` is the same
with ipywidgets, for where somebody watches. ipywidgets and matplotlib are imported on first use.
"""

from __future__ import annotations

from kaggle_batt.explore.model import Explorer

__all__ = ["Explorer"]
