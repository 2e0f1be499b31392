"""Families of a grid's parts: picked, redrawn, set in line, copied, listed, fitted.

Imports the modules beside this folder."""
