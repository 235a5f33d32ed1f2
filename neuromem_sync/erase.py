"""An entry without certain values, in every field of it; or with nothing but its place.

Finds no secret: which values go is decided by redact.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from neuromem_sync.detectors import Found
from neuromem_sync.model import Entry, Procedure


def _mark(entry: Entry) -> str:
    return f"[secret {entry.source}]"


def emptied(entry: Entry) -> Entry:
    """An entry of which only its place is told."""
    return Entry(
        layer=entry.layer,
        kind=entry.kind,
        text=_mark(entry),
        source=replace(entry.source, anchor=None),
        id=entry.id,
        at=entry.at,
        origin=entry.origin,
        scope=entry.scope,
    )


def without(entry: Entry, found: Sequence[Found], values: Sequence[str]) -> Entry:
    """An entry in which the places `found` in its text are marked, and of which no field holds one of these values."""
    erase = _Eraser(values, _mark(entry))
    return replace(
        entry,
        text=erase.spans(entry.text, found),
        source=entry.source if erase.spares(entry.source.anchor or "") else replace(entry.source, anchor=None),
        title=erase(entry.title),
        heading=tuple(map(erase, entry.heading)),
        tags=tuple(filter(erase.spares, entry.tags)),
        links=tuple(filter(erase.spares, entry.links)),
        attributes={name: erase(value) for name, value in entry.attributes.items() if erase.spares(name)},
        subject=entry.subject if erase.spares(entry.subject) else "",
        entities=tuple(entity for entity in entry.entities if erase.spares(entity.name, entity.key, *entity.aliases)),
        relations=tuple(
            replace(relation, context=erase(relation.context))
            for relation in entry.relations
            if erase.spares(relation.subject, relation.object)
        ),
        procedure=erase.procedure(entry.procedure) if entry.procedure else None,
    )


class _Eraser:
    """Takes values out of texts; names that hold one, or are a piece of one, are left out whole."""

    def __init__(self, values: Iterable[str], mark: str) -> None:
        self._values = sorted(set(values), key=len, reverse=True)
        self._folded = [_folded(value) for value in self._values]
        self._mark = mark

    def __call__(self, text: str) -> str:
        for value in self._values:
            text = text.replace(value, self._mark)
        return text

    def spans(self, text: str, found: Sequence[Found]) -> str:
        """Cuts the findings; the same word elsewhere only when it is too long to be a common one."""
        for one in reversed(found):
            text = text[: one.start] + self._mark + text[one.end :]
        for value in self._values:
            if len(value) > 5:
                text = text.replace(value, self._mark)
        return text

    def spares(self, *names: str) -> bool:
        return not any(
            value in name or (len(name) > 3 and name in value) for name in map(_folded, names) for value in self._folded
        )

    def procedure(self, procedure: Procedure) -> Procedure:
        return replace(
            procedure,
            name=self(procedure.name),
            trigger=self(procedure.trigger),
            steps=tuple(map(self, procedure.steps)),
            parameters={
                name: None if default is None else self(default) for name, default in procedure.parameters.items()
            },
        )


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())
