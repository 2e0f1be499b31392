"""Programs as graphs of calls: parsed, printed, run alone, merged into batteries, and read from files.

Imports `dsl` and `errors`.
"""
