"""What MEMORY.md and the profile say already, in whatever words.

Compares a unit with the lines of people; reads no file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from neuromem_sync.claims import Form
from neuromem_sync.rarity import Rarity
from neuromem_sync.retold import one_figure
from neuromem_sync.topics import alike, capitals, features, only_here
from neuromem_sync.units import Unit, stated

COVERED = 0.6  # share of the lighter of a unit and a line that both have, from which one says the other
ENTAILED = 1 / 3  # share of a unit that a line says, from which a value that only the unit gives is a detail
NAMED = 0.3  # the same, where both have a name that hardly any line has
_CHANGE = Form.CHANGE.value


class Stated:
    """The lines that people wrote; `says(unit)` whether one of them says as much."""

    def __init__(self, lines: Iterable[str], rarity: Rarity) -> None:
        self._rarity = rarity
        self._lines = [stated(line) for line in sorted(set(lines))]
        self._held = list(map(features, self._lines))
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, held in enumerate(self._held):
            for feature in held:
                self._places[feature].append(place)

    def says(self, unit: Unit) -> bool:
        """A line with another value of what the unit gives a value to does not say it."""
        held = features(unit)
        near = {place for feature in held for place in self._places.get(feature, ())}
        return any(self._says(unit, held, self._lines[place], self._held[place]) for place in sorted(near))

    def _says(self, unit: Unit, held: frozenset[str], line: Unit, there: frozenset[str]) -> bool:
        if any(value.startswith("id=") and value not in there for value in unit.values):
            return False
        if one_figure(unit, line, self._rarity):
            return True
        same = not unit.form & _CHANGE and alike(unit, line, self._rarity)
        if not there.issuperset(unit.values):
            return same and self._weight(held & there) >= ENTAILED * self._weight(held)
        if same:
            return True
        both, least = self._weight(held & there), min(self._weight(held), self._weight(there))
        if both >= COVERED * least:
            return True
        named = frozenset(unit.named).intersection(capitals(line))
        if both >= NAMED * least and any(only_here(name, self._rarity) for name in named):
            return True
        return bool(unit.values) and not (held & there) <= frozenset(line.values)

    def _weight(self, held: Iterable[str]) -> float:
        return self._rarity.weigh(held)
