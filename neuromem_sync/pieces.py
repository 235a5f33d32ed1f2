"""From one entry to its pieces: a decision, a lesson, a project's state, an attribute, a row, or else single sentences.

Knows the structure of entries and none of their wording: units.py takes a piece apart and judges it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from neuromem_sync.layers.terms import fold
from neuromem_sync.model import Entry, Kind, Layer
from neuromem_sync.passages import plain, sentences
from neuromem_sync.promotion import Section
from neuromem_sync.prose import LABELS, SILENT, Piece, field, is_marked, name_of, over, prose, section_of

_RECORDS: Mapping[Kind, tuple[Section, tuple[str, ...]]] = {
    Kind.DECISION: (Section.DECISIONS, ("decision", "decided", "outcome", "choice")),
    Kind.ERROR: (
        Section.LESSONS,
        ("lesson", "prevention_rule", "prevention", "how_to_avoid", "instead_do", "fix", "root_cause"),
    ),
}
_STATES = ("state", "status", "current_focus", "focus", "next_action", "phase")
_OVER = re.compile(r"\b(?:done|completed?|closed|archived|cancelled|canceled|dropped|failed)\b", re.I)
_ORGANISING = frozenset(
    """
    tags tag aliases alias cssclasses cssclass created date_created created_at updated date_updated updated_at modified
    date_modified modified_at date publish published draft permalink slug id uid uuid title layout template
    """.split()
)
"""Keys of a frontmatter by which its program or its owner keeps the page in order: they are about the page."""
_MEASURE = re.compile(r"\W*\d[\d.,:]*\s*[%€$°]?\s*[a-z]{0,12}\W*$")
_CATEGORY = re.compile(r"^[ \t]*[-*+][ \t]+\[[^\]]*\][ \t]+")
_TICKET = re.compile(r"[a-z]{2,8}_\d+")


def pieces(entry: Entry) -> Iterator[Piece]:
    """The pieces of an entry, in order. A mark in prose means the line it stands in, on a record all of it."""
    marked = entry.kind is not Kind.ENTRY and is_marked(entry.text)
    for piece in _by_kind(entry):
        yield piece._replace(marked=True) if marked else piece


def _by_kind(entry: Entry) -> Iterator[Piece]:
    if entry.kind in _RECORDS:
        return _record(entry)
    if entry.kind in (Kind.PROJECT, Kind.GOAL):
        return _tracked(entry)
    if entry.kind is Kind.ATTRIBUTE:
        return _attributes(entry)
    if entry.kind is Kind.TASK and "learned" in entry.attributes:
        return field(
            "learned", plain(entry.attributes["learned"]), plain(entry.attributes.get("task", "")), "", log=False
        )
    if entry.kind is Kind.RELATION and entry.relations:
        return _relations(entry)
    if entry.text.lstrip().startswith("|"):
        return _row(entry)
    if entry.kind is Kind.OBSERVATION:
        return _observation(entry)
    # what has a heading of its own is about that, and not about the part of the page it stands in
    headings = 1 if entry.layer is Layer.SEMANTIC else 2  # the title of a log is its day, of a note what it is about
    titled = entry.text.startswith("#") or len(entry.heading) < headings
    told = prose(entry.text, "" if titled else plain(entry.heading[-1]), over(entry))
    # the title of a log names its day
    return (piece for piece in told if piece.passage) if headings == 2 and entry.text.startswith("# ") else told


def _record(entry: Entry) -> Iterator[Piece]:
    """What was decided, or what is to be learned; else the title alone."""
    section, keys = _RECORDS[entry.kind]
    title = plain(entry.title)
    claim = plain(next((entry.attributes[key] for key in keys if entry.attributes.get(key)), ""))
    yield Piece(claim or title, title if claim else "", f"{entry.kind}|{fold(title)}", section)


def _tracked(entry: Entry) -> Iterator[Piece]:
    """A project and its state; one that is over is no news."""
    told = [plain(entry.attributes[key]) for key in _STATES if entry.attributes.get(key)]
    title = plain(entry.title)
    if told and _OVER.search(told[0]):
        yield Piece(title, gate="superseded")
    elif title and told:
        yield Piece(f"{title}: {', '.join(dict.fromkeys(told))}", "", f"project|{fold(title)}", Section.PROJECTS)


def _attributes(entry: Entry) -> Iterator[Piece]:
    """Attributes of what the heading names, if it names more than a part of the file."""
    heading = plain(entry.heading[-1]) if len(entry.heading) > 1 else ""
    owner = name_of(heading) if fold(heading) == entry.subject else ""
    title = plain(entry.title)
    ignored = _ORGANISING if entry.text.startswith("---") else frozenset[str]()
    for key, value in entry.attributes.items():
        if key in ignored:
            continue
        shown = title if fold(title).replace(" ", "_") == key else _shown(key)
        yield from field(shown, plain(value), owner, "", entry.layer is Layer.EPISODIC)


def _shown(key: str) -> str:
    """A key as somebody would write it."""
    return key.upper().replace("_", "-") if _TICKET.fullmatch(key) else key.replace("_", " ").capitalize()


def _relations(entry: Entry) -> Iterator[Piece]:
    """Each relation, if the line names what it is of: else it is of the page, and the line says it better."""
    if any(fold(found.subject) not in fold(entry.text) for found in entry.relations):
        yield from prose(entry.text, "", over(entry))
        return
    for found in entry.relations:
        if found.subject:
            yield Piece(f"{found.subject} {found.kind} {found.object}", section=Section.FACTS)


def _row(entry: Entry) -> Iterator[Piece]:
    """A row of a table. One that an hour or a number begins is a line of a log; in a log, nothing but measures claim
    nothing."""
    title = plain(entry.title)
    cells = {key: plain(value) for key, value in entry.attributes.items() if key not in SILENT}
    cells = {key: value for key, value in cells.items() if value != title}
    if title and (not name_of(title) or title.isdigit()):
        yield from (Piece(sentence) for value in cells.values() for sentence in sentences(value))
        return
    measured = entry.layer is Layer.EPISODIC and all(map(_MEASURE.match, cells.values()))
    told = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in cells.items())
    if told:
        slot = f"{entry.subject}|row" if title else ""
        yield Piece(
            f"{title}: {told}" if title else told,
            slot=slot,
            gate="row" if measured else "",
            passing=entry.layer is Layer.EPISODIC,
        )


def _observation(entry: Entry) -> Iterator[Piece]:
    """What its category marks. In a log that may be the name of who writes, which is no mark."""
    category = fold(entry.attributes.get("category", ""))
    if entry.layer is Layer.EPISODIC and LABELS.isdisjoint(category.split()):
        yield from prose(entry.text, "", over(entry))
        return
    section = section_of(category)
    for piece in prose(_CATEGORY.sub("", entry.text), "", over(entry)):
        yield piece._replace(section=section, marked=True)
