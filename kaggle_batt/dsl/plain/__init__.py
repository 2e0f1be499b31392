"""The primitives on values of any kind, as plain Python works them out: rows for grids, sets of anything.

They are slow, and are called where a fast one raises `DslError`: published programs take a row for a grid, or
locations for an object, where that happens to work. What is outside of these too raises what Python raises.
"""
