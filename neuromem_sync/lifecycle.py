"""How long an entry is remembered: its importance, and the forgetting curve that importance and recalls flatten.

Pure arithmetic over an entry and its heat. Reads no database and marks nothing; archive.py does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from neuromem_sync.layers.base import Heat
from neuromem_sync.model import Entry, Kind, Origin, entity_key

# Importance. No corpus says how much a mark is worth, so the steps are few and round; their order is what counts.
PLAIN = 0.3
"""Importance of a line of a log with no mark, no link and nothing that recurs: what a retention time is meant for."""
KINDS: Mapping[Kind, float] = {Kind.DECISION: 0.6, Kind.ERROR: 0.6, Kind.OUTCOME: 0.4, Kind.EVENT: 0.5, Kind.GOAL: 0.5}
ORIGINS: Mapping[Origin, float] = {Origin.OWNER: 0.1, Origin.UNTRUSTED: -0.2, Origin.NEUROMEM: -0.1}
CERTAINTIES: Mapping[str, float] = {"certain": 0.1, "assumption": -0.1, "unknown": -0.1}
ANCHORED = 0.2  # somebody gave it a name to link to
LINKED = 0.3  # for any number of links to it, half of that for HALF of them
RECURRING = 0.1  # for what it names being named elsewhere, likewise
HALF = 2
MOST = 0.95
"""What all that can come to. 1 is a person's mark alone, and is for ever."""

MARKS = frozenset({"important", "pinned", "pin", "keep", "evergreen"})
"""Tags of what is never archived."""
MARKED_STATES = frozenset({"important", "star", "pinned", "key"})
"""Signs of a check-list item (`- [!]`) that say the same."""
TOP = 10
"""The highest `<!-- importance: N -->`; from MARKED on it is never archived."""
MARKED = 8

# Forgetting. Ebbinghaus (1885) measured how retention falls with time; exp(-t / S) is the plain form used since.
STRETCH = 4.0
"""How many times longer an entry of importance 1 would last than a plain one, were it not for ever."""
SPACED = 1.0
"""What a doubling of the days with a recall adds to the stability, in that of an entry recalled once.

Recalls on different days last longer than as many in a row (Cepeda et al. 2006, 317 experiments). Learning by spaced
repetition multiplies the interval by about 2.5 a recall (SM-2, Wozniak 1990), when each comes as late as it can; here
they come as they come, so a recall counts less the more there were, as in FSRS.
"""
MASSED = 0.1
"""The same for a doubling of all recalls, those of one day too."""
LONGEST = 8.0
"""Retention times after the last recall, at most: everything but what a person marked is archived one day."""
OFTEN = 3
"""Days with a recall that bring an archived entry back: relearning is quick (Ebbinghaus), one search is no habit."""


def importance(entry: Entry, links: int = 0, recurring: int = 0) -> float:
    """From 0 to 1. `links` is how many entries elsewhere link to it, `recurring` how many name what it names.

    A number given by `<!-- importance: N -->` stands in the place of the kind.
    """
    if is_marked(entry):
        return 1.0
    rated = _rating(entry)
    score = KINDS.get(entry.kind, PLAIN) if rated is None else rated / TOP
    score += ORIGINS.get(entry.origin, 0.0) + CERTAINTIES.get(entry.attributes.get("certainty", ""), 0.0)
    score += ANCHORED if entry.source.anchor else 0.0
    score += LINKED * _saturated(links) + RECURRING * _saturated(recurring)
    return min(MOST, max(0.0, score))


def is_marked(entry: Entry) -> bool:
    """Whether a person said in the file that it is to be kept."""
    if not MARKS.isdisjoint(entry.tags) or entry.attributes.get("state") in MARKED_STATES:
        return True
    return (_rating(entry) or 0) >= MARKED


def stability(importance: float, heat: Heat | None, plain: float) -> float:
    """Seconds in which the retention falls to 1/e. `plain` is that of a plain entry nobody recalled."""
    if importance >= 1:
        return math.inf
    lasting = math.pow(STRETCH, (importance - PLAIN) / (1 - PLAIN))
    recalled = 1 + SPACED * math.log2(heat.days) + MASSED * math.log2(heat.count) if heat else 1.0
    return plain * min(LONGEST, lasting * recalled)


def retention(at: float, importance: float, heat: Heat | None, now: float, plain: float) -> float:
    """How much of what happened at `at` is left: from 1, just seen, towards 0. Times are POSIX seconds."""
    return math.exp(-max(0.0, now - seen(at, heat)) / stability(importance, heat, plain))


def fades(at: float, importance: float, heat: Heat | None, plain: float) -> float:
    """When an entry is archived if nobody recalls it: its retention is below 1/e, and it is `plain` seconds old."""
    return max(at + plain, seen(at, heat) + stability(importance, heat, plain))


def returns(at: float, importance: float, heat: Heat | None, now: float, plain: float) -> bool:
    """Whether an archived entry is one no more."""
    return heat is not None and heat.days >= OFTEN and fades(at, importance, heat, plain) > now


def seen(at: float, heat: Heat | None) -> float:
    """When it happened or was last recalled."""
    return max(at, heat.last) if heat else at


def points_at(link: str, entry: Entry) -> bool:
    """Whether a link to the entry's document (`Note`, `Note#^anchor`, `Note#Heading`) means this entry too."""
    part = link.replace("\\|", "|").partition("|")[0].partition("#")[2].strip()
    if part.startswith("^"):
        return part[1:] == entry.source.anchor
    return not part or entity_key(part) in map(entity_key, (entry.title, *entry.heading))


def _rating(entry: Entry) -> int | None:
    written = entry.attributes.get("importance", "")
    return min(TOP, int(written)) if written.isascii() and written.isdigit() else None


def _saturated(count: int) -> float:
    return count / (count + HALF)
