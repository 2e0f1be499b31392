"""Rules over objects: what parts become, by their features and by how they stand to other parts."""

from __future__ import annotations

from kaggle_batt.dsl.extensions.objects import places

#: imported with the folder, so that places have their numbers whichever module comes first
__all__ = ["places"]
