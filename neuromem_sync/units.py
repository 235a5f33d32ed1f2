"""From one entry to its units: the single claims that can be promoted or not, each with all that its own text says.

A unit is an attribute, a decision, a lesson, a table row, a project's state, or else one sentence. Pure, and blind to
the rest of the workspace, so that the units of a document can be kept until it changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from neuromem_sync import trust
from neuromem_sync.claims import Form, form_of, peeled, speaker, told
from neuromem_sync.layers.terms import fold, stem
from neuromem_sync.model import Entry, Kind, Layer, Origin, Route
from neuromem_sync.promotion import Section
from neuromem_sync.wording import Wording, former, wording
from neuromem_sync.workspace import route

LONGEST = 300  # characters of an item (the managed region takes no longer ones)


class Unit(NamedTuple):
    """One claim, and what is known of it without any other. Plain values only: it packs as it is.

    `gate` is the reason why it can never be promoted, or "". `day` is the day's ordinal, 0 for undated. `slot` is what
    the claim gives a value to (an attribute, a record's title), "" for prose. `lead` is the title or item it stands
    under.
    """

    path: str
    start: int
    end: int
    line: int
    end_line: int
    anchor: str | None
    at: str | None
    order: int
    day: int
    text: str
    lead: str
    gate: str
    section: str
    slot: str
    form: int
    owner: bool
    stems: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    first: str = ""
    mask: tuple[str, ...] = ()
    speaker: str = ""
    former: tuple[str, ...] = ()


class Piece(NamedTuple):
    """A stretch of an entry on its way to being a unit."""

    text: str
    lead: str = ""
    slot: str = ""
    section: str = ""
    gate: str = ""
    marked: bool = False


_KINDS = {
    Kind.TASK: "task", Kind.OUTCOME: "task", Kind.PROCEDURE: "task", Kind.LOOP: "task", Kind.SNAPSHOT: "task",
    Kind.INSTRUCTION: "instruction",
}  # fmt: skip
_ROUTES = {
    Route.MEMORY: "known", Route.PROFILE: "known", Route.INSTRUCTIONS: "instruction", Route.TEMPLATE: "template",
    Route.REHEARSAL: "template", Route.OWN: "ours", Route.SHARED: "shared", Route.PROCEDURES: "task",
    Route.CONTEXT: "task", Route.LOOPS: "task",
}  # fmt: skip
_ORIGINS = {Origin.UNTRUSTED: "untrusted", Origin.NEUROMEM: "ours", Origin.SHARED: "shared"}
_RECORDS = {
    Kind.DECISION: (Section.DECISIONS, ("decision", "decided", "outcome", "choice")),
    Kind.ERROR: (
        Section.LESSONS,
        ("lesson", "prevention_rule", "prevention", "how_to_avoid", "instead_do", "fix", "root_cause"),
    ),
}
_STATES = ("state", "status", "current_focus", "focus", "next_action", "phase")
_CLOSED = re.compile(r"\b(?:superseded|rejected|reversed|revoked|obsolete|withdrawn|cancelled|canceled|dropped|draft|proposed)\b", re.I)
_MARKS = frozenset("important remember fact decision preference lesson rule key pinned memory keep durable star".split())
_LABELS = frozenset(
    (
    "note fact decision decided lesson learned rule preference reminder remember important policy principle "
    "takeaway insight convention constraint agreed agreement outcome conclusion memo"
).split()
)

_SILENT = frozenset("state certainty importance clock category context timezone source rationale reason options".split())

_NUMERIC = re.compile(r"\W*(?:[\d.,:%€$]+\W*)*(?:\w{0,12})\W*$")
_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,})")
_IMPORTANCE = re.compile(r"\bimportance\s*::?\s*(\d{1,2})\b", re.I)
_TAG = re.compile(r"(?<!\S)#([\w/-]+)")
_DOUBTED = re.compile(r"\[(?:assumption|unknown)\]", re.I)
_ITEM = re.compile(r"(?P<indent>[ \t]*)(?:[-*+•]|\d{1,9}[.)])[ \t]+(?P<text>.*)")
_HEAD = re.compile(r"#{1,6}[ \t]+(?P<text>.*)")
_CLOCK = re.compile(r"^(?:\*\*)?\[?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[apAP]\.?[mM]\.?)?(?:\s[A-Z]{2,4}\b)?\]?(?:\*\*)?\s*(?:[-–—:|]\s*)?")
_TASK = re.compile(r"^\[.\]\s")
_MARKUP = (
    (re.compile(r"!?\[\[(?:[^\[\]|]*\|)?([^\[\]]*)\]\]"), r"\1"),
    (re.compile(r"!?\[([^\[\]]*)\]\((?![a-z]+:)[^()\s]*\)"), r"\1"),
    (re.compile(r"\[(?:certain|likely|assumption|unknown)\]\s*", re.I), ""),
    (re.compile(r"(?<!\S)#[\w/-]*[^\W\d_][\w/-]*"), ""),
    (re.compile(r"(?:^|\s)\^[A-Za-z0-9-]+\s*$"), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])[*_](?=\S)([^*_]+)(?<=\S)[*_](?![\w*])"), r"\1"),
    (re.compile(r"==(?=\S)(.+?)=="), r"\1"),
    (re.compile(r"<!--.*?-->"), ""),
    (re.compile(r"[ \t\n]+"), " "),
)
_ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|ca|cf|dr|mr|mrs|ms|prof|st|no|nr|fig|incl|min|max|resp|jan|feb|mar|apr|aug|sept?|oct|nov|dec|z\.b)|(?:^|[A-ZÀ-Þ][\w’'-]*\s)[A-Z])\.$", re.I)
_STOP = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“‘(#]*[\w`*\[@])|(?<=[。！？])|\s+[·|]\s+")
_BEAT = re.compile(r"\b(?:HEARTBEAT_OK|NO_REPLY)\b[.:]?\s*")
_FIELD = re.compile(r"^(?:\*\*(?P<bold>[^*\n:]{1,60}?)\s*(?::\*\*|\*\*\s*:)|(?P<double>[^\W\d_][\w -]{0,40})::)\s+(?P<value>\S.*)$")


def units(entry: Entry) -> list[Unit]:
    """What an entry claims, in order; a whole entry that can never be promoted is one unit that names the gate."""
    gate = _entry_gate(entry)
    if gate:
        return [_made(entry, Piece(entry.title or entry.text[:LONGEST], gate=gate), 0)]
    return [_made(entry, piece, order) for order, piece in enumerate(_pieces(entry))]


def _entry_gate(entry: Entry) -> str:
    gate = _ORIGINS.get(entry.origin) or _KINDS.get(entry.kind) or _ROUTES.get(route(entry.source.path), "")
    if gate:
        return gate
    if any(map(trust.foreign, entry.heading)) or (entry.title and trust.foreign(entry.title)):
        return "untrusted"
    if "conflicted" in entry.tags:
        return "untrusted"
    if entry.kind in _RECORDS and _CLOSED.search(" ".join(entry.attributes.get(key, "") for key in ("status", "state"))):
        return "withdrawn"
    doubted = entry.kind is not Kind.ENTRY and entry.attributes.get("certainty") in ("assumption", "unknown")
    return "hedged" if doubted else ""


def _pieces(entry: Entry) -> Iterator[Piece]:
    """A record that is marked is marked as a whole; a mark in prose means the line it stands in (_blocks)."""
    marked = entry.kind is not Kind.ENTRY and _marked(entry.text)
    for piece in _by_kind(entry):
        yield piece._replace(marked=True) if marked else piece


def _marked(text: str) -> bool:
    """`#remember`, `[certain]`, `<!-- importance: 7 -->` and above: its writer wants it kept."""
    if found := _IMPORTANCE.search(text):
        return int(found[1]) >= 7
    if "[certain]" in text.lower():
        return True
    return "#" in text and not _MARKS.isdisjoint(tag.casefold() for tag in _TAG.findall(text))


def _by_kind(entry: Entry) -> Iterator[Piece]:
    if entry.kind in _RECORDS:
        yield from _record(entry)
    elif entry.kind in (Kind.PROJECT, Kind.GOAL):
        yield from _tracked(entry)
    elif entry.kind is Kind.ATTRIBUTE:
        yield from _attribute(entry)
    elif entry.kind is Kind.RELATION and entry.relations:
        yield from _relation(entry)
    elif entry.text.lstrip().startswith("|"):
        yield from _row(entry)
    elif entry.kind is Kind.OBSERVATION:
        yield from _observation(entry)
    else:
        yield from _sentences_of(entry)


def _record(entry: Entry) -> Iterator[Piece]:
    section, keys = _RECORDS[entry.kind]
    claim = next((entry.attributes[key] for key in keys if entry.attributes.get(key)), "")
    title = _plain(entry.title)
    yield Piece(_plain(claim) or title, title if claim else "", f"{entry.kind}|{fold(title)}", section)


def _tracked(entry: Entry) -> Iterator[Piece]:
    state = next((entry.attributes[key] for key in _STATES if entry.attributes.get(key)), "")
    if re.search(r"\b(?:done|completed?|closed|archived|cancelled|dropped|failed)\b", state, re.I):
        yield Piece(entry.title, gate="superseded")
        return
    told = [_plain(entry.attributes[key]) for key in _STATES if entry.attributes.get(key)]
    title = _plain(entry.title)
    if title and told:
        yield Piece(f"{title}: {', '.join(dict.fromkeys(told))}", "", f"project|{fold(title)}", Section.PROJECTS)


def _attribute(entry: Entry) -> Iterator[Piece]:
    for key, value in entry.attributes.items():
        shown = _plain(entry.title) if fold(_plain(entry.title)).replace(" ", "_") == key else key.replace("_", " ").capitalize()
        if _label(key):
            yield from (Piece(each, section=_label_section(key), marked=True) for each in sentences(_plain(value)))
        elif key not in _SILENT:
            owner = _owner(entry)
            text = f"{owner}: {shown}: {_plain(value)}" if owner else f"{shown}: {_plain(value)}"
            yield Piece(text, "", f"{entry.subject}|{key}")


def _label(key: str) -> bool:
    return not _LABELS.isdisjoint(key.split("_"))


def _label_section(key: str) -> str:
    if key.startswith(("decision", "decided", "agree")):
        return Section.DECISIONS
    return Section.LESSONS if key.startswith(("lesson", "learn")) else ""


def _owner(entry: Entry) -> str:
    """The heading that owns an attribute, when it is not merely the file's date or a part of the day."""
    title = _plain(entry.heading[-1]) if len(entry.heading) > 1 else ""
    return title if title and fold(title) == entry.subject else ""


def _relation(entry: Entry) -> Iterator[Piece]:
    for found in entry.relations:
        if found.subject:
            yield Piece(f"{found.subject} {found.kind} {found.object}", "", "", Section.FACTS)


def _row(entry: Entry) -> Iterator[Piece]:
    title = _plain(entry.title)
    told = [f"{key.replace('_', ' ')} {_plain(value)}" for key, value in entry.attributes.items() if _plain(value) != title]
    if told:
        gate = "row" if entry.layer is Layer.EPISODIC and all(_NUMERIC.match(each) for each in entry.attributes.values() if _plain(each) != title) else ""
        yield Piece(f"{title}: {', '.join(told)}" if title else ", ".join(told), "", f"{entry.subject}|row" if title else "", gate=gate)


def _observation(entry: Entry) -> Iterator[Piece]:
    text = re.sub(r"^[ \t]*[-*+][ \t]+\[[^\]]*\][ \t]+", "", entry.text)
    section = _label_section(entry.attributes.get("category", ""))
    yield from (piece._replace(section=section, marked=True) for piece in _blocks(text, ""))


def _sentences_of(entry: Entry) -> Iterator[Piece]:
    yield from _blocks(entry.text, _heading(entry))


def _heading(entry: Entry) -> str:
    return _plain(entry.heading[-1]) if len(entry.heading) > 1 else ""


class _Item(NamedTuple):
    indent: int
    text: str
    foreign: bool


def _blocks(text: str, above: str) -> Iterator[Piece]:
    """Sentences of the paragraphs and items of a text, each with the item or title it stands under."""
    parents: list[_Item] = []
    for indent, item, line in _lines(text):
        if item:
            while parents and parents[-1].indent >= indent:
                parents.pop()
        lead = parents[-1].text if parents else above
        foreign = bool(parents and parents[-1].foreign)
        if line is None:
            yield Piece("", lead, gate="untrusted")
            continue
        if _TASK.match(line):
            yield Piece(_plain(line), lead, gate="task")
            continue
        line = _BEAT.sub("", _CLOCK.sub("", line, count=1))
        marked, gate = _marked(line), "untrusted" if foreign else "hedged" if _DOUBTED.search(line) else ""
        if field := _FIELD.match(line):
            yield from _field(_plain(field["bold"] or field["double"]), _plain(field["value"]), lead, foreign)
            continue
        claim = _plain(line)
        if item == 2:
            above, parents = claim, []
            foreign = trust.foreign(claim)
            parents.append(_Item(-1, claim, foreign))
        for sentence in sentences(claim):
            if item == 2 and sentence.count(" ") < 3:
                continue
            yield Piece(sentence, lead, gate=gate, marked=marked)
        if item == 1:
            parents.append(_Item(indent, claim.rstrip(": "), foreign or trust.foreign(claim)))


def _field(key: str, value: str, lead: str, foreign: bool) -> Iterator[Piece]:
    """A field inside an entry: a claim by itself if its key only labels it, else a value of what it stands under."""
    gate = "untrusted" if foreign else ""
    name = fold(key).replace(" ", "_")
    if _label(name):
        for sentence in sentences(value):
            yield Piece(sentence, lead, section=_label_section(name), gate=gate, marked=True)
    elif name not in _SILENT:
        yield Piece(f"{lead}: {key}: {value}" if lead else f"{key}: {value}", "", f"{fold(lead)}|{name}", gate=gate)


def _lines(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Blocks of a text: indent, 0 for a paragraph, 1 for an item, 2 for a heading, and its text; None for a quote or
    a fence."""
    held: tuple[int, int, str] | None = None
    fenced = False
    for line in text.split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
            quoted = fenced
        else:
            quoted = line.lstrip(" \t").startswith((">", "- >", "* >"))
        if fenced or quoted or _FENCE.match(line) or not line.strip() or line.lstrip().startswith("|"):
            if held:
                yield held
                held = None
            if quoted:
                yield 99, 0, None
            continue
        item, head = _ITEM.fullmatch(line.rstrip("\r")), _HEAD.match(line)
        if item or head:
            if held:
                yield held
            held = (len(item["indent"].expandtabs(4)), 1, item["text"]) if item else (0, 2, head["text"] if head else "")
        elif held and held[1] < 2:
            held = held[0], held[1], f"{held[2]} {line.strip()}"
        else:
            if held:
                yield held
            held = 99, 0, line.strip()
    if held:
        yield held


def sentences(text: str) -> Iterator[str]:
    """The sentences of a line; an abbreviation or an initial ends none."""
    start = 0
    for stop in _STOP.finditer(text):
        piece = text[start : stop.start()]
        if _ABBREVIATED.search(piece):
            continue
        if piece.strip():
            yield piece.strip()
        start = stop.end()
    if text[start:].strip():
        yield text[start:].strip()


def _plain(text: str) -> str:
    """A text without its marks: what is read, not how it looks."""
    for pattern, plain in _MARKUP:
        text = pattern.sub(plain, text)
    return text.strip()


def _made(entry: Entry, piece: Piece, order: int) -> Unit:
    source = entry.source
    gate = piece.gate or _text_gate(piece)
    label, claim = peeled(piece.text) if not (gate or piece.slot) else ("", piece.text)
    taken = None if gate else wording(claim if piece.slot else told(claim))
    form = _form(piece, label, claim, taken) if taken else 0
    return Unit(
        path=source.path,
        start=source.span.start,
        end=source.span.end,
        line=source.span.line,
        end_line=source.span.end_line,
        anchor=source.anchor,
        at=entry.at,
        order=order,
        day=datetime.fromisoformat(entry.at).toordinal() if entry.at else 0,
        text=claim[:LONGEST],
        lead=piece.lead[:LONGEST],
        gate=gate or _form_gate(form),
        section=str(piece.section),
        slot=piece.slot,
        form=form,
        owner=entry.origin is Origin.OWNER,
        stems=taken.stems if taken else (),
        values=taken.values if taken else (),
        named=taken.named if taken else (),
        first=taken.first if taken else "",
        mask=taken.form if taken else (),
        speaker=stem(fold(speaker(piece.text).split(" ")[0])) if form & _SAID else "",
        former=former(claim) if form & _CHANGING else (),
    )


def _form(piece: Piece, label: str, claim: str, taken: Wording) -> int:
    """The form of the claim, with what its label says of it."""
    form = form_of(claim, len(taken.stems) + len(taken.values), tickets=taken.tickets)
    if label:
        form |= form_of(f"{label}:", 9) & _LABELLED
        form |= Form.INTRODUCED.value if " " in label else 0
    return form | Form.MARKED.value if piece.marked else form


def _text_gate(piece: Piece) -> str:
    text = piece.text
    if trust.secret(text):
        return "secret"
    if trust.unsafe(text) or trust.hearsay(text) or trust.incites(text):
        return "untrusted"
    return "long" if len(text) > LONGEST else ""


def _form_gate(form: int) -> str:
    for flag, gate in _GATES:
        if form & flag:
            return gate
    return ""


_GATES = (
    (Form.RETRACTS.value, "withdrawn"),
    (Form.WITHDRAWN.value, "withdrawn"),
    (Form.QUESTION.value, "question"),
    (Form.JOKE.value, "joke"),
    (Form.HEDGE.value, "hedged"),
)
_SAID = Form.SAID.value
_CHANGING = Form.CHANGE.value | Form.RULE.value
_LABELLED = int(
    Form.HEDGE | Form.JOKE | Form.DAY | Form.MARKED | Form.SAID | Form.DECISION | Form.PREFERENCE | Form.LESSON | Form.RETRACTS
)


def speakers(found: Iterable[Unit]) -> frozenset[str]:
    """Names that stand before a colon line after line, on day after day: who writes, not what is written of."""
    days: dict[str, set[int]] = {}
    for unit in found:
        if unit.named or unit.first:
            label = _SPEAKER.match(unit.text)
            if label:
                days.setdefault(label[1], set()).add(unit.day)
    return frozenset(name for name, seen in days.items() if len(seen) >= SPEAKS)


def unlabelled(unit: Unit, names: frozenset[str]) -> Unit:
    """The unit without the name of who wrote it."""
    label = _SPEAKER.match(unit.text)
    if unit.slot or not label or label[1] not in names:
        return unit
    claim = unit.text[label.end() :]
    taken = wording(told(claim))
    form = form_of(claim, len(taken.stems) + len(taken.values), tickets=taken.tickets) | (unit.form & _LABELLED)
    return unit._replace(
        text=claim, gate=_form_gate(form), form=form, stems=taken.stems, values=taken.values, named=taken.named, first=taken.first, mask=taken.form
    )


SPEAKS = 5  # days on which a name must stand before a colon
_SPEAKER = re.compile(r"([A-ZÀ-Þ][\w-]*): (?=\S)")
