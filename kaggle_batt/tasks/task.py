"""Task and Sample: values whose grids keep the rule of `grid.py`."""

from dataclasses import dataclass, field
from typing import Any

from kaggle_batt.errors import TaskError
from kaggle_batt.tasks.grid import GridRows, grid_fault, plain_rows
from kaggle_batt.tasks.names import shown


@dataclass(frozen=True, slots=True, repr=False)
class Sample:
    """An input grid and its output, which is None where it is hidden. Grids are rows of colors 0–9.

    Lists and NumPy arrays are converted. Raises `TaskError` for what is no grid.
    """

    input: GridRows
    output: GridRows | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "input", _taken(self.input, "input"))
        if self.output is not None:
            object.__setattr__(self, "output", _taken(self.output, "output"))

    def __repr__(self) -> str:
        return f"Sample({self.sizes})"

    @property
    def sizes(self) -> str:
        """'3×3 → 9×9', or '3×3 → hidden'."""
        return " → ".join([f"{len(g)}×{len(g[0])}" if g else "hidden" for g in (self.input, self.output)])

    def as_json(self, answer: bool = True) -> dict[str, GridRows]:
        """The sample in ARC's form, with its output if that is known and an `answer` is wanted."""
        return {"input": self.input} | ({"output": self.output} if self.output and answer else {})

    def _repr_html_(self) -> str:
        return _html("", [("", self)])


@dataclass(frozen=True, slots=True, repr=False)
class Task:
    """An ARC task; `source`, where it was read from, does not count when tasks are compared."""

    id: str
    demo: tuple[Sample, ...]
    test: tuple[Sample, ...]
    source: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        for part in ("demo", "test"):
            object.__setattr__(self, part, tuple(getattr(self, part)))

    @property
    def samples(self) -> list[tuple[str, Sample]]:
        """Each sample with its name, 'demo 1' and so on."""
        parts = (("demo", self.demo), ("test", self.test))
        return [(f"{part} {number}", s) for part, samples in parts for number, s in enumerate(samples, 1)]

    def as_json(self, answers: bool = True) -> dict[str, list[dict[str, GridRows]]]:
        """The task in ARC's form, with `answers` also to the tests, as far as they are known."""
        test = [sample.as_json(answers) for sample in self.test]
        return {"train": [sample.as_json() for sample in self.demo], "test": test}

    def __repr__(self) -> str:
        return f"Task({self.id!r}, {len(self.demo)} demo, {len(self.test)} test)"

    def _repr_html_(self) -> str:
        return _html(f"{shown(self.id)} · {self.source}", self.samples)


def _html(heading: str, samples: list[tuple[str, Sample]]) -> str:
    from kaggle_batt.tasks.picture import sample_pictures
    from kaggle_batt.tasks.sheet import sheet_of

    return sheet_of([sample_pictures(name, one.input, one.output) for name, one in samples], heading).html()


def _taken(grid: Any, name: str) -> GridRows:
    """The checked grid as tuples."""
    rows: GridRows = plain_rows(grid)
    if fault := grid_fault(rows):
        raise TaskError(f"{name}: {fault}")
    return rows
