"""What is said and shown of a run: its summary, its figures and the notebook's cells.

Imports `api`, `draw` and `pipeline`.
"""
