"""Tells the predecessor's memories and procedures as a person would have written them down, document by document.

Every text is contained as in handwriting.py: nothing in it reaches beyond its own entry. Touches no file (migrate.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from neuromem_sync.errors import NeuromemError
from neuromem_sync.handwriting import contained, inbox_item, log_entry
from neuromem_sync.model import LARGEST
from neuromem_sync.parsers.reading import LONGEST_LINE
from neuromem_sync.predecessor import Recollection, Routine

PROCEDURES = "mind/PROCEDURES/migrated.md"
UNDATED = "memory/undated-migrated.md"
ROOM = LARGEST - LONGEST_LINE
"""Bytes of one document: a larger one would not be read; the rest is for its head."""
TOO_LARGE = f"it is larger than a document may be ({LARGEST >> 20} MiB)"
LINE = LONGEST_LINE // 8
"""Characters from which a line is broken: four bytes each at most, and as many again for what is escaped."""

_CONTROL = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n\r"} | {0x7F: 0x2421}
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MARKER = re.compile(r"^\s*(?:\d{1,9}[.)]|[-*+](?:[ \t]+\[.\])?)[ \t]+")
_PARAMETER = re.compile(r"(?<![{$])\{([^\W\d][\w-]*)\}(?!\})")
# What would make a record of a memory: the state of a task, the outcome of a procedure.
_NAMED = re.compile(r"\b(task|procedure)::(?=\s|$)", re.I)
_BOLD_NAMED = re.compile(
    r"^([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)\*\*(?=(?:task|procedure)[ \t]*(?::\*\*|\*\*[ \t]*:))", re.I | re.M
)
_NO_TAG = re.compile(r"[^\w/-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """A document to be: what it begins with, and its entries as Markdown."""

    path: str
    head: str
    entries: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join((self.head, *self.entries))


def memories(recollections: Iterable[Recollection], zone: str, unwritable: list[str]) -> list[Retold]:
    """A document a day, in the order of time; what has no time goes into one of its own.

    `unwritable` is told why a memory cannot be written down.
    """
    days: dict[str, list[str]] = {}
    for each in sorted(recollections, key=lambda each: (each.at or 0.0, each.id, each.text)):
        if len(each.text) > ROOM:
            unwritable.append(TOO_LARGE)
            continue
        at = None if each.at is None else datetime.fromtimestamp(each.at, ZoneInfo(zone))
        try:
            entry = _entry(each, at)
        except NeuromemError as error:
            unwritable.append(error.message)
            continue
        if len(entry.encode()) > ROOM:
            unwritable.append(TOO_LARGE)
            continue
        days.setdefault(at.date().isoformat() if at else "", []).append(entry)
    return [document for day, entries in sorted(days.items()) for document in _documents(day, entries, zone)]


def procedures(routines: Iterable[Routine], unwritable: list[str]) -> Retold | None:
    """One document of all procedures, each under a name of its own; None if there are none."""
    entries, names = list[str](), set[str]()
    for each in sorted(routines, key=lambda each: (each.name.lower(), each.trigger, each.steps)):
        entry = _procedure(each, _unique(_line(each.name.lstrip("# ")), names))
        if len(entry.encode()) > ROOM:
            unwritable.append("a procedure is larger than a document may be")
        else:
            entries.append(entry)
    return Retold(path=PROCEDURES, head="# Procedures\n", entries=tuple(entries)) if entries else None


def _entry(each: Recollection, at: datetime | None) -> str:
    tags = _tags(each.tags)
    text = _unrecorded(_broken(_clean(each.text)))
    entry = log_entry(text, at, each.importance, tags) if at else inbox_item(text, each.importance, tags)
    if not each.notes:
        return entry
    # A comment: found by a search, and no tag, attribute or category that nobody wrote.
    note = re.sub(r"[<>-]{2,}", "-", _line(f"migrated: {', '.join(each.notes)}"))
    return f"{entry}\n<!-- {note} -->\n" if at else f"{entry}  <!-- {note} -->\n"


def _documents(day: str, entries: Sequence[str], zone: str) -> Iterator[Retold]:
    head = f"# {day}\n\n**Timezone:** {zone}\n" if day else "# Undated\n"
    for number, part in enumerate(_parts(entries), 1):
        path = f"memory/{day}-migrated.md" if day else UNDATED
        yield Retold(path=path if number == 1 else f"{path[:-3]}-{number}.md", head=head, entries=tuple(part))


def _parts(entries: Sequence[str]) -> Iterator[list[str]]:
    part, size = list[str](), 0
    for entry in entries:
        if part and size + len(entry.encode()) + 1 > ROOM:
            yield part
            part, size = [], 0
        part.append(entry)
        size += len(entry.encode()) + 1
    yield part


def _procedure(each: Routine, name: str) -> str:
    steps = [_step(step, each) for step in each.steps]
    named = {found for step in steps for found in re.findall(r"\{([^\W\d][\w-]*)[:}]", step)}
    others = {key: value for key, value in each.parameters.items() if key not in named}
    paragraphs = (
        f"## {name}",
        _line(each.trigger),
        "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1)),
        "\n".join(f"- {field}" for field in _fields(each, others)),
        " ".join(f"#{tag}" for tag in _tags(each.tags)),
    )
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _fields(each: Routine, others: Mapping[str, str]) -> Iterator[str]:
    if others:
        said = (_line(f"{key} ({value})" if value else key) for key, value in others.items())
        yield f"**Parameters:** {', '.join(said)}"
    if each.seconds:
        yield f"**Takes:** {each.seconds:.3g} s"
    if each.failed_with:
        yield f"**Last failure:** {_line(each.failed_with)}"
    yield f"successes:: {each.successes}"
    yield f"failures:: {each.failures}"


def _step(step: str, each: Routine) -> str:
    text = _line(_MARKER.sub("", step))
    return _PARAMETER.sub(lambda found: f"{{{found[1]}{_default(each.parameters.get(found[1], ''))}}}", text)


def _default(value: str) -> str:
    plain = _line(value) if value else ""
    return f":{plain}" if plain and not set("{}") & set(plain) else ""


def _line(text: str) -> str:
    """On one line, contained; only what is too long for one goes on below it, indented."""
    return contained("\n   ".join(_pieces(_unrecorded(" ".join(_clean(text).split())))))


def _unique(name: str, names: set[str]) -> str:
    """The outcomes of a procedure are counted by its name."""
    base, number = " ".join(name.split()) or "procedure", 1
    while (name := base if number == 1 else f"{base} ({number})").lower() in names:
        number += 1
    names.add(name.lower())
    return name


def _clean(text: str) -> str:
    """Without what no text file holds: control characters as their pictures, halves of characters as U+FFFD."""
    return _SURROGATE.sub("\ufffd", text.translate(_CONTROL))


def _unrecorded(text: str) -> str:
    """A memory was never one of our records, whatever it quotes; rendered it is the same."""
    return _BOLD_NAMED.sub(r"\1\*\*", _NAMED.sub(r"\1:\:", text))


def _broken(text: str) -> str:
    """With lines that can be read: a longer one is broken at a space, or where it must be."""
    if len(text) <= LINE:
        return text
    return "\n".join(part for line in text.splitlines() for part in _pieces(line))


def _pieces(line: str) -> Iterator[str]:
    start = 0
    while len(line) - start > LINE:
        at = line.rfind(" ", start + LINE // 2, start + LINE)
        at = start + LINE if at < 0 else at
        yield line[start:at]
        start = next((place for place in range(at, len(line)) if line[place] != " "), len(line))
    yield line[start:]


def _tags(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(_tag, words))))


def _tag(word: str) -> str:
    """A tag as it can be written; "" if nothing of it can."""
    tag = _NO_TAG.sub("-", _clean(word).strip().removeprefix("#")).strip("-")
    return tag if any(char.isalpha() for char in tag) else ""
