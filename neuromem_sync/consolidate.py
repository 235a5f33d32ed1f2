"""Consolidation: picks what lasts out of what was written, by structure and statistics, with no model.

Pure: entries in, promotions out. Writes nothing, reads no clock and keeps nothing from run to run. Two stages: `units`
(units.py) sees one entry and nothing else, so that its result can be kept until the document changes; `chosen` sees
units and no entry. docs/consolidation.md explains each step and what it is worth.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from neuromem_sync.choose import Weighed, costs, promotion, restated, shares, spokesman
from neuromem_sync.choose import source as source_of
from neuromem_sync.crop import Crop, reaped
from neuromem_sync.frames import happening
from neuromem_sync.model import Entry
from neuromem_sync.promotion import Consolidation, Known, NearMiss, Promotion
from neuromem_sync.rarity import Rarity
from neuromem_sync.standing import ended, taken_back
from neuromem_sync.stated import Stated
from neuromem_sync.topics import links, topics
from neuromem_sync.units import Unit

LONG = 1000  # units from which on a workspace's floor is the floor
SHORTER = 0.5  # of the floor, less in one of a tenth of that


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is promoted. The numbers were measured on generated lives (docs/consolidation.md).

    `items` and `tokens` are what the managed region may hold; `floor` is the score a claim needs; `routine` the share
    of a sentence that may be formula; `nearest` how many of those held back are named.
    """

    items: int = 100
    tokens: int = 4000
    floor: float = 3.2
    nearest: int = 10


def consolidate(entries: Iterable[Entry], known: Known, limits: Limits = Limits()) -> Consolidation:
    """What lasts of these entries: equal entries, in any order, give equal promotions."""
    return chosen(reaped(entries), known, limits)


def chosen(crop: Crop, known: Known, limits: Limits = Limits()) -> Consolidation:
    """What lasts of the units of a workspace that compete."""
    held = _Held(Counter(crop.held))
    live = _believed(crop, held)
    again = happening([unit for unit, _ in live], crop.rarity.names)
    parts = [shares(unit, formula, each, crop.rarity) for (unit, formula), each in zip(live, again, strict=True)]
    here = Weighed([unit for unit, _ in live], parts, crop.rarity)
    promotions = sorted(_promotions(here, known, limits, held), key=_rank)
    return Consolidation(
        promotions=tuple(_fitting(promotions, limits, held)),
        eligible=crop.eligible - len(crop.units) + len(live),
        held_back=dict(sorted(held.counts.items())),
        nearest=tuple(held.nearest(limits.nearest)),
    )


@dataclass(slots=True)
class _Held:
    """What was held back: how many by each gate, and those that came far enough to have a score."""

    counts: Counter[str] = field(default_factory=Counter)
    misses: list[NearMiss] = field(default_factory=list)

    def back(self, gate: str, unit: Unit, score: float) -> None:
        self.counts[gate] += 1
        self.misses.append(NearMiss(text=unit.text, source=source_of(unit), gate=gate, score=round(score, 4)))

    def nearest(self, most: int) -> list[NearMiss]:
        self.misses.sort(key=lambda miss: (-miss.score, miss.source.path, miss.source.span.start, miss.text))
        return self.misses[:most]


def _place(unit: Unit) -> tuple[str, int, int]:
    return (unit.path, unit.start, unit.order)


def _believed(crop: Crop, held: _Held) -> list[tuple[Unit, float]]:
    """Units that no later line takes back, each with the share of it that is formula."""
    back = taken_back(crop.units, crop.backs, crop.rarity)
    if back:
        held.counts["withdrawn"] += len(back)
    return [each for at, each in enumerate(zip(crop.units, crop.recurs, strict=True)) if at not in back]


def _promotions(here: Weighed, known: Known, limits: Limits, held: _Held) -> Iterator[Promotion]:
    """One for each topic that stands, is not known, and is worth it."""
    found = links(here.units, here.rarity)
    dead = ended(here.units, found, here.rarity)
    for at in sorted(dead):
        held.back("superseded", here.units[at], here.own[at])
    stated = Stated(known.lines, here.rarity)
    alive = [at for at in range(len(here.units)) if at not in dead]
    floor = _floor(limits, here.rarity)
    for topic in topics(alive, found):
        best = spokesman(topic, here)
        parts: Mapping[str, float] = {**here.parts[best], **restated(topic, here)}
        score = sum(sorted(parts.values()))
        told = [here.units[at] for at in topic]
        gate = "weak" if score < floor else _gate(told, known, stated)
        if gate:
            held.back(gate, here.units[best], score)
        else:
            yield promotion(here.units[best], told, parts, score)


def _floor(limits: Limits, rarity: Rarity) -> float:
    """A short log has more that lasts in as many lines, so less is asked of a line: by powers of ten."""
    return limits.floor - SHORTER * min(1.0, max(0.0, math.log10(LONG / max(1, rarity.of))))


def _gate(told: Sequence[Unit], known: Known, stated: Stated) -> str:
    """A person who deleted one wording of a topic deleted the topic."""
    if any(known.deleted(unit.text) for unit in told):
        return "deleted"
    return "known" if any(map(stated.says, told)) else ""


def _rank(promotion: Promotion) -> tuple[float, str, int, str]:
    return (-promotion.score, promotion.source.path, promotion.source.span.start, promotion.text)


def _fitting(promotions: Iterable[Promotion], limits: Limits, held: _Held) -> Iterator[Promotion]:
    """The best of them, as many as the region may hold."""
    left, places = limits.tokens, limits.items
    for each in promotions:
        if not places or costs(each) > left:
            held.counts["over_budget"] += 1
            continue
        left, places = left - costs(each), places - 1
        yield each
