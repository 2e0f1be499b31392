"""Finishers: functions from states to programs; a new one is a file here and its line in `FINISHERS`."""

from kaggle_batt.search.finishers.assemblies import ASSEMBLED
from kaggle_batt.search.finishers.blocks import ARRANGE, CONCATENATE
from kaggle_batt.search.finishers.cell_rules.growth import GROWTH
from kaggle_batt.search.finishers.cell_rules.stencil import STENCIL
from kaggle_batt.search.finishers.cell_rules.sweep import SWEEP
from kaggle_batt.search.finishers.decision_lists import DECISION_LISTS
from kaggle_batt.search.finishers.decision_trees import DECISION_TREES
from kaggle_batt.search.finishers.objects import OBJECTS
from kaggle_batt.search.finishers.pictures import PICTURES
from kaggle_batt.search.finishers.tables import COLOR_MAPS, PAIR_TABLES

FINISHERS = (  #: in the order in which they run in a pass
    ARRANGE,
    CONCATENATE,
    PICTURES,
    OBJECTS,
    ASSEMBLED,
    COLOR_MAPS,
    SWEEP,
    GROWTH,
    STENCIL,
    PAIR_TABLES,
    DECISION_LISTS,
    DECISION_TREES,
)
