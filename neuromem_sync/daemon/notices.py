"""What the daemon tells the service manager that started it: that it is ready, that it lives, that it stops.

The protocol of `sd_notify(3)`, which asks programs to speak it themselves: a word a datagram. Without a manager that
listens nothing is sent. Supervises nothing.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping
from contextlib import suppress


class Notices:
    """To the socket that `environment` names; `every` is the seconds between two signs of life, None if nobody asks."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self.every = _half(environment)

    def ready(self, status: str) -> None:
        """Every workspace was looked at once: questions are answered."""
        self._send(f"READY=1\nSTATUS={status}")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    async def live(self) -> None:
        """Signs of life, from the loop that everything else runs on, until cancelled."""
        while self.every is not None:
            self._send("WATCHDOG=1")
            await asyncio.sleep(self.every)

    def _send(self, words: str) -> None:
        if not self._address:
            return
        abstract = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            # a manager that does not read must not hold the daemon up
            channel.setblocking(False)
            channel.sendto(words.encode(), abstract)


def _half(environment: Mapping[str, str]) -> float | None:
    """Half of the time after which the manager gives us up, in seconds, if it watches this very process."""
    limit = environment.get("WATCHDOG_USEC", "")
    ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(limit) / 2e6 if ours and limit.isdigit() and int(limit) else None
