"""From topics to items: what each part is worth, which wording stands for a topic, and what fits.

Every weight is here, with the measurement that set it in docs/consolidation.md.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from neuromem_sync.claims import Form
from neuromem_sync.diction import diction
from neuromem_sync.frames import Echo, different
from neuromem_sync.lexicon import FUNCTION_WORDS, IMPERATIVES
from neuromem_sync.measures import ahead, exact, types
from neuromem_sync.model import Source, Span
from neuromem_sync.promotion import Promotion, Section
from neuromem_sync.rarity import Rarity
from neuromem_sync.topics import features
from neuromem_sync.units import LONGEST, Unit

WEIGHTS: Mapping[str, float] = {
    "record": 1.7, "owner": 1.4, "attribute": 1.5, "mark": 2.6, "noted": 2.4, "introduced": 1.6, "said": 0.3,
    "decision": 0.8, "statement": 1.0, "copula": 1.0, "rule": 0.5, "ours": 0.4, "change": 0.7, "revised": 3.0,
    "values": 1.8, "measured": -1.1, "exact": -2.5, "names": 1.3, "personal": -0.9, "specific": 4.4, "length": 0.7,
    "diction": 1.0, "restated": 2.6, "repeated": -1.2, "day": -1.1, "passes": -1.2, "ticket": -2.3, "deed": -0.7,
    "stub": -0.3, "dangling": -0.3, "passing": -1.4, "appointed": -3.4, "serial": -2.5, "routine": -2.3,
    "happens": -6.2, "echo": -2.4, "unborne": -2.0, "opening": -1.4,
}  # fmt: skip
_FORMS = tuple(
    (part, form.value)
    for part, form in (
        ("mark", Form.MARKED), ("noted", Form.NOTED), ("introduced", Form.INTRODUCED), ("statement", Form.STANDING),
        ("rule", Form.RULE), ("said", Form.SAID), ("ours", Form.OURS), ("decision", Form.DECISION),
        ("copula", Form.COPULA), ("change", Form.CHANGE), ("day", Form.DAY), ("ticket", Form.TICKET),
        ("deed", Form.DEED), ("stub", Form.STUB), ("passing", Form.PASSING), ("dangling", Form.DANGLING),
    )
)  # fmt: skip
_SECTIONS = (
    (Form.LESSON.value, Section.LESSONS),
    (Form.DECISION.value, Section.DECISIONS),
    (Form.PREFERENCE.value, Section.PREFERENCES),
)
_WANTING = Form.DANGLING.value | Form.DAY.value | Form.STUB.value
_LEANING = Form.DANGLING.value | Form.STUB.value
_DEED = Form.DEED.value
_DAY = Form.DAY.value
_CHANGE = Form.CHANGE.value
_BEYOND = Form.CHANGE.value | Form.RULE.value
"""What looks beyond the day of which it speaks: from today, always."""
_LASTING = frozenset(("weekday", "month", "monthday", "date", "id", "version", "number", "%", "€", "$", "£"))
"""Types of values that are agreed oftener than measured."""
_ANNOUNCED = (("noted", Form.NOTED.value), ("introduced", Form.INTRODUCED.value))
_PASSING = Form.DEED.value | Form.DAY.value | Form.TICKET.value
SHORT = 4.0  # logarithm of the characters below which a claim is rather short
COMPLETE = 0.3  # what a wording gains by a word that its topic says more than once
LACKING = 0.5  # what it loses by leaning on something, or by telling a deed
RECENT = 1.5  # what the latest gains
LINK = 20  # tokens of an item's link and comment
TRUSTED = 8  # lines that words of announcing are taken to have told rightly before any is seen
JUST, SOON = 3, 60  # days past and to come of which a log speaks as of what happens once
OPENING = 2  # words, values and names masked
OPENED = 4  # other days with one opening from which more say no more
MOST_SAID = 4  # days from which more restating says no more


class Weighed:
    """Units, what each part gives each of them, and the sum; and the days of each opening."""

    def __init__(self, units: Sequence[Unit], parts: Sequence[Mapping[str, float]], rarity: Rarity) -> None:
        self.units = units
        self.parts = parts
        self.own = [sum(sorted(each.values())) for each in parts]
        self.rarity = rarity
        self.opened: dict[tuple[str, ...], set[int]] = defaultdict(set)
        for unit in units:
            self.opened[_opening(unit)].add(unit.day)


def heeded(units: Sequence[Unit]) -> dict[str, float]:
    """How far words that announce what follows tell anything here, from 0 to 1: not if they stand before what was done
    once, or concerns a day, as often as any words do."""
    passing = [bool(unit.form & _PASSING) and not unit.form & _CHANGE for unit in units]
    usual = sum(passing) / max(1, len(units))
    return {part: _told_by(bit, units, passing, usual) for part, bit in _ANNOUNCED}


def _told_by(bit: int, units: Sequence[Unit], passing: Sequence[bool], usual: float) -> float:
    found = [over for unit, over in zip(units, passing, strict=True) if unit.form & bit]
    return max(0.0, 1 - sum(found) / (len(found) + TRUSTED) / (usual or 1.0))


def shares(
    unit: Unit, recurs: float, happens: float, echo: Echo, heed: Mapping[str, float], rarity: Rarity
) -> dict[str, float]:
    """What each part gives a unit by itself."""
    amounts = (*_amounts(unit, recurs, happens, rarity), ("echo", echo.others), ("unborne", float(echo.unborne)))
    return {part: WEIGHTS[part] * amount * heed.get(part, 1.0) for part, amount in amounts if amount}


def worth_alone(unit: Unit) -> float:
    """What a unit is worth whatever others say."""
    return sum(sorted(WEIGHTS[part] * amount for part, amount in _amounts_alone(unit)))


def _amounts(unit: Unit, recurs: float, happens: float, rarity: Rarity) -> Iterator[tuple[str, float]]:
    yield from _amounts_alone(unit)
    if _appointed(unit):
        yield "appointed", 1.0
    if not rarity.series.isdisjoint(unit.stems):
        yield "serial", 1.0
    yield "diction", diction(unit.mask)
    if unit.day:  # in a log, what is short is chatter, in a note it is a note
        yield "length", math.log(len(unit.text) + 1) - SHORT
    names = min(1.0, rarity.weigh(rarity.names.intersection(unit.stems).union(unit.named)))
    yield "names", names
    yield "personal", names * _valued(len(tuple(types(unit.values))))
    yield "specific", _specific(unit, rarity)
    yield "routine", recurs
    yield "happens", happens


def _amounts_alone(unit: Unit) -> tuple[tuple[str, float], ...]:
    record = unit.slot.startswith(("decision|", "error|", "project|"))
    kind = "record" if record else "attribute" if unit.slot else ""
    values = tuple(types(unit.values))
    kinds = [type_ for type_, _ in values]
    measured = any(type_ not in _LASTING for type_ in kinds)
    revised = bool(unit.form & _CHANGE) and len(set(kinds)) < len(kinds)
    told_exactly = max((exact(*value) for value in values), default=0.0)
    return _amounts_of(kind, unit.owner, unit.form, len(kinds), measured, revised, told_exactly)


@lru_cache(maxsize=4096)
def _amounts_of(
    kind: str, owner: bool, form: int, values: int, measured: bool, revised: bool, told_exactly: float
) -> tuple[tuple[str, float], ...]:
    """The parts of a unit by itself. `measured`: it gives a count, a span or a time of day, what is measured oftener
    than what holds, and `told_exactly`, how far to the last figure; `revised`: it tells a change, and gives two values
    of one type."""
    given = [(kind, 1.0)] if kind else []
    if owner:
        given.append(("owner", 1.0))
    given += [(part, 1.0) for part, bit in _FORMS if form & bit]
    if form & _DAY and not form & _BEYOND:
        given.append(("passes", 1.0))
    if measured:
        given.append(("measured", 1.0))
    if told_exactly:
        given.append(("exact", told_exactly))
    if revised:
        given.append(("revised", 1.0))
    if values:
        given.append(("values", _valued(values)))
    return tuple(given)


def _valued(values: int) -> float:
    return 1.0 if values > 1 else 0.8 if values else 0.0


def _appointed(unit: Unit) -> bool:
    """Whether it names a day of the next weeks, and tells no change: what is then happens once."""
    given = dict(types(unit.values))
    if "date" not in given or not unit.day or unit.form & _CHANGE:
        return False
    return "weekday" in given or -JUST <= ahead(given["date"], unit.day) <= SOON


def _specific(unit: Unit, rarity: Rarity) -> float:
    """How rare its rarest words are, on average of three."""
    rarest = sorted((rarity(feature) for feature in features(unit)), reverse=True)[:3]
    return sum(rarest) / 3


def restated(topic: Sequence[int], here: Weighed) -> dict[str, float]:
    """What it gives that a topic is said on several days in several forms: each doubling as much as the first.

    Where most are remarks about their own day, or deeds, these bear nothing out: they happen again. Nor do they repeat
    what others state.
    """
    said = [here.units[at] for at in topic]
    standing = [unit for unit in said if not unit.form & _PASSING and len(here.opened[_opening(unit)]) <= OPENED]
    lines = len(standing or said)
    said = said if 2 * len(standing) >= len(said) else standing
    days = {unit.day for unit in said} - {0}
    return {
        "restated": WEIGHTS["restated"] * math.log2(max(1, min(len(days), different(said), MOST_SAID))),
        "repeated": WEIGHTS["repeated"] * math.log2(lines),
    }


def opening(best: int, topic: Sequence[int], here: Weighed) -> dict[str, float]:
    """What it costs that lines of other days, up to OPENED, begin with the same two words: so do kinds of log lines."""
    if len(here.units[best].mask) <= OPENING:
        return {}
    others = here.opened[_opening(here.units[best])].difference(here.units[at].day for at in topic)
    return {"opening": WEIGHTS["opening"] * min(len(others), OPENED) / OPENED}


def _opening(unit: Unit) -> tuple[str, ...]:
    return unit.mask[:OPENING]


def section(told: Sequence[Unit]) -> Section:
    """Where a claim belongs: what its record says, else what most of its wordings say."""
    for unit in told:
        if unit.section:
            return Section(unit.section)
    for form, found in _SECTIONS:
        if 2 * sum(bool(unit.form & form) for unit in told) >= len(told):
            return found
    return Section.EVENTS if all(unit.form & _DEED for unit in told) else Section.FACTS


def spokesman(topic: Sequence[int], here: Weighed) -> int:
    """The member that says it best: complete, by itself, latest."""
    said = Counter(feature for at in topic for feature in features(here.units[at]))

    newest = max(here.units[at].day for at in topic)

    def worth(at: int) -> tuple[float, int, str, int, int]:
        unit = here.units[at]
        whole = here.rarity.weigh(word for word in features(unit) if said[word] > 1)
        lacking = bool(unit.form & _WANTING) + bool(unit.form & _DEED)
        return (
            here.own[at] + COMPLETE * whole - LACKING * lacking + (RECENT if unit.day == newest else 0.0),
            unit.day,
            unit.path,
            unit.start,
            unit.order,
        )

    return max(topic, key=worth)


def promotion(best: Unit, told: Sequence[Unit], parts: Mapping[str, float], score: float) -> Promotion:
    """A topic as an item: the words of its best wording, the places and words of all."""
    return Promotion(
        section=section([best, *told]),
        text=worded(best),
        source=source(best),
        at=best.at,
        evidence=tuple(dict.fromkeys(source(unit) for unit in told)),
        said=tuple(dict.fromkeys(unit.text for unit in told)),
        score=round(score, 4),
        why={part: round(share, 4) for part, share in sorted(parts.items()) if share},
    )


def worded(unit: Unit) -> str:
    """The claim so that it stands alone: with what it stands under, if it leans on it."""
    if unit.lead and unit.form & _LEANING and unit.lead.casefold() not in unit.text.casefold():
        return f"{unit.lead}{' ' if unit.lead[-1] in '.!' else ': '}{unit.text}"[:LONGEST]
    return _begun(unit.text)


def _begun(text: str) -> str:
    """With a capital, if it begins with a common word: `npm` stays as it is."""
    first = text.partition(" ")[0]
    common = first in FUNCTION_WORDS or first in IMPERATIVES
    return text[0].upper() + text[1:] if common else text


def costs(item: Promotion) -> int:
    """Tokens of an item in the file, its link and comment included; four characters are a token."""
    return len(item.text) // 4 + LINK


def source(unit: Unit) -> Source:
    span = Span(start=unit.start, end=unit.end, line=unit.line, end_line=unit.end_line)
    return Source(path=unit.path, span=span, anchor=unit.anchor)
