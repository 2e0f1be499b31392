"""Records and journals that were changed: an error of the package's with its place, never a traceback."""

from __future__ import annotations

import copy
import json
import random
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.api import Run
from kaggle_batt.commands.main import main
from kaggle_batt.errors import JournalError, KaggleBattError, StoreError
from kaggle_batt.explore.runs import RunPair, history
from kaggle_batt.pipeline.compare import compare_runs
from kaggle_batt.pipeline.record import read_record
from kaggle_batt.report.summary import summary
from tests.runs import go, record_of

TASK = "9172f3a0"
#: values to put where another one stands
ODD: list[Any] = [
    None,
    True,
    -1,
    10**30,
    1.5,
    "",
    "x",
    "007",
    [],
    {},
    [[]],
    {"x": 1},
    ["x"],
    [[1, 2]],
    {"x": {}},
]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run on one task."""
    return go(tmp_path_factory.mktemp("finished") / "run", ids=TASK)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside of a JSON value."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(value[key], (*path, key))


def changed(value: Any, chance: random.Random) -> Any:
    """A copy with another value at a random place, or with one that is gone."""
    value = copy.deepcopy(value)
    *above, last = chance.choice(list(places(value)))
    inner = value
    for key in above:
        inner = inner[key]
    if chance.random() < 0.2:
        del inner[last]
    else:
        inner[last] = chance.choice(ODD)
    return value


def test_a_record_of_another_form_is_an_error_with_its_place(finished: Run, tmp_path: Path) -> None:
    """The path of the first fault."""
    path = tmp_path / "run.json"
    record = record_of(finished.folder)
    record["tasks"][TASK]["o_score"] = {"a": {"demo": 1, "test": "1"}}
    path.write_text(json.dumps(record))
    place = f"tasks / {TASK} / o_score / a / test: expected int, got '1'"
    with pytest.raises(StoreError, match=place):
        read_record(path)
    path.write_text('{"format": 1, "tasks": ' + "[" * 100_000)
    with pytest.raises(StoreError, match=r"run\.json: JSON is nested too deeply"):
        read_record(path)


@pytest.mark.slow
def test_changed_records(finished: Run, tmp_path: Path) -> None:
    """Three hundred seeded changes: what reads the record takes it, or raises an error of the package's."""
    chance = random.Random(15)
    whole, folder = record_of(finished.folder), tmp_path / "run"
    shutil.copytree(finished.folder, folder, symlinks=True)
    refused = 0
    for _ in range(300):
        (folder / "run.json").write_text(json.dumps(changed(whole, chance)))
        for read in (
            lambda: compare_runs(finished.folder, folder),
            lambda: summary(Run(read_record(folder / "run.json"), folder, finished.tasks)),
            lambda: [
                getattr(RunPair(finished.folder, folder), part)() for part in ("settings", "times", "scores")
            ],
            lambda: history(tmp_path),
        ):
            try:
                read()
            except KaggleBattError as error:
                assert str(folder) in str(error)
                refused += 1
    assert refused > 300


def journal_lines(folder: Path) -> list[Any]:
    """The values of a journal's lines."""
    return [json.loads(line[9:]) for line in (folder / "journal.jsonl").read_bytes().splitlines()]


def write_journal(folder: Path, lines: list[Any]) -> None:
    """Write a journal of these values, with their checksums."""
    bodies = [json.dumps(line, separators=(",", ":")).encode() for line in lines]
    content = b"".join([b"%08x %s\n" % (zlib.crc32(body), body) for body in bodies])
    (folder / "journal.jsonl").write_bytes(content)


def test_a_journalled_result_of_another_form_is_an_error_with_its_place(
    finished: Run, tmp_path: Path
) -> None:
    """The phase and the job; the command ends with one line and status 1."""
    folder = tmp_path / "run"
    shutil.copytree(finished.folder, folder, symlinks=True)
    lines = journal_lines(folder)
    phase, job, _ = lines[2]
    for result in ("[", "3", "{}", "[" * 10_000, '{"g": [], "f": [], "o": [5], "t": [0]}', "!odd kind"):
        write_journal(folder, [*lines[:2], [phase, job, result], *lines[3:]])
        with pytest.raises(JournalError, match=f"the result of {phase}: {job.split()[0]} is of another form"):
            go(folder, ids=TASK, resume=True)


def test_odd_digests_of_tasks_are_an_error(finished: Run, tmp_path: Path) -> None:
    """Of tasks that were read by the run that wrote the journal."""
    folder = tmp_path / "run"
    shutil.copytree(finished.folder, folder, symlinks=True)
    head, (phase, job, _), *rest = journal_lines(folder)
    for result in ("[", "3", "[" * 10_000, f'{{"{TASK}": 5}}'):
        write_journal(folder, [head, [phase, job, result], *rest])
        with pytest.raises(
            JournalError, match=r"journal\.jsonl: the digests of the tasks are of another form"
        ):
            go(folder, ids=TASK, resume=True)


@pytest.mark.slow
def test_changed_journals(finished: Run, tmp_path: Path) -> None:
    """Seeded changes of results under right checksums: it goes on, or raises an error of the package's."""
    chance = random.Random(15)
    folder = tmp_path / "run"
    whole = journal_lines(finished.folder)
    refused = 0
    for _ in range(60):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(finished.folder, folder, symlinks=True)
        lines, number = list(whole), chance.randrange(2, len(whole))
        phase, job, result = lines[number]
        lines[number] = [phase, job, json.dumps(changed(json.loads(result), chance))]
        write_journal(folder, lines)
        try:
            go(folder, ids=TASK, resume=True)
        except KaggleBattError as error:
            assert "journal.jsonl: the result of" in str(error)
            refused += 1
    assert refused > 30


def test_the_links_of_a_run_on_demand(
    finished: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same that a small run makes; without an index it is an error."""
    folder = tmp_path / "run"
    shutil.copytree(finished.folder, folder, symlinks=True)
    links = sorted([path.relative_to(folder) for path in folder.glob("*_dir/**/*.py")])
    for name in ("solver_dir", "differ_dir"):
        shutil.rmtree(folder / name)
    assert main(["links", str(folder)]) == 0
    assert capsys.readouterr().out.startswith(f"{len(links)} links in ")
    assert sorted([path.relative_to(folder) for path in folder.glob("*_dir/**/*.py")]) == links
    assert all([(folder / link).exists() for link in links])
    (folder / "links.json").unlink()
    assert main(["links", str(folder)]) == 1
    assert "links.json: cannot be read (there is none): the run has not been saved" in capsys.readouterr().err


def test_links_lie_in_the_folder_whatever_the_index_says(finished: Run, tmp_path: Path) -> None:
    """A name that is no md5, or a place that is no task's folder, gets none."""
    folder, outside = tmp_path / "run", tmp_path / "outside"
    shutil.copytree(finished.folder, folder, symlinks=True)
    outside.mkdir()
    index = json.loads((folder / "links.json").read_text())
    links = set(folder.glob("*_dir/**/*.py"))
    for name in ("../../../../../outside/x", "\ud800", "x", "A" * 32):
        index["best"][f"solver_dir/solve_{TASK}"].append([name, 1, 1])
    for root in ("../outside", str(outside), "solver_dir/../../outside", "solver_md5"):
        index["best"][root] = [["0" * 32, 1, 1]]
    (folder / "links.json").write_text(json.dumps(index))
    assert main(["links", str(folder)]) == 0
    assert not list(outside.iterdir())
    assert set(folder.glob("*_dir/**/*.py")) == links
