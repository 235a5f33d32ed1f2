"""From ranked entries to hits: near-equal ones collapse into the newest, no day or file takes all the places.

Changes no score.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from neuromem_sync.index import entries_of
from neuromem_sync.layers.terms import fold, words
from neuromem_sync.model import Hit, Problem
from neuromem_sync.ranking import CROWDED, Ranked
from neuromem_sync.sqlite import Reading

ALIKE = 0.9  # share of words that near-equal entries have in common
CONSIDERED = 4  # ranked entries looked at for each hit wanted, so that collapsing leaves enough
SPARE = 2  # groups for each hit wanted, to spread over days and files

_CLOCK = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b")


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first, and the layers that could not answer."""

    hits: tuple[Hit, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True, eq=False)
class Group:
    """Near-equal entries: the place and score of the best, the key of the newest, and what they say."""

    ranked: Ranked
    newest: Ranked
    document: int
    says: frozenset[str]
    also: int = 0

    def take(self, other: Ranked) -> None:
        self.also += 1
        if (other.candidate.instant or 0.0) > (self.newest.candidate.instant or 0.0):
            self.newest = other


def choose(ranked: Sequence[Ranked], limit: int) -> Reading[list[Group]]:
    """At most `limit` groups, in the order of their best entries.

    A day or file has at most half of them, unless nothing else answers nearly as well (`ranking.CROWDED`).
    """
    considered = ranked[: CONSIDERED * limit]
    rows = yield (
        "SELECT key, document, text FROM entries WHERE key IN (SELECT value FROM json_each(?))",
        (json.dumps([each.candidate.key for each in considered]),),
    )
    written = {key: (document, text) for key, document, text in rows}
    groups: list[Group] = []
    for each in considered:
        if len(groups) == SPARE * limit:
            break
        document, text = written[each.candidate.key]
        said = what_it_says(text)
        alike = next((group for group in groups if is_alike(said, group.says)), None)
        if alike:
            alike.take(each)
        else:
            groups.append(Group(each, each, document, said))
    return _spread(groups, limit)


def hits(groups: Sequence[Group], working: Collection[int]) -> Reading[tuple[Hit, ...]]:
    entries = yield from entries_of([group.newest.candidate.key for group in groups])
    return tuple(
        Hit(
            entry=entries[group.newest.candidate.key],
            score=group.ranked.score,
            why=MappingProxyType(group.ranked.why()),
            working=group.newest.candidate.key in working,
            also=group.also,
        )
        for group in groups
    )


def what_it_says(text: str) -> frozenset[str]:
    """The words of a text without its dates and times of day, so that a daily line equals itself."""
    return frozenset(map(fold, words(_CLOCK.sub(" ", text))))


def is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Nearly the same words, and exactly the same numbers: `3.12` is not `3.13`."""
    if min(len(one), len(other)) < ALIKE * max(len(one), len(other)):
        return False
    differing = one ^ other
    return len(one & other) >= ALIKE * len(one | other) and not any(map(_has_digit, differing))


def _has_digit(word: str) -> bool:
    return any(character.isdigit() for character in word)


def _spread(groups: Sequence[Group], limit: int) -> list[Group]:
    most = max(1, (limit + 1) // 2)
    taken: dict[int, int] = {}
    left, chosen = list(groups), list[Group]()
    while left and len(chosen) < limit:
        best = max(left, key=lambda group: _worth(group, taken.get(group.document, 0) >= most))
        left.remove(best)
        chosen.append(best)
        taken[best.document] = taken.get(best.document, 0) + 1
    return sorted(chosen, key=lambda group: -group.ranked.score)


def _worth(group: Group, crowded: bool) -> float:
    return group.ranked.score * (CROWDED if crowded else 1.0)
