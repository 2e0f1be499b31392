"""Finishers that learn a rule of cells: grown until nothing changes, drawn at marks."""
