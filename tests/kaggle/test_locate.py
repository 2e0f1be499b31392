"""Finding package and data on Kaggle: both layouts, zipped or not, beside other datasets, or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from kaggle_batt.errors import ParameterError
from kaggle_batt.kaggle import locate

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "run_batt.ipynb"
LAYOUTS = {
    "old": ("kaggle-batt", "arc-prize-2025"),
    "new": ("datasets/ann/kaggle-batt", "competitions/arc-prize-2025"),
}


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty input root, with no other trace of Kaggle in the environment."""
    for name in [name for name in os.environ if name.startswith("KAGGLE_")]:
        monkeypatch.delenv(name)
    path = tmp_path / "input"
    path.mkdir()
    monkeypatch.setenv("KAGGLE_BATT_INPUT", str(path))
    return path


def package(folder: Path, mark: str) -> Path:
    """A package named kaggle_batt whose `MARK` says which one it is."""
    path = folder / "kaggle_batt"
    path.mkdir(parents=True)
    (path / "__init__.py").write_text(f"MARK = {mark!r}\n")
    (path / "inner.py").write_text("INNER = 1\n")
    return path


def zipped(target: Path, source: Path, prefix: str) -> None:
    """Zip a package's files under `prefix` ('' is what the kaggle client makes of a folder)."""
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(source.iterdir()):
            archive.write(path, prefix + path.name)


def run_cell(root: Path, tmp_path: Path, then: str, path: str = "") -> subprocess.CompletedProcess[str]:
    """Run the first cell, then other code, in a fresh interpreter that knows no kaggle_batt of its own."""
    (tmp_path / "tmp").mkdir(exist_ok=True)
    environment = {"KAGGLE_BATT_INPUT": str(root), "TMPDIR": str(tmp_path / "tmp"), "PYTHONPATH": path}
    code = f"{locate.first_cell()}\n{then}"
    command = [sys.executable, "-S", "-c", code]
    return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60)


def mark(root: Path, tmp_path: Path, path: str = "") -> str:
    """The mark of the package that is imported after the first cell, and by a process it starts."""
    then = (
        "import subprocess, kaggle_batt.inner\n"
        "child = [sys.executable, '-S', '-c', 'import kaggle_batt; print(kaggle_batt.MARK)']\n"
        "print(kaggle_batt.MARK, subprocess.run(child, capture_output=True, text=True).stdout.strip())"
    )
    done = run_cell(root, tmp_path, then, path)
    assert done.returncode == 0, done.stderr
    here, child = done.stdout.split()
    assert here == child
    return here


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("depth", ["", "dataset/"])
def test_first_cell_finds_the_expanded_package(root: Path, tmp_path: Path, layout: str, depth: str) -> None:
    package(root / LAYOUTS[layout][0] / depth, "attached")
    assert mark(root, tmp_path) == "attached"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("kaggle_batt.zip", ""),
        ("kaggle_batt.zip", "kaggle_batt/"),
        ("kaggle-batt.zip", "dataset/kaggle_batt/"),
        ("kaggle_batt-0.1.0-py3-none-any.whl", "kaggle_batt/"),
    ],
)
def test_first_cell_finds_the_zipped_package(
    root: Path, tmp_path: Path, layout: str, name: str, prefix: str
) -> None:
    folder = root / LAYOUTS[layout][0]
    folder.mkdir(parents=True)
    zipped(folder / name, package(tmp_path / "made", "zip"), prefix)
    assert mark(root, tmp_path) == "zip"


def test_first_cell_passes_over_other_datasets(root: Path, tmp_path: Path) -> None:
    for slug in ("a-first-set", "zz-last-set"):
        other = root / slug / "kaggle_batt"  # a folder of that name which is no package
        other.mkdir(parents=True)
        (other / "data.csv").write_text("1,2\n")
    (root / "a-first-set" / "kaggle_batt.zip").write_text("this is no zip")
    zipped(root / "a-first-set" / "kaggle_batt_results.zip", root / "a-first-set" / "kaggle_batt", "")
    package(root / "kaggle-batt", "attached")
    assert mark(root, tmp_path) == "attached"


def test_the_attached_package_wins_over_an_installed_one(root: Path, tmp_path: Path) -> None:
    installed = package(tmp_path / "site", "installed").parent
    assert mark(root, tmp_path, str(installed)) == "installed"
    package(root / "kaggle-batt", "attached")
    assert mark(root, tmp_path, str(installed)) == "attached"


def test_the_attached_package_wins_even_when_another_was_imported(root: Path, tmp_path: Path) -> None:
    installed = package(tmp_path / "site", "installed").parent
    package(root / "kaggle-batt", "attached")
    before = f"import sys; sys.path.insert(0, {str(installed)!r}); import kaggle_batt.inner\n"
    code = f"{before}{locate.first_cell()}\nimport kaggle_batt.inner; print(kaggle_batt.MARK)"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "attached\n", done.stderr


@pytest.mark.parametrize(("slugs", "reported"), [((), "holds nothing"), (("some-set",), "holds some-set")])
def test_a_missing_package_is_reported_in_one_message(
    root: Path, tmp_path: Path, slugs: tuple[str, ...], reported: str
) -> None:
    for slug in slugs:
        (root / slug).mkdir()
    done = run_cell(root, tmp_path, "print('went on')")
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1 and done.stdout == ""
    assert last.startswith("ModuleNotFoundError: ") and reported in last
    assert "Add Input" in last and "kaggle-batt" in last and "pip install" in last


def test_first_cell_does_nothing_elsewhere(root: Path, tmp_path: Path) -> None:
    installed = package(tmp_path / "site", "installed").parent
    root.rmdir()
    before, after = "before = list(sys.path); ", "print(before == sys.path, os.environ['PYTHONPATH'])"
    code = f"import sys; {before}\n{locate.first_cell()}\n{after}"
    environment = {"KAGGLE_BATT_INPUT": str(root), "PYTHONPATH": str(installed)}
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout == f"True {installed}\n", done.stderr


@pytest.mark.skipif(not NOTEBOOK.exists(), reason="no notebook yet")
def test_the_notebook_begins_with_the_first_cell() -> None:
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    code = next(cell for cell in cells if cell["cell_type"] == "code")
    assert "".join(code["source"]) == locate.first_cell()


def competition(folder: Path, *splits: str) -> Path:
    """A folder with empty challenges of those splits."""
    folder.mkdir(parents=True)
    for split in splits:
        (folder / f"arc-agi_{split}_challenges.json").write_text("{}")
    return folder


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_competition_is_found_in_both_layouts(root: Path, layout: str) -> None:
    package(root / LAYOUTS[layout][0], "attached")
    (root / "other-set").mkdir()
    assert locate.competition_folder() is None
    assert locate.find_data() == ("arcagi1", "training")
    folder = competition(root / LAYOUTS[layout][1], "training", "test")
    assert locate.competition_folder() == folder
    assert locate.find_data() == (str(folder), "test")
    assert locate.find_data(split="training") == (str(folder), "training")
    assert locate.find_data("arcagi2") == ("arcagi2", "training")


def test_of_several_competitions_the_newest_with_a_test_file_is_taken(root: Path) -> None:
    competition(root / "datasets/ann/zz-a-copy", "training", "test")
    competition(root / "competitions/arc-prize-2024", "training", "test")
    newer = competition(root / "competitions/arc-prize-2025", "training", "test")
    competition(root / "competitions/arc-prize-2026-arc-agi-2", "training")
    assert locate.competition_folder() == newer


def test_a_test_set_with_hyphens_in_its_name_is_found(root: Path) -> None:
    folder = competition(root / "competitions/arc-prize-2026", "training")
    (folder / "arc-agi_test-challenges.json").write_text("{}")
    assert locate.find_data() == (str(folder), "test")
    assert "no split was given: the test set of" in locate.chosen_data("", "")


@pytest.mark.parametrize("attached", [True, False])
def test_a_rerun_without_a_test_set_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch, attached: bool
) -> None:
    """Whatever else is there, it is not what Kaggle wants to score."""
    folder = competition(root / "competitions/arc-prize-2026", "training", "evaluation") if attached else root
    (folder / "hidden.json").write_text("{}")
    data = str(folder) if attached else "arcagi1"
    assert locate.find_data() == (data, "training")
    assert ("has no test set: its training tasks" in locate.chosen_data("", "")) == attached
    monkeypatch.setenv("KAGGLE_IS_COMPETITION_RERUN", "1")
    name = "arc-prize-2026/arc-agi_evaluation_challenges.json" if attached else "holds no JSON file"
    with pytest.raises(
        ParameterError, match=f"no test set in this scoring rerun.*{name}.*accepted names: .*test"
    ):
        locate.find_data()


def test_nothing_is_attached_elsewhere(root: Path) -> None:
    root.rmdir()
    assert locate.input_root() is None
    assert locate.competition_folder() is None
    assert not locate.on_kaggle()
    assert locate.working_folder() == Path()
    assert locate.time_budget() == 0.0


@pytest.mark.parametrize("data", ["", "arcagi1", "arcagi", "arcagi2"])
def test_a_data_set_is_not_taken_for_a_folder_of_its_name(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: str
) -> None:
    root.rmdir()
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / (data or "arcagi1")
    folder.mkdir()
    (folder / "arc-agi_test_challenges.json").write_text("{}")
    assert locate.find_data(data) == (data or "arcagi1", "training")
    assert locate.find_data(f"./{folder.name}") == (f"./{folder.name}", "test")


@pytest.mark.parametrize(
    ("value", "rerun"), [("", False), ("0", False), ("False", False), ("1", True), ("true", True)]
)
def test_is_rerun(monkeypatch: pytest.MonkeyPatch, value: str, rerun: bool) -> None:
    monkeypatch.setenv("KAGGLE_IS_COMPETITION_RERUN", value)
    assert locate.is_rerun() is rerun


def test_a_kaggle_session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment: Mapping[str, str] = {"KAGGLE_KERNEL_RUN_TYPE": "Interactive"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert locate.on_kaggle() and locate.run_type() == "Interactive"
    assert locate.working_folder() == Path("/kaggle/working")
    assert locate.time_budget() == 0.0
    monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Batch")
    assert locate.time_budget() == locate.SESSION_SECONDS
    monkeypatch.setenv("KAGGLE_BATT_WORKING", str(tmp_path))
    assert locate.working_folder() == tmp_path


def test_the_time_budget_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAGGLE_BATT_TIME_BUDGET", "90")
    assert locate.time_budget() == 90.0
    assert locate.time_budget(7.5) == 7.5


@pytest.mark.parametrize("text", ["soon", "-1", "0", "inf", "nan"])
def test_a_wrong_time_budget_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("KAGGLE_BATT_TIME_BUDGET", text)
    with pytest.raises(ParameterError, match="KAGGLE_BATT_TIME_BUDGET"):
        locate.time_budget()
