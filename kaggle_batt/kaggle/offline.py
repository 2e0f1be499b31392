"""A guard against the network: any name look-up or connection but to this machine fails.

It is for machines where no network namespace may be made. Its text travels as `sitecustomize.py`, which
every Python process of the rehearsal loads at its start; so it imports nothing of the package. It holds for
Python's sockets, not for other programs.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

MESSAGE = "no network in this rehearsal: as in a Kaggle competition, only this machine can be reached"
_SENDERS = ("connect", "connect_ex", "sendto", "sendmsg")


def install() -> None:
    """Put the guard on this process's sockets; once is enough, and its children inherit it."""
    for name in _SENDERS:
        setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        setattr(socket, name, _guarded_lookup(getattr(socket, name)))


def is_local(host: Any) -> bool:
    """Whether a host is this machine: a loopback address, 'localhost', or no host (to listen)."""
    text = host.decode() if isinstance(host, bytes) else host
    if text in (None, "", "localhost", "0.0.0.0", "::"):
        return True
    try:
        return ipaddress.ip_address(str(text).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of sockets whose address, where one is given, is the last tuple among its arguments."""

    def guarded(self: socket.socket, *args: Any) -> Any:
        addresses = [arg for arg in args if isinstance(arg, tuple)]
        if self.family in (socket.AF_INET, socket.AF_INET6) and addresses and not is_local(addresses[-1][0]):
            raise OSError(MESSAGE)
        return method(self, *args)

    return guarded


def _guarded_lookup(function: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: Any = None, *args: Any, **named: Any) -> Any:
        if not is_local(host):
            raise OSError(MESSAGE)
        return function(host, *args, **named)

    return guarded
