"""What is printed and shown of a run, from its record: its summary, its figures and the notebook's cells.

Imports `api`, `draw`, `errors`, `kaggle`, `params`, `pipeline` and `tasks`.
"""
