"""The latest entries, for when nothing is asked: by their own time, undated ones after all dated ones.

Scores nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence

from neuromem_sync.index import entries_of
from neuromem_sync.layers.base import TextLayer
from neuromem_sync.model import Layer, Problem
from neuromem_sync.pack import CONSIDERED, Found
from neuromem_sync.query import Hit, Query
from neuromem_sync.question import understand
from neuromem_sync.sqlite import Reading

TAGGED = 5000  # keys read of the tags asked for in one layer

_FILTERED = """SELECT key FROM entries
WHERE (:layer IS NULL OR layer = :layer) AND (:only IS NULL OR key IN (SELECT value FROM json_each(:only)))"""
_ORDER = "ORDER BY instant DESC, document DESC, start DESC LIMIT :limit"


def recent(query: Query, layers: Sequence[TextLayer], working: Collection[int] = frozenset()) -> Reading[Found]:
    """The latest entries inside the filters of a query and the days it names, if any.

    Without either bound of time, archived and superseded entries are left out.
    """
    question = understand(query)
    problems: list[Problem] = []
    only = frozenset(working) if query.layer is Layer.WORKING else None
    if question.tags:
        tagged = yield from _tagged(question.tags, layers, problems)
        only = tagged if only is None else only & tagged
    days = question.stretches or ((float("-inf"), float("inf")),)
    keys: list[int] = []
    for start, end in sorted(days, reverse=True):
        keys += yield from _latest(query, only, start, end)
    if query.since is None and query.until is None and not question.stretches:
        keys = yield from _unfaded(keys, layers, problems)
    keys = list(dict.fromkeys(keys))[: query.limit]
    entries = yield from entries_of(keys)
    hits = tuple(Hit(entry=entries[key], score=0.0, working=key in working) for key in keys)
    return Found(hits, tuple(problems))


def unavailable(layer: TextLayer, error: sqlite3.Error) -> Problem:
    """That a layer cannot answer: named in every answer until it can."""
    return Problem(
        path="", line=0, code="layer", message=f"the {layer.layer} layer did not answer: {error}",
        hint="remove the state folder and run: neuromem sync",
    )  # fmt: skip


def _latest(query: Query, only: frozenset[int] | None, start: float, end: float) -> Reading[list[int]]:
    since = max(start, float("-inf") if query.since is None else query.since)
    until = min(end, float("inf") if query.until is None else query.until)
    limit = CONSIDERED * query.limit
    filters = {
        "layer": None if query.layer is Layer.WORKING else query.layer,
        "only": None if only is None else json.dumps(sorted(only)),
        "limit": limit,
    }
    dated = {**filters, "since": since, "until": until}
    rows = yield f"{_FILTERED} AND instant >= :since AND instant < :until {_ORDER}", dated
    if len(rows) < limit and since == float("-inf") and until == float("inf"):
        rows += yield f"{_FILTERED} AND instant IS NULL {_ORDER}", filters
    return [key for (key,) in rows]


def _tagged(tags: Sequence[str], layers: Sequence[TextLayer], problems: list[Problem]) -> Reading[frozenset[int]]:
    found: set[int] = set()
    for layer in layers:
        try:
            found.update((yield from layer.newest(tags, TAGGED, 0, 2**62)))
        except sqlite3.Error as error:
            problems.append(unavailable(layer, error))
    return frozenset(found)


def _unfaded(keys: Sequence[int], layers: Sequence[TextLayer], problems: list[Problem]) -> Reading[list[int]]:
    faded: set[int] = set()
    for layer in layers:
        try:
            faded |= yield from layer.faded(keys)
        except sqlite3.Error as error:
            problems.append(unavailable(layer, error))
    return [key for key in keys if key not in faded]
