"""Families of lines: straight ones, pointed out, with turns, and the gaps between cells of a row.

Imports the modules beside this folder and `regions`."""
