"""The units of a workspace that compete to be promoted, with what all the others say of them.

Pure. What is kept from night to night, so that a crop costs little, is the matter of harvest.py: with it or without it,
equal files give an equal crop.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from itertools import chain, groupby

from neuromem_sync.model import Entry
from neuromem_sync.rarity import Rarity, Tally
from neuromem_sync.sheaf import Facts, Sheaf, bound, threshed
from neuromem_sync.sift import competing, corrected, formulas, writers
from neuromem_sync.units import Unit


@dataclass(frozen=True, slots=True)
class Crop:
    """`units` compete, in the order of paths and lines; `recurs` says how much of each is formula. `backs` take others
    back. `eligible` counts all units that no gate of trust or wording holds, `held` the units that compete no more, and
    `foreign` the documents that have a run of words in what is untrusted."""

    units: list[Unit]
    recurs: list[float]
    backs: list[Unit]
    rarity: Rarity
    eligible: int
    held: Mapping[str, int]
    foreign: Mapping[int, int]


def reaped(entries: Iterable[Entry]) -> Crop:
    """The crop of all entries of a workspace, in any order."""
    ordered = sorted(entries, key=lambda entry: (entry.source.path, entry.source.span.start))
    sheaves = {path: bound(path, group) for path, group in groupby(ordered, lambda entry: entry.source.path)}
    names = writers(label for sheaf in sheaves.values() for label in sheaf.labels())
    facts, tally = {}, Tally()
    for path, sheaf in sheaves.items():
        facts[path], words = threshed(sheaf, names)
        tally.join(words)
    formal = formulas(facts.values())
    for each in facts.values():
        each.reckon(formal)
    return gleaned(facts, sheaves.__getitem__, names, tally)


def gleaned(
    facts: Mapping[str, Facts],
    sheaf: Callable[[str], Sheaf],
    names: Set[str],
    tally: Tally,
) -> Crop:
    """The crop, from the facts of every document; the `sheaf` is asked for where units of it compete."""
    other = corrected(facts)
    places, routine = competing(facts, other)
    chosen: dict[str, list[int]] = defaultdict(list)
    for path, place in places:
        chosen[path].append(place)
    units, recurs, backs = [], [], []
    held = Counter({"routine": routine})
    for path in sorted(facts):
        each = facts[path]
        held.update(each.held)
        if path in chosen or each.backs:
            bundle = sheaf(path)
            backs += [bundle.unit(at, names) for at in each.backs]
            for place in chosen[path]:
                unit = bundle.unit(each.at[place], names)
                units.append(unit)
                recurs.append(other.get(path, {}).get(place, each.shares[place]))
    eligible = sum(len(each.at) for each in facts.values())
    held["crowded"] = eligible - routine - len(units)
    foreign = Counter(chain.from_iterable(each.foreign for each in facts.values()))
    return Crop(units, recurs, backs, Rarity(tally), eligible, +held, foreign)
