"""Consolidation: picks what lasts out of what was written, by structure and statistics, with no model.

Pure: entries in, promotions out. Writes nothing, reads no clock and keeps nothing from run to run. Two stages: `units`
(units.py) sees one entry and nothing else, so that its result can be kept until the document changes; `chosen` sees
units and no entry. docs/consolidation.md explains each step and what it is worth.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from neuromem_sync.choose import Weighed, costs, heeded, opening, promotion, restated, shares, spokesman
from neuromem_sync.choose import source as source_of
from neuromem_sync.crop import Crop, reaped
from neuromem_sync.frames import borrowed, echoes, happening, manners
from neuromem_sync.model import Entry
from neuromem_sync.promotion import Consolidation, Known, NearMiss, Promotion
from neuromem_sync.rarity import Rarity
from neuromem_sync.retold import retold, seldom
from neuromem_sync.standing import denied, ended, taken_back
from neuromem_sync.stated import Stated
from neuromem_sync.topics import Link, links, topics
from neuromem_sync.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is promoted. The numbers were measured on generated lives (docs/consolidation.md).

    `items` and `tokens` are what the managed region may hold, `page` how many claims of one undated page: what has more
    is read itself. `floor` is the score a claim needs, `nearest` how many of those held back are named.
    """

    items: int = 100
    tokens: int = 4000
    page: int = 10
    floor: float = 6.4
    nearest: int = 10


def consolidate(entries: Iterable[Entry], known: Known, limits: Limits = Limits()) -> Consolidation:
    """What lasts of these entries: equal entries, in any order, give equal promotions."""
    return chosen(reaped(entries), known, limits)


def chosen(crop: Crop, known: Known, limits: Limits = Limits()) -> Consolidation:
    """What lasts of the units of a workspace that compete."""
    held = _Held(Counter(crop.held))
    live = _believed(crop, held)
    units = [unit for unit, _ in live]
    found = links(units, crop.rarity)
    spoken = manners(units, found)
    told = zip(live, happening(units, crop.rarity.names), echoes(spoken, crop.rarity), strict=True)
    heed = heeded(crop.units)
    parts = [shares(unit, formula, again, echo, heed, crop.rarity) for (unit, formula), again, echo in told]
    here = Weighed(units, parts, crop.rarity)
    doubted = borrowed(spoken, crop.foreign)
    promotions = sorted(_promotions(here, found, doubted, known, limits, held), key=_rank)
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


class _Told:
    """What was told, each with the gate that held it, by what it has that hardly any unit has: a topic is held against
    those that share some of that, and no others. To hold each against all took a minute of a first night."""

    def __init__(self, rarity: Rarity) -> None:
        self._rarity = rarity
        self._told: list[tuple[Unit, str]] = []
        self._places: dict[str, list[int]] = defaultdict(list)

    def add(self, unit: Unit, gate: str) -> None:
        for word in seldom(unit, self._rarity):
            self._places[word].append(len(self._told))
        self._told.append((unit, gate))

    def again(self, unit: Unit) -> str:
        """The gate of the first that it tells again, "told" for one that no gate held; "" if it tells none."""
        near = {at for word in seldom(unit, self._rarity) for at in self._places.get(word, ())}
        first = (
            gate or "told"
            for before, gate in map(self._told.__getitem__, sorted(near))
            if retold(unit, before, self._rarity)
        )
        return next(first, "")


def _place(unit: Unit) -> tuple[str, int, int]:
    return (unit.path, unit.start, unit.order)


def _believed(crop: Crop, held: _Held) -> list[tuple[Unit, float]]:
    """Units that no later line takes back, each with the share of it that is formula."""
    back = taken_back(crop.units, crop.backs, crop.rarity) | denied(crop.units, crop.rarity)
    if back:
        held.counts["withdrawn"] += len(back)
    return [each for at, each in enumerate(zip(crop.units, crop.recurs, strict=True)) if at not in back]


def _promotions(
    here: Weighed, found: Sequence[Link], doubted: set[int], known: Known, limits: Limits, held: _Held
) -> Iterator[Promotion]:
    """One for each topic that stands, is not known, is worth it, and is not told by a newer one: of two that say one
    thing the older may be what no longer holds."""
    dead = ended(here.units, found, doubted, here.rarity) | doubted
    for at in sorted(dead):
        held.back("borrowed" if at in doubted else "superseded", here.units[at], here.own[at])
    stated = Stated(known.lines, here.rarity)
    told = _Told(here.rarity)
    for topic in sorted(_worth(here, found, dead), key=lambda each: (-here.units[each.best].day, each.rank)):
        best, said = here.units[topic.best], [here.units[at] for at in topic.members]
        gate = "weak" if topic.score < limits.floor else _gate(best, said, known, stated)
        gate = gate or told.again(best)
        if gate != "weak":
            told.add(best, gate)
        if gate:
            held.back(gate, best, topic.score)
        else:
            yield promotion(best, said, topic.parts, topic.score)


class _Topic(NamedTuple):
    """Units that say one thing, the one that says it best, and what they are worth together."""

    members: Sequence[int]
    best: int
    parts: Mapping[str, float]
    score: float
    rank: tuple[float, str, int, int]


def _worth(here: Weighed, found: Sequence[Link], dead: set[int]) -> Iterator[_Topic]:
    alive = [at for at in range(len(here.units)) if at not in dead]
    for members in topics(alive, found):
        best = spokesman(members, here)
        parts = {**here.parts[best], **restated(members, here), **opening(best, members, here)}
        score = sum(sorted(parts.values()))
        yield _Topic(members, best, parts, score, (-score, *_place(here.units[best])))


def _gate(best: Unit, told: Sequence[Unit], known: Known, stated: Stated) -> str:
    """A person who deleted one wording of a topic deleted the topic; one that stands in the file may be of another."""
    if any(known.deleted(unit.text) for unit in told):
        return "deleted"
    others = (stated.says(unit) for unit in told if unit is not best)
    return "known" if stated.says(best) or 2 * sum(others) >= len(told) else ""


def _rank(promotion: Promotion) -> tuple[float, str, int, str]:
    return (-promotion.score, promotion.source.path, promotion.source.span.start, promotion.text)


def _fitting(promotions: Iterable[Promotion], limits: Limits, held: _Held) -> Iterator[Promotion]:
    """The best of them, as many as the region may hold."""
    left, places, pages = limits.tokens, limits.items, Counter[str]()
    for each in promotions:
        page = each.source.path if each.at is None else ""
        if not places or costs(each) > left:
            held.counts["over_budget"] += 1
        elif page and pages[page] >= limits.page:
            held.counts["page"] += 1
        else:
            pages[page] += 1
            left, places = left - costs(each), places - 1
            yield each
