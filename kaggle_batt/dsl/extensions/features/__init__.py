"""Families of cell features: small numbers (0..126) that decisions test, not pictures. Imports the modules
beside this folder, `lines`, `panels` and `whole`."""
