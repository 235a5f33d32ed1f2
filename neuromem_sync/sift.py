"""What a whole workspace says of its units: who writes, what is formula, which formulas are none, and which compete.

Pure: looks at the facts of documents, in columns. Judges no unit's wording (units.py) and compares no two claims
(topics.py).
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import chain, compress

from neuromem_sync.routine import MOST_ALIKE, MOST_SAID, OFTEN, VARIOUS
from neuromem_sync.sheaf import ROUTINES, Facts, Label

SPEAKS = 5  # days on which a label must stand
COMPETE = 6000  # units that are compared with each other at most
_SLOTS = 1 << 23  # at most, of a sketch of how often runs occur: five bytes each

Place = tuple[str, int]
"""A unit: its document, and its place in the facts of that."""
Corrections = Mapping[str, Mapping[int, float]]
"""Shares by document and place."""


def writers(labels: Iterable[Label]) -> frozenset[str]:
    """Labels that lines have day after day: who writes, or a part of the page, not what is written of."""
    days: dict[str, set[int]] = defaultdict(set)
    for name, day in labels:
        days[name].add(day)
    return frozenset(name for name, seen in days.items() if len(seen) >= SPEAKS)


def formulas(facts: Iterable[Facts]) -> set[int]:
    """The runs that stand on days enough.

    Looks twice: at how often a run can be there at most, then exactly at those that can be there often. To count all
    of them would need a kilobyte for every entry.
    """
    by_day: dict[int, list[array[int]]] = defaultdict(list)
    for each in facts:
        for day, found in each.runs_by_day():
            by_day[day].append(found)
    slots = min(_SLOTS, 1 + sum(map(len, chain.from_iterable(by_day.values()))))
    sketch = _sketch(by_day.values(), slots)
    days: Counter[int] = Counter()
    for stretches in by_day.values():
        days.update({run for run in chain.from_iterable(stretches) if sketch[run % slots] == OFTEN})
    return {run for run, count in days.items() if count >= OFTEN}


def _sketch(days: Iterable[Sequence[array[int]]], slots: int) -> bytearray:
    """On how many days, up to OFTEN, runs of each slot stand: no fewer than any one of them does."""
    sketch, last = bytearray(slots), array("I", [0]) * slots
    for number, stretches in enumerate(days, 1):
        for run in chain.from_iterable(stretches):
            slot = run % slots
            if last[slot] != number and sketch[slot] < OFTEN:
                last[slot] = number
                sketch[slot] += 1
    return sketch


def formulas_of(asked: set[int], facts: Iterable[Facts]) -> set[int]:
    """Those of some runs that are formulas."""
    days: dict[int, set[int]] = defaultdict(set)
    open_yet = set(asked)
    for each in facts:
        for day, found in each.runs_by_day():
            for run in open_yet.intersection(found):
                days[run].add(day)
                if len(days[run]) >= OFTEN:
                    open_yet.remove(run)
    return asked - open_yet


def corrected(facts: Mapping[str, Facts]) -> Corrections:
    """How much of a unit is formula, where that is not what its runs say."""
    found: dict[str, dict[int, float]] = defaultdict(dict)
    for path, place in _restated(facts):
        found[path][place] = 0.0
    for path, place in _measured(facts):
        found[path][place] = 1.0
    return found


def _restated(facts: Mapping[str, Facts]) -> Iterator[Place]:
    """Formulas that are none: one value, said again and again in more than one form."""
    said = Counter(chain.from_iterable(compress(each.keys, each.shares) for each in facts.values()))
    few = {key for key, count in said.items() if key and 1 < count <= MOST_SAID}
    groups: dict[int, list[tuple[int, Place]]] = defaultdict(list)
    for path, each in facts.items():
        if not few.isdisjoint(each.keys):
            for place, key in enumerate(each.keys):
                if key in few and each.shares[place]:
                    groups[key].append((each.forms[place], (path, place)))
    for group in groups.values():
        if _in_other_forms(group):
            yield from (place for _, place in group)


def _measured(facts: Mapping[str, Facts]) -> Iterator[Place]:
    """Forms that have another value every time: what is measured, not what holds."""
    given = set(chain.from_iterable(each.given for each in facts.values())) - {0}
    values = Counter(pair >> 32 for pair in given)
    forms = {form for form, count in values.items() if count >= VARIOUS}
    for path, each in facts.items():
        if not forms.isdisjoint(each.forms):
            yield from ((path, place) for place, form in enumerate(each.forms) if form in forms)


def _in_other_forms(group: Sequence[tuple[int, Place]]) -> bool:
    forms = Counter(form for form, _ in group)
    return len(forms) > 1 and max(forms.values()) <= MOST_ALIKE


def competing(facts: Mapping[str, Facts], other: Corrections, most: int = COMPETE) -> tuple[list[Place], int]:
    """The units that are no routine, if they are too many the best by themselves, then the newest; and how many are."""
    ranks = {path: each.ranked(other[path]) if path in other else each.ranks for path, each in facts.items()}
    routine = sum(each.count(ROUTINES) for each in ranks.values())
    best = nlargest(most, filter(None, chain.from_iterable(ranks.values())))
    last = best[-1] if len(best) == most else ROUTINES + 1
    high = [(path, each) for path, each in ranks.items() if each and max(each) >= last]
    above = [(path, place) for path, each in high for place, rank in enumerate(each) if rank > last]
    level = [(path, place) for path, each in high for place, rank in enumerate(each) if rank == last]
    return sorted(above + sorted(level)[: most - len(above)]), routine
