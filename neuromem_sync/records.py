"""An entry as a row of the `entries` table, and back; and as the one line that `verify` compares.

Runs no statement: index.py does.
"""

from __future__ import annotations

import json
from typing import Any

from neuromem_sync.model import Entity, Entry, Kind, Layer, Origin, Procedure, Relation, Source, Span
from neuromem_sync.sqlite import Row

COLUMNS = (
    'id, document, layer, kind, start, "end", line, end_line, '
    "anchor, title, heading, at, instant, text, origin, scope, extra"
)
PLACES = ",".join("?" * 17)
SELECT = (
    'SELECT key, entries.id, path, layer, kind, start, "end", line, end_line, anchor, title, heading, at, text, '
    "origin, scope, extra FROM entries JOIN documents ON documents.id = entries.document"
)

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def values_of(entry: Entry, document: int) -> tuple[Any, ...]:
    """The row without its key."""
    span = entry.source.span
    return (
        entry.id, document, entry.layer.value, entry.kind.value, span.start, span.end, span.line, span.end_line,
        entry.source.anchor, entry.title, "\n".join(entry.heading), entry.at, entry.instant,
        entry.text, entry.origin.value, entry.scope, _extra(entry),
    )  # fmt: skip


def entry_of(row: Row, *, with_id: bool = True) -> Entry:
    """The entry of a row that `SELECT` gave; `with_id=False`: as it was parsed."""
    extra = json.loads(row[16]) if row[16] else {}
    return Entry(
        id=row[1] if with_id else "",
        layer=Layer(row[3]),
        kind=Kind(row[4]),
        source=Source(path=row[2], span=Span(start=row[5], end=row[6], line=row[7], end_line=row[8]), anchor=row[9]),
        title=row[10],
        heading=tuple(row[11].split("\n")) if row[11] else (),
        at=row[12],
        text=row[13],
        origin=Origin(row[14]),
        scope=row[15],
        tags=tuple(extra.get("tags", ())),
        links=tuple(extra.get("links", ())),
        attributes=extra.get("attributes", {}),
        subject=extra.get("subject", ""),
        entities=tuple(Entity(key=k, name=n, type=t, aliases=tuple(a)) for k, n, t, a in extra.get("entities", ())),
        relations=tuple(Relation(subject=s, kind=k, object=o, context=c) for s, k, o, c in extra.get("relations", ())),
        procedure=_procedure(extra.get("procedure")),
    )


def _extra(entry: Entry) -> str:
    facts: dict[str, Any] = {}
    if entry.tags:
        facts["tags"] = entry.tags
    if entry.links:
        facts["links"] = entry.links
    if entry.attributes:
        facts["attributes"] = dict(entry.attributes)
    if entry.subject:
        facts["subject"] = entry.subject
    if entry.entities:
        facts["entities"] = [(e.key, e.name, e.type, e.aliases) for e in entry.entities]
    if entry.relations:
        facts["relations"] = [(r.subject, r.kind, r.object, r.context) for r in entry.relations]
    if entry.procedure:
        facts["procedure"] = _plain(entry.procedure)
    return _encode(facts) if facts else ""


def _plain(procedure: Procedure) -> dict[str, Any]:
    return {
        "name": procedure.name,
        "trigger": procedure.trigger,
        "steps": procedure.steps,
        "parameters": dict(procedure.parameters),
        "successes": procedure.successes,
        "failures": procedure.failures,
    }


def _procedure(plain: dict[str, Any] | None) -> Procedure | None:
    return Procedure(**{**plain, "steps": tuple(plain["steps"])}) if plain else None


def canonical_entry(entry: Entry) -> str:
    """All that the file gives of an entry: no id, no row number."""
    span = entry.source.span
    rest = [
        span.start, span.end, span.end_line, entry.source.anchor, entry.layer, entry.kind, entry.at, entry.title,
        entry.heading, entry.text, entry.origin, entry.scope, _extra(entry),
    ]  # fmt: skip
    return f"{entry.source}\tentry {_encode(rest)}"
