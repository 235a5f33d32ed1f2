"""From one entry to its units: the single claims that can be promoted or not, each with all that its own text says.

Pure, and blind to the rest of the workspace, so that the units of a document can be kept until it changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from math import inf
from typing import NamedTuple

from neuromem_sync import provenance, trust
from neuromem_sync.claims import Form, form_of, peeled, told
from neuromem_sync.lexicon import REFERRING
from neuromem_sync.model import Entry, Kind, Origin, Route
from neuromem_sync.passages import ENOUGH, plain, sentences
from neuromem_sync.pieces import pieces
from neuromem_sync.prose import Piece
from neuromem_sync.steering import incites
from neuromem_sync.turns import speaker
from neuromem_sync.wording import Wording, former, wording
from neuromem_sync.workspace import route

SHORT = 120  # characters of a sentence that is told before one that leans on it
LONGEST = 300  # characters of an item: the managed region takes no longer ones


class Unit(NamedTuple):
    """One claim, and what is known of it without any other. Plain values only: it packs as it is.

    `gate` is the reason why it can never be promoted, or "". `order` counts the units of an entry, `day` is the day's
    ordinal, 0 for undated. `lead` is what it stands under, `slot` what it gives a value to, `label` what a field begins
    with, small. `form` has the bits of claims.Form; `stems` to `mask` are as in wording.Wording; `former` is what it
    names as no longer so. Of what is untrusted only the `mask` is known: how its writer puts things.
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
    label: str
    form: int
    owner: bool
    stems: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    first: str = ""
    mask: tuple[str, ...] = ()
    former: tuple[str, ...] = ()


_ORIGINS = {Origin.UNTRUSTED: "untrusted", Origin.NEUROMEM: "ours", Origin.SHARED: "shared"}
_KINDS = {
    Kind.TASK: "task", Kind.OUTCOME: "task", Kind.PROCEDURE: "task", Kind.LOOP: "task", Kind.SNAPSHOT: "task",
    Kind.INSTRUCTION: "instruction",
}  # fmt: skip
_ROUTES = {
    Route.MEMORY: "known", Route.PROFILE: "known", Route.INSTRUCTIONS: "instruction", Route.TEMPLATE: "template",
    Route.REHEARSAL: "template", Route.OWN: "ours", Route.SHARED: "shared", Route.PROCEDURES: "task",
    Route.CONTEXT: "task", Route.LOOPS: "task",
}  # fmt: skip
_GATES = (
    (Form.RETRACTS.value, "withdrawn"),
    (Form.WITHDRAWN.value, "withdrawn"),
    (Form.QUESTION.value, "question"),
    (Form.JOKE.value, "joke"),
    (Form.HEDGE.value, "hedged"),
)
_CHANGING = Form.CHANGE.value | Form.RULE.value
_LABELLED = int(
    Form.HEDGE | Form.JOKE | Form.RETRACTS | Form.DAY | Form.MARKED | Form.NOTED | Form.SAID
    | Form.DECISION | Form.PREFERENCE | Form.LESSON
)  # fmt: skip
"""What the words before a colon can say of the sentence after it."""
_CLOSED = re.compile(
    r"\b(?:superseded|rejected|reversed|revoked|obsolete|withdrawn|cancelled|canceled|dropped|draft|proposed)\b", re.I
)
_QUOTING = re.compile(r"<[^<>\n]*>|^[\s>#*+\"'`~-]+|^\d+\.\s|[\s*\"'`~-]+$")


def units(entry: Entry) -> list[Unit]:
    """What an entry claims, in order; a whole entry that can never be promoted is one unit that names the gate.

    What follows a line of a stranger in its passage is the stranger's as well; and where something speaks to an agent
    nothing is believed of it, of the passage before it and of all after it in the entry: who pastes such a line has
    pasted what stands beside it.
    """
    gate = _entry_gate(entry)
    if gate:
        return [_made(entry, Piece(entry.title or entry.text[:LONGEST], gate=gate, closed=entry.text), 0)]
    told = list(pieces(entry))
    made = list(_each(entry, told))
    strange = {piece.passage for piece in told if trust.aside(piece.text)}
    pasted = [piece.passage for unit, piece in zip(made, told, strict=True) if _strange(unit) and incites(unit.text)]
    first = min(pasted, default=inf) - 1
    return [
        unit._replace(gate="untrusted") if piece.passage >= first or piece.passage in strange else unit
        for unit, piece in zip(made, told, strict=True)
    ]


def _each(entry: Entry, told: Iterable[Piece]) -> Iterator[Unit]:
    """A unit for each piece; behind a stranger's words its passage is closed."""
    foreign = -1
    for order, piece in enumerate(told):
        if piece.passage == foreign:
            piece = piece._replace(gate=piece.gate or "untrusted")
        unit = _made(entry, piece, order)
        foreign = piece.passage if _strange(unit) else foreign
        yield unit


def _strange(unit: Unit) -> bool:
    """Whether a stranger says it, if what it begins with is the name of who writes it down."""
    if unit.gate == "untrusted" or unit.slot:
        return unit.gate == "untrusted"
    found = speaker(unit.text)
    return found is not None and _text_gate(unit.text[found[1] :]) == "untrusted"


def stated(line: str) -> Unit:
    """A line that people wrote where facts stand, as a unit: of no day, no place and no form."""
    taken = wording(line)
    return Unit("", 0, 0, 0, 0, None, None, 0, 0, line, "", "known", "", "", "", 0, True, *taken[:-1])


def readings(unit: Unit) -> Iterator[tuple[str, Unit]]:
    """The ways to read a unit, each with the label it begins with, and the last with none. A label that many lines have
    is the name of who writes, or of a part of the page, and no part of what is claimed: the next way is right."""
    while unit.label:
        yield unit.label, unit
        owner, _, key = unit.slot.rpartition("|")
        unit = _unlabelled(unit, len(unit.text) - len(unit.text.partition(": ")[2]), f"|{key}" if owner else "")
    while not unit.slot and (found := speaker(unit.text)):
        yield found[0], unit
        unit = _unlabelled(unit, found[1])
    yield "", unit


def _unlabelled(unit: Unit, end: int, slot: str = "") -> Unit:
    """The unit without its text up to `end`, as a value of `slot`; what a gate holds stays closed, and what only now
    begins as a stranger's words do is closed too."""
    claim = unit.text[end:]
    if unit.gate:
        return unit._replace(text=claim, label="")
    taken = wording(claim if slot else told(claim))
    form = _of_value(_form(claim, taken) | (unit.form & _LABELLED), slot)
    return unit._replace(
        text=claim,
        slot=slot,
        label=claim.partition(": ")[0].casefold() if slot and ": " in claim else "",
        gate=_text_gate(claim) or _form_gate(form),
        form=form,
        stems=taken.stems,
        values=taken.values,
        named=taken.named,
        first=taken.first,
        mask=taken.form,
    )


def _entry_gate(entry: Entry) -> str:
    """What holds an entry back whatever it says: its origin, kind, route, headings and status."""
    kind = "" if entry.kind is Kind.TASK and "learned" in entry.attributes else _KINDS.get(entry.kind, "")
    gate = _ORIGINS.get(entry.origin) or kind or _ROUTES.get(route(entry.source.path), "")
    if gate:
        return gate
    title = entry.title.replace(entry.attributes.get("task") or "\n", "")
    if "conflicted" in entry.tags or any(map(provenance.foreign, (*entry.heading, title))):
        return "untrusted"
    if entry.kind is Kind.DECISION and _CLOSED.search(entry.attributes.get("status", "")):
        return "withdrawn"
    doubted = entry.kind is not Kind.ENTRY and entry.attributes.get("certainty") in ("assumption", "unknown")
    return "hedged" if doubted else ""


def _made(entry: Entry, piece: Piece, order: int) -> Unit:
    source = entry.source
    gate = piece.gate or _text_gate(piece.text)
    label, claim = ("", piece.text) if gate or piece.slot else peeled(piece.text)
    gate = gate or (_text_gate(claim) if label else "")
    taken = _NOTHING if gate else wording(claim if piece.slot else told(claim))
    form = 0 if gate else _signed(_of_value(_form(claim, taken, label), piece.slot), piece) | _referring(piece, taken)
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
        lead=piece.lead[:LONGEST] or (_leant_on(piece.before) if form & Form.DANGLING else ""),
        gate=gate or _form_gate(form),
        section=str(piece.section),
        slot=piece.slot,
        label=piece.label,
        form=form,
        owner=entry.origin is Origin.OWNER,
        stems=taken.stems,
        values=taken.values,
        named=taken.named,
        first=taken.first,
        mask=_others(piece.closed or piece.text) if gate == "untrusted" else taken.form,
        former=former(claim) if form & _CHANGING else (),
    )


def _referring(piece: Piece, taken: Wording) -> int:
    """That it leans on the sentence before it, if it names nothing and gives no value, and points back."""
    if not piece.before or taken.named or taken.values or REFERRING.isdisjoint(piece.text.casefold().split()):
        return 0
    return Form.DANGLING.value


def _leant_on(before: str) -> str:
    """The sentence that one without a subject of its own leans on, if it is short, and believed, and leans on none."""
    if not 0 < len(before) <= SHORT or before[-1] not in ".!" or _text_gate(before):
        return ""
    form = _form(before, wording(told(before)))
    return "" if form & Form.DANGLING or _form_gate(form) else before


def _of_value(form: int, slot: str) -> int:
    """What gives an attribute its value holds, and is no deed."""
    return form & ~Form.DEED.value | Form.STANDING.value if slot and form & Form.DEED else form


def _signed(form: int, piece: Piece) -> int:
    """The form with what its writer says of its worth: a sign says it for certain, and words need not."""
    if piece.marked:
        return form & ~Form.NOTED.value | Form.MARKED.value
    if piece.passing:
        return form & ~Form.STANDING.value | Form.DEED.value
    return form | Form.NOTED.value if piece.noted else form


def _others(text: str) -> tuple[str, ...]:
    """The forms of what others wrote, one behind the other, each with its end before the next one's beginning."""
    form: list[str] = []
    for line in text[:ENOUGH].split("\n"):
        if not line.startswith("|"):
            for sentence in sentences(plain(_QUOTING.sub("", line))):
                form += ("$", "^", *wording(told(peeled(sentence)[1])).form)
    return tuple(form[2:])


def _form(claim: str, taken: Wording, label: str = "") -> int:
    """The form of a claim, with what its label says of it. A label of one word is a name as often as not."""
    form = form_of(claim, len(taken.stems) + len(taken.values), tickets=taken.tickets)
    if not label:
        return form
    introduced = Form.INTRODUCED.value if " " in label else 0
    return form | introduced | (form_of(f"{label}:", len(label)) & _LABELLED)


@lru_cache(maxsize=1024)
def _text_gate(text: str) -> str:
    """The gate that a text's own words give it. Asked twice where the name of who writes stands before it."""
    if trust.secret(text):
        return "secret"
    if trust.unsafe(text) or trust.hearsay(text) or incites(text):
        return "untrusted"
    if text.endswith(":"):
        return "template"
    return "long" if len(text) > LONGEST else ""


def _form_gate(form: int) -> str:
    return next((gate for bit, gate in _GATES if form & bit), "")


_NOTHING = wording("")
