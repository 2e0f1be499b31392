"""The command line: one file a command.

Imports all other rooms; only `__main__` imports it.
"""
