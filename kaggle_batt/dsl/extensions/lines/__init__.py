"""Families of lines: straight ones, ones thrown back, and the gaps between cells of a row.

Imports the modules beside this folder."""
