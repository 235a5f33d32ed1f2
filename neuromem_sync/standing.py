"""Which claims still stand: what a later value, a change or a withdrawal takes out of force.

Decides between claims that are given; finds no claims. Undated lines neither supersede nor are superseded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from neuromem_sync.claims import Form
from neuromem_sync.rarity import Rarity
from neuromem_sync.topics import Link, features, renamed, values_by_type
from neuromem_sync.units import Unit

MATTER = 0.25  # weight of what a change and what it ends have in common beside the former value

MEANT = 0.5  # weight that a line which takes something back shares with what it means
FEW = 6  # units that give a value, up to which it is of one thing
_CHANGING = Form.CHANGE.value | Form.RULE.value
_RETRACTS = Form.RETRACTS.value
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


def ended(units: Sequence[Unit], found: Iterable[Link], rarity: Rarity) -> set[int]:
    """The places of units that no longer hold; `found` are the links between those that say the same."""
    live = range(len(units))
    ends = by_change(units, live, rarity) | superseded(units, [(one, other) for _, one, other in found], rarity)
    dead = by_slot(units, live) | ends.keys()
    rest = [at for at in live if at not in dead]
    return dead | mates(units, rest, former_values(units, ends), rarity)


def superseded(units: Sequence[Unit], pairs: Iterable[tuple[int, int]], rarity: Rarity) -> dict[int, int]:
    """Of pairs that say the same, those that no longer hold, each with one that ended it."""
    gone: dict[int, int] = {}
    for one, other in pairs:
        old, new = (one, other) if later(units[other], units[one]) else (other, one)
        if later(units[new], units[old]) and _ends(units[new], units[old], rarity):
            gone[old] = new
    return gone


def former_values(units: Sequence[Unit], gone: Mapping[int, int]) -> dict[str, int]:
    """Values that were replaced, each with the day of its end."""
    ended: dict[str, int] = {}
    for old, new in gone.items():
        for value in _replaced(units[new], units[old]):
            ended[value] = max(ended.get(value, 0), units[new].day)
    return ended


def _replaced(new: Unit, old: Unit) -> set[str]:
    """The values of `old` that `new` replaces: it gives others of the type, or a change names the old beside others."""
    told, before = values_by_type(new), values_by_type(old)
    change = bool(new.form & (_CHANGING))
    return {
        f"{kind}={value}"
        for kind in before.keys() & told.keys()
        if before[kind].isdisjoint(told[kind]) or (change and before[kind] < told[kind])
        for value in before[kind]
    }


def mates(units: Sequence[Unit], live: Iterable[int], ended: Mapping[str, int], rarity: Rarity) -> set[int]:
    """Older claims elsewhere that give a value that was replaced, and no other, if hardly any other claim gives it."""
    return {at for at in live if units[at].day and any(_outlived(units[at], ended, rarity))}


def _outlived(unit: Unit, ended: Mapping[str, int], rarity: Rarity) -> Iterator[bool]:
    for kind, values in values_by_type(unit).items():
        if kind not in COMMON_TYPES and len(values) == 1:
            value = f"{kind}={next(iter(values))}"
            yield unit.day < ended.get(value, 0) and rarity.held(value) <= FEW


def _ends(new: Unit, old: Unit, rarity: Rarity) -> bool:
    return bool(_replaced(new, old)) or renamed(new, old, rarity)


def by_slot(units: Sequence[Unit], live: Iterable[int]) -> set[int]:
    """Those whose attribute or record has a later value."""
    slots: dict[str, list[int]] = defaultdict(list)
    for at in live:
        if units[at].slot:
            slots[units[at].slot].append(at)
    return {
        old
        for group in slots.values()
        for old in group
        if any(later(units[new], units[old]) and units[new].text != units[old].text for new in group)
    }


def by_change(units: Sequence[Unit], live: Sequence[int], rarity: Rarity) -> dict[int, int]:
    """What a later statement names as former, each with that statement: it has the former value and its subject."""
    held = {at: features(units[at]) for at in live}
    wanted = frozenset(word for at in live for word in units[at].former)
    places: dict[str, list[int]] = defaultdict(list)
    for at in live:
        for feature in held[at] & wanted:
            places[feature].append(at)
    gone: dict[int, int] = {}
    for new in live:
        for old in _former(new, units, places, rarity):
            if later(units[new], units[old]) and _was(new, old, units, held, rarity):
                gone[old] = new
    return gone


def _former(new: int, units: Sequence[Unit], places: Mapping[str, list[int]], rarity: Rarity) -> list[int]:
    """Units that have the rarest word of what is former."""
    what = sorted(units[new].former, key=lambda word: (-rarity(word), word))
    return [at for at in places.get(what[0], ()) if at != new] if what else []


def _was(new: int, old: int, units: Sequence[Unit], held: Mapping[int, frozenset[str]], rarity: Rarity) -> bool:
    """Whether `old` says what `new` calls former, of the same thing, and has not what is new."""
    what = frozenset(units[new].former)
    if sum(sorted(map(rarity.weight, what & held[old]))) < 0.6 * sum(sorted(map(rarity.weight, what))):
        return False
    if all(rarity.proper(word) and rarity.held(word) <= FEW for word in what):
        return True
    matter = (held[new] & held[old]) - what
    return sum(sorted(map(rarity.weight, matter))) >= MATTER


def taken_back(units: Sequence[Unit]) -> set[int]:
    """What a later line takes back: the sentence before it, or lines of the days before it with the same words."""
    gone = set()
    places: dict[str, list[int]] = defaultdict(list)
    backs = [at for at, unit in enumerate(units) if unit.form & _RETRACTS]
    rarity = Rarity(unit for unit in units if not unit.gate) if backs else Rarity(())
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
