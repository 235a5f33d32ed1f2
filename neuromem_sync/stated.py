"""What MEMORY.md and the profile say already, in whatever words.

Compares a unit with the lines of people; reads no file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from neuromem_sync.rarity import Rarity
from neuromem_sync.topics import features, only_here
from neuromem_sync.units import Unit
from neuromem_sync.wording import wording

COVERED = 0.6  # share of the lighter of a unit and a line that both have, from which one says the other


class Stated:
    """The lines that people wrote; `says(unit)` whether one of them says as much."""

    def __init__(self, lines: Iterable[str], rarity: Rarity) -> None:
        self._rarity = rarity
        self._lines: list[tuple[frozenset[str], frozenset[str], float]] = []
        self._places: dict[str, list[int]] = defaultdict(list)
        for line in sorted(set(lines)):
            taken = wording(line)
            held = frozenset(taken.stems) | frozenset(taken.values)
            for feature in held:
                self._places[feature].append(len(self._lines))
            self._lines.append((held, frozenset(taken.values), self._weight(held)))

    def says(self, unit: Unit) -> bool:
        """A line with another value of what the unit gives a value to does not say it."""
        held = features(unit)
        weight = self._weight(held)
        near = sorted({place for feature in held for place in self._places.get(feature, ())})
        return bool(weight) and any(self._says(unit, held, weight, place) for place in near)

    def _says(self, unit: Unit, held: frozenset[str], weight: float, place: int) -> bool:
        there, values, most = self._lines[place]
        if not there.issuperset(unit.values):
            return False
        if self._weight(held & there) >= COVERED * min(weight, most):
            return True
        if any(word in unit.named and only_here(word, self._rarity) for word in held & there):
            return True
        return bool(unit.values) and not (held & there) <= values

    def _weight(self, held: Iterable[str]) -> float:
        return sum(sorted(map(self._rarity.weight, held)))
