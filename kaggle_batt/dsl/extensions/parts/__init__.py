"""Families that pick, redraw, copy or pile a grid's parts. Imports the modules beside this folder."""
