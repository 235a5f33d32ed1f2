"""One document's units, packed: the claims themselves, and beside them the little that is asked of every one of them.

Pure, and blind to other documents but for two things it is told: whose names stand before lines, and which runs of
words are formulas.
"""

from __future__ import annotations

import marshal
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import NamedTuple
from zlib import crc32

from neuromem_sync.choose import WEIGHTS, worth_alone
from neuromem_sync.claims import Form
from neuromem_sync.model import Entry
from neuromem_sync.rarity import Words
from neuromem_sync.routine import ROUTINE, runs, share
from neuromem_sync.units import Unit, readings, units

ROUTINES = 0
"""The rank of what is routine: no other is as low."""
_RETRACTS = Form.RETRACTS.value
_LEAST = 100_000  # thousandths, more than any unit can lose
_DAYS = 1 << 24  # more than any day's ordinal

Label = tuple[str, int]
"""What a line begins with or stands under, small, and its day."""


@dataclass(slots=True)
class Sheaf:
    """A document's units, each once for each way to read it, with the label that way holds for: as they were made, or
    packed."""

    path: str
    cuts: list[list[tuple[str, Unit | bytes]]] = field(default_factory=list)

    def labels(self) -> frozenset[Label]:
        return frozenset(chain.from_iterable(map(self._labels, self.cuts)))

    def _labels(self, cut: Sequence[tuple[str, Unit | bytes]]) -> Iterator[Label]:
        unit = self._opened(cut[0][1])
        yield from ((label, unit.day) for label, _ in cut[:-1])
        if unit.lead:
            yield unit.lead.casefold(), unit.day

    def unit(self, at: int, names: Set[str]) -> Unit:
        """The unit at a place, without the labels that are common."""
        return self._opened(next(said for label, said in self.cuts[at] if label not in names))

    def units(self, names: Set[str]) -> list[Unit]:
        return [self.unit(at, names) for at in range(len(self.cuts))]

    def packed(self) -> bytes:
        return zlib.compress(marshal.dumps([[(label, _packed(said)) for label, said in cut] for cut in self.cuts]), 1)

    def _opened(self, said: Unit | bytes) -> Unit:
        return Unit(self.path, *marshal.loads(said)) if isinstance(said, bytes) else said


def bound(path: str, entries: Iterable[Entry]) -> Sheaf:
    """The units of a document's entries."""
    return Sheaf(path, [list(readings(unit)) for entry in entries for unit in units(entry)])


def unpacked(path: str, packed: bytes) -> Sheaf:
    return Sheaf(path, marshal.loads(zlib.decompress(packed)))


def _packed(said: Unit | bytes) -> bytes:
    return said if isinstance(said, bytes) else marshal.dumps(tuple(said)[1:])


@dataclass(slots=True)
class Facts:
    """What is asked of every unit of a document, in columns: a place each for those that no gate holds.

    `at` is the place in the sheaf, `alone` what the unit is worth whatever others say (thousandths), `slotted` whether
    it gives a value to something that has a name, `keys` hashes of its values and names (0: it has none), `forms`
    hashes of its form or of what it gives a value to, `given` of that and its values (0: it has none), `lengths` how
    many of `runs` are its own, `shares` how much of it is formula, and `ranks` what orders those that compete. `backs`
    are places of units that take others back; `foreign` are the runs of what is untrusted; `held` counts the rest by
    gate.
    """

    at: array[int] = field(default_factory=partial(array, "I"))
    days: array[int] = field(default_factory=partial(array, "I"))
    alone: array[int] = field(default_factory=partial(array, "i"))
    slotted: array[int] = field(default_factory=partial(array, "B"))
    keys: array[int] = field(default_factory=partial(array, "I"))
    forms: array[int] = field(default_factory=partial(array, "I"))
    given: array[int] = field(default_factory=partial(array, "Q"))
    lengths: array[int] = field(default_factory=partial(array, "I"))
    runs: array[int] = field(default_factory=partial(array, "I"))
    ranks: array[int] = field(default_factory=partial(array, "q"))
    shares: array[float] = field(default_factory=lambda: array("d"))
    backs: array[int] = field(default_factory=partial(array, "I"))
    foreign: array[int] = field(default_factory=partial(array, "I"))
    held: dict[str, int] = field(default_factory=dict)

    def packed(self) -> bytes:
        return marshal.dumps([*(getattr(self, name).tobytes() for name in _COLUMNS), self.held])

    def runs_by_day(self) -> Iterator[tuple[int, array[int]]]:
        """The runs of each stretch of units of one day."""
        if self.days.count(self.days[0] if self.days else 0) == len(self.days):
            yield from zip(self.days[:1], (self.runs,), strict=False)
            return
        start = stop = 0
        for place, length in enumerate(self.lengths):
            stop += length
            if place + 1 == len(self.days) or self.days[place] != self.days[place + 1]:
                yield self.days[place], self.runs[start:stop]
                start = stop

    def reckon(self, formulas: Set[int]) -> None:
        """How much of each unit these formulas are."""
        self.shares = array("d", bytes(8 * len(self.at)))
        if not formulas.isdisjoint(self.runs):
            start = 0
            for place, length in enumerate(self.lengths):
                found = self.runs[start : start + length]
                start += length
                if not self.slotted[place] and not formulas.isdisjoint(found):
                    self.shares[place] = share(found, formulas)
        self.ranks = array("q", map(_rank, self.alone, self.shares, self.days))

    def ranked(self, other: Mapping[int, float]) -> array[int]:
        """What each unit is worth by itself and then its day, as one number, if some are formula to other shares."""
        ranks = self.ranks[:]
        for place, corrected in other.items():
            ranks[place] = _rank(self.alone[place], corrected, self.days[place])
        return ranks


_COLUMNS = (
    "at", "days", "alone", "slotted", "keys", "forms", "given", "lengths", "runs", "shares", "ranks", "backs",
    "foreign",
)  # fmt: skip


def _rank(alone: int, share: float, day: int) -> int:
    if share >= ROUTINE:
        return ROUTINES
    return (_LEAST + alone + round(1000 * WEIGHTS["routine"] * share)) * _DAYS + day


def facts_of(packed: bytes) -> Facts:
    facts = Facts()
    *columns, facts.held = marshal.loads(packed)
    for name, data in zip(_COLUMNS, columns, strict=True):
        getattr(facts, name).frombytes(data)
    return facts


def threshed(sheaf: Sheaf, names: Set[str]) -> tuple[Facts, Words]:
    """The facts of a sheaf, no formula known yet, and the words that its eligible units hold."""
    facts, words, held, foreign = Facts(), Words(), Counter[str](), set[int]()
    said = sheaf.units(names)
    for at, unit in enumerate(said):
        if unit.form & _RETRACTS:
            facts.backs.append(at)
        gate = unit.gate
        if not gate and _taken_back_at_once(said, at):
            gate = "withdrawn"
            facts.backs.append(at)
        if gate:
            held[gate] += 1
            if gate == "untrusted":
                foreign.update(runs(unit.mask))
        else:
            words.add(unit)
            _note(facts, at, unit)
    facts.held = dict(sorted(held.items()))
    facts.foreign.extend(sorted(foreign))
    facts.reckon(frozenset())
    return facts, words


class Cut(NamedTuple):
    """What one document gave, packed: its labels, its sheaf, its facts and its words."""

    labels: bytes
    sheaf: bytes
    facts: bytes
    words: bytes


def packed(sheaf: Sheaf, names: Set[str]) -> Cut:
    facts, words = threshed(sheaf, names)
    return Cut(marshal.dumps(sheaf.labels()), sheaf.packed(), facts.packed(), marshal.dumps(words.plain()))


def _taken_back_at_once(said: Sequence[Unit], at: int) -> bool:
    """Whether the next sentence of its entry takes it back."""
    after = said[at + 1] if at + 1 < len(said) else None
    return after is not None and after.order > 0 and bool(after.form & _RETRACTS)


def _note(facts: Facts, at: int, unit: Unit) -> None:
    found = runs(unit.mask)
    facts.at.append(at)
    facts.days.append(unit.day)
    facts.alone.append(round(1000 * worth_alone(unit)))
    facts.slotted.append(bool(unit.slot.partition("|")[0]))
    facts.keys.append(_hash((*unit.values, *unit.named)))
    form = _hash((unit.slot,) if unit.slot else unit.mask)
    values = _hash((unit.text,) if unit.slot else unit.values)
    facts.forms.append(form)
    facts.given.append(form << 32 | values if values else 0)
    facts.lengths.append(len(found))
    facts.runs.extend(found)


def _hash(words: Sequence[str]) -> int:
    return crc32("\n".join(words).encode("utf-8", "surrogatepass")) if words else 0
