"""Program files, named by their md5; which are the best of each task, and links to those.

`links.json` lists the best programs of each task as [md5, score, speed] under the path of the folder of their
links, which small runs have and others get on demand: thousands take longer than many a run.
"""

import errno
import os
import re
from collections.abc import Iterable, Mapping, Set
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, NamedTuple

from kaggle_batt.engines import ENDLESS, Deadline
from kaggle_batt.errors import StoreError
from kaggle_batt.pipeline.dispatch import Tools
from kaggle_batt.pipeline.files import FOLDERS, Folder, fault_in, json_lines, read_bytes, read_json, reported
from kaggle_batt.pipeline.scores import KEEP, SIDES, speed_class
from kaggle_batt.pipeline.state import RunState
from kaggle_batt.programs.program import Program
from kaggle_batt.tasks.names import safe_name

INDEX = "links.json"
FILLED: dict[str, Any] = {"older programs": "fill it"}  #: the links of a folder that has no room for others
LINKED_TASKS = 20  #: a run on more tasks makes no links by itself


class Kept(NamedTuple):
    """A program kept for a task: its md5, score and speed class (higher is better for both)."""

    md5: str
    score: int
    speed: int

    @property
    def link(self) -> tuple[str, str, str]:
        """Where its link is below the folder of links."""
        return str(self.score), str(self.speed), f"{self.md5}.py"


#: the best programs, by the path of the folder of their links in the run's folder
Best = Mapping[str, list[Kept]]
_BEST = {str: [(str, int, int)]}
_FILE = re.compile(r"([0-9a-f]{32})\.py")
_ROOT = re.compile(r"(solver|differ)_dir/((iz|zo)/)?solve_[\w.-]+")


class Saved(NamedTuple):
    """What a run's folder holds: the best programs, and the md5s of the files in each of `FOLDERS`."""

    best: Best
    files: Mapping[str, set[str]]


def save_files(folder: Path, state: RunState, tools: Tools) -> dict[str, list[str]]:
    """Write the index, the validated programs and the differs; on few tasks link the best of each.

    Returns, by folder, the md5s of other programs there; `tools.not_done` gets what the deadline cuts off.
    The index of a late run has what was there before, to which a resumed run goes back first.
    """
    solvers = [state.programs[md5] for md5 in sorted(state.kept_md5s())]
    programs = dict(zip(FOLDERS, (solvers, [e.program for e in state.differs.entries]), strict=True))
    own = {part: {program.md5 for program in made} for part, made in programs.items()}
    with ExitStack() as stack:
        top = stack.enter_context(Folder(folder))
        parts = {part: stack.enter_context(top.below(part)) for part in FOLDERS}
        before = _before(top, parts, bool(tools.journal and tools.journal.records))
        present = {md5 for part in FOLDERS for md5 in before.files[part]}
        old = {root: [item for item in rows if item.md5 in present] for root, rows in before.best.items()}
        new = _kept(state)
        best = {root: best_kept(old.get(root, ()), new.get(root, ())) for root in {**old, **new}}
        _write_index(top, best, before if tools.not_done else None)
        for part, made in programs.items():
            if left_out := save_programs(parts[part], made, tools.deadline):
                tools.not_done.append(f"save: {len(left_out)} of {len(made)} files in {part}")
        if len(state.tasks) <= LINKED_TASKS:
            own_links = {root: best[root] for root in new}
            if left_out := save_links(top, own_links, tools.deadline):
                tools.not_done.append(f"save: the links in {len(left_out)} of {len(own_links)} folders")
    return {part: sorted(before.files[part] - own[part]) for part in FOLDERS}


def _before(top: Folder, parts: Mapping[str, Folder], resumed: bool) -> Saved:
    """What the folder held before this run, to which a resumed one goes back. A torn index counts as none."""
    files = {part: {f[1] for f in map(_FILE.fullmatch, one.names()) if f} for part, one in parts.items()}
    index = _read_index(top.path)
    if not (resumed and index["before"]):
        return Saved(_best_of(index), files)
    earlier = index["before"][0]
    for part, folder in parts.items():
        for md5 in sorted(files[part] - set(earlier["files"].get(part, ()))):
            folder.remove(f"{md5}.py")
            files[part].remove(md5)
    return Saved(_best_of(earlier), files)


def links_of(run: Path, record: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By folder of links the score and speed of each program of this run, and whether its link is there.

    Links are looked for where a run makes them. Of a folder that older programs fill it is only known that.
    """
    best, found = _best_of(_read_index(run)), dict[str, dict[str, Any]]()
    for name, task in record["tasks"].items():
        for root in _roots(name):
            is_solver = root.startswith("solver")
            own = task.get("programs", {}).keys() if is_solver else {*record["differs"].values()}
            rows = best.get(root, [])
            kept = [row for row in rows if row.md5 in own]
            found[root] = {row.md5: [row.score, row.speed] for row in kept}
            if len(record["tasks"]) <= LINKED_TASKS:
                for row in kept:
                    is_there = os.path.lexists(run.joinpath(root, *row.link))
                    found[root][row.md5].append("linked" if is_there else "not linked")
            if len(kept) < len(rows) == KEEP:
                found[root] = FILLED
    return found


def _read_index(folder: Path) -> dict[str, Any]:
    """The content of the index; empty if it is missing or of another form."""
    with suppress(StoreError):
        index = read_json(folder / INDEX)
        if not fault_in(index, {"best": _BEST, "before": [{"best": _BEST, "files": {str: [str]}}]}):
            return dict(index)
    return {"best": {}, "before": []}


def _best_of(index: Mapping[str, Any]) -> dict[str, list[Kept]]:
    return {
        root: [Kept(*row) for row in rows if _FILE.fullmatch(f"{row[0]}.py")]
        for root, rows in index["best"].items()
        if _ROOT.fullmatch(root)
    }


def _write_index(top: Folder, best: Best, before: Saved | None) -> None:
    """Write the index; of a late run with what was there before."""
    files = {part: sorted(md5s) for part, md5s in before.files.items()} if before else {}
    value = {"before": [{"best": before.best, "files": files}] if before else [], "best": best}
    top.write(INDEX, json_lines(value).encode())


def save_programs(folder: Folder, programs: Iterable[Program], deadline: Deadline = ENDLESS) -> list[str]:
    """Write `<md5>.py` for each program that is not there yet; the names of those cut off by the deadline."""
    left_out = []
    for program in programs:
        name, content = f"{program.md5}.py", program.text.encode()
        if deadline.late():
            left_out.append(name)
            continue
        with suppress(OSError), folder.open(name, "rb") as file:
            if file.read() == content:
                continue
        folder.write(name, content, durable=False)  # thousands of files: waiting would take minutes
    return left_out


def _roots(task: str) -> list[str]:
    """The folders of links to a task's solvers, and to its differs for each side."""
    return [f"{part}/solve_{safe_name(task)}" for part in ("solver_dir", *[f"differ_dir/{s}" for s in SIDES])]


def _kept(state: RunState) -> dict[str, list[Kept]]:
    """The programs kept for each task, and its differs by their best score with any of those."""
    found = {}
    for name, result in state.results.items():
        if not (outputs := state.outputs[name]).samples:
            continue
        right, steps = outputs.matches("demo"), outputs.steps()
        solvers, *differs = _roots(name)
        found[solvers] = [Kept(state.md5(name, p), right[p], speed_class(steps[p])) for p in state.kept[name]]
        for side, root in zip(SIDES, differs, strict=True):
            found[root] = [
                Kept(
                    entry.md5,
                    max(result.s_score.get(entry.name, {}).get(side, {}).values(), default=0),
                    speed_class(result.differ_steps.get(entry.name, 0)),
                )
                for entry in state.differs.entries
            ]
    return found


def best_kept(old: Iterable[Kept], new: Iterable[Kept]) -> list[Kept]:
    """The best `KEEP` programs, best first; on a tie of score and speed the old ones stay."""
    fresh = {item.md5: item for item in new}
    stay = [item for item in old if fresh.get(item.md5, item) == item]
    chosen = {item.md5: item for item in [*stay, *fresh.values()]}.values()  # the old in front, also on a tie
    return sorted(chosen, key=lambda item: (-item.score, -item.speed))[:KEEP]


def link_all(folder: Path) -> int:
    """The number of links made from a run's index. Raises `StoreError` without one, or if a link fails."""
    if not (folder / INDEX).exists():
        why = "cannot be read (there is none): the run has not been saved, continue with --resume"
        raise StoreError(f"{folder / INDEX}: {why}")
    read_json(folder / INDEX)
    with Folder(folder) as top:
        best = _best_of(_read_index(folder))
        save_links(top, best)
    return sum(map(len, best.values()))


def save_links(top: Folder, best: Best, deadline: Deadline = ENDLESS) -> list[str]:
    """Link the best programs as `<root>/<score>/<speed>/<md5>.py`; the roots that the deadline cut off."""
    left_out = []
    for root, kept in best.items():
        if deadline.late():
            left_out.append(root)
            continue
        links = {item.link for item in kept}
        parts, folder = root.split("/"), top
        with ExitStack() as stack:
            for name in parts:
                folder = stack.enter_context(folder.below(name))
            files = f"{'../' * (len(parts) + 2)}{parts[0].split('_')[0]}_md5"
            if not _link_below(folder, links, files, deadline):
                left_out.append(root)
    return left_out


def _link_below(
    folder: Folder, links: Set[tuple[str, ...]], files: str, deadline: Deadline, depth: int = 2
) -> bool:
    """Make the links `depth` folders (scores, speeds) below this one those of the paths, if there is time."""
    if deadline.late():
        return False
    if not depth:
        _link_in(folder, {name for (name,) in links}, files)
        return True
    wanted = {path[0] for path in links}
    for number in sorted({name for name in folder.names() if name.isdecimal()} | wanted):
        with folder.below(number) as below:
            inner = {path[1:] for path in links if path[0] == number}
            if not _link_below(below, inner, files, deadline, depth - 1):
                return False
        if number not in wanted:
            with suppress(OSError):  # it is not empty
                os.rmdir(number, dir_fd=folder.descriptor)
    return True


def _link_in(folder: Folder, names: set[str], files: str) -> None:
    """Make the folder's links those to the program files of these names; copies where there are no links."""
    found = set(folder.names())
    for name in found - names:
        if _FILE.fullmatch(name):
            folder.remove(name)
    for name in names - found:
        with reported(folder.path / name):
            try:
                os.symlink(f"{files}/{name}", name, dir_fd=folder.descriptor)
            except OSError as error:
                if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS):
                    raise
                folder.write(name, read_bytes(folder.path / files / name), durable=False)
