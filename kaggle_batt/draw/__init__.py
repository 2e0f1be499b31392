"""Pictures of grids, values, programs, tables and timings.

What is shown is plain data with a method for each medium: `text`, `html`, and `drawing`, the layout in pixels
that `render.figure_of` renders with matplotlib. Imports `dsl`, `programs` and `tasks`.
"""
