"""The phases of a run on a legacy module, in place of those for programs of the language.

The module is called once a sample for its outputs and once, against the known output, for differ values. Its
outputs become a battery of slices, so that filtering, inlining and saving are those of any run.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kaggle_batt.engines import ENDLESS, Deadline, Limits, make_engine
from kaggle_batt.errors import BatteryError, ParameterError, ProgramError
from kaggle_batt.generate.candidates import renamed
from kaggle_batt.legacy.calls import Calls
from kaggle_batt.legacy.jobs import CallJob, SliceJob, Where, describe_module, is_description
from kaggle_batt.legacy.module import needs_numpy
from kaggle_batt.params import Params
from kaggle_batt.pipeline.dispatch import INVALID, Dispatch, Tools, checked
from kaggle_batt.pipeline.jobs import Unit, sample_keys
from kaggle_batt.pipeline.phases import PHASES, Recipe, empty_outputs, kept_texts, validated, verdicts
from kaggle_batt.pipeline.scores import PARTS, Answer, Measures, SampleKey, SampleOutputs
from kaggle_batt.pipeline.state import RunState, TaskResult
from kaggle_batt.programs.battery import Battery, Entry
from kaggle_batt.programs.gc_pause import uncollected
from kaggle_batt.programs.program import Program
from kaggle_batt.tasks.task import Task

IMPORT = 20.0  #: CPU seconds that a module may take to be imported, beyond the limit of a job
NOTHING = ("error", "the module gave no output")  #: of a program that a call did not mention
LIMIT = "exceeded the limit of a call of the module"  #: `Tools.limit_hits` has the seconds


@dataclass(frozen=True)
class ModuleState(RunState):
    """A run on a module: `variables[p]` belongs to the program at place p; `calls`: each sample's result."""

    variables: tuple[int, ...] = ()
    calls: Mapping[Where, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Module:
    """A legacy module: calls as text, digest of its files, CPU seconds of its import, added to a job's."""

    path: Path
    calls: Calls
    digest: str
    seconds: float
    rejected: Mapping[str, str]

    def begin(self, tasks: Mapping[str, Task], entries: Sequence[Entry], budget: int) -> RunState:
        lists: dict[str, tuple[int, ...]] = dict.fromkeys(tasks, ())
        none = Battery([])
        return ModuleState(tasks, none, none, lists, budget, module=self.path.name, rejected=self.rejected)

    def tools(self, tools: Tools) -> Tools:
        """The tools with time for a worker to import the module, and with a check of results."""
        return replace(tools, limits=_longer(tools.limits, round(2 * self.seconds, 1)), guarded=True)


def module_recipe(
    path: Path, params: Params, limits: Limits, deadline: Deadline, not_done: list[str]
) -> Recipe:
    """The recipe of a run on the module at the path; without any phase if the deadline ends its import.

    Raises `ParameterError` if the user did not permit its execution, or set a parameter that does not apply;
    `BatteryError` if it can't be imported.
    """
    if not params.trust_module:
        raise ParameterError(
            f"battery: {str(path)!r} is a module of the older kind; to run it is to execute its code, which "
            "can do whatever you can: --trust-module says that you trust it (guarded workers execute it)"
        )
    for name in ("mutants", "search"):
        if getattr(params, name):
            raise ParameterError(f"{name}: not possible with a module of the older kind")
    module = read_module(path.resolve(), limits, deadline)
    if module is None:
        not_done.append(f"load: the import of {path.name}")
        return Recipe([], None, [], guarded=True)
    own = {
        "score demo": partial(_score, module, "demo"),
        "score test": partial(_score, module, "test"),
        "validate": partial(_validate, module),
        "differ": partial(_differ, module),
    }
    steps = [step._replace(phase=own.get(step.name, step.phase)) for step in PHASES]
    return Recipe([], module.digest, steps, module.begin, guarded=True)


def _longer(limits: Limits, seconds: float) -> Limits:
    """The limits with more CPU time, and running time in proportion."""
    return replace(limits, cpu=limits.cpu + seconds, wall=limits.wall + 3 * seconds)


def read_module(path: Path, limits: Limits, deadline: Deadline = ENDLESS) -> Module | None:
    """The module, described by a guarded worker; None if it is late. BatteryError if the import fails."""
    limits = _longer(limits, min(IMPORT, deadline.left()))
    if needs_numpy(path.parent):
        _load_numpy(path.parent)
    (outcome,) = make_engine("process", 1).run(describe_module, [path], limits, deadline=deadline.until)
    if outcome.kind == "cancelled":
        return None
    outcome = checked(outcome, is_description)
    if not outcome.ok:
        raise BatteryError(f"{path}: the module could not be imported ({outcome.kind}: {outcome.detail})")
    found = json.loads(outcome.value)
    calls = Calls({int(number): text for number, text in found["calls"].items()})
    return Module(path, calls, found["digest"], outcome.cpu, found["rejected"])


def _load_numpy(folder: Path) -> None:
    """Import numpy, so that workers inherit it; but nothing from the module's folder."""
    spec = find_spec("numpy")
    if spec and spec.origin and not Path(spec.origin).resolve().is_relative_to(folder):
        import numpy.random  # noqa: F401


@uncollected()
def _score(module: Module, part: str, state: RunState, tools: Tools) -> RunState:
    """Call the module on every sample of the part; its programs are those with any output."""
    assert isinstance(state, ModuleState)
    todo = [(name, key) for name, task in state.tasks.items() for key in sample_keys(task, [part])]
    job = CallJob(module.path, module.digest, state.tasks)
    found = _call_all(f"score {part}", module, job, todo, tools)
    state = _with_slices(module, replace(state, calls={**state.calls, **found}), found)
    if part == PARTS[-1] and not state.solvers.entries and state.rejected and not tools.not_done:
        place, why = next(iter(state.rejected.items()))
        raise BatteryError(f"{module.path}: no program of the module gave anything ({place}: {why})")
    if part == PARTS[-1] and not any([any(sample.grids) for sample in _samples(state)]):
        state = replace(state, rejected={**_reasons(state), **state.rejected})
    return state


def _samples(state: RunState) -> list[SampleOutputs]:
    return [sample for outputs in state.outputs.values() for sample in outputs.samples.values()]


def _reasons(state: RunState) -> dict[str, str]:
    """The first failure of each program that gave no grid."""
    found: dict[str, str] = {}
    for sample in _samples(state):
        for entry, failure in zip(state.solvers.entries, sample.answers, strict=True):
            found.setdefault(entry.name, ": ".join(failure))
    return found


def _call_all(
    phase: str, module: Module, job: CallJob, todo: Sequence[Where], tools: Tools
) -> dict[Where, Any]:
    def failure(kind: str) -> str:
        return json.dumps({"failure": [kind, INVALID if kind == "error" else LIMIT]})

    units = [Unit(name, *key, 0, 1) for name, key in todo]
    done = Dispatch(phase, job, module.tools(tools), failure).results(units)
    return {(unit.task, unit.sample): json.loads(done[unit]) for unit in units if unit in done}


def _with_slices(module: Module, state: ModuleState, found: Mapping[Where, Any]) -> RunState:
    """The state with the battery of all slices seen so far, and the outputs on every sample."""
    rejected = {**state.rejected, **dict(_rejects(found))}
    entries, variables = list(state.solvers.entries), dict.fromkeys(state.variables)
    rows = [row for value in found.values() for row in value.get("o", ())]
    for variable, mutated, solver, *_ in rows:
        if variable in variables:
            continue
        name = f"t{variable} {solver}"
        try:
            entries.append(Entry(name, module.calls.program(variable), state.module, mutated, task=solver))
            variables[variable] = None
        except ProgramError as error:
            rejected[name] = str(error)
    lists = {name: tuple(range(len(entries))) for name in state.tasks}
    state = replace(state, solvers=Battery(entries), lists=lists, variables=(*variables,), rejected=rejected)
    return replace(state, outputs=_task_outputs(state))


def _rejects(found: Mapping[Where, Any]) -> Iterator[tuple[str, str]]:
    """(place, reason) of rows that are no output, and of calls that failed as a whole."""
    for (name, key), value in found.items():
        place = f"{name}/{key[0]}/{key[1]}"
        if "failure" in value:
            yield place, ": ".join(value["failure"])
        for row, why in value.get("odd", {}).items():
            yield f"{place} {row}", why


def _task_outputs(state: ModuleState) -> dict[str, Any]:
    """The outputs of every task; a program's steps are its calls."""
    sizes = [entry.program.size for entry in state.solvers.entries]
    samples: dict[str, dict[SampleKey, SampleOutputs]] = {name: {} for name in state.tasks}
    for (name, key), value in state.calls.items():
        samples[name][key] = SampleOutputs(_answers(value, state.variables), sizes)
    return {name: replace(outputs, samples=samples[name]) for name, outputs in empty_outputs(state).items()}


def _answers(value: Any, variables: Sequence[int]) -> list[Answer]:
    """The answer of each variable in a call's result."""
    if "failure" in value:
        kind, detail = value["failure"]
        return [(kind, detail)] * len(variables)
    found: dict[int, Answer] = {}
    for variable, _, _, text, why in value["o"]:
        found.setdefault(variable, ("error", why) if text is None else text)
    return [found.get(variable, NOTHING) for variable in variables]


@uncollected()
def _validate(module: Module, state: RunState, tools: Tools) -> RunState:
    """Run each kept slice alone in the module's namespace; drop it on tasks where its outputs differ.

    Generated modules replace a failed call by a default, so a program can be right on one task and differ
    from its slice on another. A sample on which the whole call failed is left out.
    """
    assert isinstance(state, ModuleState)
    whole = {
        name: replace(outputs, samples={
            key: sample for key, sample in outputs.samples.items()
            if "failure" not in state.calls[(name, key)]
        })
        for name, outputs in state.outputs.items()
    }  # fmt: skip
    todo = [
        Unit(name, *key, 0, len(state.kept[name]))
        for name, outputs in whole.items()
        for key in outputs.samples
        if state.kept[name]
    ]
    job = SliceJob(module.path, module.digest, state.tasks, kept_texts(state))
    seen = verdicts(state, job, todo, whole, module.tools(tools))
    wrong = sorted([key for key, found in seen.items() if found is False])
    entries, why = state.solvers.entries, "alone it does not give the module's outputs"
    rejected = {f"{name} {entries[place].name}": why for name, place in wrong}
    state = replace(state, rejected={**state.rejected, **rejected})
    return validated(state, seen, lambda name, place: seen.get((name, place)) is False)


@dataclass
class Values:
    """Differ values read from calls of the module.

    `measures[where]` is by program variable (None: raw input) and differ name, `programs` each differ's
    distinct ones, the raw input's first, `rejected` the rows without one, and why, `read` what was kept.
    """

    calls: Calls
    measures: dict[Where, dict[tuple[int | None, str], int | None]] = field(default_factory=dict)
    programs: dict[str, dict[str, Program]] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)
    read: set[tuple[int, int | None, str]] = field(default_factory=set)

    def take(self, where: Where, value: Any) -> None:
        solvers: dict[str, list[int]] = {}
        for variable, _, solver in value.get("o", ()):
            solvers.setdefault(solver, []).append(variable)
        measures = self.measures.setdefault(where, {})
        rows = value.get("s", ())
        for variable, solver, name, measure in sorted(rows, key=lambda row: row[1] is not None):
            program = self.program(variable, solver, solvers)
            if program is None and solver is not None:
                self.rejected[f"t{variable} {name} {solver}"] = "no output has this solver's id"
                continue
            measures.setdefault((program, name), measure)
            self.keep(variable, program, name)

    def program(self, variable: int, solver: str | None, solvers: Mapping[str, Sequence[int]]) -> int | None:
        """The variable of the program measured: of several with the solver's id, one that is needed."""
        found = list(dict.fromkeys(solvers.get(solver, ()) if solver is not None else ()))
        if len(found) > 1:
            with suppress(ProgramError):
                found = [number for number in self.calls.needs(variable) if number in found] or found
        return found[-1] if found else None

    def keep(self, variable: int, program: int | None, name: str) -> None:
        """Keep the differ's own program: its slice, with the measured program as the input."""
        if (variable, program, name) in self.read:
            return
        self.read.add((variable, program, name))
        try:
            grids = [] if program is None else [program]
            found = self.calls.program(variable, "differ", grids)
            self.programs.setdefault(name, {}).setdefault(found.md5, found)
        except ProgramError as error:
            self.rejected[f"t{variable} {name}"] = str(error)

    def entries(self, source: str) -> list[Entry]:
        """The differs' programs; where one has several, the further ones get names of their own."""
        named = [(name, n, p) for name, found in self.programs.items() for n, p in enumerate(found.values())]
        return [Entry(name, p, source) for name, n, p in sorted(named, key=lambda one: one[1] > 0)]

    def result(self, state: RunState, variables: Sequence[int], name: str) -> TaskResult:
        """The scores of a task's kept programs; `variables[p]` is that of the program at place p."""
        samples = state.outputs[name].samples
        measured = {key: found for (task, key), found in self.measures.items() if task == name}

        def measures(place: int, differ: str) -> list[Measures]:
            variable, found = variables[place], []
            for key, row in measured.items():
                answered = samples[key].grid(place) is not None
                found.append((row.get((None, differ)), row.get((variable, differ)) if answered else None))
            return found

        sizes = {entry.name: entry.program.size for entry in state.differs.entries}
        names = dict.fromkeys([differ for row in self.measures.values() for _, differ in row])
        steps = {differ: sizes.get(differ, 0) * len(measured) for differ in names}
        return TaskResult.of(state, name, steps, measures)


@uncollected()
def _differ(module: Module, state: RunState, tools: Tools) -> RunState:
    """Differ values of raw inputs and of the kept programs' outputs, by the module; o, d and s scores."""
    assert isinstance(state, ModuleState)
    todo = [
        (name, key)
        for name, outputs in state.outputs.items()
        for key in outputs.samples
        if outputs.known[key] is not None and module.calls.texts
    ]
    job = CallJob(module.path, module.digest, state.tasks, against=True)
    found = _call_all("differ", module, job, todo, tools)
    values = Values(module.calls)
    for where, value in found.items():
        values.take(where, value)
    differs = Battery(renamed(values.entries(state.module), ()))
    failures = {f"{place} against": why for place, why in _rejects(found)}
    state = replace(state, differs=differs, rejected={**state.rejected, **failures, **values.rejected})
    return replace(state, results={name: values.result(state, state.variables, name) for name in state.tasks})
