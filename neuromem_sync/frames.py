"""What is said in one and the same form of ever other names: what happens again, not what holds.

Compares forms of sentences only; reads no text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from neuromem_sync.claims import Form
from neuromem_sync.routine import runs, share
from neuromem_sync.topics import Link, disputed
from neuromem_sync.units import Unit

ALIKE = 0.5  # share of their runs of words that two forms have in common, from which they are one
COMMON = 40  # units that have a run, from which it tells nothing of any of them
MANY = 4  # units in the same words from which more say no more


class Echo(NamedTuple):
    """How far others say the same of something else: from 0 to 1 by their number; and if so, whether none of them is
    borne out: marked, in a record, or said once more in another form."""

    others: float = 0.0
    unborne: bool = False


def echoes(units: Sequence[Unit], found: Iterable[Link]) -> list[Echo]:
    """The echo of each unit. `found` are the links between those that say the same of the same."""
    held = [runs(unit.mask) for unit in units]
    linked: dict[int, set[int]] = defaultdict(set)
    for _, one, other in found:
        linked[one].add(other)
        linked[other].add(one)
    borne = [_borne(at, units, linked[at], held) for at in range(len(units))]
    places: dict[int, list[int]] = defaultdict(list)
    for at, each in enumerate(held):
        for run in set(each):
            places[run].append(at)
    near = {run: ats for run, ats in places.items() if 1 < len(ats) <= COMMON}
    return [
        _echo([borne[other] for other in _others(at, units, held, near) if other not in linked[at]])
        for at in range(len(units))
    ]


def _echo(borne: Sequence[bool]) -> Echo:
    doubtful = borne.count(False)
    return Echo(min(doubtful, MANY) / MANY, bool(borne) and not any(borne))


def _borne(at: int, units: Sequence[Unit], linked: Iterable[int], held: Sequence[Sequence[int]]) -> bool:
    unit, own = units[at], frozenset(held[at])
    if unit.form & Form.MARKED or unit.slot or unit.owner:
        return True
    return any(
        units[other].day != unit.day
        and not disputed(unit, units[other])
        and len(own.intersection(held[other])) < ALIKE * min(len(own), len(held[other]))
        for other in sorted(linked)
    )


def _others(
    at: int, units: Sequence[Unit], held: Sequence[Sequence[int]], near: dict[int, list[int]]
) -> Iterator[int]:
    """Units that share most of its form, and are not the same in all."""
    shared: dict[int, set[int]] = defaultdict(set)
    for run in held[at]:
        for other in near.get(run, ()):
            if other != at:
                shared[other].add(run)
    unit = units[at]
    for other in sorted(shared):
        same = units[other].stems == unit.stems and units[other].values == unit.values
        if not same and share(unit.mask, held[at], shared[other]) >= ALIKE:
            yield other


def happening(units: Sequence[Unit], names: frozenset[str]) -> list[bool]:
    """Of each unit, whether its form is filled with other names elsewhere."""
    filled: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    forms = [_form(unit, names) for unit in units]
    for unit, form in zip(units, forms, strict=True):
        if not unit.slot:
            filled[form].add(_names(unit, names))
    return [not unit.slot and len(filled[form]) > 1 for unit, form in zip(units, forms, strict=True)]


def _form(unit: Unit, names: frozenset[str]) -> tuple[str, ...]:
    """The form with its first word masked too, if that is a name."""
    return ("N", *unit.mask[1:]) if unit.first in names else unit.mask


def _names(unit: Unit, names: frozenset[str]) -> tuple[str, ...]:
    return ((unit.first, *unit.named)) if unit.first in names else unit.named


def different(units: Sequence[Unit]) -> int:
    """In how many forms that are not nearly one they say it."""
    counted: list[frozenset[int]] = []
    for unit in units:
        found = frozenset(runs(unit.mask))
        if all(len(found & other) < ALIKE * min(len(found), len(other)) for other in counted):
            counted.append(found)
    return len(counted)
