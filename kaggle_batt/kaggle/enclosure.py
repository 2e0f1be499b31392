"""A command in an enclosure: no network but its own loopback, the file system read-only but for what is
named, `/kaggle` and `/tmp` its own, and its processes end with it.

Linux namespaces (man 7 namespaces, mount_namespaces), entered with util-linux's `unshare`, with a user
namespace where one isn't root. This file is also the program that `unshare` starts: it builds the new root,
goes there and runs the command; so it imports nothing of the package.
"""

import ctypes
import fcntl
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_MS_RDONLY, _MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
_KEPT = 2 | 4 | 8  # nosuid, nodev, noexec: a remount in a user namespace must repeat them
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1
_OWN = ("proc", "tmp", "kaggle")  # entries of the root that the enclosure has for itself
_LIVE = ("dev", "proc", "sys")  # stay writable: devices and shared memory, no files of anyone's


def enclosed(
    command: Sequence[str], *, scratch: Path, read_only: dict[str, str], writable: dict[str, str], cwd: str
) -> list[str]:
    """The command line that runs `command` enclosed, with the environment that it is given.

    `read_only` and `writable` map paths inside to folders outside. `scratch` is an empty folder for the
    enclosure's root and its /tmp, whose files stay in `scratch/tmp`.
    """
    for name in ("root", "tmp"):
        (scratch / name).mkdir(parents=True)
    binds = [("/tmp", str(scratch / "tmp"), False)]  # the first, as others may lie in it
    binds += [(*pair, True) for pair in read_only.items()] + [(*pair, False) for pair in writable.items()]
    plan = {"root": str(scratch / "root"), "binds": binds, "cwd": cwd, "command": list(command)}
    file = scratch / "plan.json"
    file.write_text(json.dumps(plan))
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    unshare = ["unshare", *user, "--mount", "--net", "--pid", "--fork", "--kill-child", "--"]
    return [*unshare, sys.executable, "-I", "-S", os.path.abspath(__file__), str(file)]


def is_allowed() -> bool:
    """Whether an enclosure can be made here, tried with a command that does nothing."""
    if shutil.which("unshare") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        paths = {"/kaggle/x": folder}
        command = enclosed(["true"], scratch=Path(folder) / "s", read_only=paths, writable={}, cwd="/")
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    return done.returncode == 0


def _enter(plan_file: str) -> None:
    """Build the root of the plan, go there, and run its command."""
    plan = json.loads(Path(plan_file).read_text())
    root = plan["root"]
    _loopback_up()
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    _mount("tmpfs", root, "tmpfs", 0)
    _bind_top_level(root)
    os.mkdir(f"{root}/proc")
    _mount("proc", f"{root}/proc", "proc", 0)
    _make_read_only(root)
    for inside, outside, read_only in plan["binds"]:
        os.makedirs(root + inside, exist_ok=True)
        _mount(outside, root + inside, None, _MS_BIND)
        if read_only:
            _remount_read_only(root + inside)
    _remount_read_only(root)
    os.chroot(root)
    os.chdir(plan["cwd"])
    sys.exit(_run_below(plan["command"]))


def _run_below(command: Sequence[str]) -> int:
    """Run the command and reap what is orphaned; return its exit status (128 + signal).

    It is a child, for a notebook's kernel takes itself for orphaned if its parent has the number 1.
    """
    child = os.fork()
    if child == 0:
        os.execvp(command[0], list(command))
    while True:
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _bind_top_level(root: str) -> None:
    """Show what is in `/` in the new root, but for what the enclosure has for itself."""
    for name in sorted(set(os.listdir("/")) - set(_OWN)):
        if os.path.islink(f"/{name}"):
            os.symlink(os.readlink(f"/{name}"), f"{root}/{name}")
        elif os.path.isdir(f"/{name}"):
            os.mkdir(f"{root}/{name}")
            _mount(f"/{name}", f"{root}/{name}", None, _MS_BIND | _MS_REC)


def _make_read_only(root: str) -> None:
    """Remount read-only what lies under the root, each mount with the flags that it has."""
    live = tuple(f"{root}/{name}" for name in _LIVE)
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        path = line.split()[4].encode().decode("unicode_escape")
        if path.startswith(f"{root}/") and not path.startswith(live):
            _remount_read_only(path)


def _remount_read_only(path: str) -> None:
    kept = os.statvfs(path).f_flag & _KEPT
    _mount("none", path, None, _MS_REMOUNT | _MS_BIND | _MS_RDONLY | kept)


def _mount(source: str, target: str, kind: str | None, flags: int) -> None:
    """mount(2); OSError with the target where the kernel refuses."""
    texts = [text.encode() if text is not None else None for text in (source, target, kind)]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(*texts, ctypes.c_ulong(flags), None) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), target)


def _loopback_up() -> None:
    """Switch the new namespace's loopback on: a notebook and its kernel talk over it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(link, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(link, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | _IFF_UP))


if __name__ == "__main__":
    _enter(sys.argv[1])
