"""The formats of ARC tasks, one reader each: from a folder or a file to entries, whose grids are not checked.

Imports `errors`.
"""
