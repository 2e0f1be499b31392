"""Exploring runs: tasks, candidates, programs step by step, edits, comparisons and histories of runs.

`model.Explorer` holds the choices, in plain Python; `pages` and `runs` describe what is shown, as HTML for
the widgets or as figures. ipywidgets and matplotlib are imported on first use.

Imports `api`, `batch`, `draw`, `dsl`, `errors`, `kaggle`, `params`, `pipeline`, `programs`, `report`
and `tasks`.
"""

from kaggle_batt.explore.model import Explorer

__all__ = ["Explorer"]
