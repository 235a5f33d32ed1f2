"""A connection of which every wait has an end: names looked up, connected, sent and received by one deadline.

A deadline is a moment of `time.monotonic`. Knows no protocol.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from select import POLLIN, poll
from threading import Thread
from typing import Any


class Link:
    """What is said over a socket: a server that sends byte by byte gets no more time for it."""

    def __init__(self, raw: socket.socket) -> None:
        self._raw = raw
        self._held = bytearray()

    def spoke(self) -> bool:
        """Whether it says something unasked: that it hung up."""
        waiting = poll()  # `select` knows no descriptors beyond 1,024
        waiting.register(self._raw, POLLIN)
        return bool(waiting.poll(0))

    def send(self, data: bytes, deadline: float) -> None:
        self._raw.settimeout(left(deadline))
        self._raw.sendall(data)

    def line(self, deadline: float) -> bytes:
        """The next line, without its end."""
        while (end := self._held.find(b"\r\n")) < 0:
            self._more(deadline)
        return self._take(end + 2)[:-2]

    def exactly(self, size: int, deadline: float) -> bytes:
        while len(self._held) < size:
            self._more(deadline)
        return self._take(size)

    def _more(self, deadline: float) -> None:
        self._raw.settimeout(left(deadline))
        said = self._raw.recv(1 << 16)
        if not said:
            raise EOFError
        self._held += said

    def _take(self, size: int) -> bytes:
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken

    def close(self) -> None:
        with suppress(OSError):
            self._raw.close()


def reach(address: tuple[str, int], deadline: float) -> socket.socket:
    """A connection to one of the places that a name stands for. Raises OSError, after the deadline TimeoutError."""
    failed: OSError = TimeoutError()
    for family, kind, protocol, _, place in _places(address, deadline):
        link = socket.socket(family, kind, protocol)
        try:
            link.settimeout(left(deadline))
            link.connect(place)
        except OSError as error:
            link.close()
            failed = error
        else:
            return link
    raise failed


def _places(address: tuple[str, int], deadline: float) -> list[tuple[Any, ...]]:
    """Looking a name up cannot be limited where a resolver is away: it goes on without us."""
    found: list[tuple[Any, ...]] = []
    failed: list[OSError] = []

    def look() -> None:
        try:
            found.extend(socket.getaddrinfo(*address, type=socket.SOCK_STREAM))
        except OSError as error:
            failed.append(error)
        except UnicodeError:  # two dots in a row, or more than 63 letters between dots
            failed.append(socket.gaierror(socket.EAI_NONAME, "no host can be called so"))

    if _is_number(address[0]):
        look()
    else:
        looking = Thread(target=look, daemon=True)
        looking.start()
        looking.join(left(deadline))
    if failed:
        raise failed[0]
    if not found:
        raise TimeoutError
    return found


def _is_number(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):
            socket.inet_pton(family, host)
            return True
    return False


def left(deadline: float) -> float:
    """Seconds to the deadline. Raises TimeoutError after it: a time limit of zero would mean none."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds
