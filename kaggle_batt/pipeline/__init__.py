"""One run: its phases, jobs, scores, timings, journal, record and files; the comparison of two runs.

It is the only writer of a run's folder. Imports `dsl`, `engines`, `errors`, `generate`, `params`, `programs`,
`search` and `tasks`.
"""
