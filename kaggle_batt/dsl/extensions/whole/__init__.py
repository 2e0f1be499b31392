"""Families of the whole grid: motions, sizes, tilings, colors, symmetry, two halves as one picture.

Imports the modules beside this folder."""
