"""Tasks and their readers, one a format, checked before anything runs. Imports `errors`."""

from kaggle_batt.tasks.grid import GridRows
from kaggle_batt.tasks.loading import TaskSet, load_tasks, read_tasks
from kaggle_batt.tasks.selection import DEFAULT_IDS, Selection
from kaggle_batt.tasks.task import Sample, Task

__all__ = ["DEFAULT_IDS", "GridRows", "Sample", "Selection", "Task", "TaskSet", "load_tasks", "read_tasks"]
