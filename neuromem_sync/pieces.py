"""From one entry to its pieces: a decision, a lesson, a project's state, an attribute, a row, or else single sentences.

Knows the structure of entries and none of their wording: units.py takes a piece apart and judges it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from neuromem_sync import provenance
from neuromem_sync.layers.terms import fold
from neuromem_sync.model import Entry, Kind, Layer
from neuromem_sync.passages import Passage, Shape, passages, plain, sentences
from neuromem_sync.promotion import Section
from neuromem_sync.turns import timeless


class Piece(NamedTuple):
    """A stretch of an entry that claims one thing.

    `lead` is the title or item it stands under, `slot` what it gives a value to ("" for prose), `section` where a
    record belongs, `gate` why it can never be promoted, or "". `marked`: a sign of its writer says that it is worth
    keeping, `noted`: the label before it does.
    `label` is what a field begins with, small: what it stands under, or else its key.
    `passage` is the place of the passage it stands in, of those of its entry. `closed` is a quote or fence as written,
    of which nothing is claimed; `before` the sentence before it in its passage.
    """

    text: str
    lead: str = ""
    slot: str = ""
    section: str = ""
    gate: str = ""
    marked: bool = False
    noted: bool = False
    label: str = ""
    passage: int = 0
    closed: str = ""
    before: str = ""


IMPORTANT = 7  # of ten
LONGEST_NAME = 8  # blanks in the name of what something stands under, below which it is no sentence
SHORTEST_TITLE = 4  # words of a title that is a claim by itself

_RECORDS: Mapping[Kind, tuple[Section, tuple[str, ...]]] = {
    Kind.DECISION: (Section.DECISIONS, ("decision", "decided", "outcome", "choice")),
    Kind.ERROR: (
        Section.LESSONS,
        ("lesson", "prevention_rule", "prevention", "how_to_avoid", "instead_do", "fix", "root_cause"),
    ),
}
_STATES = ("state", "status", "current_focus", "focus", "next_action", "phase")
_OVER = re.compile(r"\b(?:done|completed?|closed|archived|cancelled|canceled|dropped|failed)\b", re.I)
_MARKS = frozenset("important remember fact decision preference lesson rule key pinned keep".split())
_LABELS = frozenset(
    """
    note fact decision decided lesson learned rule preference reminder remember important policy principle takeaway
    insight convention constraint agreed agreement outcome conclusion memo
    """.split()
)
_SILENT = frozenset(
    "state certainty importance clock category context timezone source rationale reason options".split()
)
_STILL_TO_DO = frozenset(("todo", "to-do", "to_do"))
_ORGANISING = frozenset(
    """
    tags tag aliases alias cssclasses cssclass created date_created created_at updated date_updated updated_at modified
    date_modified modified_at date publish published draft permalink slug id uid uuid title layout template
    """.split()
)
"""Keys of a frontmatter by which its program or its owner keeps the page in order: they are about the page."""
_IMPORTANCE = re.compile(r"\bimportance\s*::?\s*(\d{1,2})\b", re.I)
_TAG = re.compile(r"(?<!\S)#([\w/-]+)")
_DOUBTED = re.compile(r"\[(?:assumption|unknown)\]", re.I)
_MEASURE = re.compile(r"\W*\d[\d.,:]*\s*[%€$°]?\s*[a-z]{0,12}\W*$")
_CATEGORY = re.compile(r"^[ \t]*[-*+][ \t]+\[[^\]]*\][ \t]+")
_CHECK = re.compile(r"^(?:\[.\]\s|to-?do:)", re.I)
_BEAT = re.compile(r"\b(?:HEARTBEAT_OK|NO_REPLY)\b[.:]?\s*")
_HOUR = re.compile(r"(?:^[012]?\d\.[0-5]\d|\b\d{1,2}[:h]\d{2})\b(?::\d{2})?(?:\s?[apAP]\.?[mM]\b\.?)?")
_TICKET = re.compile(r"[a-z]{2,8}_\d+")
_EDGES = " -–—:|()[]*·@,~"
"""What is left around a name where its hour was."""
_FIELD = re.compile(
    r"^(?:\*\*(?P<bold>[^*\n:]{1,60}?)\s*(?::\*\*|\*\*\s*:|\*\*\s+[–—-](?=\s))|(?P<double>[^\W\d_][\w -]{0,40})::)"
    r"\s+(?P<value>\S.*)$"
)


def pieces(entry: Entry) -> Iterator[Piece]:
    """The pieces of an entry, in order. A mark in prose means the line it stands in, on a record all of it."""
    marked = entry.kind is not Kind.ENTRY and _marked(entry.text)
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
        return _field("learned", plain(entry.attributes["learned"]), plain(entry.attributes.get("task", "")), "")
    if entry.kind is Kind.RELATION and entry.relations:
        return _relations(entry)
    if entry.text.lstrip().startswith("|"):
        return _row(entry)
    if entry.kind is Kind.OBSERVATION:
        return _observation(entry)
    # what has a heading of its own is about that, and not about the part of the page it stands in
    headings = 1 if entry.layer is Layer.SEMANTIC else 2  # the title of a log is its day, of a note what it is about
    titled = entry.text.startswith("#") or len(entry.heading) < headings
    told = _prose(entry.text, "" if titled else plain(entry.heading[-1]))
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
    owner = _name(heading) if fold(heading) == entry.subject else ""
    title = plain(entry.title)
    ignored = _ORGANISING if entry.text.startswith("---") else frozenset[str]()
    for key, value in entry.attributes.items():
        if key in ignored:
            continue
        shown = title if fold(title).replace(" ", "_") == key else _shown(key)
        yield from _field(shown, plain(value), owner, "")


def _shown(key: str) -> str:
    """A key as somebody would write it."""
    return key.upper().replace("_", "-") if _TICKET.fullmatch(key) else key.replace("_", " ").capitalize()


def _relations(entry: Entry) -> Iterator[Piece]:
    """Each relation, if the line names what it is of: else it is of the page, and the line says it better."""
    if any(fold(found.subject) not in fold(entry.text) for found in entry.relations):
        yield from _prose(entry.text, "")
        return
    for found in entry.relations:
        if found.subject:
            yield Piece(f"{found.subject} {found.kind} {found.object}", section=Section.FACTS)


def _row(entry: Entry) -> Iterator[Piece]:
    """A row of a table. One that an hour or a number begins is a line of a log; in a log, nothing but measures claim
    nothing."""
    title = plain(entry.title)
    cells = {key: plain(value) for key, value in entry.attributes.items() if key not in _SILENT}
    cells = {key: value for key, value in cells.items() if value != title}
    if title and (not _name(title) or title.isdigit()):
        yield from (Piece(sentence) for value in cells.values() for sentence in sentences(value))
        return
    measured = entry.layer is Layer.EPISODIC and all(map(_MEASURE.match, cells.values()))
    told = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in cells.items())
    if told:
        slot = f"{entry.subject}|row" if title else ""
        yield Piece(f"{title}: {told}" if title else told, slot=slot, gate="row" if measured else "")


def _observation(entry: Entry) -> Iterator[Piece]:
    """What its category marks. In a log that may be the name of who writes, which is no mark."""
    category = fold(entry.attributes.get("category", ""))
    if entry.layer is Layer.EPISODIC and _LABELS.isdisjoint(category.split()):
        yield from _prose(entry.text, "")
        return
    section = _section(category)
    for piece in _prose(_CATEGORY.sub("", entry.text), ""):
        yield piece._replace(section=section, marked=True)


class _Parent(NamedTuple):
    """An item or heading with others under it; `foreign`: it names a place where others write."""

    indent: int
    text: str
    foreign: bool


def _prose(text: str, above: str) -> Iterator[Piece]:
    """Sentences, each with the item or title it stands under."""
    parents: list[_Parent] = []
    for at, passage in enumerate(passages(text)):
        if passage.shape in (Shape.ITEM, Shape.HEADING):
            while parents and (parents[-1].indent >= passage.indent or passage.shape is Shape.HEADING):
                parents.pop()
        lead = _name(parents[-1].text if parents else above)
        foreign = bool(parents and parents[-1].foreign)
        for piece in _told(passage, lead, foreign):
            yield piece._replace(passage=at)
        if passage.shape in (Shape.ITEM, Shape.HEADING):
            title = plain(timeless(passage.text)).rstrip(": ")
            indent = passage.indent if passage.shape is Shape.ITEM else -1
            parents.append(_Parent(indent, title, foreign or provenance.foreign(title)))


def _told(passage: Passage, lead: str, foreign: bool) -> Iterator[Piece]:
    """The pieces of one passage."""
    if passage.shape is Shape.CLOSED:
        yield Piece("", lead, gate="untrusted", closed=passage.text)
        return
    if _CHECK.match(passage.text):
        yield Piece(plain(passage.text), lead, gate="task")
        return
    line = _BEAT.sub("", timeless(passage.text))
    gate = "untrusted" if foreign else "hedged" if _DOUBTED.search(line) else ""
    if field := _FIELD.match(line):
        yield from _field(plain(field["bold"] or field["double"]), plain(field["value"]), lead, gate)
        return
    marked, before = _marked(line), ""
    for sentence in sentences(plain(line)):
        if passage.shape is not Shape.HEADING or sentence.count(" ") + 1 >= SHORTEST_TITLE:
            yield Piece(sentence, lead, gate=gate, marked=marked, before=before)
        before = sentence


def _field(key: str, value: str, owner: str, gate: str) -> Iterator[Piece]:
    """A field: a claim by itself if its key only labels it, else a value of what it stands under, if no sentence."""
    name = fold(key).replace(" ", "_")
    if name in _STILL_TO_DO:
        yield Piece(value, owner, gate="task")
    elif not _LABELS.isdisjoint(name.split("_")):
        for sentence in sentences(value):
            yield Piece(sentence, owner, section=_section(name), gate=gate, noted=True)
    elif name not in _SILENT:
        yield from _value(key, value, owner, gate, f"{fold(owner)}|{name}")


def _value(key: str, value: str, owner: str, gate: str, slot: str) -> Iterator[Piece]:
    told = list(sentences(f"{key}: {value}"))
    if len(told) > 1 or value.endswith((".", "!", "?")):
        yield from (Piece(sentence, owner, gate=gate) for sentence in told)
        return
    text, label = (f"{owner}: {key}: {value}", owner) if owner else (f"{key}: {value}", key)
    yield Piece(text, owner, slot, gate=gate, label=label.casefold())


def _name(title: str) -> str:
    """What a title or an item names for what stands under it: nothing, if it is a sentence or an hour."""
    named = _HOUR.sub("", title).strip(_EDGES)
    return "" if title[-1:] in ".!?" or named.count(" ") >= LONGEST_NAME else named


def _section(label: str) -> str:
    if label.startswith(("decision", "decided", "agree")):
        return Section.DECISIONS
    return Section.LESSONS if label.startswith(("lesson", "learn")) else ""


def _marked(text: str) -> bool:
    """`#remember`, `[certain]`, `<!-- importance: 7 -->` and above: its writer wants it kept."""
    small = text.lower()
    if "mportance" in small and (found := _IMPORTANCE.search(text)):
        return int(found[1]) >= IMPORTANT
    if "[certain]" in small or "(important)" in small:
        return True
    return "#" in text and not _MARKS.isdisjoint(tag.casefold() for tag in _TAG.findall(text))
