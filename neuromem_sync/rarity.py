"""How rare each word is in this workspace, and which words are names in it.

Counts over units; knows no sentence's meaning.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from neuromem_sync.measures import figures, types
from neuromem_sync.units import Unit

Counts = Mapping[str, int]
_NONE: Counts = {}


def slots(unit: Unit) -> list[str]:
    """Each word with each type of value it stands with: what a value may be the value of."""
    if not unit.values:
        return []
    kinds = sorted({kind for kind, _ in types(unit.values)})
    return [f"{stem}~{kind}" for stem in unit.stems for kind in kinds if stem != kind]


SERIES = 8  # members from which words of the same letters and other numbers count something on: `ep38`
_SERIAL = re.compile(r"([a-z]{1,6})\d{1,5}")


@dataclass(slots=True)
class Words:
    """Of so many units: each word, each value and each word with a type of value that one holds; each that stands with
    a capital inside, and first. Once for every unit of it."""

    of: int = 0
    held: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    first: list[str] = field(default_factory=list)

    def add(self, unit: Unit) -> None:
        self.of += 1
        self.held += unit.stems
        self.held += unit.values
        self.held += slots(unit)
        self.named += unit.named
        if unit.first:
            self.first.append(unit.first)

    def plain(self) -> tuple[int, list[str], list[str], list[str]]:
        return self.of, self.held, self.named, self.first


class Tally:
    """In how many of all units each of those words is. Sums over documents are exact."""

    def __init__(self, of: int = 0, held: Counts = _NONE, named: Counts = _NONE, first: Counts = _NONE) -> None:
        self.of = of
        self.held, self.named, self.first = Counter(held), Counter(named), Counter(first)

    def join(self, words: Words) -> None:
        self.of += words.of
        for mine, theirs in self._beside(words):
            mine.update(theirs)

    def leave(self, words: Words) -> None:
        """Take out what had joined."""
        self.of -= words.of
        for mine, theirs in self._beside(words):
            mine.subtract(theirs)
            for word in set(theirs):
                if not mine[word]:
                    del mine[word]

    def _beside(self, words: Words) -> Iterator[tuple[Counter[str], list[str]]]:
        return zip((self.held, self.named, self.first), (words.held, words.named, words.first), strict=True)

    def plain(self) -> tuple[int, dict[str, int], dict[str, int], dict[str, int]]:
        return self.of, dict(self.held), dict(self.named), dict(self.first)


class Rarity:
    """Inverse document frequency against the workspace itself, from 0 (in every unit) to 1 (in one).

    Divided by the logarithm of the number of units, so that it means the same in a short log and in a long one
    (Spärck Jones 1972, normalised).
    """

    def __init__(self, tally: Tally) -> None:
        self.of = tally.of
        self._held, self._named, self._first = tally.held, tally.named, tally.first
        self._weights: dict[str, float] = {}

    def held(self, feature: str) -> int:
        """In how many units."""
        return self._held[feature]

    def given(self, figure: str) -> int:
        """In how many units a number stands, whatever it is of."""
        return self._figures[figure]

    def __call__(self, feature: str) -> float:
        return max(0.0, 1.0 - math.log(self._held.get(feature, 1)) / self._scale)

    def weight(self, feature: str) -> float:
        """What sharing it says: the square, so that two rare words outweigh many common ones."""
        found = self._weights.get(feature)
        if found is None:
            found = self._weights[feature] = self(feature) ** 2
        return found

    def weigh(self, features: Iterable[str]) -> float:
        """What sharing all of them says, the same in any order."""
        return math.fsum(map(self.weight, features))

    def proper(self, word: str) -> bool:
        """Whether it is never written small."""
        return self._named[word] + self._first[word] >= self._held[word]

    @cached_property
    def _scale(self) -> float:
        return math.log(max(self.of, 30))

    @cached_property
    def series(self) -> frozenset[str]:
        """Words that name one of many by its number: `ep38` where there are other episodes."""
        members: dict[str, set[str]] = defaultdict(set)
        for word in self._held:
            if serial := _SERIAL.fullmatch(word):
                members[serial[1]].add(word)
        return frozenset(word for each in members.values() if len(each) >= SERIES for word in each)

    @cached_property
    def _figures(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for feature, times in self._held.items():
            for figure in figures((feature,)) if "=" in feature else ():
                found[figure] += times
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """Words capitalised inside a sentence twice, or three times at all and never written small."""
        found = set()
        for word, times in self._named.items():
            capital = times + self._first[word]
            if times > 1 or (capital > 2 and capital == self._held[word]):
                found.add(word)
        for word, times in self._first.items():
            if times > 2 and times == self._held[word]:
                found.add(word)
        return frozenset(found)
