"""A short blocking conversation with a Redis server: connect, say who we are, run a script, all in one time limit.

For commands: importing the driver takes longer than a recall may (150 ms). The daemon, which lives long, has the
driver (working_redis.py). Speaks RESP2, knows no keys, tries nothing twice but what a cluster moved elsewhere.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from neuromem_sync.errors import LayerUnavailable, Rejected
from neuromem_sync.layers.link import Link, left, reach
from neuromem_sync.layers.scripts_redis import Script

PORT = 6379
LIMIT = 0.25
"""Seconds of one command to a server, from who need not hurry."""
QUESTION = 0.1
"""Seconds for what a question asks, with the connection made for it, names looked up too. A recall takes 50 ms at p99
without a server and 250 ms are promised; four trips to a server 25 ms away fit into it."""
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

NO_DATABASE = ("DB index is out of range", "SELECT is not allowed")


class NotRedis(Exception):  # noqa: N818 - what it says, not what failed
    """What answers does not speak the protocol."""


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
        return LayerUnavailable(
            f"{place} cannot be reached: {_why(error)}", "see whether it runs, and whether the URL is right"
        )
    if any(sign in str(error) for sign in NO_DATABASE):
        hint = "mend the number at its end: layers.working.url (a cluster has 0 alone)"
        return LayerUnavailable(f"{place} has no database of that number", hint, passes=False)
    if isinstance(error, NotRedis):
        return LayerUnavailable(f"what answers is no {place}", "see whether the URL is right", passes=False)
    return Rejected(f"{place} does not take it: {code}", "see whether it is Redis 6 or later")


def _why(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return error.strerror or "its name is not known"
    said = str(getattr(error, "verify_message", "") or getattr(error, "reason", "") or "")  # of TLS
    return said.replace("_", " ").lower() or (os.strerror(error.errno) if error.errno else "it hung up")


class Conversation:
    """With the server of one URL. For one thread; a connection is made when it is needed, and kept."""

    def __init__(self, url: str, limit: float = LIMIT) -> None:
        self._parts = urlsplit(url)
        self._limit = limit
        self._named = self._address = (self._parts.hostname or "127.0.0.1", self._parts.port or PORT)
        self._link: Link | None = None
        self.place = f"redis at {self._address[0]}:{self._address[1]}"

    def run(self, script: Script, keys: Sequence[str], values: Sequence[str]) -> Any:
        """What a script gives. Raises LayerUnavailable or Rejected; then it was run once, or not at all."""
        deadline = time.monotonic() + self._limit
        try:
            return self._wherever(script, keys, values, deadline)
        except Reply as error:
            raise unavailable(self.place, error) from error
        except (OSError, EOFError) as error:
            self.close()
            raise unavailable(self.place, error if isinstance(error, OSError) else ConnectionResetError()) from error
        except (NotRedis, ValueError) as error:  # a number that is none, text that is none
            self.close()
            raise unavailable(self.place, NotRedis()) from error

    def _wherever(self, script: Script, keys: Sequence[str], values: Sequence[str], deadline: float) -> Any:
        """By the node of a cluster that has the keys."""
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
        if self._link is not None and self._link.spoke():
            self.close()
        if self._link is None:
            self._link = self._connect(deadline)
        return _exchange(self._link, deadline, *words)

    def _connect(self, deadline: float) -> Link:
        raw = reach(self._address, deadline)
        try:
            if self._parts.scheme == "rediss":
                import ssl

                raw.settimeout(left(deadline))
                raw = ssl.create_default_context().wrap_socket(raw, server_hostname=self._address[0])
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = Link(raw)
            self._introduce(link, deadline)
        except BaseException:
            raw.close()
            raise
        return link

    def _introduce(self, link: Link, deadline: float) -> None:
        if self._parts.password is not None:
            names = [unquote(self._parts.username)] if self._parts.username else []
            _exchange(link, deadline, "AUTH", *names, unquote(self._parts.password))
        else:
            _exchange(link, deadline, "PING")  # one that wants a password hangs up on long commands without a word
        if self._parts.path.strip("/"):
            _exchange(link, deadline, "SELECT", self._parts.path.strip("/"))

    def close(self) -> None:
        """Hang up. The next question goes to the node of the URL: where a cluster had moved us may be gone."""
        self._address = self._named
        link, self._link = self._link, None
        if link is not None:
            link.close()


def _exchange(link: Link, deadline: float, *words: str) -> Any:
    parts = [word.encode() for word in words]
    command = b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(part), part) for part in parts)
    link.send(command, deadline)
    return _reply(link, deadline)


def _reply(link: Link, deadline: float, *, within: bool = False) -> Any:
    line = link.line(deadline)
    kind, rest = line[:1], line[1:]
    if kind == b"-":
        raise Reply(rest.decode(errors="replace"))
    if kind == b":":
        return int(rest)
    if kind == b"+":
        return rest.decode()
    if kind == b"$":
        return link.exactly(int(rest) + 2, deadline)[:-2].decode() if int(rest) >= 0 else None
    if kind == b"*" and not within:  # no script of ours gives a list of lists
        return [_reply(link, deadline, within=True) for _ in range(int(rest))]
    raise NotRedis
