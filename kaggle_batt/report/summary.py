"""A run summarized in a few lines of text."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kaggle_batt.api import Run
from kaggle_batt.tasks.names import shown

#: refused tasks, and skipped files, that are listed; the record has all
MOST_REFUSED = 8


def summary(run: Run) -> str:
    """Candidates, scores, failures, predictions and files of a run, for people."""
    record = run.record
    candidates = record["candidates"]
    lines = [
        f"battery: {record['battery']['solvers']} solvers ({record['battery']['mutated']} mutated), "
        f"{record['battery']['differs']} differs, {record['battery']['nodes']} distinct calls",
        f"candidates: {run.counted}; of {candidates['tried']:,} distinct programs tried, "
        f"{candidates['kept']:,} kept",
        *_same(candidates["same"]),
        *_silent(record),
        *_failures(record),
        *_rejected(record),
        *_solved(run),
        *_refused(record),
        f"files: {run.folder}/run.json, submission.json, solver_md5/, differ_md5/, solver_dir/, differ_dir/",
    ]
    if record["status"] != "done":
        why = f" ({record['fault']})" if record.get("fault") else ""
        left_out = ", ".join([f"{phase} {count}" for phase, count in record["not_done_counts"].items()])
        lines.append(f"status: {record['status']}{why}; not done: {left_out or 'nothing'}")
    return "\n".join(lines)


def _same(same: dict[str, list[str]]) -> list[str]:
    shown = [f"  the same program: {', '.join(names)}" for names in list(same.values())[:8]]
    return shown + ([f"  … and {len(same) - 8} more"] if len(same) > 8 else [])


def _silent(record: Any) -> list[str]:
    """That no program gave an output."""
    silent = record["battery"]["solvers"] and not record["candidates"]["before"]
    return ["NO OUTPUT: none of the programs gave a grid on any sample"] if silent else []


def _failures(record: Any) -> list[str]:
    kinds: Counter[str] = Counter()
    for task in record["tasks"].values():
        kinds.update(task.get("failures", {}))
    lines = [f"failures: {', '.join(f'{n} {kind}' for kind, n in sorted(kinds.items()))}"] if kinds else []
    lines += [f"  {s['unit']} hit the {s['kind']} limit: {s['detail']}" for s in record.get("struck", [])[:8]]
    if record["broken"]:
        lines.append(f"BROKEN: alone these programs do not give the battery's outputs: {record['broken']}")
    return lines


def _rejected(record: Any) -> list[str]:
    """Programs that can't be read; outputs of a module that no program gave, or not the program alone."""
    found = record.get("rejected", {})
    what = "of what the module gave" if record["battery"]["module"] else "as they can't be read"
    lines = [f"rejected {what}: {len(found)}"] if found else []
    lines += [f"  {place}: {why}" for place, why in list(found.items())[:8]]
    return lines + ([f"  … and {len(found) - 8} more in run.json"] if len(found) > 8 else [])


def _refused(record: Any) -> list[str]:
    """Tasks that could not be read, files that were skipped, and what else was noted while reading."""
    refused, skipped = record.get("refused", {}), record.get("skipped", {})
    place = "; submission.json has placeholders for them" if record.get("placeholders") else ""
    lines = [f"tasks refused: {len(refused)} (--strict stops at the first){place}"] if refused else []
    lines += [f"  {shown(name)}: {why}" for name, why in list(refused.items())[:MOST_REFUSED]]
    lines += [f"  … and {len(refused) - MOST_REFUSED} more"] if len(refused) > MOST_REFUSED else []
    lines += [f"skipped {path}: {why}" for path, why in list(skipped.items())[:MOST_REFUSED]]
    return [*lines, *record.get("notes", [])]


def _solved(run: Run) -> list[str]:
    right, known = run.solved
    tasks = run.record["tasks"].values()
    fit = [task for task in tasks if task["demo"] in [score["demo"] for score in task["o_score"].values()]]
    lines = [f"tasks: {len(tasks)}, with a program that fits all demos: {len(fit)}"]
    if known:
        lines.append(f"submission: {right} of {known} known test outputs right with two answers")
    return lines
