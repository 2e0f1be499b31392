"""Families of lines. Imports the modules beside this folder."""
