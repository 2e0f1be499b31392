"""How far an answer can be trusted: its rank among others, what speaks against it, its confidence."""
