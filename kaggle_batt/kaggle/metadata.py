"""The rules of Kaggle's `kernel-metadata.json`, checked before a push.

The client and the server accept much that is wrong (a typo in a name is ignored, most refusals are only
printed), so every field is checked here and each wrong one gives a `MetadataError` of its own. Rules: the
source of the kaggle client 2.2.4 (`kernels_push`) and its documentation of the file.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from kaggle_batt.errors import MetadataError, ParameterError, did_you_mean
from kaggle_batt.tasks.json_file import read_capped_json

KERNEL_FILE = "kernel-metadata.json"
DATASET_FILE = "dataset-metadata.json"
PLACEHOLDER = "insert-owner-here"  #: the owner in the checkout's kernel-metadata.json; `bundle` puts in yours

Rule = Callable[[Any], str | None]  # value → what is wrong with it, or None
_PREFIXES = ("c", "competitions", "code", "datasets", "kernels")
#: fields of a kernel with references, and the parts of one
_REFERENCES = {"competition_sources": 1, "dataset_sources": 2, "kernel_sources": 2}
_OWNER = r"[A-Za-z0-9][A-Za-z0-9-]*"
_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
_NEEDED = ("id", "title", "code_file", "language", "kernel_type", "enable_internet")


def kernel_errors(meta: Mapping[str, Any], folder: Path) -> list[MetadataError]:
    """One error for each wrong field of a kernel's metadata; `folder` has its files."""
    versioned = _list_of(f"{_OWNER}/{_SLUG}(/[0-9]+)?", "owner/slug")
    rules: dict[str, Rule] = {
        "id": _kernel_id,
        "id_no": _number,
        "title": partial(_kernel_title, meta.get("id")),
        "code_file": partial(_notebook, folder),
        "language": _one_of("python"),
        "kernel_type": _one_of("notebook"),
        "is_private": _boolean,
        "enable_gpu": _boolean,
        "enable_tpu": _boolean,
        "enable_internet": partial(_internet, bool(meta.get("competition_sources"))),
        "dataset_sources": versioned,
        "competition_sources": _list_of(_SLUG, "bare slugs of competitions"),
        "kernel_sources": versioned,
        "model_sources": _list_of(r"[^/\s]+(/[^/\s]+){3}/[0-9]+", "owner/model/framework/variation/version"),
        "keywords": _list_of(r"\S.*", "texts"),
        "docker_image": _text(1, 500),
        "docker_image_pinning_type": _one_of("original", "latest"),
        "machine_shape": _text(1, 100),
    }
    return _errors(rules, meta)


def check_folder(folder: Path) -> dict[str, Any]:
    """A kernel's metadata, checked. Raises MetadataError naming every wrong field, a line each."""
    meta: Any = read_capped_json(folder / KERNEL_FILE, MetadataError)
    if not isinstance(meta, dict):
        raise MetadataError(f"{folder / KERNEL_FILE}: expected an object")
    for field, parts in _REFERENCES.items():
        if isinstance(meta.get(field), list):
            meta[field] = [bare(ref, parts) if isinstance(ref, str) else ref for ref in meta[field]]
    if errors := kernel_errors(meta, folder):
        raise MetadataError("\n".join(map(str, errors)))
    return dict(meta)


def bare(ref: str, parts: int) -> str:
    """A reference without an address or prefix: `c/name` → `name` of one part, `code/a/b` → `a/b` of two."""
    names = re.sub(r"^https?://(www\.)?kaggle\.com/", "", ref.strip()).strip("/").split("/")
    return "/".join(names[1:] if len(names) > parts and names[0] in _PREFIXES else names)


def competition_slug(text: str) -> str:
    """The slug of a competition, given as such, as `c/SLUG` or as an address. Raises ParameterError."""
    slug = bare(text, 1)
    if fault := slug_fault(slug):
        raise ParameterError(f"competition: {fault}")
    return slug


def slugify(title: str) -> str:
    """The slug that Kaggle makes of a title of ASCII characters: `Batt, run!` → `batt-run`."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _rule(fits: Callable[[Any], object], what: str) -> Rule:
    """A rule that names what was expected for each value that does not fit."""
    return lambda value: None if fits(value) else f"expected {what}, got {value!r}"


def _text(least: int, most: int) -> Rule:
    fits = range(least, most + 1)
    return _rule(
        lambda value: isinstance(value, str) and len(value) in fits, f"a text of {least} to {most} characters"
    )


def _one_of(*names: str) -> Rule:
    return _rule(lambda value: value in names, " or ".join(names))


def _like(pattern: str, what: str) -> Rule:
    return _rule(lambda value: isinstance(value, str) and re.fullmatch(pattern, value), what)


def _list_of(pattern: str, what: str) -> Rule:
    """A list without repeats of texts that match `pattern`."""
    like = _like(pattern, what)
    return _rule(
        lambda value: isinstance(value, list) and not any(map(like, value)) and len({*value}) == len(value),
        f"a list of {what}, each once",
    )


_boolean = _rule(lambda value: isinstance(value, bool), "true or false (not in quotes)")
_number = _rule(lambda value: type(value) is int and value > 0, "a whole number above 0")
_kernel_id = _like(
    f"{_OWNER}/(?=.{{5,50}}$){_SLUG}",
    "owner/slug in small letters, digits and -, with a slug of 5 to 50 characters",
)
#: what is wrong with a competition's slug
slug_fault = _like(_SLUG, "a competition's slug, as in kaggle.com/competitions/SLUG")
#: what is wrong with the name of a Kaggle account
owner_fault = _like(_OWNER, "a Kaggle account's name (letters, digits, -)")


def _internet(in_competition: bool, value: Any) -> str | None:
    """Has to be given, for Kaggle's default is true; a competition's run is refused with it."""
    if value is True and in_competition:
        return "expected false: a competition's scoring run has no internet"
    return _boolean(value)


def _kernel_title(id: Any, value: Any) -> str | None:
    """Kaggle makes the kernel's slug of the title, whatever `id` says."""
    fault = _text(5, 50)(value)
    if fault is not None or _kernel_id(id) is not None:
        return fault
    slug = id.partition("/")[2]
    if slugify(value) != slug:
        return f"expected a title with the slug of id, {slug!r}; {value!r} has {slugify(value)!r}"
    return None


def _notebook(folder: Path, value: Any) -> str | None:
    """A notebook inside the folder, with a kernel's name: papermill stops on Kaggle without one."""
    path = (folder / str(value)).resolve()
    if not (path.suffix == ".ipynb" and path.is_file() and path.is_relative_to(folder.resolve())):
        return f"expected the path of a notebook (.ipynb) in {folder}, got {value!r}, which is none"
    try:
        name = json.loads(path.read_text(encoding="utf-8"))["metadata"]["kernelspec"]["name"]
    except (ValueError, KeyError, TypeError, OSError):
        name = None
    if isinstance(name, str) and name:
        return None
    return f"{value} is no notebook with metadata.kernelspec.name, without which it does not run on Kaggle"


def _errors(rules: Mapping[str, Rule], meta: Mapping[str, Any]) -> list[MetadataError]:
    """The errors in the order of the rules, then those of unknown fields."""
    faults: dict[str, str | None] = {}
    for name, rule in rules.items():
        if name in meta:
            faults[name] = rule(meta[name])
        elif name in _NEEDED:
            faults[name] = "is missing"
    for name in [name for name in meta if name not in rules]:
        faults[name] = f"is not a field that Kaggle knows{did_you_mean(str(name), rules)}"
    return [MetadataError(f"{KERNEL_FILE}: {name}: {fault}") for name, fault in faults.items() if fault]
