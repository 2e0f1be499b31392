"""Families of a grid's parts: picked, redrawn, copied, laid over each other.

Imports the modules beside this folder."""
