"""The rules of Kaggle's `kernel-metadata.json` and `dataset-metadata.json`, checked before a push.

The client and the server let much pass that is wrong (a typo in a name is ignored, most refusals are only
printed), so every field is checked here and each wrong one gives a `MetadataError` of its own. Rules: the
source of the kaggle client 2.2.4 (`kernels_push`, `dataset_create_new`) and its documentation of the files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kaggle_batt.errors import MetadataError
from kaggle_batt.tasks.sources import near, read_json

KERNEL_FILE = "kernel-metadata.json"
DATASET_FILE = "dataset-metadata.json"
PLACEHOLDER = "insert-owner-here"  #: the owner in the checkout's kernel-metadata.json; `bundle` puts in yours

LICENSES = (  # names of Kaggle's list; MIT isn't among them
    "CC0-1.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC-BY-NC-SA-4.0", "CC-BY-4.0", "CC-BY-NC-4.0", "apache-2.0",
    "GPL-2.0", "GPL-3.0", "LGPL-3.0", "AGPL-3.0", "ODbL-1.0", "DbCL-1.0", "ODC-BY-1.0", "PDDL", "FDL-1.3",
    "copyright-authors", "other", "unknown",
)  # fmt: skip

Meta = Mapping[str, Any]
#: (value, the whole metadata, its folder) → what is wrong with the value, or None
Rule = Callable[[Any, Meta, Path], str | None]

_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def kernel_errors(meta: Meta, folder: Path) -> list[MetadataError]:
    """One error for each wrong field of a kernel's metadata; `folder` is where its files lie."""
    return _errors(KERNEL_FILE, _KERNEL, _KERNEL_NEEDED, meta, folder)


def dataset_errors(meta: Meta, folder: Path) -> list[MetadataError]:
    """One error for each wrong field of a dataset's metadata; `folder` is where its files lie."""
    return _errors(DATASET_FILE, _DATASET, _DATASET_NEEDED, meta, folder)


def check_folder(folder: Path) -> dict[str, Any]:
    """The metadata in a kernel's or a dataset's folder, all rules kept.

    Raises MetadataError naming every wrong field, a line each, or that there is no metadata or no JSON in it.
    """
    found = [name for name in (KERNEL_FILE, DATASET_FILE) if (folder / name).is_file()]
    if len(found) != 1:
        raise MetadataError(f"{folder}: expected one of {KERNEL_FILE} and {DATASET_FILE}, found {len(found)}")
    meta = read_json(folder / found[0], MetadataError)
    if not isinstance(meta, dict):
        raise MetadataError(f"{folder / found[0]}: expected an object")
    errors = kernel_errors(meta, folder) if found[0] == KERNEL_FILE else dataset_errors(meta, folder)
    if errors:
        raise MetadataError("\n".join(map(str, errors)))
    return meta


def slugify(title: str) -> str:
    """The slug that Kaggle makes of a title of ASCII characters: `Batt, run!` → `batt-run`."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def owner_fault(owner: Any) -> str | None:
    """What is wrong with the name of a Kaggle account; None if nothing."""
    if isinstance(owner, str) and _OWNER.fullmatch(owner):
        return None
    return f"expected a Kaggle account's name (letters, digits, -), got {owner!r}"


def _errors(
    file: str, rules: Mapping[str, Rule], needed: tuple[str, ...], meta: Meta, folder: Path
) -> list[MetadataError]:
    """The errors in the order of the rules, then those of unknown fields."""
    faults: dict[str, str | None] = {}
    for name, rule in rules.items():
        if name in meta:
            faults[name] = rule(meta[name], meta, folder)
        elif name in needed:
            faults[name] = "is missing"
    for name in meta:
        if name not in rules:
            faults[name] = f"is not a field that Kaggle knows{near(str(name), rules)}"
    return [MetadataError(f"{file}: {name}: {fault}") for name, fault in faults.items() if fault]


def _ref(least: int, most: int) -> Rule:
    """`owner/slug` with a slug of so many characters."""

    def rule(value: Any, meta: Meta, folder: Path) -> str | None:
        owner, slash, slug = value.partition("/") if isinstance(value, str) else ("", "", "")
        if not slash or not _OWNER.fullmatch(owner) or not _SLUG.fullmatch(slug):
            return f"expected owner/slug in small letters, digits and -, got {value!r}"
        if not least <= len(slug) <= most:
            return f"expected a slug of {least} to {most} characters, got {len(slug)}: {slug!r}"
        return None

    return rule


def _text(least: int, most: int) -> Rule:
    """A text of so many characters."""

    def rule(value: Any, meta: Meta, folder: Path) -> str | None:
        if not isinstance(value, str):
            return f"expected a text, got {value!r}"
        if not least <= len(value) <= most:
            return f"expected {least} to {most} characters, got {len(value)}"
        return None

    return rule


def _one_of(*names: str) -> Rule:
    def rule(value: Any, meta: Meta, folder: Path) -> str | None:
        return None if value in names else f"expected {' or '.join(names)}, got {value!r}"

    return rule


def _list_of(pattern: str, spoken: str) -> Rule:
    """A list without repeats of texts that match `pattern`."""

    def rule(value: Any, meta: Meta, folder: Path) -> str | None:
        if not isinstance(value, list):
            return f"expected a list of {spoken}, got {value!r}"
        wrong = [item for item in value if not isinstance(item, str) or not re.fullmatch(pattern, item)]
        if wrong:
            return f"expected a list of {spoken}, got {wrong[0]!r} in it"
        if len(set(value)) < len(value):
            return f"expected each of the list once, got {value}"
        return None

    return rule


def _truth(value: Any, meta: Meta, folder: Path) -> str | None:
    return None if isinstance(value, bool) else f"expected true or false (not in quotes), got {value!r}"


def _internet(value: Any, meta: Meta, folder: Path) -> str | None:
    """Must be said, for Kaggle's default is true; a competition's run is refused with it."""
    if value is True and meta.get("competition_sources"):
        return "expected false: a competition's scoring run has no internet"
    return _truth(value, meta, folder)


def _kernel_title(value: Any, meta: Meta, folder: Path) -> str | None:
    """Kaggle makes the kernel's slug of the title, whatever `id` says."""
    fault = _text(5, 50)(value, meta, folder)
    id = meta.get("id")
    if fault is not None or _KERNEL["id"](id, meta, folder) is not None:
        return fault
    slug = str(id).partition("/")[2]
    if slugify(value) != slug:
        return f"expected a title with the slug of id, {slug!r}; {value!r} has {slugify(value)!r}"
    return fault


def _code_file(value: Any, meta: Meta, folder: Path) -> str | None:
    """A notebook inside the folder, with a kernel's name: papermill stops on Kaggle without one."""
    if not isinstance(value, str) or not value.endswith(".ipynb"):
        return f"expected the path of a notebook (.ipynb), got {value!r}"
    path = (folder / value).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        return f"expected a file in {folder}, got {value!r}, which is none"
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        name = notebook["metadata"]["kernelspec"]["name"]
    except (ValueError, KeyError, TypeError, OSError):
        return (
            f"{value} is no notebook with metadata.kernelspec.name, without which it does not run on Kaggle"
        )
    return None if isinstance(name, str) and name else f"{value}: metadata.kernelspec.name is {name!r}"


def _licenses(value: Any, meta: Meta, folder: Path) -> str | None:
    if not isinstance(value, list) or len(value) != 1:
        return f'expected a list of exactly one license, [{{"name": "apache-2.0"}}], got {value!r}'
    name = value[0].get("name") if isinstance(value[0], dict) else None
    return None if name in LICENSES else f"expected one of {', '.join(LICENSES)}, got {name!r}"


def _resources(value: Any, meta: Meta, folder: Path) -> str | None:
    """Files that exist, each named once."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return f"expected a list of objects with a path, got {value!r}"
    paths = [item.get("path") for item in value]
    absent = [path for path in paths if not isinstance(path, str) or not (folder / path).is_file()]
    if absent:
        return f"expected files in {folder}, got {absent[0]!r}, which is none"
    return "expected each path once" if len(set(paths)) < len(paths) else None


def _whole(value: Any, meta: Meta, folder: Path) -> str | None:
    return None if type(value) is int and value > 0 else f"expected a whole number, got {value!r}"


_REF = r"[A-Za-z0-9][A-Za-z0-9-]*/[a-z0-9]+(-[a-z0-9]+)*(/[0-9]+)?"
_KERNEL_NEEDED = ("id", "title", "code_file", "language", "kernel_type", "enable_internet")
_KERNEL: dict[str, Rule] = {
    "id": _ref(5, 50),
    "id_no": _whole,
    "title": _kernel_title,
    "code_file": _code_file,
    "language": _one_of("python"),
    "kernel_type": _one_of("notebook"),
    "is_private": _truth,
    "enable_gpu": _truth,
    "enable_tpu": _truth,
    "enable_internet": _internet,
    "dataset_sources": _list_of(_REF, "owner/slug"),
    "competition_sources": _list_of(_SLUG.pattern, "bare slugs of competitions"),
    "kernel_sources": _list_of(_REF, "owner/slug"),
    "model_sources": _list_of(r"[^/\s]+(/[^/\s]+){3}/[0-9]+", "owner/model/framework/variation/version"),
    "keywords": _list_of(r"\S.*", "texts"),
    "docker_image": _text(1, 500),
    "docker_image_pinning_type": _one_of("original", "latest"),
    "machine_shape": _text(1, 100),
}
_DATASET_NEEDED = ("id", "title", "licenses")
_DATASET: dict[str, Rule] = {
    "id": _ref(6, 50),
    "id_no": _whole,
    "title": _text(6, 50),
    "licenses": _licenses,
    "subtitle": _text(20, 80),
    "description": _text(0, 100_000),
    "keywords": _list_of(r"\S.*", "texts"),
    "resources": _resources,
}
