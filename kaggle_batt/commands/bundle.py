"""Pack the package and the notebook for Kaggle."""

import argparse
import shlex

from kaggle_batt.commands.terminal import say
from kaggle_batt.kaggle.bundle import bundle
from kaggle_batt.params import path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--owner", required=True, metavar="NAME", help="name of your Kaggle account")
    add("--out", "-o", type=path("out"), required=True, metavar="DIR", help="folder for dataset/ and kernel/")
    add("--source", type=path("source"), metavar="DIR", help="checkout to bundle (default: this package's)")
    slugs = "competition to attach (repeatable; default: those of kernel-metadata.json; '' for none)"
    add("--competition", dest="competitions", action="append", metavar="SLUG", help=slugs)


def main(arguments: argparse.Namespace) -> int:
    slugs = None if arguments.competitions is None else [slug for slug in arguments.competitions if slug]
    made = bundle(arguments.owner, arguments.out, source=arguments.source, competitions=slugs)
    size = sum([path.stat().st_size for path in made.folder.rglob("*") if path.is_file()])
    counts = [len(made.manifest[name]) for name in ("dataset", "kernel")]
    say(f"{made.folder}: {counts[0]} files in dataset/, {counts[1]} in kernel/, {size / 1e6:.1f} MB")
    say(f"wheels: none, for Kaggle's image has {', '.join(made.manifest['needs'])}")
    say("first time, then after each change, then to run the notebook:", *made.commands, sep="\n  ")
    say(f"or all that is due: python -m kaggle_batt push {shlex.quote(str(made.folder))}")
    return 0
