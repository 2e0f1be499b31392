"""A run on an older module: its phases in place of those that run programs of the language.

The module is called once a sample for its outputs and once, against the known output, for differ values.
What it gives becomes a battery of slices, so that filtering, inlining and saving are those of any run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from kaggle_batt.engines import Limits, make_engine
from kaggle_batt.errors import BatteryError, ParameterError, ProgramError
from kaggle_batt.generate.candidates import renamed
from kaggle_batt.legacy.calls import Calls
from kaggle_batt.legacy.jobs import Calling, Slices, Told, Where, describe_module, tabled
from kaggle_batt.legacy.sound import UNSOUND, SoundEngine, is_call, is_description, is_table
from kaggle_batt.legacy.values import Values
from kaggle_batt.params import Params
from kaggle_batt.pipeline.dispatch import Tools, carry
from kaggle_batt.pipeline.jobs import Unit, sample_keys
from kaggle_batt.pipeline.phases import State, empty_outputs, filter_candidates, inline, kept_texts, verdicts
from kaggle_batt.pipeline.plan import Plan
from kaggle_batt.pipeline.scores import PARTS, TaskOutputs
from kaggle_batt.pipeline.timings import Span
from kaggle_batt.programs.battery import Battery, Entry
from kaggle_batt.tasks.task import Task

#: CPU seconds that a module may take to be imported, beyond the limit of a job
IMPORT = 20.0
#: what a program gives that a call of the module did not mention
NOTHING = ("error", "the module gave no output")
#: what a call has that a limit struck; the seconds that it took are told in `Tools.struck`
STRUCK = "struck by the limit of a call of the module"


@dataclass(frozen=True)
class Answer:
    """What a call of the module gave on a sample.

    `told` holds the answer or failure of each variable, `failure` that of the call; `odd` says of rows that
    were none why they are not.
    """

    told: Mapping[int, Told]
    failure: tuple[str, str] | None
    odd: Mapping[str, str]

    def of(self, variable: int) -> Told:
        """The answer of a variable, or why there is none."""
        return self.failure or self.told.get(variable, NOTHING)


@dataclass(frozen=True)
class ModuleState(State):
    """The state of a run on a module: `variables[p]` is that of the program at place p of `solvers`."""

    variables: tuple[int, ...] = ()
    answers: Mapping[Where, Answer] = field(default_factory=dict)


@dataclass(frozen=True)
class Module:
    """An older module as the parent knows it: its calls as text, a digest of its files.

    `seconds` is the CPU time of its import, which a job may need on top of its own.
    """

    path: str
    calls: Calls
    digest: str
    seconds: float
    rejected: Mapping[str, str]

    @property
    def name(self) -> str:
        """The name of its file."""
        return Path(self.path).name

    def begin(self, tasks: Mapping[str, Task], entries: Sequence[Entry], budget: int) -> State:
        """The state before the first phase."""
        lists: dict[str, tuple[int, ...]] = dict.fromkeys(tasks, ())
        none = Battery([])
        return ModuleState(tasks, none, none, lists, budget, module=self.name, rejected=self.rejected)

    def tools(self, tools: Tools, sound: Callable[[Any], bool]) -> Tools:
        """The tools with time for a worker to import the module, and with results that are `sound`."""
        limits = _longer(tools.limits, round(2 * self.seconds, 1))
        return replace(tools, limits=limits, engine=SoundEngine(tools.engine, sound))


def module_plan(path: Path, params: Params, limits: Limits) -> Plan:
    """The plan of a run on the module at the path.

    Raises `ParameterError` where the user has not said that it may be executed, or asks for what can't be
    done with it; `BatteryError` where it can't be imported.
    """
    if not params.trust_module:
        raise ParameterError(
            f"battery: {str(path)!r} is a module of the older kind; to run it is to execute its code, which "
            "can do whatever you can: --trust-module says that you trust it (guarded workers execute it)"
        )
    for name in ("mutants", "search"):
        if getattr(params, name):
            raise ParameterError(f"{name}: not beside a module of the older kind")
    module = read_module(path.resolve(), limits)
    phases = (
        ("score demo", partial(_score, module, "demo")),
        ("score test", partial(_score, module, "test")),
        ("filter", filter_candidates),
        ("inline", inline),
        ("validate", partial(_validate, module)),
        ("differ", partial(_differ, module)),
    )
    return Plan([], module.digest, phases, module.begin, guarded=True)


def _longer(limits: Limits, seconds: float) -> Limits:
    """The limits with more CPU time, and running time in proportion."""
    cpu, wall = limits.cpu, limits.wall
    return replace(limits, cpu=cpu and cpu + seconds, wall=wall and wall + 3 * seconds)


def read_module(path: Path, limits: Limits) -> Module:
    """The module, described by a guarded worker. Raises `BatteryError` saying what came of the import."""
    engine = SoundEngine(make_engine("process", 1), is_description)
    (outcome,) = engine.run(describe_module, [str(path)], _longer(limits, IMPORT))
    if not outcome.ok:
        raise BatteryError(f"{path}: the module could not be imported ({outcome.kind}: {outcome.detail})")
    found = json.loads(outcome.value)
    calls = Calls({int(number): text for number, text in found["calls"].items()})
    return Module(str(path), calls, found["digest"], outcome.cpu, found["rejected"])


def _score(module: Module, part: str, state: State, tools: Tools, spans: list[Span]) -> State:
    """Call the module on every sample of the part; its programs are those that gave anything."""
    assert isinstance(state, ModuleState)
    todo = [Unit(name, *key, 0, 1) for name, task in state.tasks.items() for key in sample_keys(task, part)]
    job = Calling(module.path, module.digest, state.tasks)
    found = _carried(f"score {part}", module, job, todo, tools, spans)
    answers = {where: _answer(value) for where, value in found.items()}
    after = _with_answers(module, replace(state, answers={**state.answers, **answers}), found)
    if part == PARTS[-1] and not after.solvers.entries and after.rejected and not tools.not_done:
        place, why = next(iter(after.rejected.items()))
        raise BatteryError(f"{module.path}: no program of the module gave anything ({place}: {why})")
    return after


def _carried(
    phase: str, module: Module, job: Calling, todo: Sequence[Unit], tools: Tools, spans: list[Span]
) -> dict[Where, Any]:
    """What came of the calls, in their order."""
    done = carry(
        phase,
        job,
        todo,
        module.tools(tools, is_call),
        spans,
        lambda kind: json.dumps({"failure": [kind, UNSOUND if kind == "error" else STRUCK]}),
    )
    return {(unit.task, unit.sample): json.loads(done[unit]) for unit in todo if unit in done}


def _answer(value: Any) -> Answer:
    told: dict[int, Told] = {}
    for variable, _, _, text, why in value.get("o", ()):
        told.setdefault(variable, text if text is not None else ("error", why))
    kind, detail = value.get("failure") or ("", "")
    return Answer(told, (kind, detail) if kind else None, value.get("odd", {}))


def _with_answers(module: Module, state: ModuleState, found: Mapping[Where, Any]) -> State:
    """The state with the battery of all slices seen so far, and the table of every sample."""
    rejected = {**state.rejected, **dict(_rejects(found))}
    entries, variables = list(state.solvers.entries), list(state.variables)
    for variable, mutated, solver in _programs(found):
        if variable in variables:
            continue
        name = f"t{variable} {solver}"
        try:
            program = module.calls.program(variable)
        except ProgramError as error:
            rejected[name] = str(error)
            continue
        entries.append(Entry(name, program, module.name, mutated, task=solver))
        variables.append(variable)
    lists = {name: tuple(range(len(entries))) for name in state.tasks}
    state = replace(
        state, solvers=Battery(entries), lists=lists, variables=tuple(variables), rejected=rejected
    )
    return replace(state, outputs=_tables(state))


def _programs(found: Mapping[Where, Any]) -> Iterator[tuple[int, bool, str]]:
    """(variable, mutated, solver id) of every row of outputs, in the order of samples."""
    for value in found.values():
        for variable, mutated, solver, *_ in value.get("o", ()):
            yield variable, mutated, solver


def _rejects(found: Mapping[Where, Any]) -> Iterator[tuple[str, str]]:
    """What calls gave that is no output: where, and why; also the calls that failed as a whole."""
    for (name, key), value in found.items():
        place = f"{name}/{key[0]}/{key[1]}"
        if "failure" in value:
            yield place, ": ".join(value["failure"])
        for row, why in value.get("odd", {}).items():
            yield f"{place} {row}", why


def _tables(state: ModuleState) -> dict[str, TaskOutputs]:
    """The outputs of every task, from the answers; a program's steps are its calls."""
    sizes = [entry.program.size for entry in state.solvers.entries]
    return {
        name: replace(
            outputs,
            samples={
                key: tabled([state.answers[(name, key)].of(v) for v in state.variables], sizes)
                for part in PARTS
                for key in sample_keys(state.tasks[name], part)
                if (name, key) in state.answers
            },
        )
        for name, outputs in empty_outputs(state).items()
    }


def _validate(module: Module, state: State, tools: Tools, spans: list[Span]) -> State:
    """Run each kept slice alone in the module's namespace; drop it on tasks where it gives other outputs.

    Generated modules put a default in the place of a call that fails, and go on with it: a program can
    be right on one task and not itself on another. A sample on which the whole module failed says
    nothing of a slice, and is left out.
    """
    assert isinstance(state, ModuleState)
    whole = {
        name: replace(outputs, samples={
            key: sample for key, sample in outputs.samples.items()
            if state.answers[(name, key)].failure is None
        })
        for name, outputs in state.outputs.items()
    }  # fmt: skip
    todo = [
        Unit(name, *key, number, number + 1)
        for name, outputs in whole.items()
        for key in outputs.samples
        for number in range(len(state.kept[name]))
    ]
    slices = Slices(module.path, module.digest, state.tasks, kept_texts(state))
    seen = verdicts(state, slices, todo, whole, module.tools(tools, is_table), spans)
    wrong = {key for key, found in seen.items() if found is False}
    entries, why = state.solvers.entries, "alone it does not give the module's outputs"
    return replace(
        state,
        kept={name: tuple([p for p in kept if seen[(name, p)]]) for name, kept in state.kept.items()},
        order={
            name: tuple([p for p in places if (name, p) not in wrong]) for name, places in state.order.items()
        },
        rejected={**state.rejected, **{f"{name} {entries[p].name}": why for name, p in sorted(wrong)}},
    )


def _differ(module: Module, state: State, tools: Tools, spans: list[Span]) -> State:
    """Differ values of raw inputs and of the kept programs' outputs, by the module; o, d and s scores."""
    assert isinstance(state, ModuleState)
    todo = [
        Unit(name, *key, 0, 1)
        for name, outputs in state.outputs.items()
        for key in outputs.samples
        if outputs.known[key] is not None
    ]
    job = Calling(module.path, module.digest, state.tasks, against=True)
    found = _carried("differ", module, job, todo, tools, spans)
    values = Values(module.calls)
    for where, value in found.items():
        values.take(where, value)
    differs = Battery(renamed(values.entries(module.name), ()))
    failures = {f"{place} against": why for place, why in _rejects(found)}
    state = replace(state, differs=differs, rejected={**state.rejected, **failures, **values.rejected})
    results = {name: values.result(state, state.variables, name) for name in state.tasks}
    return replace(state, results=results)
