"""Many notebook runs by a plan: the plan, the processes, and the summary of what they gave.

Imports `draw`, `engines`, `pipeline` and `tasks`.
"""
