"""Search for programs that fit a task's demos, and how far their answers can be trusted.

It counts steps; a result depends on the task and the budget alone. Imports `dsl`, `programs` and `tasks`.
"""

from kaggle_batt.search.near_misses import NearMiss
from kaggle_batt.search.prediction import Prediction, SearchResult
from kaggle_batt.search.search import DEFAULT_BUDGET, INGREDIENTS, search

__all__ = ["DEFAULT_BUDGET", "INGREDIENTS", "NearMiss", "Prediction", "SearchResult", "search"]
