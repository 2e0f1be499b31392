"""A run summarized in a few lines of text."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from kaggle_batt.api import Run
from kaggle_batt.pipeline.compare import Comparison, Difference
from kaggle_batt.pipeline.files import FOLDERS, RECORD, SUBMISSION
from kaggle_batt.pipeline.outputs import INDEX
from kaggle_batt.tasks.names import shown

_FILES = (RECORD, SUBMISSION, *[f"{folder}/" for folder in FOLDERS], INDEX, "solver_dir/", "differ_dir/")
MOST = 8  #: entries of a list that are shown; the record has all


def summary(run: Run) -> str:
    """Candidates, scores, failures, predictions and files of a run, for people."""
    record = run.record
    candidates = record["candidates"]
    lines = [
        f"battery: {record['battery']['solvers']} solvers ({record['battery']['mutated']} mutated), "
        f"{record['battery']['differs']} differs, {record['battery']['nodes']} distinct calls",
        f"candidates: {run.counted}; of {candidates['tried']:,} distinct programs tried, "
        f"{candidates['kept']:,} kept",
        *_first([f"the same program: {', '.join(names)}" for names in candidates["same"].values()]),
        *_failures(record),
        *_rejected(record),
        *_solved(run),
        *_refused(record),
        f"files: {run.folder}/{', '.join([n for n in _FILES if (run.folder / n).exists()])}",
    ]
    if record["status"] != "done":
        why = f" ({record['fault']})" if record.get("fault") else ""
        lines.append(f"status: {record['status']}{why}; not done: {_not_done(record) or 'nothing'}")
    return "\n".join(lines)


def compared(run: Run, other: Run | None, differences: Sequence[Difference]) -> str:
    """Whether two runs gave the same, with what differs; or why there was no second run."""
    if other is not None:
        engines = f"{run.record['params']['engine']} and {other.record['params']['engine']}"
        return Comparison(run.record, other.record, differences).text(engines)
    if run.record["params"]["compare"]:
        return "not compared: the time budget was too short for two runs"
    none = "no second run (compare: none was given, or auto, on a test set or with the serial engine)"
    validated = run.record["candidates"]["kept"] and "validate" not in run.record["not_done_counts"]
    alone = "; every kept program gives the same outputs alone as in the battery"
    return none + alone if validated else none


def _not_done(record: Any) -> str:
    """The first of what was not done in each phase, and how many more there are."""
    firsts = {what.partition(":")[0]: what for what in reversed(record["not_done"])}
    counts = record["not_done_counts"].items()
    return "; ".join([firsts[phase] + (f" and {n - 1:,} more" if n > 1 else "") for phase, n in counts])


def _first(lines: Sequence[str], where: str = "") -> list[str]:
    """The first lines, indented, and how many more there are."""
    more = [f"  … and {len(lines) - MOST} more{where}"] if len(lines) > MOST else []
    return [*[f"  {line}" for line in lines[:MOST]], *more]


def _failures(record: Any) -> list[str]:
    """That no program gave an output; failures by kind, limits that were hit, programs that broke."""
    kinds: Counter[str] = Counter()
    for task in record["tasks"].values():
        kinds.update(task.get("failures", {}))
    silent = record["battery"]["solvers"] and not record["candidates"]["before"]
    lines = ["NO OUTPUT: none of the programs gave a grid on any sample"] if silent else []
    if kinds:
        lines.append(f"failures: {', '.join(f'{n} {kind}' for kind, n in sorted(kinds.items()))}")
    hits = record.get("struck", ())
    shown = [f"{hit['unit']} hit the {hit['kind']} limit: {hit['detail']}" for hit in hits]
    lines += _first(shown, " in run.json")
    if record["broken"]:
        lines.append(f"BROKEN: alone these programs do not give the battery's outputs: {record['broken']}")
    return lines


def _rejected(record: Any) -> list[str]:
    """Programs that can't be read; outputs of a module that no program gave, or not the program alone."""
    found = record.get("rejected", {})
    what = "of what the module gave" if record["battery"]["module"] else "as they can't be read"
    lines = [f"rejected {what}: {len(found)}"] if found else []
    return lines + _first([f"{place}: {why}" for place, why in found.items()], " in run.json")


def _refused(record: Any) -> list[str]:
    """Tasks that could not be read, files that were skipped, and what else was noted while reading."""
    refused, skipped = record.get("refused", {}), record.get("skipped", {})
    place = "; submission.json has placeholders for them" if record.get("placeholders") else ""
    lines = [f"tasks refused: {len(refused)} (--strict stops at the first){place}"] if refused else []
    lines += _first([f"{shown(name)}: {why}" for name, why in refused.items()])
    lines += [f"skipped {path}: {why}" for path, why in list(skipped.items())[:MOST]]
    return [*lines, *record.get("notes", [])]


def _solved(run: Run) -> list[str]:
    right, known = run.solved
    tasks = run.record["tasks"].values()
    fit = [task for task in tasks if task["demo"] in [score["demo"] for score in task["o_score"].values()]]
    lines = [f"tasks: {len(tasks)}, with a kept program that fits all demos: {len(fit)}"]
    if known:
        lines.append(f"submission: {right} of {known} known test outputs right with two answers")
    return lines
