"""What recurs in the same form: heartbeats, counts, errands, remarks. Says of a unit how much of it is formula.

A formula is three words in a row, values and names masked, that stand in units of several days: "ran the tests",
"right now the". A fact restated in other words repeats no such run; a routine line repeats little else. Only hashes of
runs are compared: the last bit of each tells whether the word in its middle can do without a subject. Which runs are
formulas is the matter of sift.py.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from itertools import compress
from zlib import crc32

from neuromem_sync.lexicon import FUNCTION_WORDS

OFTEN = 4  # days on which a run of words stands, from which it is a formula
ROUTINE = 0.6  # share of a unit that is formula, from which it is routine
MOST_ALIKE, MOST_SAID = 2, 8  # times that a value may be said in one form, and in all, and be no routine
VARIOUS = 3  # values in one and the same form, from which it is a measurement
_SUBJECTLESS = FUNCTION_WORDS | frozenset("0NPTD")
LITTLE = 0.25  # of a word without a subject, and of a masked one: `is 0` ends many facts


def runs(mask: Sequence[str]) -> list[int]:
    """The runs of three in a form, hashed, one around each word of it: its beginning and its end count as words."""
    words = "\0".join(("^", *mask, "$")).encode("utf-8", "surrogatepass").split(b"\0")
    hashed = map(crc32, map(b" ".join, zip(words, words[1:], words[2:], strict=False)))
    return [run & ~1 | (word in _SUBJECTLESS) for run, word in zip(hashed, mask, strict=True)]


def share(found: Sequence[int], formulas: Set[int]) -> float:
    """How much of a form, by weight of its words, stands in formulas; `found` are its runs."""
    covered = [False] * (len(found) + 2)
    for at, run in enumerate(found):
        if run in formulas:
            covered[at] = covered[at + 1] = covered[at + 2] = True
    worth = [LITTLE if run & 1 else 1.0 for run in found]  # sums of quarters are exact in any order
    return sum(compress(worth, covered[1:])) / (sum(worth) or 1.0)
