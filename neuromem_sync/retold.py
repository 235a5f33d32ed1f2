"""Whether one unit tells again what another tells, though they share hardly a word: by a seldom thing that both name.

Links of whole wordings are the matter of topics.py.
"""

from __future__ import annotations

import re
from functools import lru_cache

from neuromem_sync.measures import figures
from neuromem_sync.rarity import Rarity
from neuromem_sync.topics import ONLY_HERE, apart, capitals, disputed, features, named
from neuromem_sync.units import Unit
from neuromem_sync.wording import wording

DIGITS = 4  # of a number that means one thing even without a word that both have
FIGURED = 10  # units that give a number, whatever of, up to which two that share a word mean one by it
FULL = 4  # units that have a word of a name of two words, up to which they mean one thing by it
LONG = 200  # units of a workspace for each that has a name, from which on the name alone tells that
LARGE = 500  # units of a workspace from which on a value that hardly any gives is known by itself
FILLED = 0.5  # share of the lighter of two attributes or rows that both have, from which they are one
_BESIDE = re.compile(r"(?=(?<!\w)([^\W\d_]+ [^\W\d_]+)(?!\w))")
_COMPOUND = re.compile(r"[^\W\d_]\w*(?:[-_]\w+)+")


def seldom(unit: Unit, rarity: Rarity) -> list[str]:
    """What it has that hardly any unit has."""
    few = [each for each in features(unit) if rarity.held(each) <= ONLY_HERE]
    return [*few, *(f"figure {each}" for each in _seldom_figures(unit, rarity))]


def one_figure(one: Unit, other: Unit, rarity: Rarity) -> bool:
    """Whether both give a number that few units give, whatever of, and share a word: `88 characters`, `column 88`."""
    same = one.values and other.values and _seldom_figures(one, rarity) & _seldom_figures(other, rarity)
    return bool(same) and not frozenset(one.stems).isdisjoint(other.stems) and not apart(one, other, rarity)


def _seldom_figures(unit: Unit, rarity: Rarity) -> frozenset[str]:
    return frozenset(each for each in figures(unit.values) if rarity.given(each) <= FIGURED)


def _one_sum(one: Unit, other: Unit, rarity: Rarity) -> bool:
    """Whether both give a number of four digits that hardly any unit gives, whatever words stand beside it."""
    both = frozenset(figures(one.values)).intersection(figures(other.values))
    large = any(len(each) >= DIGITS and rarity.given(each) <= ONLY_HERE for each in both)
    return large and not apart(one, other, rarity)


def retold(one: Unit, other: Unit, rarity: Rarity) -> bool:
    """Whether both give one seldom value, number or compound, or name one and share a seldom word beside it, or share
    no name but such as hardly any line has: they say one thing."""
    both = features(one) & features(other)
    if one_figure(one, other, rarity):
        return True
    if disputed(one, other):
        return False
    if one.slot and other.slot:
        least = min(rarity.weigh(features(one)), rarity.weigh(features(other)))
        return named(one, rarity) == named(other, rarity) and rarity.weigh(both) >= FILLED * least
    few = frozenset(each for each in both if rarity.held(each) <= ONLY_HERE)
    alone = any(map(_told_alone, few)) and (rarity.of >= LARGE or not frozenset(one.stems).isdisjoint(other.stems))
    if alone and not apart(one, other, rarity):
        return True
    if _one_compound(one, other, few) or _one_sum(one, other, rarity) or _full_name(one, other, few, rarity):
        return True
    if sum("=" in each for each in both) > 1 and not both.isdisjoint(one.stems):
        return True
    names = both & rarity.names
    if names and any("=" not in each and each not in names for each in few):
        return True
    return _one_name(one, other, rarity)


def _one_compound(one: Unit, other: Unit, few: frozenset[str]) -> bool:
    """Whether both have a name with a mark inside, and in it a seldom word: `volatile-ttl`, `begin_utc`."""
    if not few:
        return False
    both = _compounds(one.text) & _compounds(other.text)
    return any(len(each) > 1 and not few.isdisjoint(each) for each in both)


def _full_name(one: Unit, other: Unit, few: frozenset[str], rarity: Rarity) -> bool:
    """Whether both have two words side by side, one a capital's and one that hardly any unit has: `Sofia Lindqvist`,
    `Mr Abara`, `VACUUM FULL`."""
    capital = frozenset(one.named).intersection(other.named)
    if not few or not capital:
        return False
    both = _beside(one.text) & _beside(other.text)
    return any(not capital.isdisjoint(each) and min(map(rarity.held, each)) <= FULL for each in both)


@lru_cache(maxsize=1024)
def _beside(text: str) -> frozenset[tuple[str, ...]]:
    found = (wording(each).stems for each in _BESIDE.findall(text))
    return frozenset(each for each in found if len(each) > 1)


@lru_cache(maxsize=1024)
def _compounds(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(wording(re.sub("[-_]", " ", each)).stems for each in _COMPOUND.findall(text))


def _one_name(one: Unit, other: Unit, rarity: Rarity) -> bool:
    """Whether each name that both have is seldom, and one of them names something inside a sentence. In a short log
    every name is seldom."""
    shared = frozenset(filter(rarity.proper, capitals(one))).intersection(capitals(other))
    inside = shared.intersection((*one.named, *other.named))
    most = min(ONLY_HERE, rarity.of // LONG)
    return bool(inside) and all(rarity.held(name) <= most for name in shared)


def _told_alone(feature: str) -> bool:
    """Whether it is a value by which one thing is known: no day of the week or the year."""
    return "=" in feature and not feature.startswith(("weekday=", "month=", "monthday=", "date="))
