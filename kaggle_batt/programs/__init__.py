"""Programs as graphs of calls: parsed, printed, run alone, merged into batteries, and read from files.

Text is parsed, never executed. Imports `dsl` and `errors`.
"""
