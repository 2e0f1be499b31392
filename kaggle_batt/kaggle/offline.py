"""A guard against the network: any name look-up or connection but to this machine fails.

For machines where no network namespace may be made. Its text travels as `sitecustomize.py`, so it imports
nothing of the package. It holds for Python's sockets, whose audit events it hooks, not for other programs.
"""

import ipaddress
import socket
import sys
from typing import Any

MESSAGE = "no network in this rehearsal: as in a Kaggle competition, only this machine can be reached"
_WITH_ADDRESS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_WITH_HOST = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})


def install() -> None:
    """Put the guard on this process's sockets, permanently."""
    sys.addaudithook(refuse)


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Raises OSError for an audit event of a socket that would reach another machine."""
    host = arguments[0] if event in _WITH_HOST else None
    if event in _WITH_ADDRESS and arguments[0].family in (socket.AF_INET, socket.AF_INET6):
        host = arguments[1][0] if arguments[1] else None
    if not is_local(host):
        raise OSError(MESSAGE)


def is_local(host: Any) -> bool:
    """Whether a host is this machine: a loopback address, 'localhost', or no host (to listen)."""
    text = host.decode() if isinstance(host, bytes) else host
    if text in (None, "", "localhost", "0.0.0.0", "::"):
        return True
    try:
        return ipaddress.ip_address(str(text).partition("%")[0]).is_loopback
    except ValueError:
        return False
