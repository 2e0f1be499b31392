"""Families of grids that lines divide into panels. Imports the modules beside this folder."""
