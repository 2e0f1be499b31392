"""Families of lines and of gaps between cells of a row. Imports the modules beside this folder."""
