"""A vocabulary to write with: real words on top, pseudo words below, used as often as Zipf's law has it.

Knows nothing of Markdown.
"""

from __future__ import annotations

from itertools import accumulate
from random import Random

FUNCTION_WORDS = """
    the of and to in a is that for it was on with as we at this by from not are be have or an which but had were they
    after before when then now so if there all more also into than them can only some out up over our its one two
""".split()
REAL_WORDS = """
    gateway deploy index review memory latency budget meeting release customer backup schema migration ticket report
    design test branch server client queue worker cache query token session login invoice garden recipe train flight
    doctor dentist birthday holiday guitar piano coffee kitchen window bicycle river mountain library museum lecture
    paper draft chapter reader editor printer camera battery charger router firewall cluster container image volume
    network packet timeout retry error warning failure incident outage alert metric graph table column row document
    folder archive summary agenda minutes decision goal project loop task blocker owner deadline estimate plan
    experiment result sample dataset model prompt answer question note idea draft sketch prototype feature request
    morning evening monday friday spring winter berlin lisbon oslo vienna prague kyoto lima cairo
    fixed moved wrote called asked found changed added removed checked planned finished started talked agreed waited
    slow fast broken stable new old small large quiet open closed ready late early green red blue warm cold
""".split()
_ONSETS = "b br c ch d dr f fl g gr h j k l m n p pl pr qu r s sh sk st t th tr v w z".split()
_VOWELS = "a a a e e e e i i i o o o u u ai ea ee oo ou".split()
_CODAS = ("", "", "", "", "", "", "", "l", "m", "n", "nd", "r", "rn", "s", "st", "t", "x", "ck", "mp")
EXPONENT = 1.07
"""Zipf's exponent: that of English prose lies between 1.0 and 1.1."""


class Vocabulary:
    """Words by falling frequency. Draws are made by a `Random` of one's own, so that texts can be repeated."""

    def __init__(self, dice: Random, size: int = 30_000) -> None:
        self._dice = dice
        words = dict.fromkeys(FUNCTION_WORDS + REAL_WORDS)
        while len(words) < size:
            words[self.coin()] = None
        self.words = list(words)
        self._weights = list(accumulate(1 / (rank + 3) ** EXPONENT for rank in range(size)))

    def coin(self) -> str:
        """A pseudo word, English to the ear; one that is new with any luck."""
        pick = self._dice.choices
        parts = (pick(_ONSETS)[0] + pick(_VOWELS)[0] + pick(_CODAS)[0] for _ in range(pick((1, 2, 3), (1, 6, 3))[0]))
        return "".join(parts)

    def draw(self, count: int) -> list[str]:
        """As many words as a text of that length would have, the common ones often."""
        return self._dice.choices(self.words, cum_weights=self._weights, k=count)

    def middling(self, count: int) -> list[str]:
        """Words that are neither common nor rare: each in some tens of entries of 100,000."""
        return self._dice.choices(self.words[3_000:12_000], k=count)
