"""Kaggle's ARC competitions: a file of challenges for each split, and of solutions where they are known.

The official names are `arc-agi_{split}_{part}.json`; hyphens, blanks, capitals, a missing prefix and short
names of splits are in use, too.
"""

from __future__ import annotations

import re

from kaggle_batt.errors import TaskError
from kaggle_batt.tasks.formats.by_id import tasks_by_id
from kaggle_batt.tasks.formats.entry import AnyPath, Found
from kaggle_batt.tasks.json_file import read_json, stem_of

SPLITS = ("training", "evaluation", "test")
SHORT = {"train": "training", "eval": "evaluation"}  #: other names of splits that are in use
CHALLENGES, SOLUTIONS = "challenges", "solutions"
#: the accepted names, for messages
NAMES = "[arc-agi_|arc-agi-2_|arc_]{test|evaluation|eval|training|train}_{challenges|solutions}.json"
_NAME = re.compile(
    r"(?:arc(?:-?agi)?(?:-?[123])?-)?(test|evaluation|eval|training|train)-(challenges|solutions)"
)


def competition_files(folder: AnyPath) -> dict[tuple[str, str], AnyPath]:
    """The files of a competition in a folder, by split and part; the official name before others."""
    found: dict[tuple[str, str], AnyPath] = {}
    files = [(path.name, path) for path in folder.iterdir() if path.name.lower().endswith(".json")]
    for name, path in sorted(files, key=lambda pair: (not pair[0].startswith("arc-agi_"), pair[0])):
        match = _NAME.fullmatch(re.sub(r"[-_ ]+", "-", stem_of(name).lower()))
        if match and path.is_file():
            found.setdefault((SHORT.get(match[1], match[1]), match[2]), path)
    return found


def competition_folder(folder: AnyPath, split: str) -> Found | None:
    """The challenges of the split, with the solutions beside them where known."""
    files = competition_files(folder)
    names = sorted([path.name for (_, part), path in files.items() if part == CHALLENGES])
    if not names:
        return None
    challenges = files.get((split, CHALLENGES))
    if challenges is None:
        raise TaskError(
            f"{folder}: no arc-agi_{split}_challenges.json for the split {split!r}; "
            f"the folder has {', '.join(names)}"
        )
    return tasks_by_id(read_json(challenges), challenges, files.get((split, SOLUTIONS)))
