"""Differ values from calls of a legacy module, and the differs' own programs."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from kaggle_batt.errors import ProgramError
from kaggle_batt.legacy.calls import Calls
from kaggle_batt.legacy.jobs import Where
from kaggle_batt.pipeline.scores import Measures
from kaggle_batt.pipeline.state import RunState, TaskResult
from kaggle_batt.programs.battery import Entry
from kaggle_batt.programs.program import Program


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
