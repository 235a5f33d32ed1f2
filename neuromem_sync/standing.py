"""Which claims still stand: what a later value, a change or a withdrawal takes out of force.

Decides between claims that are given; finds no claims. Undated lines neither supersede nor are superseded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from neuromem_sync.claims import Form
from neuromem_sync.rarity import Rarity
from neuromem_sync.topics import disputed, features, renamed, values_by_type
from neuromem_sync.units import Unit

TOLD = 0.8  # weight that a change must share with what it ends: a value and what it is the value of

MEANT = 0.5  # weight that a line which takes something back shares with what it means
FEW = 6  # units that give a value, up to which it is of one thing
COMMON_TYPES = frozenset(("weekday", "month", "date"))
BACK = 7  # days it can reach back


def later(new: Unit, old: Unit) -> bool:
    """Whether `new` was written after `old`. Order within a day is order in a file."""
    if not (new.day and old.day):
        return False
    if new.day != old.day:
        return new.day > old.day
    if new.path == old.path:
        return (new.start, new.order) > (old.start, old.order)
    return bool(new.at and old.at and new.at > old.at)


def superseded(units: Sequence[Unit], topic: Sequence[int], rarity: Rarity) -> dict[int, int]:
    """The members of a topic that no longer hold, each with one that ended it."""
    gone = {}
    for old in topic:
        for new in topic:
            if later(units[new], units[old]) and _ends(units[new], units[old], rarity):
                gone[old] = new
                break
    return gone


def former_values(units: Sequence[Unit], gone: Mapping[int, int]) -> dict[str, int]:
    """Values that were replaced, each with the day of its end."""
    ended: dict[str, int] = {}
    for old, new in gone.items():
        for value in set(units[old].values) - set(units[new].values if not disputed(units[new], units[old]) else ()):
            ended[value] = max(ended.get(value, 0), units[new].day)
    return ended


def mates(units: Sequence[Unit], live: Iterable[int], ended: Mapping[str, int], rarity: Rarity) -> set[int]:
    """Older claims elsewhere that give a value that was replaced, if hardly any other claim gives it."""
    return {
        at
        for at in live
        if any(
            units[at].day < ended[value] and rarity.held(value) <= FEW and value.partition("=")[0] not in COMMON_TYPES
            for value in units[at].values
            if value in ended
        )
        and 0 < units[at].day
    }


def _ends(new: Unit, old: Unit, rarity: Rarity) -> bool:
    """A later value of the same type; or a change that names the old value beside a new one."""
    if disputed(new, old) or renamed(new, old, rarity):
        return True
    told, before = values_by_type(new), values_by_type(old)
    return bool(new.form & (Form.CHANGE | Form.RULE)) and any(
        before[kind] < told[kind] for kind in before.keys() & told.keys()
    )


def by_slot(units: Sequence[Unit], live: Iterable[int]) -> set[int]:
    """Those whose attribute or record has a later value."""
    slots: dict[str, list[int]] = defaultdict(list)
    for at in live:
        if units[at].slot:
            slots[units[at].slot].append(at)
    return {old for group in slots.values() for old in group if any(later(units[new], units[old]) for new in group)}


def by_change(units: Sequence[Unit], live: Sequence[int], rarity: Rarity) -> set[int]:
    """What a later statement of change names as former: it shares the old value and its subject, and has a new one."""
    places: dict[str, list[int]] = defaultdict(list)
    held = {at: features(units[at]) for at in live}
    for at in live:
        for feature in held[at]:
            places[feature].append(at)
    gone = set()
    for new in live:
        if units[new].form & Form.CHANGE:
            gone |= _former(units, new, held, places, rarity)
    return gone


def _former(
    units: Sequence[Unit], new: int, held: dict[int, frozenset[str]], places: dict[str, list[int]], rarity: Rarity
) -> set[int]:
    near = {at for feature in held[new] if len(places[feature]) <= 60 for at in places[feature]}
    return {old for old in near if old != new and later(units[new], units[old]) and _replaces(new, old, units, held, rarity)}


def _replaces(new: int, old: int, units: Sequence[Unit], held: dict[int, frozenset[str]], rarity: Rarity) -> bool:
    shared = sum(sorted(map(rarity.weight, held[new] & held[old])))
    if shared < TOLD:
        return False
    fresh = _particulars(units[new], rarity) - held[old]
    return bool(fresh) and bool(_particulars(units[old], rarity) & held[new])


def _particulars(unit: Unit, rarity: Rarity) -> frozenset[str]:
    """Names and values: what can be one thing now and another thing then."""
    return frozenset(unit.values) | frozenset(unit.named) | rarity.names.intersection(unit.stems)


def taken_back(units: Sequence[Unit], rarity: Rarity) -> set[int]:
    """What a later line takes back: the sentence before it, or lines of the days before it with the same words."""
    gone = set()
    places: dict[str, list[int]] = defaultdict(list)
    backs = [at for at, unit in enumerate(units) if unit.form & Form.RETRACTS]
    wanted = frozenset(feature for at in backs for feature in features(units[at]))
    for at, unit in enumerate(units):
        for feature in sorted(wanted & features(unit)):
            places[feature].append(at)
    for back in backs:
        if back and units[back].order and not units[back - 1].gate:
            gone.add(back - 1)
        gone |= _meant(units, back, places, rarity)
    return gone


def _meant(units: Sequence[Unit], back: int, places: dict[str, list[int]], rarity: Rarity) -> set[int]:
    """The lines it shares most with, of those shortly before it."""
    held = features(units[back])
    near = {
        at for feature in held for at in places[feature] if at != back and 0 <= units[back].day - units[at].day <= BACK
    }
    shared = {at: sum(sorted(map(rarity.weight, held & features(units[at])))) for at in near if not units[at].gate}
    least = max(MEANT, 0.8 * max(shared.values(), default=0.0))
    return {at for at, weight in shared.items() if weight >= least}
