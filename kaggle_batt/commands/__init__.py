"""The command line: one file a command.

Imports whatever room does the work; nothing imports it but `__main__` and the notebook.
"""
