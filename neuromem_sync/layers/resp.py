"""A short blocking conversation with a Redis server: connect, say who we are, run a script, all in one time limit.

For commands: importing the driver takes longer than a recall may (150 ms). The daemon, which lives long, has the
driver (working_redis.py). Speaks RESP2, knows no keys, tries nothing twice but what a cluster moved elsewhere.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from select import select
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from neuromem_sync.errors import LayerUnavailable, Rejected
from neuromem_sync.layers.scripts_redis import Script

PORT = 6379
LIMIT = 0.25
"""Seconds for one question, with the connection made for it: a question may wait once, and no longer than that."""
PERSON = {
    "NOAUTH": "give its URL a user and password: redis://user:password@host:6379/0",
    "WRONGPASS": "mend the user and password in layers.working.url, or NEUROMEM_REDIS_URL",
    "NOPERM": "allow the user its keys and scripting: docs/servers.md has the rules",
    "READONLY": "name the primary in layers.working.url, not a replica",
    "OOM": "give the server more memory (maxmemory), or let it evict (maxmemory-policy allkeys-lru)",
    "MISCONF": "see why the server cannot write its data to its disk",
}
"""Codes of replies that mean a person has to act, and how."""
PASSES = ("LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "OOM", "MISCONF", "READONLY", "MOVED", "ASK")


class Reply(Exception):  # noqa: N818 - the word of the protocol
    """An error the server replied with; `code` is its first word."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.code = code_of(text)


def code_of(text: str) -> str:
    """The code of a reply; of an error inside of a script that of what failed there."""
    known = (*PERSON, *PASSES, "EMPTIED", "NOSCRIPT")
    first = text.split(" ", 1)[0]
    return first if first in known else next((code for code in known if f"{code} " in text), first)


def unavailable(place: str, error: Exception) -> LayerUnavailable | Rejected:
    """What a failure means to whom it concerns. Never repeats what was sent, which may be a password."""
    code = code_of(str(error)) if not isinstance(error, OSError) else ""
    if code in PERSON:
        return LayerUnavailable(f"{place} refuses: {code}", PERSON[code], passes=code in PASSES)
    if code in PASSES:
        return LayerUnavailable(f"{place} is not ready: {code}", "it is asked again by and by")
    if isinstance(error, TimeoutError):
        return LayerUnavailable(f"{place} does not answer in time", "see whether it runs, and how busy it is")
    if isinstance(error, OSError):
        why = getattr(error, "verify_message", "") or (os.strerror(error.errno) if error.errno else "it hung up")
        return LayerUnavailable(
            f"{place} cannot be reached: {why}", "see whether it runs, and whether the URL is right"
        )
    return Rejected(f"{place} does not take it: {code}", "see whether it is Redis 6 or later")


class Conversation:
    """With the server of one URL. For one thread; a connection is made when it is needed, and kept."""

    def __init__(self, url: str, limit: float = LIMIT) -> None:
        self._parts = urlsplit(url)
        self._limit = limit
        self._named = self._address = (self._parts.hostname or "127.0.0.1", self._parts.port or PORT)
        self._link: socket.socket | None = None
        self._reader: BinaryIO | None = None
        self.place = f"redis at {self._address[0]}:{self._address[1]}"

    def run(self, script: Script, keys: Sequence[str], values: Sequence[str]) -> Any:
        """What a script gives. Raises LayerUnavailable or Rejected; then it was run once, or not at all."""
        deadline = time.monotonic() + self._limit
        try:
            try:
                return self._evaluate(script, keys, values, deadline)
            except Reply as moved:
                if moved.code != "MOVED":
                    raise
                host, _, port = str(moved).rpartition(" ")[2].rpartition(":")
                address = (host or self._address[0], int(port))
                self.close()
                self._address = address
                return self._evaluate(script, keys, values, deadline)
        except Reply as error:
            raise unavailable(self.place, error) from error
        except (OSError, EOFError) as error:
            self.close()
            raise unavailable(self.place, error if isinstance(error, OSError) else ConnectionResetError()) from error

    def _evaluate(self, script: Script, keys: Sequence[str], values: Sequence[str], deadline: float) -> Any:
        given = (str(len(keys)), *keys, *values)
        try:
            return self._ask(deadline, "EVALSHA", script.digest, *given)
        except Reply as error:
            if error.code != "NOSCRIPT":
                raise
            return self._ask(deadline, "EVAL", script.text, *given)

    def _ask(self, deadline: float, *words: str) -> Any:
        # a server that was started again closed what we had kept: that is no failure of the one there now
        if self._link is not None and select([self._link], (), (), 0)[0]:
            self.close()
        if self._link is None:
            self._connect(deadline)
        return self._exchange(deadline, *words)

    def _connect(self, deadline: float) -> None:
        link = socket.create_connection(self._address, _left(deadline))
        if self._parts.scheme == "rediss":
            import ssl

            link = ssl.create_default_context().wrap_socket(link, server_hostname=self._address[0])
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._link, self._reader = link, link.makefile("rb")
        try:
            if self._parts.password is not None:
                names = [unquote(self._parts.username)] if self._parts.username else []
                self._exchange(deadline, "AUTH", *names, unquote(self._parts.password))
            else:
                self._exchange(deadline, "PING")  # one that wants a password hangs up on long commands without a word
            if self._parts.path.strip("/"):
                self._exchange(deadline, "SELECT", self._parts.path.strip("/"))
        except Reply:
            self.close()
            raise

    def _exchange(self, deadline: float, *words: str) -> Any:
        assert self._link is not None
        assert self._reader is not None
        parts = [word.encode() for word in words]
        self._link.settimeout(_left(deadline))
        self._link.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(part), part) for part in parts))
        return self._reply(self._reader)

    def _reply(self, reader: BinaryIO) -> Any:
        line = reader.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise Reply(rest.decode(errors="replace"))
        if kind == b":":
            return int(rest)
        if kind == b"+":
            return rest.decode()
        if kind == b"$":
            return reader.read(int(rest) + 2)[:-2].decode() if int(rest) >= 0 else None
        return [self._reply(reader) for _ in range(int(rest))]

    def close(self) -> None:
        """Hang up. The next question goes to the node of the URL: where a cluster had moved us may be gone."""
        self._address = self._named
        for each in (self._reader, self._link):
            if each is not None:
                with suppress(OSError):
                    each.close()
        self._link = self._reader = None


def _left(deadline: float) -> float:
    """Seconds to the deadline. Raises TimeoutError after it: a time limit of zero would mean none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
