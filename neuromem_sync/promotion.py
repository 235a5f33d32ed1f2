"""What consolidation chose, and what it held back and why, as frozen values; does no I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from neuromem_sync.model import Source

NO_COUNTS: Mapping[str, int] = {}


class Section(StrEnum):
    """The headings of the managed region, in the order they stand there."""

    FACTS = "Facts"
    PREFERENCES = "Preferences"
    DECISIONS = "Decisions"
    LESSONS = "Lessons"
    PROJECTS = "Projects"
    THEMES = "Themes"
    EVENTS = "Events"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """One claim that belongs into MEMORY.md.

    `text` is the claim on one line; `source` is the entry it is said best in and `at` that entry's time. `evidence` are
    all entries that say it, and `said` all their wordings of it: a person who deleted one of them deleted the claim.
    `why` has the share of each part, summing to `score`.
    """

    section: Section
    text: str
    source: Source
    at: str | None = None
    evidence: tuple[Source, ...] = ()
    said: tuple[str, ...] = ()
    score: float = 0.0
    why: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """What was held back last: the gate that held it, and how far it came."""

    text: str
    source: Source
    gate: str
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What need not be learned: `lines` that people wrote in MEMORY.md and the profile, and what they deleted.

    `deleted(text)` tells whether a person removed this claim from the managed region, in these or nearly these words.
    """

    lines: tuple[str, ...] = ()
    deleted: Callable[[str], bool] = lambda text: False


@dataclass(frozen=True, slots=True, kw_only=True)
class Consolidation:
    """`promotions`, best first within a section; `eligible` is how many units came through the gates of trust.

    `held_back` counts units by gate; `nearest` are the best of what was held back.
    """

    promotions: tuple[Promotion, ...]
    eligible: int = 0
    held_back: Mapping[str, int] = field(default_factory=lambda: NO_COUNTS)
    nearest: tuple[NearMiss, ...] = ()
