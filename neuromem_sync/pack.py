"""From ranked entries to hits: near-equal ones collapse into the newest, no day or file takes all the places.

Changes no score.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from neuromem_sync.index import entries_of
from neuromem_sync.layers.terms import fold, words
from neuromem_sync.model import Problem
from neuromem_sync.query import Hit
from neuromem_sync.ranking import CROWDED, Ranked
from neuromem_sync.sqlite import Reading

ALIKE = 0.9  # share of words that near-equal entries have in common
CONSIDERED = 3  # ranked entries looked at for each hit wanted, so that collapsing and spreading leave enough

_CLOCK = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b")


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first, and the layers that could not answer."""

    hits: tuple[Hit, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True, eq=False)
class Group:
    """Near-equal entries: the best of them gives place and score, the newest is shown, `also` counts the others."""

    best: Ranked
    newest: Ranked
    also: int = 0

    @property
    def document(self) -> int:
        return self.best.candidate.document

    def take(self, other: Ranked) -> None:
        self.also += 1
        if (other.candidate.instant or 0.0) > (self.newest.candidate.instant or 0.0):
            self.newest = other


def choose(ranked: Sequence[Ranked], limit: int) -> Reading[list[Group]]:
    """At most `limit` groups, in the order of their best entries.

    A day or file has at most half of them, unless no words elsewhere match nearly as well (`ranking.CROWDED`).
    """
    considered = ranked[: CONSIDERED * limit]
    rows = yield (
        "SELECT key, text FROM entries WHERE key IN (SELECT value FROM json_each(?))",
        (json.dumps([each.candidate.key for each in considered]),),
    )
    return _spread(_collapsed(considered, dict(rows)), limit)


def _collapsed(ranked: Sequence[Ranked], texts: Mapping[int, str]) -> list[Group]:
    groups: list[tuple[frozenset[str], Group]] = []
    for each in ranked:
        key, held = each.candidate.key, _letters(each.candidate.terms)
        for others, group in groups:
            if _share(held, others) and is_alike(texts[key], texts[group.best.candidate.key]):
                group.take(each)
                break
        else:
            groups.append((held, Group(each, each)))
    return [group for _, group in groups]


def hits(groups: Sequence[Group], working: Collection[int]) -> Reading[tuple[Hit, ...]]:
    entries = yield from entries_of([group.newest.candidate.key for group in groups])
    return tuple(
        Hit(
            entry=entries[group.newest.candidate.key],
            score=group.best.score,
            why=MappingProxyType(group.best.why()),
            working=group.newest.candidate.key in working,
            also=group.also,
        )
        for group in groups
    )


def is_alike(one: str, other: str) -> bool:
    """Nearly the same words, and exactly the same numbers, dates and times of day aside: `3.12` is not `3.13`."""
    ours, theirs = _says(one), _says(other)
    return _share(ours, theirs) and not any(map(_has_digit, ours ^ theirs))


def _share(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Is nearly all in both? What is empty shares nothing."""
    least, most = sorted((len(ours), len(theirs)))
    return least >= ALIKE * most > 0 and (common := len(ours & theirs)) >= ALIKE * (least + most - common)


def _letters(terms: str) -> frozenset[str]:
    """The tokens that are no numbers: spares most pairs the look at their texts."""
    return frozenset([token for token in terms.split() if not token[0].isdigit()])


def _says(text: str) -> frozenset[str]:
    return frozenset(map(fold, words(_CLOCK.sub(" ", text))))


def _has_digit(word: str) -> bool:
    return any(character.isdigit() for character in word)


def _spread(groups: Sequence[Group], limit: int) -> list[Group]:
    most = max(1, (limit + 1) // 2)
    taken: dict[int, int] = {}
    left, chosen = list(groups), list[Group]()
    while left and len(chosen) < limit:
        full = {document for document, count in taken.items() if count >= most}
        best = _next(left, full)
        left.remove(best)
        chosen.append(best)
        taken[best.document] = taken.get(best.document, 0) + 1
    return sorted(chosen, key=lambda group: -group.best.score)


def _next(left: Sequence[Group], full: Collection[int]) -> Group:
    """The best group, or one of a document that is not full whose words match nearly as well."""
    first = left[0]
    if first.document not in full:
        return first
    least = CROWDED * first.best.candidate.own
    others = (group for group in left if group.document not in full and group.best.candidate.own >= least)
    return next(others, first)
