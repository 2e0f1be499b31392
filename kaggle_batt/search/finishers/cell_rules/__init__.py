"""Finishers that learn a rule of cells: swept in a direction, grown until nothing changes, drawn at marks."""
