"""The primitives on values of any kind, as plain Python evaluates them: rows for grids, sets of anything.

They are slow and are called where a fast one raises `DslError`: published programs take rows for a grid, or
locations for an object, where that happens to work. Outside of their domain they raise what Python raises. A
module's functions have the names of the primitives; its table `SHORT` has those of one expression.
"""

from kaggle_batt.dsl.plain import grids, numbers, patches

BODIES = {
    name: body for part in (numbers, patches, grids) for name, body in {**vars(part), **part.SHORT}.items()
}
