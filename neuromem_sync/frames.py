"""What is said in one and the same form of ever other names: what happens again, not what holds.

Compares forms of sentences only; reads no text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from neuromem_sync.claims import Form
from neuromem_sync.rarity import Rarity
from neuromem_sync.routine import runs, share
from neuromem_sync.topics import Link, apart, disputed
from neuromem_sync.units import Unit

ALIKE = 0.5  # share of their runs of words that two forms have in common, from which they are one
COMMON = 40  # units that have a run, from which it tells nothing of any of them
OFTEN = 2  # other fillings of a form, from which more say no more
MANY = 4  # units in the same words from which more say no more


class Echo(NamedTuple):
    """How many others say the same of something else, from 0 to 1; and if any, whether none of them is borne out:
    marked, a record, or said on another day in another form."""

    others: float = 0.0
    unborne: bool = False


def echoes(units: Sequence[Unit], found: Iterable[Link], rarity: Rarity) -> list[Echo]:
    """The echo of each unit. `found` are the links between those that say the same of the same."""
    held = [frozenset(runs(unit.mask)) for unit in units]
    linked: dict[int, set[int]] = defaultdict(set)
    for _, one, other in found:
        linked[one].add(other)
        linked[other].add(one)
    near = _places(held)
    borne = [
        _vouched(unit)
        or any(
            unit.day != units[other].day and not _one_form(held[at], held[other]) and not disputed(unit, units[other])
            for other in sorted(linked[at])
        )
        for at, unit in enumerate(units)
    ]
    return [
        _echo(
            borne[other]
            for other in _formed_alike(units[at].mask, held[at], near)
            if other != at and other not in linked[at] and _of_another(units[at], units[other], rarity)
        )
        for at in range(len(units))
    ]


def _echo(borne: Iterable[bool]) -> Echo:
    told = list(borne)
    return Echo(min(told.count(False), MANY) / MANY, bool(told) and not any(told))


def _vouched(unit: Unit) -> bool:
    return bool(unit.form & Form.MARKED or unit.slot or unit.owner)


def _one_form(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) >= ALIKE * min(len(one), len(other))


def _of_another(one: Unit, other: Unit, rarity: Rarity) -> bool:
    """Not the same words again, nor each its own value of somebody: a value each is what facts of one kind have."""
    if one.stems == other.stems and one.values == other.values:
        return False
    return not (disputed(one, other) and apart(one, other, rarity))


def _places(held: Sequence[frozenset[int]]) -> dict[int, list[int]]:
    """Where each run stands, but for those that stand nearly everywhere."""
    places: dict[int, list[int]] = defaultdict(list)
    for at, each in enumerate(held):
        for run in each:
            places[run].append(at)
    return {run: found for run, found in places.items() if 1 < len(found) <= COMMON}


def _formed_alike(mask: Sequence[str], held: frozenset[int], near: Mapping[int, Sequence[int]]) -> Iterator[int]:
    """Units, its own among them, that share most of a form."""
    shared: dict[int, set[int]] = defaultdict(set)
    for run in held:
        for other in near.get(run, ()):
            shared[other].add(run)
    found = runs(mask)
    yield from (other for other in sorted(shared) if share(mask, found, shared[other]) >= ALIKE)


def happening(units: Sequence[Unit], names: frozenset[str]) -> list[float]:
    """Of each unit, from 0 to 1 how often its form is filled with other names or values elsewhere."""
    filled: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    forms = [_form(unit, names) for unit in units]
    for unit, form in zip(units, forms, strict=True):
        if not unit.slot:
            filled[form].add((*_names(unit, names), *unit.values))
    return [0.0 if unit.slot else _often(len(filled[form])) for unit, form in zip(units, forms, strict=True)]


def _often(fillings: int) -> float:
    return min(fillings - 1, OFTEN) / OFTEN


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
        if not any(_one_form(found, other) for other in counted):
            counted.append(found)
    return len(counted)
