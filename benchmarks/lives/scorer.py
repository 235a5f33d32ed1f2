"""How well items that were learned fit what is true.

Recognises by the truth's own patterns; knows nothing of how items were found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.lives.truth import Fact, Truth, plain

LIKE = 0.6
"""Share of an item's words that stand in one line of noise, from which on it is taken to come from there."""
_WORDS = re.compile(r"\w+")


class Verdict(StrEnum):
    """What an item is."""

    FOUND = "found"
    DUPLICATE = "duplicate"
    KNOWN = "known"
    SUPERSEDED = "superseded"
    HOSTILE = "hostile"
    STRANGER = "stranger"
    JUNK = "junk"


UNTRUSTED = {
    **dict.fromkeys(("hostile", "region", "page"), Verdict.HOSTILE),
    **dict.fromkeys(("stranger", "quote", "tool"), Verdict.STRANGER),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """An item, what it is, and the fact it says or the kind of noise it comes from."""

    text: str
    verdict: Verdict
    about: str


@dataclass(frozen=True, slots=True)
class Score:
    """Every item judged, in order, and the facts that no item says."""

    items: tuple[Judged, ...]
    missed: tuple[Fact, ...]

    def count(self, verdict: Verdict) -> int:
        return sum(item.verdict is verdict for item in self.items)

    @property
    def precision(self) -> float:
        """Share of items that say a fact for the first time; 1.0 of no item."""
        return self.count(Verdict.FOUND) / len(self.items) if self.items else 1.0

    @property
    def recall(self) -> float:
        """Share of facts that an item says."""
        found = self.count(Verdict.FOUND)
        return found / (found + len(self.missed)) if found or self.missed else 1.0


def score(items: Sequence[str], truth: Truth) -> Score:
    """Judge items one by one: an item says one fact at most, and a fact counts once."""
    found: set[str] = set()
    judged = tuple(_judged(item, truth, found) for item in items)
    return Score(judged, tuple(fact for fact in truth.facts if not fact.known and fact.name not in found))


def _judged(item: str, truth: Truth, found: set[str]) -> Judged:
    text = plain(item)
    said = [fact for fact in truth.facts if fact.current(text)]
    for fact in said:
        if not fact.known and fact.name not in found:
            found.add(fact.name)
            return Judged(item, Verdict.FOUND, fact.name)
    for fact in said:
        return Judged(item, Verdict.KNOWN if fact.known else Verdict.DUPLICATE, fact.name)
    for fact in truth.facts:
        if fact.outdated(text):
            return Judged(item, Verdict.SUPERSEDED, fact.name)
    kind = _kind(text, truth)
    return Judged(item, UNTRUSTED.get(kind, Verdict.JUNK), kind)


def _kind(text: str, truth: Truth) -> str:
    """The kind of noise that an item's words come from; `unknown` if from none."""
    words = Counter(_words(text))
    best, kind = 0.0, "unknown"
    for noise in truth.noise:
        shared = (words & Counter(_words(noise.text))).total() / max(1, words.total())
        if shared > best:
            best, kind = shared, noise.kind
    return kind if best >= LIKE else "unknown"


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.lower())
