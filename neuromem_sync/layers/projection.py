"""The protocol of a layer's store on a server: a projection of the index, filled by the projector.

The embedded stores are in base.py. A server that is away costs lag, never data: the index has everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from neuromem_sync.errors import LayerUnavailable
from neuromem_sync.model import Entry, Problem

GONE = 10_000
"""Deletions that a server remembers of an index, the latest: an older version that comes late must not bring an entry
back. Late is seconds.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Projected:
    """An entry as it is in the index now, for a server; `entry` is None for one that is gone.

    `version` is the generation that changed it last: of two versions of one id the greater is true. `key` is its row
    number in the index: the order in which entries were first seen.
    """

    id: str
    version: int
    entry: Entry | None
    key: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How many entries another index told a server of under the same agent, how many of those asked for, and whether it
    told something since the one that asks began: one whose state folder was lost did not.
    """

    entries: int
    held: int
    since: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a server says of itself: its product and version, and how long it took to say so, in milliseconds."""

    version: str
    latency_ms: float


class Projection(Protocol):
    """A store on a server. Everything in it bears the agent it is of, and the epoch of the index it came from.

    Every method raises LayerUnavailable when the server is away, refuses, or takes too long; then nothing, or a part
    of it, was done, and doing it again is right.
    """

    name: str
    """The word for it in messages and in the outbox: `redis`, `neo4j`."""

    async def reached(self, epoch: str, agent: str) -> int | None:
        """The greatest version it was given of this epoch; None if it never began or was emptied since."""
        ...

    async def begin(self, epoch: str, agent: str) -> None:
        """Hold nothing of this epoch, and be ready to be given all of it: `reached` is 0 then."""
        ...

    async def project(self, epoch: str, agent: str, rows: Sequence[Projected]) -> None:
        """Make the server hold these as they are now; an older version never overwrites a newer one of its epoch.

        Raises Emptied if this epoch was not begun there, or was lost since; Rejected if the server is well and will
        not take one of these rows.
        """
        ...

    async def leave(self, epoch: str, agent: str) -> None:
        """Remove everything of this epoch under that name: its index has another name now, or is gone."""
        ...

    async def clear(self, agent: str) -> None:
        """Remove everything of an agent, of whatever epoch."""
        ...

    async def others(self, epoch: str, agent: str, ids: Sequence[str]) -> Sequence[Told]:
        """What other indexes told of the agent that are not taken for lost, and how many of these ids are in each."""
        ...

    async def check(self) -> Served:
        """Whether it can be read and written now."""
        ...

    async def close(self) -> None:
        """Let go of the connections; what is asked later opens them again."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """What was last met with at a server. Moments are POSIX seconds; `since` it fails."""

    failures: int = 0
    until: float = 0.0
    since: float | None = None
    message: str = ""
    hint: str = ""


class Breaker(Protocol):
    """Whether a server is worth asking now, for all processes of a workspace."""

    @property
    def known(self) -> Known: ...

    def closed(self, now: float) -> bool:
        """Whether it may be asked: it did not fail, or that is long enough ago to try again."""
        ...

    def worked(self) -> None:
        """It answered, or is not to be known any more."""
        ...

    def broke(self, now: float, error: LayerUnavailable) -> None:
        """It did not: nobody asks it for a while."""
        ...


INSTEAD = {"redis": "working memory is this machine's alone", "neo4j": "the index answers for the graph"}
"""What holds while a server is away."""


def lacking(store: str, message: str, hint: str) -> Problem:
    """What an answer says when a server had no part in it, and why."""
    return Problem(path="", line=0, code="layer", message=f"{INSTEAD[store]}: {message}", hint=hint)
