"""Tasks and their readers, one a format, checked before anything runs. Imports `errors`."""

from kaggle_batt.tasks.loading import load_tasks, read_tasks
from kaggle_batt.tasks.selection import DEFAULT_IDS

__all__ = ["DEFAULT_IDS", "load_tasks", "read_tasks"]
