"""Families of a grid's parts: picked, redrawn, moved, copied, mirrored, grown, listed, fitted, completed.

Imports the modules beside this folder, `whole` and `regions`."""
