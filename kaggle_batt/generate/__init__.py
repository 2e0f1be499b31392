"""Where a run's candidates come from: the library, battery files, and mutants of both.

Every random choice has a seed. Imports `dsl`, `errors`, `params` and `programs`.
"""
