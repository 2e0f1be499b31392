"""What is printed and shown of a run: its summary, its figures and the notebook's cells.

All of it comes from the run's record. Imports `api`, `draw`, `errors`, `kaggle`, `params`, `pipeline` and
`tasks`.
"""
