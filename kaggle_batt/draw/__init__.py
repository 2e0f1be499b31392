"""Pictures of grids, values, programs, tables and timings: what is shown, and a renderer for each medium.

Imports `dsl`, `tasks` and `programs`.
"""
