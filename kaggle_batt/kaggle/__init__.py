"""Kaggle: where its inputs are, the bundle of a dataset and a kernel, a rehearsal of its run, and its client.

Only the published client, which `client.py` runs, connects to Kaggle. Imports `engines`, `errors`, `pipeline`
and `tasks`.
"""
