"""Digests of every result of every family on fixed grids: `python -m tests.dsl.golden --write` renews them.

They show that a change of the families' code changes no result. The arguments are those that the search
tries, on tasks with all ten colors.
"""

from __future__ import annotations

import argparse
import json
import random
from hashlib import blake2b
from pathlib import Path

import numpy as np

from kaggle_batt.dsl.extensions import families
from kaggle_batt.dsl.extensions.arrays import Array, to_array
from kaggle_batt.search.catalog import operations
from kaggle_batt.search.finishers.features import FEATURES
from tests.dsl.test_extensions import FAMILY_EXAMPLES, grid

DATA = Path(__file__).parents[1] / "data"
DIGESTS = DATA / "families.json"
#: sizes of outputs that make the catalog try families of other sizes than the input's
OUTPUTS = ((3, 3), (5, 5), (2, 4))
#: what only finishers call, and the counts of the search's first step
OTHERS = (("overall", (1, 1)),)

Call = tuple[str, tuple[int, ...]]


def calls() -> list[Call]:
    """Every family with every list of arguments that the search tries, in the catalog's order."""
    rainbow = np.arange(100, dtype=np.uint8).reshape(10, 10) % 10
    found: list[Call] = []
    for size in OUTPUTS:
        made = operations([rainbow], [np.zeros(size, np.uint8)])
        found += [(one.name, one.args) for one in made]
    found += [*FEATURES, *OTHERS]
    found += [("color_features", (color,)) for color in range(10)]
    found += [(name, args) for name, _, _, args, _ in FAMILY_EXAMPLES]
    return list(dict.fromkeys(found))


def examples(name: str) -> list[Array]:
    """The grids of the family's worked examples."""
    return [to_array(grid(text)) for family, _, text, _, _ in FAMILY_EXAMPLES if family == name]


def grids() -> list[Array]:
    """Grids of all kinds from seeds: noise, scattered parts, panels, symmetric ones; some of real tasks."""
    rng = random.Random(0)
    found = []
    for number in range(24):
        height, width = rng.randint(2, 13), rng.randint(2, 13)
        colors = [0] * (2 + 3 * (number % 3)) + [rng.randint(1, 9) for _ in range(1 + number % 4)]
        noise = np.array([[rng.choice(colors) for _ in range(width)] for _ in range(height)], np.uint8)
        found.append(_arranged(noise, number % 8, rng))
    for path in sorted((DATA / "tasks").glob("*.json")):
        samples = json.loads(path.read_text(encoding="utf-8"))["train"]
        found += [np.array(sample["input"], np.uint8) for sample in samples[:2]]
    return [board for board in found if max(board.shape) <= 20]


def _arranged(noise: Array, kind: int, rng: random.Random) -> Array:
    """The noise as it is, mirrored, in panels, in blocks, or rectangles and lines on an empty grid."""
    color = rng.randint(1, 9)
    if kind == 1:
        return np.concatenate([noise, noise[:, ::-1]], 1)
    if kind == 2:
        line = np.full((noise.shape[0], 1), color, np.uint8)
        inverse = np.where(noise == 0, color % 9 + 1, 0).astype(np.uint8)
        return np.concatenate([noise, line, inverse, line, noise], 1)
    if kind == 7:
        return np.kron(noise[:4, :5], np.ones((2, 2), np.uint8))
    if kind == 0:
        return noise
    board = np.zeros((noise.shape[0] + 4, noise.shape[1] + 4), np.uint8)
    for number in range(kind):
        top, left = rng.randrange(board.shape[0]), rng.randrange(board.shape[1])
        board[top : top + rng.randint(1, 4), left : left + rng.randint(1, 4)] = (color + number % 3) % 9 + 1
        if number == 2:
            board[top + 1 : top + 2, left + 1 : left + 2] = 0
    return board


def digests() -> dict[str, str]:
    """For each call, as a text, the digest of its results on all grids."""
    boards, found = grids(), {}
    for name, args in calls():
        family = families()[name]
        digest = blake2b(" ".join(family.names).encode(), digest_size=6)
        for board in [*boards, *examples(name)]:
            for result in family.cells(board, *args):
                digest.update(b"-" if result is None else bytes(result[0]) + result[1])
        found[" ".join([name, *map(str, args)])] = digest.hexdigest()
    return found


def main() -> None:
    """Write the digests, or name the calls whose digest differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="renew the file")
    now = digests()
    if parser.parse_args().write:
        DIGESTS.write_text(json.dumps(now, indent=0) + "\n", encoding="utf-8")
    else:
        print(differing(now))


def differing(now: dict[str, str]) -> list[str]:
    """The calls whose digest is another one than in the file, or that only one side has."""
    before = json.loads(DIGESTS.read_text(encoding="utf-8"))
    return sorted([call for call in before.keys() | now.keys() if before.get(call) != now.get(call)])


if __name__ == "__main__":
    main()
