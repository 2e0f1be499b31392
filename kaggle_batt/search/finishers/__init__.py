"""Finishers: each turns states into programs that fit all demos, and is declared once, at its body.

A new one is a file here with a `Finisher` at its end and a line in `FINISHERS`.
"""

from __future__ import annotations

from kaggle_batt.search.finishers.arrange import ARRANGE
from kaggle_batt.search.finishers.color_maps import COLOR_MAPS
from kaggle_batt.search.finishers.concatenate import CONCATENATE
from kaggle_batt.search.finishers.decision_lists import DECISION_LISTS
from kaggle_batt.search.finishers.decision_trees import DECISION_TREES
from kaggle_batt.search.finishers.pair_tables import PAIR_TABLES
from kaggle_batt.search.finishers.pictures import PICTURES
from kaggle_batt.search.finishers.stencil import STENCIL
from kaggle_batt.search.finishers.sweep import SWEEP

#: in the order in which they run in a pass
FINISHERS = (
    ARRANGE,
    CONCATENATE,
    PICTURES,
    COLOR_MAPS,
    SWEEP,
    STENCIL,
    PAIR_TABLES,
    DECISION_LISTS,
    DECISION_TREES,
)
