"""What a search decides, as primitives. Imports the modules beside this folder and `values`, no family."""
