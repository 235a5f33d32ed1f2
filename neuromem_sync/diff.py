"""Identity: which new entry is which old one, inside a document and across the documents of a batch.

Reads no file and no database; docs/architecture.md says why an id outlives an edit.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, insort
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from neuromem_sync.changes import Stored
from neuromem_sync.model import Entry

SIMILAR = 0.5
"""Least share of common words (Jaccard) at which two texts are one entry, edited."""
WIDEST = 48
"""Leftovers on each side above which similarity looks at near positions only, so that cost stays linear."""

T = TypeVar("T")
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Match:
    """What became of a document's entries: `pairs` are old and new, the rest found no partner."""

    pairs: list[tuple[Stored, Entry]]
    gone: list[Stored]
    fresh: list[Entry]


@dataclass(frozen=True, slots=True)
class Frame:
    """What an edit left as it was: `head` entries untouched, `tail` entries only moved by `bytes` and `lines`."""

    head: int
    tail: int
    bytes: int
    lines: int


def frame(old: Sequence[Stored], new: Sequence[Entry]) -> Frame:
    """The entries before and after an edit that need no matching: in a long log nearly all of them."""
    most = min(len(old), len(new))
    head = 0
    while head < most and old[head].entry == new[head]:
        head += 1
    if head == most:
        return Frame(head, 0, 0, 0)
    here, there = old[-1].entry.source.span, new[-1].source.span
    shift = Frame(head, 0, there.start - here.start, there.line - here.line)
    tail = 0
    while tail < most - head and _moved(old[-1 - tail].entry, new[-1 - tail], shift):
        tail += 1
    return replace(shift, tail=tail)


def _moved(old: Entry, new: Entry, shift: Frame) -> bool:
    here, there = old.source.span, new.source.span
    return (
        there.start - here.start == there.end - here.end == shift.bytes
        and there.line - here.line == there.end_line - here.end_line == shift.lines
        and content(old) == content(new)
    )


def content(entry: Entry) -> tuple[object, ...]:
    """Everything of an entry but its id and its place in the file."""
    return (
        entry.text, entry.layer, entry.kind, entry.at, entry.title, entry.heading, entry.tags, entry.links,
        entry.attributes, entry.subject, entry.entities, entry.relations, entry.procedure, entry.origin, entry.scope,
        entry.source.path, entry.source.anchor,
    )  # fmt: skip


def match(old: Sequence[Stored], new: Sequence[Entry]) -> Match:
    """Pair by anchor, then equal text, then heading and time, then the most similar text in order."""
    if not old:
        return Match([], [], list(new))
    found = Match([], list(old), list(new))
    for sign in (_anchor, _same, _words):
        _pair_in_order(found, sign)
    _pair_unique(found, _place)
    _pair_similar(found)
    return found


def _anchor(entry: Entry) -> Hashable | None:
    return entry.source.anchor


def _same(entry: Entry) -> Hashable:
    return entry.text, entry.heading, entry.kind


def _words(entry: Entry) -> Hashable:
    return entry.text


def _place(entry: Entry) -> Hashable | None:
    return (entry.heading, entry.at) if entry.at else None


def _pair_in_order(found: Match, sign: Callable[[Entry], Hashable | None]) -> None:
    if not found.gone or not found.fresh:
        return
    waiting: dict[Hashable, deque[Stored]] = defaultdict(deque)
    for stored in found.gone:
        waiting[sign(stored.entry)].append(stored)
    waiting.pop(None, None)
    _take(found, lambda entry: _first(waiting.get(sign(entry))))


def _first(waiting: deque[Stored] | None) -> Stored | None:
    return waiting.popleft() if waiting else None


def _take(found: Match, partner: Callable[[Entry], Stored | None]) -> None:
    taken: set[int] = set()
    left: list[Entry] = []
    for entry in found.fresh:
        stored = partner(entry)
        if stored is None:
            left.append(entry)
        else:
            taken.add(stored.key)
            found.pairs.append((stored, entry))
    found.fresh = left
    found.gone = [stored for stored in found.gone if stored.key not in taken]


def _pair_unique(found: Match, sign: Callable[[Entry], Hashable | None]) -> None:
    """Several entries of one minute cannot be told apart by their time: those are left to similarity."""
    old = _unique((sign(stored.entry), stored) for stored in found.gone)
    new = _unique((sign(entry), entry) for entry in found.fresh)
    shared = {id(entry): old[key] for key, entry in new.items() if key in old}
    if shared:
        _take(found, lambda entry: shared.get(id(entry)))


def _unique(items: Iterable[tuple[Hashable | None, T]]) -> dict[Hashable, T]:
    by_key: dict[Hashable, list[T]] = defaultdict(list)
    for key, item in items:
        if key is not None:
            by_key[key].append(item)
    return {key: group[0] for key, group in by_key.items() if len(group) == 1}


def _pair_similar(found: Match) -> None:
    old_words = [set(_WORD.findall(stored.entry.text.casefold())) for stored in found.gone]
    new_words = [set(_WORD.findall(entry.text.casefold())) for entry in found.fresh]
    ranked = sorted(
        (-_jaccard(old_words[i], new_words[j]), abs(i - j), i, j) for i, j in _near(len(old_words), len(new_words))
    )
    accepted: list[tuple[int, int]] = []
    for negative, _, i, j in ranked:
        if -negative < SIMILAR:
            break
        if _keeps_order(accepted, i, j):
            insort(accepted, (i, j))
    partner = {id(found.fresh[j]): found.gone[i] for i, j in accepted}
    if partner:
        _take(found, lambda entry: partner.get(id(entry)))


def _keeps_order(accepted: list[tuple[int, int]], i: int, j: int) -> bool:
    at = bisect_left(accepted, (i, j))
    before = at == 0 or (accepted[at - 1][0] < i and accepted[at - 1][1] < j)
    after = at == len(accepted) or (accepted[at][0] > i and accepted[at][1] > j)
    return before and after


def _near(old: int, new: int) -> Iterator[tuple[int, int]]:
    reach = max(old, new) if max(old, new) <= WIDEST else 2
    for i in range(old):
        middle = i * new // old
        for j in range(max(0, middle - reach), min(new, middle + reach + 1)):
            yield i, j


def _jaccard(one: set[str], other: set[str]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 1.0


class Pool:
    """Entries that left their documents in this batch, to be claimed by documents where equal text appears."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Stored]] = defaultdict(deque)

    def put(self, gone: Iterable[Stored]) -> None:
        for stored in gone:
            self._waiting[stored.entry.text].append(stored)

    def claim(self, entry: Entry) -> Stored | None:
        return _first(self._waiting.get(entry.text)) if self._waiting else None

    def rest(self) -> Iterator[Stored]:
        for waiting in self._waiting.values():
            yield from waiting


class Names:
    """Gives a new entry its id: the same for the same path, text and occurrence, so that a rebuild repeats it."""

    def __init__(self, taken: Callable[[str], bool]) -> None:
        self._taken = taken
        self._given: dict[str, int] = {}

    def name(self, entry: Entry) -> Entry:
        first = given = _derive(entry, 0)
        occurrence = self._given.get(first, 0)
        while given in self._given or self._taken(given):
            occurrence += 1
            given = _derive(entry, occurrence)
        self._given[first] = occurrence
        self._given.setdefault(given, 0)
        return replace(entry, id=given)


def _derive(entry: Entry, occurrence: int) -> str:
    stuff = f"{entry.source.path}\0{entry.text}\0{occurrence}".encode()
    return hashlib.blake2b(stuff, digest_size=8).hexdigest()
