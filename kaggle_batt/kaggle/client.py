"""The published `kaggle` client, run as a command: the package's only way to Kaggle, taken on a user's word.

The client prints many of the server's refusals and still ends with status 0 (2.2.5: "Kernel push error",
"Dataset creation error", sources that could not be added), so its output is searched for them.
"""

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from kaggle_batt.errors import KaggleBattError, MissingExtra, ParameterError
from kaggle_batt.kaggle.bundle import Bundle
from kaggle_batt.tasks.names import printable

_REFUSAL = re.compile(r"error: |could not be added|^Skipping folder: |unsuccessful|must be unique", re.I)
_MISSING = re.compile(r"No module named '(\w+)'")
_READY = re.compile(r"^ready\s*$", re.I | re.M)  # below what the client says of newer versions
POLL = 5.0  #: seconds between two questions whether the dataset is ready
_UNKNOWN = re.compile(r"\b40[34]\b|not found", re.I)  # the client's answers for a dataset that isn't there


@dataclass(frozen=True)
class ClientEnd:
    """How a call of the client ended: its arguments, exit status, and output with errors in it."""

    arguments: Sequence[str]
    status: int
    output: str

    @property
    def refusals(self) -> list[str]:
        """The lines that say that something was refused, whatever the exit status."""
        return [line.strip() for line in self.output.splitlines() if _REFUSAL.search(line)]

    @property
    def exit_status(self) -> int:
        """The client's exit status; 1 where it is 0 in spite of a refusal."""
        return self.status or int(bool(self.refusals))

    def require(self) -> None:
        """Raise `KaggleBattError` with the reason if the call was not accepted."""
        if self.exit_status:
            lines = [*self.refusals, *self.output.strip().splitlines()[-1:], f"status {self.status}"]
            raise KaggleBattError(f"`{shlex.join(['kaggle', *self.arguments])}` was refused: {lines[0]}")


def run_client(arguments: Sequence[str], echo: bool = True) -> ClientEnd:
    """Run the client to its end; `echo` prints its output as it comes. Raises `MissingExtra`."""
    lines = []
    with subprocess.Popen(
        [*client_command(), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if echo:
                print(printable(line), end="", flush=True)
    output = "".join(lines)
    if process.returncode and (missing := _MISSING.search(output)):
        name = missing[1]
        raise MissingExtra(f"the kaggle client lacks {name!r}, which it does not declare: pip install {name}")
    return ClientEnd(arguments, process.returncode, output)


def client_command() -> list[str]:
    """The command that starts the client: `kaggle`, or the module of this Python's environment."""
    found = shutil.which("kaggle")
    if found:
        return [found]
    spec = importlib.util.find_spec("kaggle")
    if spec is None or spec.origin is None:
        raise MissingExtra("the published client `kaggle` is not installed: pip install kaggle six")
    return [sys.executable, "-m", "kaggle"]


def push(bundle: Bundle, wait: float) -> None:
    """Send the bundle, with at most `wait` seconds for its dataset. Raises `KaggleBattError` at a refusal."""
    if not wait >= 0:  # also not a number, which would wait for ever
        raise ParameterError(f"wait: seconds of 0 or more were expected, not {wait}")
    ref = str(bundle.dataset_meta["id"])
    known = run_client(["datasets", "status", ref], echo=False)
    is_new = known.exit_status != 0 and _UNKNOWN.search(known.output) is not None
    if not is_new:
        known.require()
    run_client(bundle.calls["create" if is_new else "version"]).require()
    _wait_until_ready(ref, wait)
    run_client(bundle.calls["push"]).require()


def _wait_until_ready(ref: str, wait: float) -> None:
    end = time.monotonic() + wait
    while not _READY.search(output := run_client(["datasets", "status", ref], echo=False).output):
        if time.monotonic() >= end:
            said = " ".join(output.split()) or "nothing"
            raise KaggleBattError(f"dataset {ref} is not ready after {wait:.0f} s ({said}); push again later")
        time.sleep(min(POLL, max(0.0, end - time.monotonic())))
