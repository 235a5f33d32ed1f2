"""Consolidation: picks what lasts out of what was written, by structure and statistics, with no model.

Pure: entries in, promotions out. Writes nothing, reads no clock. docs/consolidation.md explains each step.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from neuromem_sync.choose import WEIGHTS, section, shares, spokesman, worded
from neuromem_sync.model import Entry, Source, Span
from neuromem_sync.promotion import Consolidation, Known, NearMiss, Promotion
from neuromem_sync.rarity import Rarity
from neuromem_sync.routine import routine
from neuromem_sync.standing import by_change, by_slot, former_values, mates, superseded, taken_back
from neuromem_sync.topics import Link, features, links, merged, topics
from neuromem_sync.units import Unit, speakers, units, unlabelled
from neuromem_sync.wording import wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    items: int = 100
    tokens: int = 4000
    floor: float = 3.0
    routine: float = 0.6
    known: float = 0.6
    nearest: int = 10


def consolidate(entries: Iterable[Entry], known: Known, limits: Limits = Limits()) -> Consolidation:
    return chosen([unit for entry in entries for unit in units(entry)], known, limits)


def chosen(found: Sequence[Unit], known: Known, limits: Limits) -> Consolidation:
    run = _Run(found, known, limits)
    return run.consolidation()


class _Run:
    def __init__(self, found: Sequence[Unit], known: Known, limits: Limits) -> None:
        self.known, self.limits = known, limits
        self.held: Counter[str] = Counter()
        self.misses: list[NearMiss] = []
        self.units: list[Unit] = []
        names = speakers(found)
        found = [unlabelled(unit, names) for unit in found] if names else found
        back = taken_back(found, Rarity(found))
        for at, unit in enumerate(found):
            gate = unit.gate or ("withdrawn" if at in back else "")
            if gate:
                self.held[gate] += 1
            else:
                self.units.append(unit)
        self.rarity = Rarity(self.units)
        self.recurs = routine(self.units)
        self.parts = [shares(unit, recurs, self.rarity) for unit, recurs in zip(self.units, self.recurs, strict=True)]
        self.own = {at: sum(sorted(parts.values())) for at, parts in enumerate(self.parts)}

    def hold(self, gate: str, at: int, score: float) -> None:
        self.held[gate] += 1
        self.misses.append(NearMiss(text=self.units[at].text, source=source(self.units[at]), gate=gate, score=round(score, 4)))

    def consolidation(self) -> Consolidation:
        live = []
        for at, unit in enumerate(self.units):
            if self.recurs[at] >= self.limits.routine and not unit.slot:
                self.hold("routine", at, self.own[at])
            else:
                live.append(at)
        picked = [self.units[at] for at in live]
        found = [(share, live[one], live[other]) for share, one, other in links(picked, self.rarity)]
        dead = self._dead(live, found)
        for at in sorted(dead):
            self.hold("superseded", at, self.own[at])
        alive = [at for at in live if at not in dead]
        grouped = merged(topics(alive, found), self.units, self.rarity)
        promotions = sorted(self._items(grouped), key=lambda each: (-each.score, each.source.path, each.source.span.line))
        kept = self._fit(promotions)
        self.misses.sort(key=lambda miss: (-miss.score, miss.source.path, miss.source.span.line))
        return Consolidation(
            promotions=tuple(kept),
            eligible=len(self.units),
            held_back=dict(sorted(self.held.items())),
            nearest=tuple(self.misses[: self.limits.nearest]),
        )

    def _dead(self, live: list[int], found: list[Link]) -> set[int]:
        ends = by_change(self.units, live, self.rarity)
        ends |= superseded(self.units, [(one, other) for _, one, other in found], self.rarity)
        dead = by_slot(self.units, live) | ends.keys()
        rest = [at for at in live if at not in dead]
        return dead | mates(self.units, rest, former_values(self.units, ends), self.rarity)

    def _items(self, grouped: list[list[int]]) -> Iterator[Promotion]:
        known = [wording(line) for line in self.known.lines]
        for alive in grouped:
            best = spokesman(alive, self.units, self.own, self.rarity)
            parts = {**self.parts[best], "restated": self._restated(alive)}
            score = sum(sorted(parts.values()))
            gate = self._gate(alive, best, score, known)
            if gate:
                self.hold(gate, best, score)
            else:
                yield self._promotion(alive, best, parts, score)

    def _restated(self, alive: Sequence[int]) -> float:
        days = {self.units[at].day for at in alive if self.units[at].day}
        forms = {self.units[at].mask for at in alive}
        return WEIGHTS["restated"] * math.log2(max(1, min(len(days), len(forms), 4)))

    def _gate(self, alive, best, score, known) -> str:
        said = sorted({self.units[at].text for at in alive})
        if any(map(self.known.deleted, said)):
            return "deleted"
        if self._known(alive, known):
            return "known"
        return "weak" if score < self.limits.floor else ""

    def _known(self, alive, known) -> bool:
        for at in alive:
            held = features(self.units[at])
            weight = sum(sorted(map(self.rarity.weight, held)))
            for line in known:
                there = frozenset(line.stems) | frozenset(line.values)
                if set(self.units[at].values) - there or not weight:
                    continue
                shared = sum(sorted(map(self.rarity.weight, held & there)))
                least = min(weight, sum(sorted(map(self.rarity.weight, there))))
                if shared >= self.limits.known * least:
                    return True
                others = sum(sorted(map(self.rarity.weight, (held & there).difference(line.values))))
                if self.units[at].values and others >= 0.3:
                    return True
        return False

    def _promotion(self, alive, best, parts, score) -> Promotion:
        unit = self.units[best]
        told = [self.units[at] for at in alive]
        return Promotion(
            section=section([unit, *told]),
            text=worded(unit),
            source=source(unit),
            at=unit.at,
            evidence=tuple(dict.fromkeys(source(each) for each in told)),
            said=tuple(dict.fromkeys(each.text for each in told)),
            score=round(score, 4),
            why={part: round(share, 4) for part, share in sorted(parts.items())},
        )

    def _fit(self, promotions: list[Promotion]) -> list[Promotion]:
        kept: list[Promotion] = []
        left = self.limits.tokens
        for each in promotions:
            cost = len(each.text) // 4 + 20
            if len(kept) >= self.limits.items or cost > left:
                self.held["over_budget"] += 1
                continue
            left -= cost
            kept.append(each)
        return kept


def source(unit: Unit) -> Source:
    span = Span(start=unit.start, end=unit.end, line=unit.line, end_line=unit.end_line)
    return Source(path=unit.path, span=span, anchor=unit.anchor)
