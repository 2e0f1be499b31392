"""Tasks and samples, and where they are read from: one reader a format, checked before anything runs.

Imports `errors`.
"""

from kaggle_batt.tasks.task import DEFAULT_IDS, GridRows, Sample, Task, load_selected, load_tasks

__all__ = ["DEFAULT_IDS", "GridRows", "Sample", "Task", "load_selected", "load_tasks"]
