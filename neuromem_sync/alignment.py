"""Which lines of a text are still there in another, in order: near linear in their number; pure.

Cuts both at the lines that occur once in either (Bram Cohen's patience diff), again and again, and compares all with
all only what lies between. Knows no text: a line is its digest.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple, TypeAlias

FEW = 2000
"""Lines without one that occurs once, up to which all are compared with all: 2,000 blank ones take a fifth of a second.
Of a longer stretch nothing is found equal but its two ends."""

Lines: TypeAlias = Sequence[bytes]
Pair: TypeAlias = tuple[int, int]


class Run(NamedTuple):
    """`length` lines from `start` on are those of the other text from `first` on."""

    start: int
    first: int
    length: int


class _Stretch(NamedTuple):
    """Lines `start:end` of one text, to be compared with `first:last` of the other."""

    start: int
    end: int
    first: int
    last: int


def runs(before: Lines, after: Lines) -> list[Run]:
    """The lines that both have, in order, no line in two of them."""
    found: list[Run] = []
    waiting = [_Stretch(0, len(before), 0, len(after))]
    while waiting:
        whole = waiting.pop()
        head = _head(before, after, whole)
        tail = _tail(before, after, whole._replace(start=whole.start + head.length, first=whole.first + head.length))
        found += head, tail
        rest = _Stretch(head.start + head.length, tail.start, head.first + head.length, tail.first)
        one, other = before[rest.start : rest.end], after[rest.first : rest.last]
        if anchors := _rising(_once_in_both(one, other)):
            waiting.extend(_between(rest, anchors))
        elif one and other and max(len(one), len(other)) <= FEW:
            found.extend(_compared(one, other, rest))
    return sorted(run for run in found if run.length)


def _head(before: Lines, after: Lines, whole: _Stretch) -> Run:
    length, most = 0, min(whole.end - whole.start, whole.last - whole.first)
    while length < most and before[whole.start + length] == after[whole.first + length]:
        length += 1
    return Run(whole.start, whole.first, length)


def _tail(before: Lines, after: Lines, whole: _Stretch) -> Run:
    length, most = 0, min(whole.end - whole.start, whole.last - whole.first)
    while length < most and before[whole.end - length - 1] == after[whole.last - length - 1]:
        length += 1
    return Run(whole.end - length, whole.last - length, length)


def _once_in_both(one: Lines, other: Lines) -> list[Pair]:
    """Where they stand, in the order of the first."""
    counts, others = Counter(one), Counter(other)
    places = {line: at for at, line in enumerate(other) if others[line] == 1}
    return [(at, places[line]) for at, line in enumerate(one) if counts[line] == 1 and line in places]


def _rising(pairs: Sequence[Pair]) -> list[Pair]:
    """As many of the pairs as can be had with their second numbers rising like the first: patience sorting."""
    tops: list[int] = []
    ends: list[int] = []
    above: list[int] = []
    for at, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        tops[pile : pile + 1], ends[pile : pile + 1] = [place], [at]
        above.append(ends[pile - 1] if pile else -1)
    chain: list[Pair] = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chain.append(pairs[at])
        at = above[at]
    return chain[::-1]


def _between(rest: _Stretch, anchors: Sequence[Pair]) -> Iterator[_Stretch]:
    """The stretches that begin with an anchor, and the one before the first."""
    places = [(0, 0), *anchors, (rest.end - rest.start, rest.last - rest.first)]
    for (at, place), (end, last) in pairwise(places):
        yield _Stretch(rest.start + at, rest.start + end, rest.first + place, rest.first + last)


def _compared(one: Lines, other: Lines, rest: _Stretch) -> Iterator[Run]:
    for at, place, length in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        yield Run(rest.start + at, rest.first + place, length)
