"""Scores and choices: pure functions of programs' outputs on samples.

Grids are text here, as they are compared, sent and stored: rows of digits between slashes (`grid_text`).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from kaggle_batt.pipeline.files import fault_in

#: (part, index): "demo" or "test", and which sample of it, from 0
SampleKey = tuple[str, int]
PARTS = ("demo", "test")
KEEP = 32  #: programs kept per task
Answer = str | tuple[str, str]  #: the text of an answer grid, or the (kind, detail) of a failure
#: a differ's measures of the raw input and of a program's output; None where it failed
Measures = tuple[int | None, int | None]
#: the two sides of a d score, counted over samples with a known output. `iz` ("input, then zero"): a
#: difference in the raw input, and none in the program's output. `zo` ("zero, then output"): none in the raw
#: input, and one in the program's output. Each sample adds up to 2 to a side.
SIDES = ("iz", "zo")


_GRID = re.compile(r"[0-9]{1,30}(/[0-9]{1,30}){0,29}")


@dataclass(frozen=True, slots=True)
class SampleOutputs:
    """The answers of a list of programs on one sample, and the steps that each took."""

    answers: Sequence[Answer]
    steps: Sequence[int]

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """The outputs of consecutive lists of programs as those of one list."""
        answers = [answer for part in parts for answer in part.answers]
        return cls(answers, [steps for part in parts for steps in part.steps])

    def as_json(self) -> dict[str, Any]:
        """Distinct grids and failures, the place of each answer in these (-1: the first failure), steps."""
        grids: dict[Answer, int] = {}
        failures: dict[Answer, int] = {}
        places = [
            grids.setdefault(answer, len(grids))
            if isinstance(answer, str)
            else -1 - failures.setdefault(answer, len(failures))
            for answer in self.answers
        ]
        return {"g": [*grids], "f": [*failures], "o": places, "t": self.steps}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        known = [*value["g"], *map(tuple, reversed(value["f"]))]  # failures count from the end
        return cls([known[place] for place in value["o"]], value["t"])

    @property
    def grids(self) -> list[str | None]:
        """For each program its answer's text, None for a failure."""
        return [answer if isinstance(answer, str) else None for answer in self.answers]

    def grid(self, program: int) -> str | None:
        answer = self.answers[program]
        return answer if isinstance(answer, str) else None

    def failure(self, program: int) -> tuple[str, str] | None:
        """(kind, detail) of the program's failure, or None."""
        answer = self.answers[program]
        return None if isinstance(answer, str) else answer


@dataclass(frozen=True, slots=True)
class TaskOutputs:
    """The outputs of a task's programs on each of its samples; `known` are the known outputs as text."""

    programs: tuple[int, ...]
    known: dict[SampleKey, str | None]
    samples: dict[SampleKey, SampleOutputs] = field(default_factory=dict)

    def part(self, part: str) -> list[tuple[SampleOutputs, str | None]]:
        """The outputs and the known output of each sample of the part."""
        return [(sample, self.known.get(key)) for key, sample in self.samples.items() if key[0] == part]

    def matches(self, part: str) -> list[int]:
        """For each program, on how many samples of the part its answer is the known output."""
        rows = [[answer == known for answer in sample.answers] for sample, known in self.part(part)]
        return list(map(sum, zip(*rows, strict=True))) or [0] * len(self.programs)

    def steps(self) -> list[int]:
        """For each program, the steps it took on the demos."""
        rows = [sample.steps for sample, _ in self.part("demo")]
        return list(map(sum, zip(*rows, strict=True))) or [0] * len(self.programs)

    def nearness(self) -> list[float]:
        """For each program, the mean share of right cells over the demos: orders programs of equal score."""
        totals, demos = [0.0] * len(self.programs), self.part("demo")
        for sample, known in demos:
            shares = {grid: cells_right(grid or "", known or "/") for grid in {*sample.grids}}
            totals = [total + shares[grid] for total, grid in zip(totals, sample.grids, strict=True)]
        return [round(total / max(1, len(demos)), 6) for total in totals]

    def candidates(self, names: Sequence[str]) -> int:
        """The number of distinct pairs of a program, by its name, and an answer."""
        pairs = [pair for s in self.samples.values() for pair in zip(names, s.grids, strict=True)]
        return len({(name, grid) for name, grid in pairs if grid})

    def failures(self) -> dict[str, int]:
        """The number of failed evaluations, by kind."""
        answers = [answer for sample in self.samples.values() for answer in sample.answers]
        kinds = Counter([answer[0] for answer in answers if not isinstance(answer, str)])
        return dict(sorted(kinds.items()))

    def answered(self) -> list[bool]:
        """For each program, whether it gave an answer on any sample."""
        return list(map(any, zip(*[sample.grids for sample in self.samples.values()], strict=True)))

    def ranked(self, costs: Sequence[int], names: Sequence[str]) -> list[int]:
        """The places of programs that answered, best first: by demos right, nearness, cost, steps, name."""
        right, near, steps = self.matches("demo"), self.nearness(), self.steps()
        found = [place for place, had in enumerate(self.answered()) if had]
        return sorted(found, key=lambda p: (-right[p], -near[p], costs[p], steps[p], names[p]))

    def predictions(self, order: Sequence[int], tests: int) -> list[list[str]]:
        """For each test input the two best distinct answers, by programs in that order."""
        found = []
        for index in range(tests):
            sample = self.samples.get(("test", index))
            grids = [sample.grid(program) for program in order] if sample else []
            found.append(list(dict.fromkeys(filter(None, grids)))[:2])
        return found


def grid_text(rows: Iterable[Iterable[int]]) -> str:
    """A grid of colors 0..9 as rows of digits between slashes."""
    return "/".join(["".join(map(str, row)) for row in rows])


def grid_rows(text: str) -> tuple[tuple[int, ...], ...]:
    """The rows of `grid_text`."""
    return tuple([tuple(map(int, row)) for row in text.split("/")])


def cells_right(got: str, known: str) -> float:
    """The share of cells that agree, 0 where the shapes differ: how near a miss is."""
    if len(got) != len(known) or got.count("/") != known.count("/"):
        return 0.0
    borders = got.count("/")
    unlike = int.from_bytes(got.encode(), "big") ^ int.from_bytes(known.encode(), "big")
    same = unlike.to_bytes(len(got), "big").count(0)
    return (same - borders) / (len(got) - borders)


def speed_class(steps: int) -> int:
    """The speed class of a number of steps: higher is faster, one class a factor of two."""
    return max(0, 40 - steps.bit_length())


def d_score(measures: Iterable[Measures]) -> dict[str, int]:
    """The `SIDES` of a program's d score under a differ, and `failed`, the samples where a measure did."""
    score = {"iz": 0, "zo": 0, "failed": 0}
    for before, after in measures:
        if before is None or after is None:
            score["failed"] += 1
        else:
            score["iz"] += (before > 0) + (after == 0)
            score["zo"] += (before == 0) + (after > 0)
    return score


def s_score(d_scores: Mapping[str, Mapping[str, Mapping[str, int]]]) -> dict[str, dict[str, dict[str, int]]]:
    """The d scores seen from the differ: `s_score[differ]["iz" | "zo"][program]`."""
    seen: dict[str, dict[str, dict[str, int]]] = {}
    for program, by_differ in d_scores.items():
        for differ, score in by_differ.items():
            for side in SIDES:
                seen.setdefault(differ, {}).setdefault(side, {})[program] = score[side]
    return seen


def is_outputs(value: Any, count: int) -> bool:
    """Whether a JSON value is one of `SampleOutputs.as_json`, for so many programs."""
    if fault_in(value, {"g": [str], "f": [(str, str)], "o": [int], "t": [int]}):
        return False
    places, steps, low, high = value["o"], value["t"], -len(value["f"]), len(value["g"])
    fits = len(places) == len(steps) == count and all([low <= place < high for place in places])
    return fits and all(map(is_grid_text, value["g"])) and min(steps, default=0) >= 0


def is_grid_text(text: str) -> bool:
    """Whether the text is a grid's (`grid_text`)."""
    return bool(_GRID.fullmatch(text)) and len({len(row) for row in text.split("/")}) == 1
