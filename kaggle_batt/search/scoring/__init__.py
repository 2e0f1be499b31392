"""How far an answer can be trusted: what speaks for it and against it, its confidence."""
