"""The rules of Kaggle's `kernel-metadata.json`, checked before a push.

The client and the server accept much that is wrong (a typo in a name is ignored, most refusals are only
printed), so every field is checked here and each wrong one gives a `MetadataError` of its own. Rules: the
source of the kaggle client 2.2.4 (`kernels_push`) and its documentation of the file.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from kaggle_batt.errors import MetadataError, ParameterError, did_you_mean
from kaggle_batt.tasks.json_file import read_capped_json

KERNEL_FILE = "kernel-metadata.json"
DATASET_FILE = "dataset-metadata.json"
PLACEHOLDER = "insert-owner-here"  #: the owner in the checkout's kernel-metadata.json; `bundle` puts in yours

#: a field's type, the pattern of its text (of a list: of each of its texts), and what is expected
Form = tuple[type, str, str]
_PREFIXES = ("c", "competitions", "code", "datasets", "kernels")
#: fields of a kernel with references, and the parts of one
_REFERENCES = {"competition_sources": 1, "dataset_sources": 2, "kernel_sources": 2}
_OWNER = r"[A-Za-z0-9][A-Za-z0-9-]*"
_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
OWNER: Form = (str, _OWNER, "a Kaggle account's name (letters, digits, -)")
_COMPETITION: Form = (str, _SLUG, "a competition's slug, as in kaggle.com/competitions/SLUG")
_FLAG: Form = (bool, "True|False", "true or false (not in quotes)")
_VERSIONED: Form = (list, f"{_OWNER}/{_SLUG}(/[0-9]+)?", "a list of owner/slug, each once")
_ID = "owner/slug in small letters, digits and -, with a slug of 5 to 50 characters"
_MODEL = "a list of owner/model/framework/variation/version, each once"
_FIELDS: dict[str, Form] = {
    "id": (str, f"{_OWNER}/(?=.{{5,50}}$){_SLUG}", _ID),
    "id_no": (int, "[1-9][0-9]*", "a whole number above 0"),
    "title": (str, "(?s:.{5,50})", "a text of 5 to 50 characters"),
    "code_file": (str, r"(?s:.+)\.ipynb", "the path of a notebook (.ipynb)"),
    "language": (str, "python", "python"),
    "kernel_type": (str, "notebook", "notebook"),
    "is_private": _FLAG,
    "enable_gpu": _FLAG,
    "enable_tpu": _FLAG,
    "enable_internet": _FLAG,
    "dataset_sources": _VERSIONED,
    "competition_sources": (list, _SLUG, "a list of bare slugs of competitions, each once"),
    "kernel_sources": _VERSIONED,
    "model_sources": (list, r"[^/\s]+(/[^/\s]+){3}/[0-9]+", _MODEL),
    "keywords": (list, r"\S.*", "a list of texts, each once"),
    "docker_image": (str, "(?s:.{1,500})", "a text of 1 to 500 characters"),
    "docker_image_pinning_type": (str, "original|latest", "original or latest"),
    "machine_shape": (str, "(?s:.{1,100})", "a text of 1 to 100 characters"),
}
_NEEDED = ("id", "title", "code_file", "language", "kernel_type", "enable_internet")


def kernel_errors(meta: Mapping[str, Any], folder: Path) -> list[MetadataError]:
    """One error for each wrong field of a kernel's metadata; `folder` has its files."""
    faults: dict[str, str | None] = {
        name: fault(form, meta[name]) for name, form in _FIELDS.items() if name in meta
    }
    faults |= {name: "is missing" for name in _NEEDED if name not in meta}
    faults |= {
        name: f"is not a field that Kaggle knows{did_you_mean(str(name), _FIELDS)}"
        for name in meta
        if name not in _FIELDS
    }
    for name, further in (
        ("enable_internet", _internet_fault(meta)),
        ("title", None if faults["id"] else _title_fault(meta)),
        ("code_file", _notebook_fault(meta, folder)),
    ):
        faults[name] = faults[name] or further
    return [MetadataError(f"{KERNEL_FILE}: {name}: {fault}") for name, fault in faults.items() if fault]


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
    if wrong := fault(_COMPETITION, slug):
        raise ParameterError(f"competition: {wrong}")
    return slug


def slugify(title: str) -> str:
    """The slug that Kaggle makes of a title of ASCII characters: `Batt, run!` → `batt-run`."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def fault(form: Form, value: Any) -> str | None:
    """What is wrong with a value that should be of the form; None for nothing."""
    kind, pattern, expected = form
    texts = value if type(value) is list else [str(value)]
    fits = type(value) is kind and all([type(text) is str and re.fullmatch(pattern, text) for text in texts])
    if fits and len({*texts}) == len(texts):
        return None
    return f"expected {expected}, got {value!r}"


def _internet_fault(meta: Mapping[str, Any]) -> str | None:
    """It has to be given, for Kaggle's default is true; a competition's run is refused with it."""
    wrong = meta.get("enable_internet") is True and meta.get("competition_sources")
    return "expected false: a competition's scoring run has no internet" if wrong else None


def _title_fault(meta: Mapping[str, Any]) -> str | None:
    """Kaggle makes the kernel's slug of the title, whatever `id` says."""
    title, slug = str(meta.get("title")), meta["id"].partition("/")[2]
    if slugify(title) == slug:
        return None
    return f"expected a title with the slug of id, {slug!r}; {title!r} has {slugify(title)!r}"


def _notebook_fault(meta: Mapping[str, Any], folder: Path) -> str | None:
    """It has to lie in the folder and to name a kernel: papermill stops on Kaggle without one."""
    value = meta.get("code_file")
    try:
        path = (folder / str(value)).resolve()
        content = path.read_bytes() if path.is_relative_to(folder.resolve()) else b""
    except (OSError, ValueError):
        content = b""
    if not content:
        return f"expected the path of a notebook (.ipynb) in {folder}, got {value!r}, which is none"
    with suppress(ValueError, KeyError, TypeError):
        name = json.loads(content.decode())["metadata"]["kernelspec"]["name"]
        if isinstance(name, str) and name:
            return None
    return f"{value} is no notebook with metadata.kernelspec.name, without which it does not run on Kaggle"
