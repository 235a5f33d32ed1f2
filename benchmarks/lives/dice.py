"""Chance that gives the same draws on every Python: only `Random.random` is used, which never changed.

Knows nothing of words.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    def __init__(self, seed: int | str) -> None:
        self._random = Random(str(seed))

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def below(self, bound: int) -> int:
        return int(self._random.random() * bound)

    def between(self, low: int, high: int) -> int:
        """Both ends included."""
        return low + self.below(high - low + 1)

    def pick(self, given: Sequence[T]) -> T:
        return given[self.below(len(given))]

    def weighted(self, given: dict[T, int]) -> T:
        """A key, as often as its number says."""
        left = self.below(sum(given.values()))
        for key, weight in given.items():
            left -= weight
            if left < 0:
                return key
        raise ValueError("nothing to draw from")

    def shuffled(self, given: Sequence[T]) -> list[T]:
        pile = list(given)
        return [pile.pop(self.below(len(pile))) for _ in range(len(pile))]
