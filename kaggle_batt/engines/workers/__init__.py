"""The processes behind the process engine: watchdog, supervisor, workers, their messages and limits.

Imports `engines.base`.
"""
