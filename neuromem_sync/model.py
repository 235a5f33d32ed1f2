"""The words of the project as frozen data types.

Does no I/O and imports nothing of ours: every other module may import this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from unicodedata import normalize

NOTHING: Mapping[str, str] = {}
LARGEST = 4 << 20
"""Bytes of a document at most: what is larger is not read, whoever gave it that name."""


@lru_cache(maxsize=65536)
def entity_key(name: str) -> str:
    """The canonical key of a name: NFKC, case-folded, whitespace and underscores collapsed to one space."""
    return " ".join(normalize("NFKC", name).casefold().replace("_", " ").split())


def asked_key(name: str) -> str:
    """The same of a name as it stands in a note: `@nadia`, `[[Atlas]]`."""
    return entity_key(name.strip().removeprefix("@").removeprefix("[[").removesuffix("]]"))


class Layer(StrEnum):
    """The four layers of memory; `working` is never an entry's home, it holds ids."""

    WORKING = "working"
    EPISODIC = "episodic"
    SEMANTIC = "semantic"
    PROCEDURAL = "procedural"


class Kind(StrEnum):
    """What an entry is, whatever its layer."""

    ENTRY = "entry"
    TASK = "task"
    OUTCOME = "outcome"
    DECISION = "decision"
    ERROR = "error"
    PROCEDURE = "procedure"
    LOOP = "loop"
    GOAL = "goal"
    PROJECT = "project"
    ATTRIBUTE = "attribute"
    RELATION = "relation"
    OBSERVATION = "observation"
    STATEMENT = "statement"
    EVENT = "event"
    INSTRUCTION = "instruction"
    SNAPSHOT = "snapshot"


class Route(StrEnum):
    """Which shape of document a path has; decides the parser and the layer."""

    IGNORED = "ignored"
    DROPPING = "dropping"
    OWN = "own"
    REHEARSAL = "rehearsal"
    TEMPLATE = "template"
    LOG = "log"
    MEMORY = "memory"
    DECISIONS = "decisions"
    ERRORS = "errors"
    LOOPS = "loops"
    GOALS = "goals"
    PROJECTS = "projects"
    ROADMAP = "roadmap"
    PROFILE = "profile"
    SHARED = "shared"
    INBOX = "inbox"
    PROCEDURES = "procedures"
    CONTEXT = "context"
    INSTRUCTIONS = "instructions"
    NOTE = "note"


class Origin(StrEnum):
    """Who said it; consolidation takes the lowest origin of its sources."""

    OWNER = "owner"
    AGENT = "agent"
    SHARED = "shared"
    UNTRUSTED = "untrusted"
    NEUROMEM = "neuromem"


class TaskState(StrEnum):
    """How far a task is; of the last three there is no way on but a new start."""

    STARTED = "started"
    PROGRESS = "progress"
    PAUSED = "paused"
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    FAILED = "failed"

    @classmethod
    def read(cls, written: str) -> TaskState:
        """The state that a `state::` means; of several the last one, and PROGRESS for a word nobody knows."""
        word = written.rpartition(";")[2].strip().casefold()
        return _TASK_WORDS.get(word, cls.PROGRESS)

    @property
    def over(self) -> bool:
        return self in (TaskState.COMPLETED, TaskState.ABANDONED, TaskState.FAILED)


_TASK_WORDS: Mapping[str, TaskState] = {
    **{state.value: state for state in TaskState},
    **dict.fromkeys(("open", "new", "begun"), TaskState.STARTED),
    **dict.fromkeys(("on hold", "waiting", "blocked"), TaskState.PAUSED),
    **dict.fromkeys(("done", "complete", "closed", "finished", "shipped"), TaskState.COMPLETED),
    **dict.fromkeys(("cancelled", "canceled", "dropped"), TaskState.ABANDONED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A slice of a file: bytes `start:end` half-open, lines `line..end_line` 1-based inclusive.

    The bytes run from the first byte of `line` to the last byte of `end_line` before its line ending.
    """

    start: int
    end: int
    line: int
    end_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where something stands; prints as `path:line`. `path` is relative to the root, with `/`."""

    path: str
    span: Span
    anchor: str | None = None

    def __str__(self) -> str:
        return f"{self.path}:{self.span.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A thing that is named: `key` is canonical (`entity_key`), `name` as written, `type` e.g. person, note, path.

    `aliases` are further canonical keys of the same thing.
    """

    key: str
    name: str
    type: str = "name"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """`subject` —kind→ `object`, both canonical keys. The entry that carries it is its evidence."""

    subject: str
    kind: str
    object: str
    context: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """A how-to: when to use it, its steps in order, its `{parameters}` with their defaults (None: required)."""

    name: str
    trigger: str = ""
    steps: tuple[str, ...] = ()
    parameters: Mapping[str, str | None] = field(default_factory=dict)
    successes: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One parsed memory.

    `id` is empty until identity is assigned (diff.py). `text` is the exact slice of its span until redact.
    `at` is ISO 8601 with offset, or None for undated; an entry dated without a time has midnight.
    `heading` is the heading path above it, outermost first. `subject` is the canonical key of the entity that
    owns its attributes. `attributes` keys are lower-case with `_` for spaces. `tags` are folded, without `#`.
    `entities` and `relations` are what this entry is evidence for.
    """

    layer: Layer
    kind: Kind
    text: str
    source: Source
    id: str = ""
    title: str = ""
    heading: tuple[str, ...] = ()
    at: str | None = None
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    subject: str = ""
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    procedure: Procedure | None = None
    origin: Origin = Origin.OWNER
    scope: str = "agent"

    @property
    def instant(self) -> float | None:
        """POSIX seconds of `at`."""
        return datetime.fromisoformat(self.at).timestamp() if self.at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that could be skipped: shown, with its place and what to do, and never lost.

    `unverified` means that the document's last good entries stand in for it.
    """

    path: str
    line: int
    code: str
    message: str
    hint: str = ""
    unverified: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.path else self.message


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseResult:
    """What one document gives. `entries` in order of their spans; None if the document could not be read at all."""

    entries: tuple[Entry, ...] | None
    problems: tuple[Problem, ...] = ()
