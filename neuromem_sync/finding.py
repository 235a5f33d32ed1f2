"""What a part has to say of itself to its people: a code that stays, how bad it is, and what to do.

Frozen values. Finds nothing (health.py), and is no `Problem`: that is about one line of a document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

SHOWN = 5
"""Places that a message names."""


class Level(StrEnum):
    """`info` breaks no promise; `warn` will, unless somebody acts; `bad` does already. The worst first."""

    BAD = "bad"
    WARN = "warn"
    INFO = "info"


class Code(StrEnum):
    """Each with the part that says it and its level; docs/health.md has the meaning of each."""

    part: str
    level: Level

    def __new__(cls, name: str, part: str, level: Level) -> Code:
        code = str.__new__(cls, name)
        code._value_, code.part, code.level = name, part, level
        return code

    PART_FAILED = "part-failed", "health", Level.BAD

    ROOT_GONE = "root-gone", "root", Level.BAD
    HALTED = "halted", "sync", Level.BAD
    NOT_SYNCED = "not-synced", "sync", Level.BAD
    NO_INDEX = "no-index", "index", Level.WARN
    OTHER_RULES = "other-rules", "index", Level.INFO
    LAYER_FAILED = "layer-failed", "layers", Level.BAD

    SERVER = "server", "servers", Level.INFO
    SERVER_LAGS = "server-lags", "servers", Level.INFO
    SERVER_AWAY = "server-away", "servers", Level.WARN
    NAMESAKE = "namesake", "servers", Level.WARN
    DEAD_LETTERS = "dead-letters", "servers", Level.WARN
    SERVER_OFF = "server-off", "servers", Level.INFO
    PASSWORD_OPEN = "password-open", "settings", Level.WARN

    NO_DAEMON = "no-daemon", "daemon", Level.INFO
    STARTING = "starting", "daemon", Level.INFO
    VERIFYING = "verifying", "daemon", Level.INFO
    DEGRADED = "degraded", "daemon", Level.WARN
    NO_ANSWER = "no-answer", "daemon", Level.WARN
    WATCHES_LOW = "watches-low", "daemon", Level.WARN

    UNVERIFIED = "unverified", "documents", Level.WARN
    PENDING = "pending", "documents", Level.INFO
    PROBLEMS = "problems", "documents", Level.WARN

    CONFLICT_COPY = "conflict-copy", "files", Level.WARN
    LEFTOVERS = "leftovers", "files", Level.INFO
    LINK_OUT = "link-out", "files", Level.INFO

    STATE_OPEN = "state-open", "state", Level.WARN
    STATE_LARGE = "state-large", "state", Level.INFO
    DISK_LOW = "disk-low", "state", Level.WARN
    DISK_FULL = "disk-full", "state", Level.BAD

    LOG_MISSING = "log-missing", "logs", Level.WARN
    LOG_QUIET = "log-quiet", "logs", Level.INFO
    ZONE_UNKNOWN = "zone-unknown", "logs", Level.INFO
    OVERDUE = "overdue", "tracked", Level.WARN
    AGED = "aged", "tracked", Level.INFO
    QUESTION = "question", "inbox", Level.INFO

    NIGHT_LATE = "night-late", "nights", Level.WARN
    NIGHT_BLOCKED = "night-blocked", "nights", Level.WARN
    EMPTY_NIGHTS = "empty-nights", "nights", Level.WARN
    NO_REGION = "no-region", "nights", Level.INFO
    REGION_BROKEN = "region-broken", "nights", Level.WARN
    SIDECAR = "sidecar", "nights", Level.INFO
    WRITE_OPEN = "write-open", "writes", Level.WARN
    PUT_ASIDE = "put-aside", "writes", Level.INFO
    LEFT_ASIDE = "left-aside", "writes", Level.WARN
    WRITE_CONFLICT = "write-conflict", "writes", Level.INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What there is (`message`), what to do about it (`hint`), and where: `path:line`, a path, or "" for no place."""

    code: Code
    message: str
    hint: str = ""
    place: str = ""

    @property
    def part(self) -> str:
        return self.code.part

    @property
    def level(self) -> Level:
        return self.code.level


def among(places: Sequence[str]) -> str:
    """The first SHOWN of these places, and how many more there are."""
    rest = len(places) - SHOWN
    return ", ".join(places[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
