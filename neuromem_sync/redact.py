"""Secrets cut out between parse and diff: everything after this sees `[secret path:line]` in their place.

By place (sections that exist to hold credentials), then by detector. Never changes a file, and no problem it reports
says what the secret was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from pathlib import PurePosixPath

from neuromem_sync.detectors import Found, find, is_secret_attribute
from neuromem_sync.detectors.places import holds_record, is_topic, mentions_credentials, names_credentials
from neuromem_sync.model import Entry, Problem, Procedure, Route

_HINT = "keep it in a password manager and write here only where it is kept"
# Documents that explain: in them a section "Tokens" says what tokens are, and "Credentials" holds sentences too.
_ABOUT = frozenset({Route.NOTE, Route.INSTRUCTIONS, Route.PROCEDURES, Route.ERRORS, Route.DECISIONS})
_KEY_LINES = re.compile(
    r"(?:[ \t>]*(?:[A-Za-z0-9+/=]+|[\w-]+: [^\n]*)?\n)*[ \t>]*(?:[A-Za-z0-9+/=]+|-----END [A-Z0-9 ]*-----)\s*"
)


def redact(
    entries: Sequence[Entry], route: Route, clean: set[str] | None = None
) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """One document's entries without its secrets, and a problem `secret` for each finding, at its line.

    Entries of a credential section of SHARED.md are left out; those of any other one keep nothing but their place.
    `clean` holds texts found harmless before, and grows: so the next version of a long document costs what changed.
    """
    redactor = _Redactor(route, set() if clean is None else clean)
    for heading, section in groupby(entries, key=attrgetter("heading")):
        redactor.section(heading, list(section))
    return tuple(redactor.kept), tuple(redactor.problems)


class _Redactor:
    """Goes over the entries of one document in their order."""

    def __init__(self, route: Route, clean: set[str]) -> None:
        self.kept: list[Entry] = []
        self.problems: list[Problem] = []
        self._route = route
        self._clean = clean
        self._in_key = False

    def section(self, heading: tuple[str, ...], entries: Sequence[Entry]) -> None:
        """Entries that follow each other below the same headings."""
        names = (PurePosixPath(entries[0].source.path).stem, *heading)
        if any(_is_for_credentials(name, self._route) for name in names):
            self._credentials(entries)
            return
        found = [(title[one.start : one.end], one.kind) for title in heading for one in find(title)]
        self.problems += [_problem(entries[0], 0, kind) for _, kind in found]
        for entry in entries:
            self._entry(entry, [value for value, _ in found])

    def _credentials(self, entries: Sequence[Entry]) -> None:
        told = False
        for entry in entries:
            if self._route in _ABOUT and not holds_record(entry.text):
                self._entry(entry, [])
                continue
            if not told:
                self.problems.append(_problem(entry, 0, "section of credentials"))
                told = True
            if self._route is not Route.SHARED:
                self.kept.append(_emptied(entry))

    def _entry(self, entry: Entry, from_titles: Sequence[str]) -> None:
        found = _found(entry.text, self._clean, in_key=self._in_key)
        self._in_key = bool(found) and found[-1].kind == "private key" and "-----END" not in entry.text
        values = [entry.text[one.start : one.end] for one in found]
        fields = _secret_fields(entry, values) if entry.attributes else []
        self.problems += [_problem(entry, one.start, one.kind) for one in found]
        self.problems += [_problem(entry, 0, "field")] * len(fields)
        values += [*fields, *from_titles]
        self.kept.append(_without(entry, found, values) if values else entry)


def _is_for_credentials(name: str, route: Route) -> bool:
    if route is Route.SHARED:
        return mentions_credentials(name)
    return names_credentials(name) and not (route in _ABOUT and is_topic(name))


def _found(text: str, clean: set[str], *, in_key: bool) -> list[Found]:
    """What is secret in a text; after an unended key the rest of it: blank lines in a key begin another entry."""
    if in_key and _KEY_LINES.fullmatch(text):
        return [Found(start=0, end=len(text), kind="private key")]
    if text in clean:
        return []
    found = find(text)
    if not found:
        clean.add(text)
    return found


def _secret_fields(entry: Entry, known: Iterable[str]) -> list[str]:
    """Values of fields and columns that are named as secrets, beside those the text has shown."""
    return [
        value
        for name, value in entry.attributes.items()
        if is_secret_attribute(name, value) and not any(one in value for one in known)
    ]


def _problem(entry: Entry, at: int, kind: str) -> Problem:
    line = entry.source.span.line + entry.text.count("\n", 0, at)
    return Problem(
        path=entry.source.path,
        line=line,
        code="secret",
        message=f"looks like a secret ({kind}) and is not indexed",
        hint=_HINT,
    )


def _mark(entry: Entry) -> str:
    return f"[secret {entry.source}]"


def _emptied(entry: Entry) -> Entry:
    """An entry of which only its place is told."""
    return Entry(
        layer=entry.layer,
        kind=entry.kind,
        text=_mark(entry),
        source=entry.source,
        id=entry.id,
        at=entry.at,
        origin=entry.origin,
        scope=entry.scope,
    )


def _without(entry: Entry, found: Sequence[Found], values: Sequence[str]) -> Entry:
    erase = _Eraser(values, _mark(entry))
    return replace(
        entry,
        text=erase.spans(entry.text, found),
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
