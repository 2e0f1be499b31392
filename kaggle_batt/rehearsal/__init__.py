"""The parts of a rehearsal (`kaggle_batt.rehearse`): stage the input, close the door, run, look at what came.

`stage` lays out input as Kaggle does, `environment` makes a Python without the package, `enclosure` runs a
command where there is no network and nothing else can be written, `offline` is the guard where that isn't
allowed, `verdict` checks what the run left.
"""
