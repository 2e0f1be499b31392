"""Families of regions: neighbourhoods, enclosed and free room, blocks, rectangles.

Imports the modules beside this folder."""
