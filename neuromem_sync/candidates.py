"""Which entries are worth scoring: looks terms up in a layer, and fetches what surrounds the best of them.

Bounds the cost of any question: a term is read to `LIST` keys, `POOL` entries are scored by their text, and the
entries of `DOCUMENTS` documents ranked. A workspace of a thousand entries is ranked whole. Ranks nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from neuromem_sync.layers.base import Size, TextLayer, TokenString
from neuromem_sync.model import Layer
from neuromem_sync.query import Query
from neuromem_sync.question import Question
from neuromem_sync.ranking import Candidate, Weights, asks, bm25, count
from neuromem_sync.sqlite import Reading

LIST = 600  # keys read of one term in one layer, newest first
POOL = 80  # entries scored by their text before their documents are looked at
DOCUMENTS = 12  # documents whose entries are ranked with their neighbours; at least as many as hits are wanted
WORTHY = 0.4  # share of the best score that a document's best entry must have
WHOLE = 150  # entries up to which a document is scored whole; of a longer one only what stands near a candidate
NEAR = 3
EXACT_SCOPE = 1500  # entries inside a filter up to which all of them are scored
JOINED = 60  # keys read of one combination of terms that are each too common
COMBINATIONS = 6
COMBINED = 5  # terms combined, the rarest of the common ones


@dataclass(frozen=True, slots=True)
class Scope:
    """Which entries may be hits: of a moment in `since..until`, with all `tags` (tokens), and `only` these, if named.

    All of them have keys in `low..high`, of the `span` of keys that the whole index has.
    """

    low: int
    high: int
    span: int
    since: float | None
    until: float | None
    tags: tuple[str, ...]
    only: frozenset[int] | None

    def holds(self, candidate: Candidate) -> bool:
        if self.only is not None and candidate.key not in self.only:
            return False
        return self._is_in_time(candidate.instant) and all(f" {tag} " in candidate.terms for tag in self.tags)

    def _is_in_time(self, at: float | None) -> bool:
        if at is None:
            return self.since is None and self.until is None
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a layer has of each token: keys, newest first, and in about how many entries it occurs."""

    layer: TextLayer
    size: Size
    keys: Mapping[str, Sequence[int]]
    found: Mapping[str, float]

    def common(self) -> list[str]:
        """Tokens with more entries than were read."""
        return [token for token, keys in self.keys.items() if len(keys) == LIST]


def scope(query: Query, tags: tuple[str, ...], working: Collection[int]) -> Reading[Scope]:
    rows = yield "SELECT (SELECT min(key) FROM entries), (SELECT max(key) FROM entries)", ()
    low, high = rows[0][0] or 0, rows[0][1] or 0
    span = high - low + 1
    only = frozenset(working) if query.layer is Layer.WORKING else None
    if query.since is not None or query.until is not None:
        rows = yield (
            "SELECT key FROM entries WHERE instant >= ? AND instant < ? LIMIT ?",
            (*_interval(query), EXACT_SCOPE + 1),
        )
        inside = frozenset(key for (key,) in rows)
        if len(inside) <= EXACT_SCOPE:
            only = inside if only is None else only & inside
        else:
            rows = yield ("SELECT min(key), max(key) FROM entries WHERE instant >= ? AND instant < ?", _interval(query))
            low, high = rows[0]
    return Scope(low, high, span, query.since, query.until, tags, only)


def look_up(layer: TextLayer, question: Question, within: Scope) -> Reading[Lookup]:
    """Read the keys of every token of a question, each with all tags asked for."""
    size = yield from layer.size()
    keys: dict[str, list[int]] = {}
    found: dict[str, float] = {}
    for term in question.terms if size.entries else ():
        token = term.token
        keys[token] = yield from layer.newest((token, *within.tags), LIST, within.low, within.high)
        read = within.high - (keys[token][-1] if len(keys[token]) == LIST else within.low) + 1
        found[token] = min(size.entries, len(keys[token]) * within.span / read)
    return Lookup(layer, size, keys, found)


def combine(lookup: Lookup, weights: Weights, within: Scope) -> Reading[dict[int, float]]:
    """Entries that have several of the common tokens at once, and what these tokens are worth.

    Combinations are read by falling worth, until there are enough entries or the next could not win.
    """
    worth = weights.tokens
    common = sorted(lookup.common(), key=lambda token: -worth[token])[:COMBINED]
    several = [each for size in range(len(common), 1, -1) for each in combinations(common, size)]
    several.sort(key=lambda each: -sum(worth[token] for token in each))
    joined: dict[int, float] = {}
    for each in several[:COMBINATIONS]:
        if len(joined) >= JOINED:
            break
        keys = yield from lookup.layer.newest((*each, *within.tags), JOINED, within.low, within.high)
        for key in keys:
            joined.setdefault(key, sum(worth[token] for token in each))
    return joined


def pool(
    lookups: Iterable[Lookup], joined: Iterable[Mapping[int, float]], weights: Weights, within: Scope
) -> list[int]:
    """The keys worth scoring by their text: those with the most worth in tokens, newest first among equals."""
    if within.only is not None:
        return sorted(within.only)
    worth: dict[int, float] = {}
    for lookup in lookups:
        for token, keys in lookup.keys.items():
            share = weights.tokens[token]
            for key in keys:
                worth[key] = worth.get(key, 0.0) + share
    for each in joined:
        for key, share in each.items():
            worth[key] = max(worth.get(key, 0.0), share)
    return [key for _, key in sorted(zip(worth.values(), worth, strict=True), reverse=True)[:POOL]]


def surroundings(keys: Collection[int]) -> Reading[dict[int, list[int]]]:
    """Document → its entries in order, for the documents of these keys; of a long one only what is near them."""
    rows = yield (
        """SELECT document, key FROM entries WHERE document IN
        (SELECT document FROM entries WHERE key IN (SELECT value FROM json_each(?))) ORDER BY document, start""",
        (json.dumps(list(keys)),),
    )
    documents: dict[int, list[int]] = {}
    for document, key in rows:
        documents.setdefault(document, []).append(key)
    wanted = set(keys)
    return {document: held if len(held) <= WHOLE else _near(held, wanted) for document, held in documents.items()}


def best_documents(scores: Mapping[int, float], wanted: int) -> Reading[list[int]]:
    """The keys of these scores that lie in the documents of the best ones."""
    least = WORTHY * max(scores.values(), default=0.0)
    best = sorted([key for key in scores if scores[key] >= least], key=lambda key: (-scores[key], -key))
    rows = yield (
        "SELECT key, document FROM entries WHERE key IN (SELECT value FROM json_each(?))",
        (json.dumps(best),),
    )
    document_of: dict[int, int] = dict(rows)
    chosen = list(dict.fromkeys(document_of[key] for key in best))[: max(DOCUMENTS, wanted)]
    return [key for key in best if document_of[key] in chosen]


def candidates(
    keys: Sequence[int], strings: Mapping[int, TokenString], faded: Collection[int], weights: Weights
) -> Reading[list[Candidate]]:
    """The entries of these keys that have a token string, in this order.

    The neighbours of a dated entry, as in a log, are those of its document, else those of its section.
    """
    rows = yield (
        """SELECT key, document, heading, title, origin, instant, substr(text, -400) FROM entries
        WHERE key IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(keys)),),
    )
    found = {key: _candidate(key, strings[key], weights, key in faded, *row) for key, *row in rows if key in strings}
    return [found[key] for key in keys if key in found]


def _candidate(
    key: int, string: TokenString, weights: Weights, faded: bool,
    document: int, heading: str, title: str, origin: str, instant: float | None, end: str,
) -> Candidate:  # fmt: skip
    length, terms = string
    counts = count(terms, weights)
    return Candidate(
        key=key,
        document=document,
        section=heading if instant is None else None,
        terms=terms,
        length=length,
        counts=counts,
        own=bm25(counts, length, weights.length, weights),
        title=title,
        origin=origin,
        instant=instant,
        asks=asks(end),
        faded=faded,
    )


def _near(held: Sequence[int], wanted: Collection[int]) -> list[int]:
    places = {place for place, key in enumerate(held) if key in wanted}
    return [key for place, key in enumerate(held) if not places.isdisjoint(range(place - NEAR, place + NEAR + 1))]


def _interval(query: Query) -> tuple[float, float]:
    return (
        float("-inf") if query.since is None else query.since,
        float("inf") if query.until is None else query.until,
    )
