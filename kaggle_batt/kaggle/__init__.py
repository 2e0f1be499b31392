"""Kaggle: where its inputs are, the bundle of a dataset and a kernel, and a rehearsal of its run.

Nothing here connects to Kaggle. Imports `engines`, `errors`, `pipeline` and `tasks`.
"""
