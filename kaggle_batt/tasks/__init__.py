"""Tasks and their readers, one a format, checked before anything runs. Imports `errors`."""
