"""Search for programs that fit a task's demos."""

from __future__ import annotations

from kaggle_batt.search.near_misses import NearMiss
from kaggle_batt.search.prediction import Prediction, SearchResult
from kaggle_batt.search.search import DEFAULT_BUDGET, INGREDIENTS, search

__all__ = ["DEFAULT_BUDGET", "INGREDIENTS", "NearMiss", "Prediction", "SearchResult", "search"]
