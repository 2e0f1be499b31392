"""Kaggle's metadata: each field wrong once gives one error, its own; what is right gives none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kaggle_batt.errors import MetadataError
from kaggle_batt.kaggle.metadata import (
    PLACEHOLDER,
    bare,
    check_folder,
    kernel_errors,
    slugify,
)

ROOT = Path(__file__).parents[2]
KERNEL = {
    "id": "ann/batt-run",
    "id_no": 7,
    "title": "Batt run",
    "code_file": "run.ipynb",
    "language": "python",
    "kernel_type": "notebook",
    "is_private": True,
    "enable_gpu": False,
    "enable_tpu": False,
    "enable_internet": False,
    "dataset_sources": ["ann/batt-data", "bob/other-data/3"],
    "competition_sources": ["arc-prize-2025"],
    "kernel_sources": ["bob/some-notebook"],
    "model_sources": ["bob/model/pytorch/small/1"],
    "keywords": ["arc"],
    "docker_image": "gcr.io/some/image:1",
    "docker_image_pinning_type": "original",
    "machine_shape": "NvidiaTeslaT4",
}
WRONG_KERNEL: list[tuple[str, Any, str]] = [
    ("id", "batt-run", "owner/slug"),
    ("id", "ann/batt-run/3", "owner/slug"),
    ("id_no", "7", "whole number"),
    ("title", "Some other title", "some-other-title"),
    ("title", "b r", "5 to 50"),
    ("title", 12345, "a text"),
    ("code_file", "gone.ipynb", "which is none"),
    ("code_file", "../run.ipynb", "which is none"),
    ("code_file", "a\0.ipynb", "which is none"),
    ("code_file", f"{'a' * 300}.ipynb", "which is none"),
    ("code_file", "run.py", ".ipynb"),
    ("code_file", "bare.ipynb", "kernelspec"),
    ("code_file", "torn.ipynb", "kernelspec"),
    ("language", "r", "python"),
    ("kernel_type", "script", "notebook"),
    ("is_private", "true", "not in quotes"),
    ("enable_gpu", 0, "true or false"),
    ("enable_tpu", None, "true or false"),
    ("enable_internet", "false", "true or false"),
    ("enable_internet", True, "no internet"),
    ("dataset_sources", "ann/batt-data", "a list"),
    ("dataset_sources", ["batt-data"], "owner/slug"),
    ("dataset_sources", ["ann/batt-data", "ann/batt-data"], "once"),
    ("competition_sources", ["ann/arc-prize-2025"], "bare slugs"),
    ("competition_sources", "arc-prize-2025", "a list"),
    ("kernel_sources", [3], "owner/slug"),
    ("model_sources", ["bob/model/pytorch/small"], "version"),
    ("keywords", "arc", "a list"),
    ("docker_image", "", "characters"),
    ("docker_image_pinning_type", "newest", "latest"),
    ("machine_shape", 4, "a text"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that the metadata name, beside a notebook outside of it."""
    notebook = {
        "cells": [],
        "metadata": {"kernelspec": {"name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    inside = tmp_path / "inside"
    inside.mkdir()
    for path in (inside / "run.ipynb", tmp_path / "run.ipynb"):
        path.write_text(json.dumps(notebook))
    (inside / "bare.ipynb").write_text(json.dumps({**notebook, "metadata": {}}))
    (inside / "torn.ipynb").write_text('{"cells": [')
    (inside / "run.py").write_text("")
    (inside / "a.txt").write_text("")
    return inside


def test_right_metadata_has_no_error(folder: Path) -> None:
    assert kernel_errors(KERNEL, folder) == []


@pytest.mark.parametrize(("name", "value", "reported"), WRONG_KERNEL)
def test_each_kernel_field_wrong_once(folder: Path, name: str, value: Any, reported: str) -> None:
    (error,) = kernel_errors({**KERNEL, name: value}, folder)
    assert str(error).startswith(f"kernel-metadata.json: {name}: ")
    assert reported in str(error)


def test_every_field_is_wrong_in_some_test() -> None:
    assert {name for name, *_ in WRONG_KERNEL} == set(KERNEL)


def test_a_short_slug_is_the_fault_of_id_alone(folder: Path) -> None:
    (error,) = kernel_errors({**KERNEL, "id": "ann/batt"}, folder)
    assert str(error).startswith("kernel-metadata.json: id: ") and "a slug of 5 to 50 characters" in str(
        error
    )


@pytest.mark.parametrize("name", ["id", "title", "code_file", "language", "kernel_type", "enable_internet"])
def test_a_missing_kernel_field(folder: Path, name: str) -> None:
    (error,) = kernel_errors({key: value for key, value in KERNEL.items() if key != name}, folder)
    assert str(error) == f"kernel-metadata.json: {name}: is missing"


def test_an_unknown_field_is_reported_with_the_name_that_was_meant(folder: Path) -> None:
    (error,) = kernel_errors({**KERNEL, "enable_internets": False}, folder)
    assert "enable_internets" in str(error) and "did you mean enable_internet" in str(error)


def test_check_folder_names_all_wrong_fields_at_once(folder: Path) -> None:
    (folder / "kernel-metadata.json").write_text(json.dumps({**KERNEL, "language": "r", "keywords": "arc"}))
    with pytest.raises(MetadataError) as caught:
        check_folder(folder)
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == ["language", "keywords"]


def test_check_folder_wants_an_object(folder: Path) -> None:
    with pytest.raises(MetadataError, match=r"kernel-metadata\.json"):
        check_folder(folder)
    (folder / "kernel-metadata.json").write_text("[]")
    with pytest.raises(MetadataError, match="expected an object"):
        check_folder(folder)
    (folder / "kernel-metadata.json").write_text(json.dumps(KERNEL))
    assert check_folder(folder) == KERNEL


@pytest.mark.parametrize(
    ("title", "slug"), [("Batt run", "batt-run"), ("  Batt, run! ", "batt-run"), ("it's 3.5", "it-s-3-5")]
)
def test_slugify(title: str, slug: str) -> None:
    assert slugify(title) == slug


@pytest.mark.skipif(not (ROOT / "notebooks/run_batt.ipynb").exists(), reason="no notebook yet")
def test_the_checkout_is_a_valid_kernel_but_for_its_owner() -> None:
    meta = check_folder(ROOT)
    assert meta["id"].split("/")[0] == PLACEHOLDER
    assert meta["dataset_sources"] == [f"{PLACEHOLDER}/kaggle-batt"]
    assert meta["enable_internet"] is False


@pytest.mark.parametrize(
    ("given", "parts", "ref"),
    [
        ("c/arc-prize-2025", 1, "arc-prize-2025"),
        ("competitions/arc-prize-2025", 1, "arc-prize-2025"),
        ("https://www.kaggle.com/competitions/arc-prize-2025/", 1, "arc-prize-2025"),
        ("arc-prize-2025", 1, "arc-prize-2025"),
        ("code/ann/run", 2, "ann/run"),
        ("datasets/ann/set", 2, "ann/set"),
        ("c/set-of-an-owner-named-c", 2, "c/set-of-an-owner-named-c"),
        ("ann/set/3", 2, "ann/set/3"),
    ],
)
def test_prefixes_that_the_client_pulls_are_stripped(given: str, parts: int, ref: str) -> None:
    assert bare(given, parts) == ref


def test_pulled_metadata_is_read_without_prefixes(tmp_path: Path) -> None:
    (tmp_path / "run.ipynb").write_text('{"metadata": {"kernelspec": {"name": "python3"}}}')
    pulled = {"dataset_sources": ["datasets/ann/batt-data"], "competition_sources": ["c/arc-prize-2025"]}
    (tmp_path / "kernel-metadata.json").write_text(
        json.dumps({**KERNEL, **pulled, "kernel_sources": ["code/bob/some-notebook"]})
    )
    meta = check_folder(tmp_path)
    assert (meta["dataset_sources"], meta["competition_sources"]) == (["ann/batt-data"], ["arc-prize-2025"])
    assert meta["kernel_sources"] == ["bob/some-notebook"]
