"""Reads and writes fixtures: a title, a path, a document and the entries it gives, between lines with a single dot.

An entry is written `3-5 episodic entry 2026-03-01T14:02:00+01:00 "Title"` (`-` without a date), then whatever else the
fixture is about, each after ` | `: `tags=…`, `links=…`, `attrs=…`, `under=…`. A problem is `! line code message`.
In a document `⏎` at a line's end stands for CRLF.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from neuromem_sync.model import Entry, ParseResult
from neuromem_sync.parsers import Document, parse
from neuromem_sync.workspace import route

FOLDER = Path(__file__).parent / "fixtures"
ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Fixture:
    file: str
    title: str
    path: str
    text: str
    expected: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file}: {self.title}"

    def result(self) -> ParseResult:
        data = self.text.replace("⏎\n", "\r\n").encode()
        return parse(Document(self.path, data, route(self.path), ZONE)).result


def load() -> Iterator[Fixture]:
    for file in sorted(FOLDER.glob("*.md")):
        parts = file.read_text("utf-8").split("\n.\n")
        for head, text, expected in zip(parts[0::3], parts[1::3], parts[2::3], strict=False):
            title, path = head.strip().rsplit("\n", 1)
            yield Fixture(file.stem, title.strip(), path, f"{text}\n", tuple(expected.strip().splitlines()))


def render(result: ParseResult, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The result as a fixture writes it, each entry with the fields that its expected line asks for."""
    problems = [f"! {problem.line} {problem.code} {problem.message}" for problem in result.problems]
    if result.entries is None:
        return ("none", *problems)
    lines = [line for line in asked if not line.startswith("!")]
    lines += [""] * (len(result.entries) - len(lines))
    entries = [_entry(entry, line) for entry, line in zip(result.entries, lines, strict=False)]
    return (*entries, *problems)


def _entry(entry: Entry, asked: str) -> str:
    span = entry.source.span
    head = f'{span.line}-{span.end_line} {entry.layer} {entry.kind} {entry.at or "-"} "{entry.title}"'
    names = re.findall(rf" \| ({'|'.join(FIELDS)})=", asked)
    return " | ".join((head, *(f"{name}={FIELDS[name](entry)}" for name in names)))


FIELDS: dict[str, Callable[[Entry], str]] = {
    "tags": lambda entry: ", ".join(entry.tags),
    "links": lambda entry: ", ".join(entry.links),
    "attrs": lambda entry: "; ".join(f"{key}: {value}" for key, value in entry.attributes.items()),
    "under": lambda entry: " / ".join(entry.heading),
    "subject": lambda entry: entry.subject,
    "anchor": lambda entry: entry.source.anchor or "-",
    "names": lambda entry: ", ".join(":".join((found.name, found.type, *found.aliases)) for found in entry.entities),
    "relations": lambda entry: ", ".join(
        f"{found.subject} -{found.kind}-> {found.object}" + (f" ({found.context})" if found.context else "")
        for found in entry.relations
    ),
    "origin": lambda entry: f"{entry.origin}",
    "scope": lambda entry: entry.scope,
    "text": lambda entry: repr(entry.text),
    "steps": lambda entry: " > ".join(entry.procedure.steps) if entry.procedure else "-",
    "parameters": lambda entry: str(dict(entry.procedure.parameters)) if entry.procedure else "-",
    "counts": lambda entry: f"{entry.procedure.successes}/{entry.procedure.failures}" if entry.procedure else "-",
    "trigger": lambda entry: entry.procedure.trigger if entry.procedure else "-",
    "name": lambda entry: entry.procedure.name if entry.procedure else "-",
}
