"""Kaggle: where its inputs are, the bundle of a dataset and a kernel, and a rehearsal of its run.

Imports `tasks`, `engines` and `pipeline`.
"""
