"""Many notebook runs by a plan: the plan, the processes, and the summary of their results.

Each run is a papermill process of its own. Imports `draw`, `engines`, `errors`, `params` and `pipeline`.
"""
