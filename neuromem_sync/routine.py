"""What recurs in the same form: heartbeats, counts, errands, remarks. Says of each unit how much of it is formula.

A formula is three words in a row, values and names masked, that stand in several units of different days: "ran the
tests", "right now the". A fact restated in other words repeats no such run; a routine line repeats little else. Only
counts of runs are kept, so that a new day adds to them and compares nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from neuromem_sync.lexicon import FUNCTION_WORDS
from neuromem_sync.units import Unit

OFTEN = 4  # days on which a run of words stands, from which it is a formula
MOST_ALIKE, MOST_SAID = 2, 8  # times that a value may be said in one form, and in all, and be no routine
_MASKS = frozenset("0NPTD")
_SPAN = 1 << 24  # more than any day's ordinal: a run's last day and its count of days share one number

VARIOUS = 3  # values in one and the same form, from which it is a measurement

Mask = tuple[str, ...]
Run = tuple[str, str, str]


def routine(units: Sequence[Unit], often: int = OFTEN) -> list[float]:
    """For each unit the share of its words, by weight, that stand in formulas; 0.0 for one without words."""
    days = _days(units)
    shares = [_share(unit.mask, days, often) for unit in units]
    kept = _restated(units, shares)
    metrics = _metrics(units)
    return [1.0 if units[at].mask in metrics else 0.0 if at in kept else share for at, share in enumerate(shares)]


def _metrics(units: Sequence[Unit]) -> set[Mask]:
    """Forms that have another value every time: what is measured, not what holds."""
    given: dict[Mask, set[tuple[str, ...]]] = defaultdict(set)
    for unit in units:
        if unit.values:
            given[unit.mask].add(unit.values)
    return {mask for mask, values in given.items() if len(values) >= VARIOUS}


def _restated(units: Sequence[Unit], shares: Sequence[float]) -> set[int]:
    """Formulas that are none: one value, said again and again in more than one form."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, (unit, share) in enumerate(zip(units, shares, strict=True)):
        if share and (unit.values or unit.named):
            groups[(*unit.values, *unit.named)].append(at)
    kept: set[int] = set()
    for group in groups.values():
        forms = Counter(units[at].mask for at in group)
        if len(forms) > 1 and max(forms.values()) <= MOST_ALIKE and len(group) <= MOST_SAID:
            kept.update(group)
    return kept


def _days(units: Iterable[Unit]) -> dict[Run, int]:
    """On how many days each run occurs, times the span, plus the last of them."""
    held: dict[Run, int] = {}
    for unit in sorted(units, key=_day):
        for run in runs(unit.mask):
            before = held.get(run, 0)
            if before % _SPAN != unit.day or not before:
                held[run] = before - before % _SPAN + _SPAN + unit.day
    return held


def _day(unit: Unit) -> int:
    return unit.day


def runs(mask: Sequence[str]) -> Iterator[Run]:
    """The runs of three in a form, its beginning and its end counting as words."""
    padded = ("^", *mask, "$")
    return zip(padded, padded[1:], padded[2:], strict=False)


def _share(mask: Sequence[str], days: dict[Run, int], often: int) -> float:
    if not mask:
        return 0.0
    covered = [False] * (len(mask) + 2)
    for at, run in enumerate(runs(mask)):
        if days[run] >= often * _SPAN:
            covered[at] = covered[at + 1] = covered[at + 2] = True
    whole = sum(sorted(map(_worth, mask)))
    return sum(sorted(_worth(word) for word, held in zip(mask, covered[1:], strict=False) if held)) / whole


def _worth(word: str) -> float:
    """Words without a subject, and masked ones, say little: `is 0` ends many facts."""
    return 0.25 if word in _MASKS or word in FUNCTION_WORDS else 1.0
