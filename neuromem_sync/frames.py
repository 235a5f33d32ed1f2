"""What is said in one and the same form of ever other names: what happens again, not what holds.

Compares forms of sentences only; reads no text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain, compress
from typing import NamedTuple

from neuromem_sync.claims import Form
from neuromem_sync.rarity import Rarity
from neuromem_sync.routine import runs, share
from neuromem_sync.topics import Link, apart, disputed
from neuromem_sync.units import Unit

ALIKE = 0.5  # share of their runs of words that two forms have in common, from which they are one
COMMON = 40  # units that have a run, from which it tells nothing of any of them
OFTEN = 2  # other fillings of a form, from which more say no more
BORROWED = 0.3  # share of a unit that stands in runs of untrusted lines, from which its words are theirs
_SIGNS = Form.MARKED.value | Form.NOTED.value
MANY = 4  # units in the same words from which more say no more


class Echo(NamedTuple):
    """How many others say the same of something else, from 0 to 1; and if any, whether none of them is borne out."""

    others: float = 0.0
    unborne: bool = False


class Manners(NamedTuple):
    """Units, the runs of each as found and as a set, those that say the same of the same, and whether each is borne
    out: marked, a record, or said on another day in another form."""

    units: Sequence[Unit]
    found: Sequence[Sequence[int]]
    held: Sequence[frozenset[int]]
    linked: Mapping[int, set[int]]
    borne: Sequence[bool]


def manners(units: Sequence[Unit], links: Iterable[Link]) -> Manners:
    """How units are said. The links are between those that say the same of the same."""
    found = [runs(unit.mask) for unit in units]
    held = list(map(frozenset, found))
    linked: dict[int, set[int]] = defaultdict(set)
    for _, one, other in links:
        linked[one].add(other)
        linked[other].add(one)
    borne = [
        _vouched(unit)
        or any(
            unit.day != units[other].day and not _one_form(held[at], held[other]) and not disputed(unit, units[other])
            for other in sorted(linked[at])
        )
        for at, unit in enumerate(units)
    ]
    return Manners(units, found, held, linked, borne)


def echoes(here: Manners, rarity: Rarity) -> list[Echo]:
    """The echo of each unit."""
    units, found, held, linked, borne = here
    near = _places(held)
    return [
        _echo(
            borne[other]
            for other in _formed_alike(found[at], near)
            if other != at and other not in linked[at] and _of_another(units[at], units[other], rarity)
        )
        for at in range(len(units))
    ]


def borrowed(here: Manners, foreign: Mapping[int, int]) -> set[int]:
    """The places of units that begin as untrusted lines do, and go on so. `foreign` counts documents by runs of these.

    A run is of others if it stands there more often than in what is borne out. What a unit says may be borne out by
    chance, where a stranger speaks of something known: that does not clear it, a mark or a record does.
    """
    ours = Counter(chain.from_iterable(compress(here.held, here.borne)))
    theirs = {run for run, times in foreign.items() if times > ours[run] or times == ours[run] > 1}
    suspect = [at for at, held in enumerate(here.held) if not theirs.isdisjoint(held)]
    return {at for at in suspect if not _vouched(here.units[at]) and _in_words_of(theirs, here.found[at])}


def _in_words_of(others: Set[int], found: Sequence[int]) -> bool:
    return found[0] in others and share(found, others) >= BORROWED


def _echo(borne: Iterable[bool]) -> Echo:
    told = list(borne)
    return Echo(min(told.count(False), MANY) / MANY, bool(told) and not any(told))


def _vouched(unit: Unit) -> bool:
    return bool(unit.form & _SIGNS or unit.slot or unit.owner)


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


def _formed_alike(found: Sequence[int], near: Mapping[int, Sequence[int]]) -> Iterator[int]:
    """Units, its own among them, that share most of a form."""
    shared: dict[int, set[int]] = defaultdict(set)
    for run in found:
        for other in near.get(run, ()):
            shared[other].add(run)
    yield from (other for other in sorted(shared) if share(found, shared[other]) >= ALIKE)


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
