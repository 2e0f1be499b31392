"""Families of the whole grid, or of its two halves. Imports the modules beside this folder."""
