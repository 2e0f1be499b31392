"""Exploring runs: tasks, candidates, programs step by step, edits, comparisons and histories of runs.

`model.Explorer` holds the choices; `pages` and `runs` describe what is shown. Imports `api`,
`batch`, `draw`, `dsl`, `errors`, `kaggle`, `params`, `pipeline`, `programs`, `report` and `tasks`.
"""

from kaggle_batt.explore.model import Explorer

__all__ = ["Explorer"]
