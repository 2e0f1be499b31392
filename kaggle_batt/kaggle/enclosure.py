"""A command in an enclosure: no network but its own loopback, the file system read-only but for what is
named, `/kaggle` and `/tmp` its own, and its processes end with it.

Linux namespaces (man 7 namespaces, mount_namespaces), entered with `unshare` of util-linux 2.34 or newer,
with a user namespace where one isn't root. This file is also the program that `unshare` starts: it switches
the loopback on, and a shell builds the new root, goes there and runs the command. So it imports nothing of
the package.
"""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1

# The shell has the process number 1 and reaps what is orphaned. The command is no child of its own, for a
# notebook's kernel takes itself for orphaned if its parent has the number 1. /dev, /proc and /sys stay
# writable: devices and shared memory, no files of anyone's.
_SCRIPT = r"""
root=$1 cwd=$2
shift 2
mount --make-rprivate /
mount -t tmpfs none "$root"
for path in /* /.[!.]*; do
    if [ "$path" = /proc ] || [ "$path" = /tmp ] || [ "$path" = /kaggle ]; then
        continue
    elif [ -L "$path" ]; then
        cp -P "$path" "$root$path"
    elif [ -d "$path" ]; then
        mkdir "$root$path"
        mount --rbind "$path" "$root$path"
    fi
done
mkdir "$root/proc"
mount -t proc proc "$root/proc"
findmnt -R -n -l -o TARGET "$root" | tail -n +2 | while read -r path; do
    case "${path#"$root"}" in
        /dev* | /proc* | /sys*) ;;
        *) mount -o remount,bind,ro "$path" ;;
    esac
done
while [ "$1" != -- ]; do
    mkdir -p "$root$2"
    mount --bind "$3" "$root$2"
    [ "$1" = rw ] || mount -o remount,bind,ro "$root$2"
    shift 3
done
shift
mount -o remount,bind,ro "$root"
unshare --root="$root" --wd="$cwd" sh -c '"$@"; exit $?' sh "$@"
"""


def enclosed(
    command: Sequence[str], *, scratch: Path, read_only: dict[str, str], writable: dict[str, str], cwd: str
) -> list[str]:
    """The command line that runs `command` enclosed, with the environment that it is given.

    `read_only` and `writable` map paths inside to folders outside. `scratch` is an empty folder for the
    enclosure's root and its /tmp, whose files stay in `scratch/tmp`.
    """
    for name in ("root", "tmp"):
        (scratch / name).mkdir(parents=True)
    binds = ["rw", "/tmp", str(scratch / "tmp")]  # the first, as others may lie in it
    for kind, folders in (("ro", read_only), ("rw", writable)):
        binds += [text for pair in folders.items() for text in (kind, *pair)]
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    unshare = ["unshare", *user, "--mount", "--net", "--pid", "--fork", "--kill-child", "--"]
    program = [sys.executable, "-I", "-S", os.path.abspath(__file__)]
    return [*unshare, *program, str(scratch / "root"), cwd, *binds, "--", *command]


def is_allowed() -> bool:
    """Whether an enclosure can be made here, tried with a command that does nothing."""
    if shutil.which("unshare") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        paths = {"/kaggle/x": folder}
        command = enclosed(["true"], scratch=Path(folder) / "s", read_only=paths, writable={}, cwd="/")
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    return done.returncode == 0


def _loopback_up() -> None:
    """Switch the new namespace's loopback on: a notebook and its kernel talk over it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(link, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(link, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | _IFF_UP))


if __name__ == "__main__":
    _loopback_up()
    os.execvp("sh", ["sh", "-euc", _SCRIPT, "sh", *sys.argv[1:]])
