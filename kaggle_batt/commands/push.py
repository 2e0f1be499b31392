"""Send a bundle to Kaggle through its client."""

import argparse

from kaggle_batt.kaggle.bundle import open_bundle
from kaggle_batt.kaggle.client import push
from kaggle_batt.params import path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=path("folder"), metavar="DIR", help="a bundle")
    seconds = "seconds to wait for the dataset (default 600)"
    parser.add_argument("--wait", type=float, default=600.0, metavar="S", help=seconds)


def main(arguments: argparse.Namespace) -> int:
    push(open_bundle(arguments.folder), arguments.wait)
    return 0
