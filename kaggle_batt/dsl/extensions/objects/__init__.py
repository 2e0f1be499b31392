"""Rules over objects: what parts become, by their features and by their relations to other parts.

The modules that add places are imported with the folder, in the order of the places' numbers in programs.
"""

from kaggle_batt.dsl.extensions.objects import shapes, rays, moves, copies, marks, symmetry, extents  # isort: skip

__all__ = ["copies", "extents", "marks", "moves", "rays", "shapes", "symmetry"]
