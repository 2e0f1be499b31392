"""What a search decides, as primitives: cells of several grids combined, positions, learned rules.

Imports the modules beside this folder and values of the language, no family."""
