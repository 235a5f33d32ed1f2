"""Which units say the same thing in other words: links between them, and the topics these links hold together.

Compares only units that share a rare word. Does not decide which of a topic's members still holds (standing.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from neuromem_sync.measures import types
from neuromem_sync.rarity import Rarity, slots
from neuromem_sync.units import Unit
from neuromem_sync.wording import wording

SHARED = 0.6  # weight that two units must share at least: two rare words
SLOT = 0.5  # what it adds that both give a value of one type to one word
DISPUTED = 0.5  # share of the words of the lighter of two that give different values
SPOKEN_OF = 2  # units that have a word, from which it is a subject
LINKED = 0.4  # share of the lighter unit's weight
IDENTIFIED = 0.6  # likeness of two units that name the same path, address or code
FRAMED = 0.3  # weight of what two units say alike of different names
MOSTLY = 0.4  # share that it is of the longer
ONLY_HERE = 6  # units that have a name, up to which all speak of one thing
RAREST = 6  # words of a unit by which others are looked for
WORTH_A_LOOK = 0.25  # weight of the rare words that both have
CROWD = 20  # units before it that have a word, with which a further one is compared

Link = tuple[float, int, int]


def features(unit: Unit) -> frozenset[str]:
    return frozenset(unit.stems) | frozenset(unit.values)


def links(units: Sequence[Unit], rarity: Rarity) -> list[Link]:
    """Pairs that say the same, best first: their likeness from 0 to 1, and the places of both."""
    held = [features(unit) for unit in units]
    weights = list(map(rarity.weigh, held))
    found = []
    for one, other in _pairs(held, rarity):
        both = held[one] & held[other]
        if not _worth_a_look(units[one], units[other], both):
            continue
        share = _likeness(units[one], units[other], both, (weights[one], weights[other]), rarity)
        if share >= LINKED:
            found.append((share, one, other))
    found.sort(key=lambda link: (-link[0], link[1], link[2]))
    return found


def alike(one: Unit, other: Unit, rarity: Rarity) -> bool:
    """Whether two units say the same, and neither a value or a name instead of the other's."""
    both = features(one) & features(other)
    if disputed(one, other) or renamed(one, other, rarity) or not _worth_a_look(one, other, both):
        return False
    weights = (rarity.weigh(features(one)), rarity.weigh(features(other)))
    return _likeness(one, other, both, weights, rarity) >= LINKED


def _worth_a_look(one: Unit, other: Unit, both: frozenset[str]) -> bool:
    """Whether two units share more than one word that neither gives a value to."""
    return len(both) > 1 or bool(one.values and other.values) or _capital(one, other)


def _likeness(one: Unit, other: Unit, both: frozenset[str], weights: tuple[float, float], rarity: Rarity) -> float:
    """How far two units say the same; 0.0 for two that share one word and nothing it is given."""
    if renamed(one, other, rarity):
        return IDENTIFIED
    same = frozenset(slots(one)).intersection(slots(other)) if one.values and other.values else frozenset()
    shared = rarity.weigh(both) + SLOT * max(map(rarity.weight, same), default=0.0)
    if shared < SHARED or (not same and _one_word(both)) or apart(one, other, rarity):
        return 0.0
    differing = disputed(one, other)
    if differing and (_of_two(one, other, rarity) or not _same_matter(one, other, rarity)):
        return 0.0
    if any(value.startswith("id=") and value in other.values for value in one.values):
        return IDENTIFIED
    lighter = min(_without(unit, weight, differing, rarity) for unit, weight in zip((one, other), weights, strict=True))
    return shared / (lighter or 1.0)


def only_here(word: str, rarity: Rarity) -> bool:
    """Whether it is a name that hardly any line has: those that have it speak of one thing."""
    return "=" not in word and rarity.proper(word) and rarity.held(word) <= ONLY_HERE


def capitals(unit: Unit) -> tuple[str, ...]:
    return (*unit.named, unit.first) if unit.first else unit.named


def _one_word(both: frozenset[str]) -> bool:
    return len(both) == 1 and not any("=" in feature for feature in both)


def _of_two(one: Unit, other: Unit, rarity: Rarity) -> bool:
    """Whether each speaks of something the other does not, which is spoken of elsewhere too: two ports of two hosts."""
    left, right = frozenset(one.stems), frozenset(other.stems)
    return all(any(rarity.held(stem) >= SPOKEN_OF for stem in only) for only in (left - right, right - left))


def _same_matter(one: Unit, other: Unit, rarity: Rarity) -> bool:
    """Whether two that give different values share most of the words of one of them."""
    left, right = frozenset(one.stems), frozenset(other.stems)
    least = min(rarity.weigh(left), rarity.weigh(right))
    return rarity.weigh(left & right) >= DISPUTED * least


def _without(unit: Unit, weight: float, differing: frozenset[str], rarity: Rarity) -> float:
    """The weight of a unit but for the values in which it differs: those are what may have changed."""
    if not differing:
        return weight
    return weight - rarity.weigh(value for value in unit.values if value.rpartition("=")[0] in differing)


def _pairs(held: Sequence[frozenset[str]], rarity: Rarity) -> Iterator[tuple[int, int]]:
    """Pairs that share a word which is rare in one of them, each once."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(held):
        rarest = sorted(each, key=lambda word: (-rarity(word), word))[:RAREST]
        shared: dict[int, float] = defaultdict(float)
        for feature in rarest:
            for other in places[feature][-CROWD:]:
                shared[other] += rarity.weight(feature)
            places[feature].append(at)
        yield from ((other, at) for other, weight in sorted(shared.items()) if weight >= WORTH_A_LOOK)


def apart(one: Unit, other: Unit, rarity: Rarity) -> bool:
    """Whether each names somebody the other does not, and a value the other has not: two facts of one kind."""
    if one.slot and other.slot and one.slot != other.slot and not _one_attribute(one.slot, other.slot):
        return True
    left, right = named(one, rarity), named(other, rarity)
    if not left - right or not right - left:
        return False
    return bool(disputed(one, other)) or not left & right


def _one_attribute(one: str, other: str) -> bool:
    """Whether one of two attributes says all that the other says, and that is more than a word."""
    fewer, more = sorted((_words_of(one), _words_of(other)), key=len)
    return len(fewer) > 1 and fewer <= more


def named(unit: Unit, rarity: Rarity) -> frozenset[str]:
    return rarity.names.intersection(unit.stems)


def renamed(one: Unit, other: Unit, rarity: Rarity) -> bool:
    """Whether both say the same of different names: `the supplier is A`, `the supplier stays B`.

    Not if both begin with their name: then it is what they speak of. Nor if they give different values.
    """
    if not _capital(one, other):
        return False
    left, right = _called(one, rarity), _called(other, rarity)
    if not left or not right or left & right or (one.first in left and other.first in right):
        return False
    both = frozenset(one.stems) & frozenset(other.stems)
    said, again = both | frozenset(one.stems) - left, both | frozenset(other.stems) - right
    if bool(one.values) != bool(other.values) or disputed(one, other):
        return False
    if _titled(one, again) or _titled(other, said):
        return True
    if said - again and again - said:
        return False
    shared = rarity.weigh(said & again)
    return shared >= FRAMED and shared >= MOSTLY * max(rarity.weigh(said), rarity.weigh(again))


def _titled(unit: Unit, said: frozenset[str]) -> bool:
    """Whether it is an attribute whose label, of two words or more or by itself, another says."""
    label = _words_of(unit.slot.removesuffix("|row").rpartition("|")[2])
    return label <= said and len(label) > (0 if unit.slot.startswith("|") else 1)


@lru_cache(maxsize=4096)
def _words_of(slot: str) -> frozenset[str]:
    """What the words of an attribute mean, or those of its label."""
    return frozenset(wording(slot.removesuffix("|row").replace("_", " ").replace("|", " ")).stems)


def _capital(one: Unit, other: Unit) -> bool:
    return bool((one.named or one.first) and (other.named or other.first))


def _called(unit: Unit, rarity: Rarity) -> frozenset[str]:
    """What it writes as a name; the first word only if it is one elsewhere."""
    return frozenset(filter(rarity.proper, unit.named)) | rarity.names.intersection(capitals(unit))


def disputed(one: Unit, other: Unit) -> frozenset[str]:
    """The types of value of which both have some, and none in common."""
    left, right = values_by_type(one), values_by_type(other)
    return frozenset(kind for kind in left.keys() & right.keys() if left[kind].isdisjoint(right[kind]))


def values_by_type(unit: Unit) -> Mapping[str, set[str]]:
    """What it says in figures, places and dates: each type with its values."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind, plain in types(unit.values):
        found[kind].add(plain)
    return found


def topics(alive: Sequence[int], found: Iterable[Link]) -> list[list[int]]:
    """Units in groups: the best link first, as long as the better half of the links between two groups holds on
    average."""
    members = {at: [at] for at in alive}
    group = {at: at for at in alive}
    likeness = {(one, other): share for share, one, other in found if one in group and other in group}
    for one, other in likeness:
        left, right = group[one], group[other]
        if left != right and _holds(members[left], members[right], likeness):
            for at in members.pop(right):
                members[left].append(at)
                group[at] = left
    return [sorted(each) for _, each in sorted(members.items())]


def _holds(left: Sequence[int], right: Sequence[int], likeness: Mapping[tuple[int, int], float]) -> bool:
    between = sorted(_between(left, right, likeness), reverse=True)
    better = between[: (len(between) + 1) // 2]
    return sum(better) / len(better) >= LINKED


def _between(left: Sequence[int], right: Sequence[int], likeness: Mapping[tuple[int, int], float]) -> Iterator[float]:
    for one in left:
        for other in right:
            yield likeness.get((one, other) if one < other else (other, one), 0.0)
