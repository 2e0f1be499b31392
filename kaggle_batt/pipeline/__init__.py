"""One run: its phases, jobs, scores, timings, journal, record and files.

Imports `dsl`, `tasks`, `programs`, `engines`, `search` and `generate`.
"""
