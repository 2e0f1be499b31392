"""The published kaggle client sends the bundle to a stub on this machine; what arrives is it, and runs.

The client can't reach the real site: its environment has LOCALHOST, a dummy key, no token, and a proxy for
every protocol, which is the stub; the stub notes whatever was meant for another host, and there is nothing.
"""

from __future__ import annotations

import hashlib
import json
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kaggle_batt.kaggle.bundle import Bundle, open_bundle
from kaggle_batt.kaggle.rehearse import RehearsalSettings, rehearse
from tests.kaggle.stub_kaggle import StubKaggle
from tests.runs import ROOT, TASKS, go

pytestmark = pytest.mark.slow


@pytest.fixture
def stub() -> Iterator[StubKaggle]:
    """The stub; after each test, nothing was meant for any other host."""
    with StubKaggle() as running:
        yield running
    assert running.foreign == []


TypeIn = Callable[[str], str]


@pytest.fixture
def type_in(stub: StubKaggle, tmp_path: Path, throwaway_python: Path) -> TypeIn:
    """Runs a command as `bundle` prints it, with the published client; gives its output."""
    home = tmp_path / "home"
    home.mkdir()

    def run(command: str) -> str:
        program, *arguments = shlex.split(command)
        assert program == "kaggle"
        done = stub.run(throwaway_python, home, arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def files(folder: Path) -> dict[str, bytes]:
    """The files of a folder but for the metadata, which the client reads and does not upload."""
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {name: content for name, content in found.items() if not name.endswith("-metadata.json")}


def test_the_dataset_arrives_whole_as_new_and_as_a_version(
    made: Bundle, stub: StubKaggle, type_in: TypeIn
) -> None:
    create, version, _ = made.commands
    assert "is being created" in type_in(create)
    first = stub.sent("datasets.DatasetApiService/CreateDataset")
    assert stub.expanded(first["files"]) == files(made.dataset)
    assert {name: first[name] for name in ("ownerSlug", "slug", "title", "licenseName", "isPrivate")} == {
        "ownerSlug": "ann",
        "slug": "kaggle-batt",
        "title": "kaggle batt",
        "licenseName": "apache-2.0",
        "isPrivate": True,
    }
    assert "version is being created" in type_in(version)
    second = stub.sent("datasets.DatasetApiService/CreateDatasetVersion")
    assert (second["ownerSlug"], second["datasetSlug"]) == ("ann", "kaggle-batt")
    assert second["body"]["versionNotes"] == "kaggle_batt 0.1.0"
    assert stub.expanded(second["body"]["files"]) == files(made.dataset)


def test_without_dir_mode_the_package_would_not_arrive(
    made: Bundle, stub: StubKaggle, type_in: TypeIn
) -> None:
    said = type_in(made.commands[0].replace(" --dir-mode zip", ""))
    assert "Skipping folder: kaggle_batt" in said
    sent = stub.sent("datasets.DatasetApiService/CreateDataset")
    assert list(stub.expanded(sent["files"])) == ["manifest.json"]


def test_the_kernel_arrives_with_every_field(made: Bundle, stub: StubKaggle, type_in: TypeIn) -> None:
    said = type_in(made.commands[2])
    assert "successfully pushed" in said and "surprising behavior" not in said
    sent = stub.sent("kernels.KernelsApiService/SaveKernel")
    assert json.loads(sent.pop("text")) == json.loads(made.notebook.read_text())
    assert sent == {
        "slug": "ann/kaggle-batt-run",
        "newTitle": "kaggle batt run",
        "language": "python",
        "kernelType": "notebook",
        "isPrivate": True,
        "enableGpu": False,
        "enableTpu": False,
        "enableInternet": False,
        "datasetDataSources": ["ann/kaggle-batt"],
        "competitionDataSources": made.kernel_meta["competition_sources"],
    }


def test_what_arrived_is_a_bundle_that_runs(
    made: Bundle, stub: StubKaggle, type_in: TypeIn, tmp_path: Path, throwaway_python: Path
) -> None:
    for command in (made.commands[0], made.commands[2]):
        type_in(command)
    arrived = tmp_path / "arrived"
    sent = stub.expanded(stub.sent("datasets.DatasetApiService/CreateDataset")["files"])
    text = stub.sent("kernels.KernelsApiService/SaveKernel")["text"].encode()
    manifest = json.loads(sent["manifest.json"])
    manifest["kernel"]["run_batt.ipynb"] = hashlib.sha256(text).hexdigest()  # the client writes it anew
    content = {f"dataset/{name}": value for name, value in sent.items()}
    content["dataset/manifest.json"] = json.dumps(manifest).encode()
    content["kernel/run_batt.ipynb"] = text
    for name in ("dataset/dataset-metadata.json", "kernel/kernel-metadata.json"):
        content[name] = (made.folder / name).read_bytes()
    for name, value in content.items():
        (arrived / name).parent.mkdir(parents=True, exist_ok=True)
        (arrived / name).write_bytes(value)
    assert files(open_bundle(arrived).dataset).keys() == files(made.dataset).keys()
    settings = RehearsalSettings("new", "alone", wall=300, python=throwaway_python, keep=tmp_path / "kept")
    (report,) = rehearse(arrived, settings)
    assert report.faults == []


def test_push_and_submit_through_the_published_client(
    made: Bundle, stub: StubKaggle, tmp_path: Path, throwaway_python: Path
) -> None:
    """First a new dataset, then a version; the submission that arrives is the run's."""
    data, home = tmp_path / "data", tmp_path / "home"
    for folder in (data, home):
        folder.mkdir()
    (data / "arc-agi_test_challenges.json").write_text(
        (TASKS / "67a3c6ac.json").read_text().join(['{"a":', "}"])
    )
    go(tmp_path / "run", data=str(data), split="test")
    environment = stub.environment(home)
    assert environment["KAGGLE_API_ENVIRONMENT"] == "LOCALHOST" and "KAGGLE_API_TOKEN" not in environment
    environment |= {"PATH": f"{throwaway_python.parent}:{environment['PATH']}", "PYTHONPATH": str(ROOT)}

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kaggle_batt", *arguments]
        return subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, timeout=300)

    for method in ("CreateDataset", "CreateDatasetVersion"):
        done = call("push", str(made.folder), "--wait", "60")
        assert done.returncode == 0, done.stdout + done.stderr
        assert [name.split("/")[1] for name, _ in stub.calls if "Create" in name or "Save" in name][-2:] == [
            method,
            "SaveKernel",
        ]
    done = call("submit", str(tmp_path / "run"), "--competition", "c/arc-prize-2026", "-m", "a note")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is valid: 1 tasks" in done.stdout and "Public score: 12.5" in done.stdout
    assert stub.blobs["submission"] == (tmp_path / "run" / "submission.json").read_bytes()
    sent = stub.sent("competitions.CompetitionApiService/CreateSubmission")
    assert (sent["competitionName"], sent["submissionDescription"]) == ("arc-prize-2026", "a note")


def test_the_stub_notes_what_is_meant_for_other_hosts(tmp_path: Path) -> None:
    import socket

    with StubKaggle() as stub:
        host, port = stub.environment(tmp_path)["https_proxy"].removeprefix("http://").split(":")
        for line in ("CONNECT api.kaggle.com:443", "GET http://www.kaggle.com/"):
            with socket.create_connection((host, int(port)), timeout=10) as link:
                link.sendall(f"{line} HTTP/1.0\r\n\r\n".encode())
                assert int(link.makefile("rb").readline().split()[1]) in (403, 404)
        assert stub.foreign == ["api.kaggle.com:443", "http://www.kaggle.com/"]
