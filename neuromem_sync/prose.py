"""The text of an entry as pieces: its sentences and fields, each with what it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from neuromem_sync import captions, provenance
from neuromem_sync.captions import Caption
from neuromem_sync.layers.terms import fold
from neuromem_sync.model import Entry, Layer
from neuromem_sync.passages import Passage, Shape, passages, plain, sentences
from neuromem_sync.promotion import Section
from neuromem_sync.turns import timeless


class Piece(NamedTuple):
    """A stretch of an entry that claims one thing.

    `lead` is the title or item it stands under, `slot` what it gives a value to ("" for prose), `section` where a
    record belongs, `gate` why it can never be promoted, or "". `marked`: a sign of its writer says that it is worth
    keeping, `noted`: the label before it or the title over it does; `passing`: that title, or a check mark, says that
    it tells what was done, or is to be.
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
    passing: bool = False
    label: str = ""
    passage: int = 0
    closed: str = ""
    before: str = ""


IMPORTANT = 7  # of ten
LONGEST_NAME = 8  # blanks in the name of what something stands under, below which it is no sentence
SHORTEST_TITLE = 4  # words of a title that is a claim by itself

_MARKS = frozenset("important remember fact decision preference lesson rule key pinned keep".split())
LABELS = frozenset(
    """
    note fact decision decided lesson learned rule preference reminder remember important policy principle takeaway
    insight convention constraint agreed agreement outcome conclusion memo
    """.split()
)
SILENT = frozenset("state certainty importance clock category context timezone source rationale reason options".split())
_STILL_TO_DO = frozenset(("todo", "to-do", "to_do"))
_IMPORTANCE = re.compile(r"\bimportance\s*::?\s*(\d{1,2})\b", re.I)
_TAG = re.compile(r"(?<!\S)#([\w/-]+)")
_DOUBTED = re.compile(r"\[(?:assumption|unknown)\]", re.I)
_CHECK = re.compile(r"^(?:\[.\]\s|to-?do:)", re.I)
_BEAT = re.compile(r"\b(?:HEARTBEAT_OK|NO_REPLY)\b[.:]?\s*")
_HOUR = re.compile(r"(?:^[012]?\d\.[0-5]\d|\b\d{1,2}[:h]\d{2})\b(?::\d{2})?(?:\s?[apAP]\.?[mM]\b\.?)?")
_EMPTY = re.compile(r"[(\[]\s*(?:[A-Z]{1,5}\s*)?[)\]]")
_EDGES = " -–—:|*·@,~"
"""What is left around a name where its hour was."""
_SESSION = re.compile(r"\W*session\b", re.I)
_OPENING, _CLOSING = ("(", "["), (")", "]")
_DONE = re.compile(r"^\W{0,3}[✅☑✔⏳⏸]|[✅☑✔⏳⏸]\W*$")
_FIELD = re.compile(
    r"^(?:\*\*(?P<bold>[^*\n:]{1,60}?)\s*(?::\*\*|\*\*\s*:|\*\*\s+[–—-](?=\s))|(?P<double>[^\W\d_][\w -]{0,40})::)"
    r"\s+(?P<value>\S.*)$"
)


class _Parent(NamedTuple):
    """An item or heading with others under it; `foreign`: it names a place where others write."""

    indent: int
    text: str
    foreign: bool
    caption: Caption


class Over(NamedTuple):
    """What stands over the lines of an entry: what its headings say of them, and whether they are of a log. A note is
    about what its titles name; in a log they sort the day."""

    caption: Caption
    log: bool

    def under(self, title: str) -> Caption:
        return (captions.caption(title) if self.log else Caption.NONE) or self.caption


def over(entry: Entry) -> Over:
    over = Over(Caption.NONE, entry.layer is Layer.EPISODIC)
    for title in entry.heading:
        over = over._replace(caption=over.under(plain(title)))
    return over


def prose(text: str, above: str, over: Over) -> Iterator[Piece]:
    """Sentences, each with the item or title it stands under."""
    parents: list[_Parent] = []
    for at, passage in enumerate(passages(text)):
        if passage.shape in (Shape.ITEM, Shape.HEADING):
            while parents and (parents[-1].indent >= passage.indent or passage.shape is Shape.HEADING):
                parents.pop()
        title = parents[-1].text if parents else above
        here = over._replace(caption=parents[-1].caption) if parents else over
        lead = "" if here.log and captions.caption(title) else name_of(title)
        foreign = bool(parents and parents[-1].foreign)
        for piece in _captioned(_told(passage, lead, foreign, here.log), here.caption):
            yield piece._replace(passage=at)
        if passage.shape in (Shape.ITEM, Shape.HEADING):
            title = plain(timeless(passage.text)).rstrip(": ")
            indent = passage.indent if passage.shape is Shape.ITEM else -1
            parents.append(_Parent(indent, title, foreign or provenance.foreign(title), here.under(title)))


def _captioned(told: Iterator[Piece], caption: Caption) -> Iterator[Piece]:
    """The pieces, each with what the title over it says."""
    noted, passing = caption is Caption.WORTH, caption not in (Caption.WORTH, Caption.NONE)
    for piece in told:
        yield piece._replace(noted=noted or piece.noted, passing=passing or piece.passing)


def _told(passage: Passage, lead: str, foreign: bool, log: bool) -> Iterator[Piece]:
    """The pieces of one passage."""
    if passage.shape is Shape.CLOSED:
        yield Piece("", lead, gate="untrusted", closed=passage.text)
        return
    if _CHECK.match(passage.text):
        yield Piece(plain(passage.text), lead, gate="task")
        return
    line = _BEAT.sub("", timeless(passage.text))
    gate = "untrusted" if foreign else "hedged" if _DOUBTED.search(line) else ""
    if found := _FIELD.match(line):
        yield from field(plain(found["bold"] or found["double"]), plain(found["value"]), lead, gate, log)
        return
    marked, passing, before = is_marked(line), log and _DONE.search(line) is not None, ""
    for sentence in sentences(plain(line)):
        if passage.shape is not Shape.HEADING or sentence.count(" ") + 1 >= SHORTEST_TITLE:
            yield Piece(sentence, lead, gate=gate, marked=marked, passing=passing, before=before)
        before = sentence


def field(key: str, value: str, owner: str, gate: str, log: bool) -> Iterator[Piece]:
    """A field: a claim by itself if its key only labels it, else a value of what it stands under, if no sentence."""
    name = fold(key).replace(" ", "_")
    said = captions.caption(key) if log else Caption.NONE
    if name in _STILL_TO_DO or said in captions.GATES:
        yield Piece(value, owner, gate=gate or said.value or "task")
    elif said is Caption.WORTH or not LABELS.isdisjoint(name.split("_")):
        for sentence in sentences(value):
            yield Piece(sentence, owner, section=section_of(name), gate=gate, noted=True)
    elif name not in SILENT:
        of_the_day = log and captions.of_the_day(key)
        yield from _value(key, value, owner, gate or ("row" if of_the_day else ""), f"{fold(owner)}|{name}")


def _value(key: str, value: str, owner: str, gate: str, slot: str) -> Iterator[Piece]:
    told = list(sentences(f"{key}: {value}"))
    if len(told) > 1 or value.endswith((".", "!", "?")):
        yield from (Piece(sentence, owner, gate=gate) for sentence in told)
        return
    text, label = (f"{owner}: {key}: {value}", owner) if owner else (f"{key}: {value}", key)
    yield Piece(text, owner, slot, gate=gate, label=label.casefold())


def name_of(title: str) -> str:
    """What a title or an item names for what stands under it: nothing, if it is a sentence or an hour."""
    named = "" if _SESSION.match(title) else " ".join(_EMPTY.sub("", _HOUR.sub("", title)).split()).strip(_EDGES)
    if named[:1] in _OPENING and named[-1:] in _CLOSING:
        named = named[1:-1].strip(_EDGES)
    return "" if title[-1:] in ".!?" or named.count(" ") >= LONGEST_NAME else named


def section_of(label: str) -> str:
    if label.startswith(("decision", "decided", "agree")):
        return Section.DECISIONS
    return Section.LESSONS if label.startswith(("lesson", "learn")) else ""


def is_marked(text: str) -> bool:
    """`#remember`, `[certain]`, `<!-- importance: 7 -->` and above: its writer wants it kept."""
    small = text.lower()
    if "mportance" in small and (found := _IMPORTANCE.search(text)):
        return int(found[1]) >= IMPORTANT
    if "[certain]" in small or "(important)" in small:
        return True
    return "#" in text and not _MARKS.isdisjoint(tag.casefold() for tag in _TAG.findall(text))
