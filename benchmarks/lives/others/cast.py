"""Who and what one life is about: names that stay, and what is drawn anew each time; fills templates with both.

Knows no facts and no layout.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from benchmarks.lives.dice import Dice
from benchmarks.lives.others.words import Author, Pools, ways
from benchmarks.lives.phrases import Slot, filled

_NAMED = re.compile(r"\{([a-z]\w*)(?::\d)?\}")


class Cast:
    """Of one author, by dice. `agents` have a role each."""

    def __init__(self, author: Author, dice: Dice) -> None:
        self._dice = dice
        self.variant = dice.pick(sorted(author.variants)) if author.variants else ""
        own = author.variants.get(self.variant)
        self.agents = dice.pick(author.agents)
        self.roles = dice.pick(author.roles)
        self._names = dict(zip(("a1", "a2", "a3"), map(ways, self.agents), strict=True))
        self._name({**author.cast, **(own.cast if own else {})})
        self._slots: dict[str, Slot] = {"tm": self._time, **self._names}
        for name, (low, high) in author.numbers.items():
            self._slots[name] = self._number(low, high)
        for name, pool in {**author.pools, **(own.pools if own else {})}.items():
            self._slots[name] = self._drawn(pool)

    @property
    def owner(self) -> str:
        return self._names["owner"][0]

    def say(self, template: str, slots: Mapping[str, Slot] | None = None) -> str:
        """A template with everything filled in."""
        return filled(template, {**self._slots, **(slots or {})}, self._dice)

    def drawn(self) -> dict[str, Slot]:
        """What is else drawn anew each time, drawn once."""
        return {name: slot() if callable(slot) else slot for name, slot in self._slots.items()}

    def recognised(self, pattern: str) -> str:
        """A regular expression with this life's names in it."""
        return _NAMED.sub(lambda found: rf"\b(?:{'|'.join(map(re.escape, self._names[found[1]]))})\b", pattern)

    def _name(self, pools: Pools) -> None:
        for names, pool in pools.items():
            drawn = self._dice.shuffled(pool)
            self._names.update(zip(names.split(), map(ways, drawn), strict=False))

    def _number(self, low: int, high: int) -> Callable[[], str]:
        return lambda: str(self._dice.between(low, high))

    def _drawn(self, pool: Sequence[str]) -> Callable[[], str]:
        return lambda: self._dice.pick(pool)

    def _time(self) -> str:
        return f"{self._dice.between(7, 21):02}:{self._dice.below(60):02}"
