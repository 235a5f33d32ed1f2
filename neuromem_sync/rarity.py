"""How rare each word is in this workspace, and which words are names in it.

Counts over units; knows no sentence's meaning.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from neuromem_sync.measures import types
from neuromem_sync.units import Unit


def slots(unit: Unit) -> list[str]:
    """Each word with each type of value it stands with: what a value may be the value of."""
    if not unit.values:
        return []
    kinds = sorted({kind for kind, _ in types(unit.values)})
    return [f"{stem}~{kind}" for stem in unit.stems for kind in kinds if stem != kind]


class Rarity:
    """Inverse document frequency against the workspace itself, from 0 (in every unit) to 1 (in one).

    Divided by the logarithm of the number of units, so that it means the same in a short log and in a long one
    (Spärck Jones 1972, normalised).
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        self.of = 0
        self._held: Counter[str] = Counter()
        self._named: Counter[str] = Counter()
        self._first: Counter[str] = Counter()
        self._weights: dict[str, float] = {}
        for unit in units:
            self.of += 1
            self._held.update(unit.stems)
            self._held.update(unit.values)
            self._held.update(slots(unit))
            self._named.update(unit.named)
            if unit.first:
                self._first[unit.first] += 1

    def held(self, feature: str) -> int:
        """In how many units."""
        return self._held[feature]

    def __call__(self, feature: str) -> float:
        return max(0.0, 1.0 - math.log(max(1, self._held[feature])) / self._scale)

    def weight(self, feature: str) -> float:
        """What sharing it says: the square, so that two rare words outweigh many common ones."""
        found = self._weights.get(feature)
        if found is None:
            found = self._weights[feature] = self(feature) ** 2
        return found

    def proper(self, word: str) -> bool:
        """Whether it is never written small."""
        return self._named[word] + self._first[word] >= self._held[word]

    @cached_property
    def _scale(self) -> float:
        return math.log(max(self.of, 30))

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
