"""Secrets cut out between parse and diff: everything after this sees `[secret path:line]` in their place.

By place (sections that exist to hold credentials), then by detector. Never changes a file, and no problem it reports
says what the secret was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import PurePosixPath

from neuromem_sync.allowed import NOTHING, Allowed
from neuromem_sync.detectors import Found, find, is_secret_attribute
from neuromem_sync.detectors.places import holds_record, is_topic, mentions_credentials, names_credentials
from neuromem_sync.erase import emptied, without
from neuromem_sync.model import Entry, Problem, Route

_HINT = "keep it in a password manager and write here only where it is kept"
# Documents that explain: in them a section "Tokens" says what tokens are, and "Credentials" holds sentences too.
_ABOUT = frozenset({Route.NOTE, Route.INSTRUCTIONS, Route.PROCEDURES, Route.ERRORS, Route.DECISIONS})
_KEY_LINES = re.compile(
    r"(?:[ \t>]*(?:[A-Za-z0-9+/=]+|[\w-]+: [^\n]*)?\n)*[ \t>]*(?:[A-Za-z0-9+/=]+|-----END [A-Z0-9 ]*-----)\s*"
)


SECTION = "section of credentials"
"""The kind of what is left out for the name of its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A secret at `path:line`. Its `value`, "" for a whole section, is for the eyes of the moment: never kept."""

    path: str
    line: int
    kind: str
    value: str = field(default="", repr=False)


def redact(
    entries: Sequence[Entry], route: Route, clean: set[str] | None = None, allowed: Allowed = NOTHING
) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """One document's entries without its secrets, and a problem `secret` for each finding, at its line.

    Entries of a credential section of SHARED.md are left out; those of any other one keep nothing but their place.
    `clean` holds texts found harmless before, and grows: so the next version of a long document costs what changed.
    What is `allowed` is no secret.
    """
    redactor = _Redactor(route, set() if clean is None else clean, allowed)
    redactor.document(entries)
    return tuple(redactor.kept), tuple(map(_problem, redactor.found))


def secrets_of(entries: Sequence[Entry], route: Route, allowed: Allowed = NOTHING) -> tuple[Secret, ...]:
    """What `redact` would cut out of a document's entries, in their order."""
    redactor = _Redactor(route, set(), allowed)
    redactor.document(entries)
    return tuple(redactor.found)


class _Redactor:
    """Goes over the entries of one document in their order."""

    def __init__(self, route: Route, clean: set[str], allowed: Allowed) -> None:
        self.kept: list[Entry] = []
        self.found: list[Secret] = []
        self._route = route
        self._clean = clean
        self._allowed = allowed
        self._in_key = False
        self._named: list[str] = []

    def document(self, entries: Sequence[Entry]) -> None:
        for heading, section in groupby(entries, key=attrgetter("heading")):
            self.section(heading, list(section))

    def section(self, heading: tuple[str, ...], entries: Sequence[Entry]) -> None:
        """Entries that follow each other below the same headings."""
        names = (PurePosixPath(entries[0].source.path).stem, *heading)
        if any(_is_for_credentials(name, self._route) for name in names):
            self._credentials(entries)
            return
        values = []
        for title in heading:
            for one in self._not_allowed(title, find(title)):
                values.append(title[one.start : one.end])
                self._report(entries[0], 0, one.kind, values[-1])
        for entry in entries:
            self._entry(entry, values)

    def _credentials(self, entries: Sequence[Entry]) -> None:
        told = False
        for entry in entries:
            if self._route in _ABOUT and not holds_record(entry.text):
                self._entry(entry, [])
                continue
            if not told:
                self._report(entry, 0, SECTION)
                told = True
            if self._route is not Route.SHARED:
                self.kept.append(emptied(entry))

    def _entry(self, entry: Entry, from_titles: Sequence[str]) -> None:
        found = self._find(entry.text)
        self._in_key = bool(found) and found[-1].kind == "private key" and "-----END" not in entry.text
        values = [entry.text[one.start : one.end] for one in found]
        fields = self._secret_fields(entry, values) if entry.attributes else []
        for one, value in zip(found, values, strict=True):
            self._report(entry, one.start, one.kind, value)
        for value in fields:
            self._report(entry, 0, "field", value)
        if values and entry.text.startswith("---"):  # a frontmatter, which may name what all below is about
            self._named = [*values, *fields]
        values += [*fields, *from_titles, *self._named]
        self.kept.append(without(entry, found, values) if values else entry)

    def _find(self, text: str) -> list[Found]:
        """What is secret in a text; after an unended key the rest of it: blank lines in a key begin another entry."""
        if self._in_key and _KEY_LINES.fullmatch(text):
            return [Found(start=0, end=len(text), kind="private key")]
        if text in self._clean:
            return []
        found = find(text)
        if found:
            found = self._not_allowed(text, found)
        if not found:
            self._clean.add(text)
        return found

    def _not_allowed(self, text: str, found: list[Found]) -> list[Found]:
        return [one for one in found if text[one.start : one.end] not in self._allowed]

    def _secret_fields(self, entry: Entry, known: Iterable[str]) -> list[str]:
        """Values of fields and columns that are named as secrets, beside those the text has shown or may show."""
        named = [value for name, value in entry.attributes.items() if is_secret_attribute(name, value)]
        if not named:
            return []
        shown = [*known, *(entry.text[one.start : one.end] for one in find(entry.text))]
        return [value for value in named if value not in self._allowed and not any(one in value for one in shown)]

    def _report(self, entry: Entry, at: int, kind: str, value: str = "") -> None:
        line = entry.source.span.line + entry.text.count("\n", 0, at)
        self.found.append(Secret(path=entry.source.path, line=line, kind=kind, value=value))


def _is_for_credentials(name: str, route: Route) -> bool:
    if route is Route.SHARED:
        return mentions_credentials(name)
    return names_credentials(name) and not (route in _ABOUT and is_topic(name))


def _problem(secret: Secret) -> Problem:
    return Problem(
        path=secret.path,
        line=secret.line,
        code="secret",
        message=f"looks like a secret ({secret.kind}) and is not indexed",
        hint=_HINT,
    )


def masked(path: str) -> str:
    """A path as far as the first name in it that holds a secret, which is not told; without one the path itself."""
    told: list[str] = []
    for name in path.split("/"):
        stem, dot, suffix = name.rpartition(".")
        if find(stem or name):
            return "/".join((*told, f"[secret]{dot}{suffix}" if stem else "[secret]"))
        told.append(name)
    return path


def hidden(text: str, allowed: Allowed = NOTHING) -> str:
    """A text that goes out without having been an entry, its secrets cut."""
    for one in reversed(find(text)):
        if text[one.start : one.end] not in allowed:
            text = f"{text[: one.start]}[secret]{text[one.end :]}"
    return text
