"""The primitives on values of any kind, as plain Python works them out: rows for grids, sets of anything.

They are slow, and are called where a fast one raises `DslError`: published programs take a row for a grid, or
locations for an object, where that happens to work. What is outside of these too raises what Python raises.
A module's functions have the names of the primitives; its table `SHORT` has those of one expression.
"""

from kaggle_batt.dsl.plain import grids, numbers, patches

BODIES = {
    name: body for part in (numbers, patches, grids) for name, body in {**vars(part), **part.SHORT}.items()
}
