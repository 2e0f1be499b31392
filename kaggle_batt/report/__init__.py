"""The report of a run: its summary, its figures, and what the notebook's cells print and display.

Imports `api`, `draw` and `pipeline`.
"""
