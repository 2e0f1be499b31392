"""Rules over objects: what parts become, by their features and by how they stand to other parts."""

from __future__ import annotations
