"""Pictures of grids, values, programs, tables and timings.

What is shown is plain data with its layout in pixels, `drawing`, which is drawn as SVG, or by matplotlib with
`render.figure_of`; texts and tables are also `text` and `html`. Imports `dsl`, `programs` and `tasks`.
"""
