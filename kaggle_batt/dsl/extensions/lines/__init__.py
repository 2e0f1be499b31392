"""Families of lines: straight ones, and the gaps between cells of a row.

Imports the modules beside this folder."""
