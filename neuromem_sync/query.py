"""A question and its answer, as frozen values; does no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from neuromem_sync.model import Entry, Layer, Problem
from neuromem_sync.signature import unsigned


class State(StrEnum):
    """How far an answer can be trusted to equal the files (docs/freshness.md)."""

    FRESH = "fresh"
    VERIFYING = "verifying"
    DEGRADED = "degraded"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """As of when an answer is true: a generation, the moment it was proved, and what could not be verified."""

    state: State
    generation: int
    as_of: str
    unverified: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked. Times are POSIX seconds, half-open; `now` gives relative dates in `text` their meaning."""

    text: str
    limit: int = 10
    layer: Layer | None = None
    since: float | None = None
    until: float | None = None
    tags: tuple[str, ...] = ()
    now: float = 0.0
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Which `store` answers for a layer now: sqlite, redis or neo4j.

    `server` is the one that a setting names ("" for none), `left` the entries it has yet to be told of, and `reason`
    why it is not the one that answers.
    """

    layer: Layer
    store: str = "sqlite"
    server: str = ""
    left: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An entry that answers, its score in [0, ∞) and why: the share of each part, summing to the score.

    `also` counts near-equal entries that this one stands for.
    """

    entry: Entry
    score: float
    why: Mapping[str, float] = field(default_factory=dict)
    working: bool = False
    also: int = 0

    @property
    def layer(self) -> Layer:
        return self.entry.layer

    @property
    def text(self) -> str:
        """The entry's text; the comment that makes an item of the managed region ours is not for readers."""
        return unsigned(self.entry.text)

    content = text

    @property
    def path(self) -> str:
        return self.entry.source.path

    @property
    def line(self) -> int:
        return self.entry.source.span.line


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Hits, best first, with how fresh they are and what went wrong on the way. Iterates over its hits."""

    hits: tuple[Hit, ...]
    freshness: Freshness
    problems: tuple[Problem, ...] = ()

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)
