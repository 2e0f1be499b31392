"""Readers, one a format, from a folder or file of tasks to unchecked entries. Imports `errors`."""
