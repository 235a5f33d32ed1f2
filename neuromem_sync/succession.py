"""Which claims have a successor: a later value of the same attribute or record, or a later name for the same thing.

Undated lines neither end a claim nor are ended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from neuromem_sync.claims import Form
from neuromem_sync.rarity import Rarity
from neuromem_sync.topics import capitals, features, only_here
from neuromem_sync.units import Unit

NAMED = 10  # units that have a name, up to which it is asked what else says it
_CHANGE = Form.CHANGE.value


def later(new: Unit, old: Unit) -> bool:
    """Whether `new` was written after `old`. Order within a day is order in a file."""
    if not (new.day and old.day):
        return False
    if new.day != old.day:
        return new.day > old.day
    if new.path == old.path:
        return (new.start, new.order) > (old.start, old.order)
    return bool(new.at and old.at and new.at > old.at)


def succeeded(units: Sequence[Unit], live: Iterable[int]) -> dict[int, int]:
    """Those whose attribute or record has a later value, each with the last."""
    given: dict[str, list[int]] = defaultdict(list)
    for at in live:
        if units[at].slot and units[at].day:
            given[units[at].slot].append(at)
    return {old: new for group in given.values() for old, new in _last(units, group)}


def _last(units: Sequence[Unit], group: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each of a group that one of them ends, with the last that does."""
    newest = sorted(group, key=lambda at: units[at].day, reverse=True)
    for old in group:
        for new in newest:
            if later(units[new], units[old]) and units[new].text != units[old].text:
                yield old, new
                break
            if units[new].day < units[old].day:
                break


def outdone(units: Sequence[Unit], live: Iterable[int], rarity: Rarity) -> set[int]:
    """Lines with a seldom name that a later change names beside a new one, if nobody gives the name any more since."""
    places: dict[str, list[int]] = defaultdict(list)
    for at in live:
        for name in capitals(units[at]):
            if only_here(name, rarity):
                places[name].append(at)
    begun = {name: min(units[at].day for at in group) for name, group in places.items()}
    return {old for name, group in places.items() for old in _outdone(units, name, group, begun)}


def _outdone(units: Sequence[Unit], name: str, group: Sequence[int], begun: Mapping[str, int]) -> Iterator[int]:
    last = max(group, key=lambda at: (units[at].day, bool(units[at].form & _CHANGE)))
    new = units[last]
    held = features(new)
    gone = frozenset(new.former).intersection(capitals(new))
    if gone and name not in gone:  # of the two that it names, the other is the former
        return
    if new.form & _CHANGE and any(begun.get(each) == new.day for each in capitals(new)):
        yield from (old for old in group if later(new, units[old]) and not held <= features(units[old]))


def namesakes(units: Sequence[Unit], live: Iterable[int], gone: Mapping[int, int], rarity: Rarity) -> set[int]:
    """Older claims elsewhere that give the name which was replaced, of the matter in which it was, if nobody gives it
    any more since."""
    places: dict[str, list[int]] = defaultdict(list)
    for at in live:
        if units[at].day:
            for name in capitals(units[at]):
                places[name].append(at)
    return {at for old, new in gone.items() for at in _outnamed(units, units[old], units[new], places, rarity)}


def _outnamed(
    units: Sequence[Unit], old: Unit, new: Unit, places: Mapping[str, list[int]], rarity: Rarity
) -> Iterator[int]:
    """What says a name that `old` has and `new` has not, and a word that both have."""
    has = features(new)
    matter = frozenset(word for word in features(old) & has if not rarity.proper(word))
    for name in capitals(old):
        if name not in has and rarity.proper(name) and rarity.held(name) <= NAMED and later(new, old):
            said = places.get(name, ())
            if not any(later(units[at], new) for at in said):
                yield from (at for at in said if later(new, units[at]) and matter & features(units[at]))
