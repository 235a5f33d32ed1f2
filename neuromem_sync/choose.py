"""From topics to items: what each part is worth, which wording stands for a topic, and what fits.

Every weight is here, with the measurement that set it in docs/consolidation.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from neuromem_sync.claims import Form
from neuromem_sync.promotion import Section
from neuromem_sync.rarity import Rarity
from neuromem_sync.topics import features
from neuromem_sync.units import Unit

WEIGHTS: Mapping[str, float] = {
    "record": 2.0, "mark": 2.0, "introduced": 1.0, "owner": 1.0, "attribute": 1.5, "statement": 0.8, "rule": 0.8,
    "said": 0.8, "ours": 1.0, "decision": 0.6, "preference": 0.3, "lesson": 0.2, "change": 0.3, "values": 1.4,
    "names": 0.8, "specific": 1.0, "restated": 0.8,
    "day": -0.8, "ticket": -1.0, "deed": -1.0, "stub": -0.8, "dangling": -1.0, "passing": -0.6, "routine": -0.5,
}  # fmt: skip
_FORMS = (
    ("mark", Form.MARKED), ("introduced", Form.INTRODUCED), ("statement", Form.STANDING), ("rule", Form.RULE), ("said", Form.SAID),
    ("decision", Form.DECISION), ("preference", Form.PREFERENCE), ("lesson", Form.LESSON), ("change", Form.CHANGE),
    ("day", Form.DAY), ("ticket", Form.TICKET), ("deed", Form.DEED), ("stub", Form.STUB), ("passing", Form.PASSING), ("ours", Form.OURS), ("dangling", Form.DANGLING),
)  # fmt: skip
_SECTIONS = (
    (Form.LESSON, Section.LESSONS),
    (Form.DECISION, Section.DECISIONS),
    (Form.PREFERENCE, Section.PREFERENCES),
)


def shares(unit: Unit, recurs: float, rarity: Rarity) -> dict[str, float]:
    """What each part gives a unit by itself."""
    return {part: WEIGHTS[part] * amount for part, amount in _amounts(unit, recurs, rarity) if amount}


def _amounts(unit: Unit, recurs: float, rarity: Rarity) -> Iterator[tuple[str, float]]:
    record = unit.slot.startswith(("decision|", "error|", "project|"))
    yield "record", float(record)
    yield "attribute", float(bool(unit.slot) and not record)
    yield "owner", float(unit.owner)
    for part, form in _FORMS:
        yield part, float(bool(unit.form & form))
    yield "values", 1.0 if len(unit.values) > 1 else 0.8 * len(unit.values)
    yield "names", min(1.0, sum(sorted(map(rarity.weight, rarity.names.intersection(unit.stems).union(unit.named)))))
    yield "specific", _specific(unit, rarity)
    yield "routine", recurs


def _specific(unit: Unit, rarity: Rarity) -> float:
    """How rare its rarest words are, on average of three."""
    rarest = sorted((rarity(feature) for feature in features(unit)), reverse=True)[:3]
    return sum(rarest) / 3


def section(units: Iterable[Unit]) -> Section:
    """Where a claim belongs: what its record says, else what its wordings say most."""
    told = list(units)
    for unit in told:
        if unit.section:
            return Section(unit.section)
    for form, found in _SECTIONS:
        if 2 * sum(bool(unit.form & form) for unit in told) >= len(told):
            return found
    return Section.EVENTS if all(unit.form & Form.DEED for unit in told) else Section.FACTS


def spokesman(topic: Sequence[int], units: Sequence[Unit], own: Mapping[int, float], rarity: Rarity) -> int:
    """The member that says it best: complete, of its own, latest."""
    said: dict[str, int] = {}
    for at in topic:
        for feature in features(units[at]):
            said[feature] = said.get(feature, 0) + 1

    def worth(at: int) -> tuple[float, int, str, int]:
        unit = units[at]
        whole = sum(sorted(rarity.weight(word) for word in features(unit) if said[word] > 1))
        alone = -0.5 * bool(unit.form & (Form.DANGLING | Form.DAY | Form.STUB)) - 0.5 * bool(unit.form & Form.DEED)
        return (own[at] + 0.3 * whole + alone, unit.day, unit.path, unit.line)

    return max(topic, key=worth)


def worded(unit: Unit) -> str:
    """The claim so that it stands alone: with what it stands under, if it leans on it."""
    if unit.lead and unit.form & (Form.DANGLING | Form.STUB) and unit.lead.casefold() not in unit.text.casefold():
        return f"{unit.lead}: {unit.text}"[:300]
    return unit.text
