"""One run: its phases, jobs, scores, timings, journal, record and files; the comparison of two runs.

Imports `dsl`, `engines`, `errors`, `generate`, `params`, `programs`, `search` and `tasks`.
"""
