"""The documents: what they link and name is there, README is short, its tables name what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kaggle_batt.commands.main import COMMANDS
from kaggle_batt.params import OPTIONS
from tests.runs import ROOT

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
FILE = re.compile(r"(?:tests|benchmarks|docs|notebooks|kaggle_batt|\.ci)/[\w./-]*\.\w+")
#: documents of what was, which may name what is gone
PAST = ("search_log.md", "performance_log.md", "CHANGELOG.md")
MOST_LINES = 120


def anchors(path: Path) -> set[str]:
    """The names of a document's headings as links spell them."""
    titles = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_names_of_files_hold(document: Path) -> None:
    """Every linked file and heading exists, and every file that is named with its folder."""
    text = document.read_text(encoding="utf-8")
    for target, anchor in LINK.findall(text):
        if not target.startswith("http"):
            path = document.parent / target if target else document
            assert path.exists(), target
            assert not anchor or anchor in anchors(path), f"{target}#{anchor}"
    missing = {name for name in FILE.findall(text) if not (ROOT / name).exists()}
    assert document.name in PAST or not missing


def test_readme_is_short_and_names_each_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert {*re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)} == {*COMMANDS}


def test_the_notebook_has_every_parameter() -> None:
    """Its parameters cell has the names, types and help texts of a run's, in their order."""
    cells = json.loads((ROOT / "notebooks" / "run_batt.ipynb").read_text(encoding="utf-8"))["cells"]
    (cell,) = [one for one in cells if "parameters" in one["metadata"].get("tags", ())]
    lines = [re.match(r"(\w+): (\w+) = .*?  # (.*)", line) for line in cell["source"]]
    shown = [line.groups() for line in lines if line]
    assert shown == [(name, option.type, option.metadata["help"]) for name, option in OPTIONS.items()]
