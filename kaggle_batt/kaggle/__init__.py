"""Kaggle: where its inputs are, the bundle of a dataset and a kernel, its rehearsal, and its client.

Only the published client connects to Kaggle. Imports `engines`, `errors`, `pipeline` and `tasks`.
"""
