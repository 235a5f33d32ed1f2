"""Which claims still stand: what a later value, a change or a withdrawal takes out of force.

Decides between claims that are given; finds no claims. Undated lines neither supersede nor are superseded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from neuromem_sync.claims import Form
from neuromem_sync.lexicon import FUNCTION_WORDS
from neuromem_sync.rarity import Rarity, slots
from neuromem_sync.succession import later, namesakes, outdone, succeeded
from neuromem_sync.topics import (
    Link,
    apart,
    capitals,
    disputed,
    features,
    only_here,
    renamed,
    values_by_type,
)
from neuromem_sync.units import Unit

MATTER = 0.25  # weight of what a change and what it ends have in common beside the former value

MEANT = 0.3  # weight that a line which takes something back shares with what it means
MOSTLY, AT_ONCE = 0.3, 0.15  # share of what it means that it names: of the days before, and of the day before
SELDOM, HEARD = 5, 40  # units that give a word a value of a type, and that have the word at all
FEW = 6  # units that give a value, up to which it is of one thing
_CHANGING = Form.CHANGE.value | Form.RULE.value
_CHANGE = Form.CHANGE.value
_DEED, _DAY = Form.DEED.value, Form.DAY.value
_RETRACTS = Form.RETRACTS.value
COMMON_TYPES = frozenset(("weekday", "month", "monthday", "date"))
BACK = 7  # days it can reach back
DENIED, SOON = 0.5, 2  # share of a line that its denial names, and days in which it comes
BEHIND = 5  # words behind *not* that tell what is not so
_SHORT = "isn't aren't wasn't weren't doesn't don't didn't won't"
_NOT = frozenset(("not", *_SHORT.split(), *_SHORT.replace("'", "’").split()))


def ended(units: Sequence[Unit], found: Iterable[Link], doubted: Set[int], rarity: Rarity) -> set[int]:
    """The places of units that no longer hold; `found` are the links between those that say the same. What is doubted
    ends nothing, and is not asked for."""
    live = [at for at in range(len(units)) if at not in doubted]
    pairs = [(one, other) for _, one, other in found if one not in doubted and other not in doubted]
    ends = by_change(units, live, rarity) | superseded(units, pairs, rarity)
    valued = succeeded(units, live)
    dead = valued.keys() | ends.keys()
    dead |= outdone(units, [at for at in live if at not in dead], rarity)
    dead |= switched(units, [at for at in live if at not in dead], rarity)
    rest = [at for at in live if at not in dead]
    former = former_values(units, ends)
    for value, day in passed(units, live).items():
        former[value] = max(former.get(value, 0), day)
    dead |= mates(units, rest, former, rarity)
    return dead | namesakes(units, [at for at in live if at not in dead], valued | ends, rarity)


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


def passed(units: Sequence[Unit], live: Sequence[int]) -> dict[str, int]:
    """Values that a change gives beside a new one of their type, and that were given before: each with the day of the
    last change."""
    begun: dict[str, int] = {}
    for unit in sorted((units[at] for at in live), key=lambda unit: -unit.day):
        begun |= dict.fromkeys(unit.values if unit.day else (), unit.day)
    gone: dict[str, int] = {}
    for unit in (units[at] for at in live if units[at].form & _CHANGE and units[at].day):
        for kind, told in values_by_type(unit).items():
            given = {f"{kind}={value}" for value in told}
            old = {value for value in given if begun[value] < unit.day}
            if kind not in COMMON_TYPES and old < given:
                gone |= {value: max(unit.day, gone.get(value, 0)) for value in old}
    return gone


def _replaced(new: Unit, old: Unit) -> set[str]:
    """The values of `old` that `new` replaces: it gives others of the type, or the old beside others."""
    told, before = values_by_type(new), values_by_type(old)
    return {
        f"{kind}={value}"
        for kind in before.keys() & told.keys()
        if before[kind].isdisjoint(told[kind]) or before[kind] < told[kind]
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
    """What was done once ends nothing but what was done, a remark about its day nothing but such remarks."""
    if (_once(new) and not _once(old)) or (_of_its_day(new) and not _of_its_day(old)):
        return False
    return bool(_replaced(new, old)) or renamed(new, old, rarity) or _brings(new, old, rarity)


def _brings(new: Unit, old: Unit, rarity: Rarity) -> bool:
    """Whether a change names something seldom that the old one does not have."""
    if not new.form & _CHANGE:
        return False
    names = (*new.named, *rarity.names.intersection((new.first,)))
    return any(only_here(name, rarity) for name in names if name not in features(old))


def _once(unit: Unit) -> bool:
    return bool(unit.form & _DEED) and not unit.form & _CHANGE


def _of_its_day(unit: Unit) -> bool:
    return bool(unit.form & _DAY) and not unit.form & _CHANGING


def switched(units: Sequence[Unit], live: Sequence[int], rarity: Rarity) -> set[int]:
    """Of what a word is given on few lines: the values that nobody gives any more since another came."""
    labels = {slot for at in live if units[at].slot for slot in slots(units[at])}
    given: dict[str, list[int]] = defaultdict(list)
    for at in live:
        if units[at].day and not _once(units[at]) and not _of_its_day(units[at]):
            for slot in slots(units[at]):
                if slot in labels or rarity.held(slot.partition("~")[0]) <= HEARD:
                    given[slot].append(at)
    typed = [(slot.partition("~")[2], group) for slot, group in given.items() if len(group) <= SELDOM]
    return {old for kind, group in typed for old in _given_up(units, group, kind, rarity)}


def _given_up(units: Sequence[Unit], group: Sequence[int], kind: str, rarity: Rarity) -> Iterator[int]:
    """Of units that give one word values of one type, those whose value ends before the last one begins."""
    said: dict[str, list[int]] = defaultdict(list)
    for at in group:
        told = values_by_type(units[at]).get(kind, set())
        if len(told) == 1:
            said[next(iter(told))].append(at)
    if len(said) < 2:
        return
    last = max(said, key=lambda value: max(units[at].day for at in said[value]))
    new = said[last]
    since = min(units[at].day for at in new)
    for value, places in said.items():
        comparable = value != last and ("/" in value) == ("/" in last)  # a name is no successor of a path
        if comparable and all(units[at].day < since for at in places):
            yield from (at for at in places if not any(_of_two(units[at], units[other], rarity) for other in new))


def _of_two(one: Unit, other: Unit, rarity: Rarity) -> bool:
    """Whether each names something that the other does not."""
    left, right = (frozenset(filter(rarity.proper, capitals(unit))) for unit in (one, other))
    return apart(one, other, rarity) or bool(left - right and right - left)


def by_change(units: Sequence[Unit], live: Sequence[int], rarity: Rarity) -> dict[int, int]:
    """What a later statement names as former, each with that statement: it has the former value and its subject."""
    held = {at: features(units[at]) for at in live}
    wanted = frozenset(word for at in live for word in units[at].former)
    places: dict[str, list[int]] = defaultdict(list)
    for at in live:
        for feature in held[at] & wanted:
            places[feature].append(at)
    gone: dict[int, int] = {}
    for new in (at for at in live if units[at].form & _CHANGE or not units[at].form & _DAY):
        for old in _former(new, units, places, rarity):
            if later(units[new], units[old]) and _was(new, old, units, held, rarity):
                gone[old] = new
    return gone


def _again(new: Unit, old: Unit) -> bool:
    """Whether both give one value, and what is former is none: then one says the other again."""
    return not any("=" in word for word in new.former) and not frozenset(new.values).isdisjoint(old.values)


def _former(new: int, units: Sequence[Unit], places: Mapping[str, list[int]], rarity: Rarity) -> list[int]:
    """Units that have the rarest word of what is former."""
    what = sorted(units[new].former, key=lambda word: (-rarity(word), word))
    return [at for at in places.get(what[0], ()) if at != new] if what else []


def _was(new: int, old: int, units: Sequence[Unit], held: Mapping[int, frozenset[str]], rarity: Rarity) -> bool:
    """Whether `old` says what `new` calls former, of the same thing, and has not what is new."""
    what = frozenset(units[new].former)
    if _again(units[new], units[old]):
        return False
    if rarity.weigh(what & held[old]) < 0.6 * rarity.weigh(what):
        return False
    if all(rarity.proper(word) and rarity.held(word) <= FEW for word in what):
        return True
    matter = (held[new] & held[old]) - what
    return rarity.weigh(matter) >= MATTER


def taken_back(units: Sequence[Unit], backs: Sequence[Unit], rarity: Rarity) -> set[int]:
    """What later lines take back: of the days before them, those with the same words."""
    held = [features(unit) for unit in units]
    wanted = frozenset(feature for back in backs for feature in features(back))
    places: dict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(held):
        for feature in wanted & each:
            places[feature].append(at)
    return {at for back in backs for at in _meant(units, held, back, places, rarity)}


def denied(units: Sequence[Unit], rarity: Rarity) -> set[int]:
    """Lines that one of the next days says are not so, and those that say it: `staging is not on X` ends a mistake."""
    places: dict[tuple[int, str], list[int]] = defaultdict(list)
    for at, unit in enumerate(units):
        if unit.day and not unit.slot and _NOT.isdisjoint(unit.mask):
            for feature in features(unit):
                places[unit.day, feature].append(at)
    gone: set[int] = set()
    for new in (at for at in range(len(units)) if units[at].day and _denies(units[at])):
        shared: Counter[int] = Counter()
        for feature in features(units[new]):
            for day in range(units[new].day - SOON, units[new].day + 1):
                shared.update(places.get((day, feature), ()))
        for old in (at for at, words in shared.items() if words > 1):
            if later(units[new], units[old]) and _denied(units[new], units[old], rarity):
                gone |= {new, old}
    return gone


def _denies(unit: Unit) -> bool:
    return not unit.form & (_CHANGE | Form.MARKED.value) and not _NOT.isdisjoint(unit.mask)


def _denied(new: Unit, old: Unit, rarity: Rarity) -> bool:
    """Whether it says of what another says, in the same words, that it is not so."""
    both = features(new) & features(old)
    enough = rarity.weigh(both) >= DENIED * rarity.weigh(features(old))
    return enough and not disputed(new, old) and _of_it(new.mask, old.mask)


def _of_it(new: Sequence[str], old: Sequence[str]) -> bool:
    """Whether what follows the word for it is what the other says: `please don't move it` denies nothing."""
    said = frozenset(old) - FUNCTION_WORDS
    return any(word in _NOT and not said.isdisjoint(new[at + 1 : at + 1 + BEHIND]) for at, word in enumerate(new))


def _meant(
    units: Sequence[Unit],
    held: Sequence[frozenset[str]],
    back: Unit,
    places: Mapping[str, list[int]],
    rarity: Rarity,
) -> set[int]:
    """The lines it shares most with, of those shortly before it."""
    said = features(back)
    near = {at for word in said for at in places.get(word, ()) if 0 <= back.day - units[at].day <= BACK}
    weights = {at: rarity.weigh(said & held[at]) for at in near}
    shared = {at: weight for at, weight in weights.items() if weight >= MEANT and not disputed(back, units[at])}
    least = 0.8 * max(shared.values(), default=0.0)
    return {at for at, weight in shared.items() if weight >= max(least, _named_of(units[at], back, rarity))}


def _named_of(unit: Unit, back: Unit, rarity: Rarity) -> float:
    """The weight of a unit that a line has to name which takes it back."""
    return (AT_ONCE if back.day - unit.day < 2 else MOSTLY) * rarity.weigh(features(unit))
