"""Where a run's candidates come from: the library, battery files, and mutants of both.

Imports `dsl`, `programs` and `tasks`.
"""
