"""Families of neighbourhoods, room, blocks and rectangles. Imports the modules beside this folder."""
