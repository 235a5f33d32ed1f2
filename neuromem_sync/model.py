"""The words of the project as frozen data types.

Does no I/O and imports nothing of ours: every other module may import this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from types import MappingProxyType

NOTHING: Mapping[str, str] = {}


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


class Phase(StrEnum):
    """What a cycle, or the daemon, is doing now."""

    SCAN = "scan"
    PARSE = "parse"
    APPLY = "apply"
    COMMIT = "commit"
    IDLE = "idle"
    HALTED = "halted"


class State(StrEnum):
    """How far an answer can be trusted to equal the files (docs/freshness.md)."""

    FRESH = "fresh"
    VERIFYING = "verifying"
    DEGRADED = "degraded"
    STOPPED = "stopped"


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
    parameters: Mapping[str, str | None] = field(default_factory=lambda: MappingProxyType({}))
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
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a part reports of itself to `health`: `level` is ok, notice or unwell."""

    part: str
    level: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseResult:
    """What one document gives. `entries` in order of their spans; None if the document could not be read at all."""

    entries: tuple[Entry, ...] | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """What `stat` says of a file, and the BLAKE2b-128 of its bytes (empty: not read yet)."""

    path: str
    dev: int
    ino: int
    size: int
    mtime_ns: int
    ctime_ns: int
    digest: bytes = b""

    @property
    def identity(self) -> tuple[int, int, int, int, int]:
        """Equal identities mean the same bytes, unless the file is racy."""
        return (self.dev, self.ino, self.size, self.mtime_ns, self.ctime_ns)

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The files of a workspace at one moment: `files` by path; `unknown` could not be looked at, so are not absent.

    `root` is `(device, inode)`; `droppings` are ignored leftovers and `links` are links that lead out of the
    workspace: both are skipped, and `health` reports them.
    """

    root: tuple[int, int]
    files: Mapping[str, FileState]
    unknown: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    droppings: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file before and after: `old` None is a new file, `new` None a deleted one."""

    path: str
    old: FileState | None
    new: FileState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChange:
    """An entry before and after; None means absent. `key` is its row number in every embedded table."""

    key: int
    old: Entry | None
    new: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Settled hints: paths to look at, or `everything` after an overflow or a doubt.

    `gone` are paths (files or folders) that a delete or move event named; `closed` are files whose writer closed them.
    """

    paths: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    everything: bool = False


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
class Hit:
    """An entry that answers, its score in [0, ∞) and why: the share of each part, summing to the score.

    `also` counts near-equal entries that this one stands for.
    """

    entry: Entry
    score: float
    why: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    working: bool = False
    also: int = 0

    @property
    def layer(self) -> Layer:
        return self.entry.layer

    @property
    def text(self) -> str:
        return self.entry.text

    content = text

    @property
    def path(self) -> str:
        return self.entry.source.path

    @property
    def line(self) -> int:
        return self.entry.source.span.line


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Hits, best first, with how fresh they are and what went wrong on the way."""

    hits: tuple[Hit, ...]
    freshness: Freshness
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """One cycle: counts are entries, `files` is how many documents were read, `entries` and `total` are how many
    entries and documents the index has after it.

    `documents` has `(added, changed, deleted)` of each document that changed.
    """

    agent: str
    added: int
    changed: int
    deleted: int
    entries: int
    problems: tuple[Problem, ...]
    generation: int
    seconds: float
    files: int = 0
    total: int = 0
    unverified: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    documents: Mapping[str, tuple[int, int, int]] = field(default_factory=lambda: MappingProxyType({}))
