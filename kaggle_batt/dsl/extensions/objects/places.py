"""All places, in the order of their numbers in programs: a module of places adds its own when imported."""

from kaggle_batt.dsl.extensions.objects.place import FREES, OWN, PLACES, Drawn, drawn_at

from kaggle_batt.dsl.extensions.objects import shapes, rays, moves, copies, marks, symmetry  # isort: skip

__all__ = ["FREES", "OWN", "PLACES", "Drawn", "drawn_at"]
__all__ += ["copies", "marks", "moves", "rays", "shapes", "symmetry"]
