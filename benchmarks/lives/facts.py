"""The facts of one life: which topics, which values, on which days, said how.

Writes no Markdown; see pages.py for where sentences stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.lives.bank import Bank, Topic, Words
from benchmarks.lives.dice import Dice
from benchmarks.lives.phrases import Slot, drawn
from benchmarks.lives.truth import Fact, pattern, plain

DAYS = 90
FACTS, CHANGING, KNOWN = 40, 10, 8
TIMES_SAID = {1: 6, 2: 7, 3: 5, 4: 2}
"""How often a fact that stays is said, and how many of twenty are."""
FRAMED = 0.25
"""Share of sayings with words put before them, and of those with words put behind them."""
GENERAL = 0.35
"""Share of sayings that use a frame for any noun, where the topic has one."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A fact's sentence on a day. `moved`: it tells that the value changed."""

    day: int
    text: str
    value: Words
    moved: bool = False


@dataclass(slots=True)
class Planted:
    """A topic with its drawn subject; `values` in the order they held; `other` never held."""

    topic: Topic
    x: Words
    values: tuple[Words, ...]
    other: Words
    known: bool = False
    sayings: list[Saying] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.topic.name} {self.x[0]}".strip()

    def slots(self, value: Words) -> dict[str, Slot]:
        return {"v": value, "x": self.x, "other": self.other, "noun": self.topic.noun, "old": self.values[0]}

    def fact(self) -> Fact:
        person = pattern(self.x) if self.x[0] else ""
        return Fact(
            name=self.name,
            kind=self.topic.kind,
            known=self.known,
            subject=tuple(each.replace("{x}", person) for each in self.topic.recognised),
            value=pattern(self.values[-1]),
            old=tuple(pattern(value) for value in self.values[:-1]),
            said=tuple(saying.text for saying in self.sayings if saying.value == self.values[-1]),
        )


def plant(bank: Bank, dice: Dice) -> list[Planted]:
    """Forty facts, ten of them changing, and eight that the workspace's own files state."""
    changing, rest = _split(_instances(bank, dice))
    chosen = [*changing, *rest[: FACTS - CHANGING + KNOWN]]
    for planted in chosen[-KNOWN:]:
        planted.known = True
    return chosen


def _instances(bank: Bank, dice: Dice) -> list[Planted]:
    made = []
    for topic in bank.topics:
        values, subjects = dice.shuffled(topic.values), dice.shuffled(topic.x or (("",),))
        for at in range(topic.times):
            kept = dice.shuffled([value for value in values if value != subjects[at]])
            made.append(Planted(topic, subjects[at], tuple(reversed(kept[:2])), kept[-1]))
            values.remove(kept[0])
    return dice.shuffled(made)


def _split(instances: list[Planted]) -> tuple[list[Planted], list[Planted]]:
    changing = [planted for planted in instances if planted.topic.changes][:CHANGING]
    rest = [planted for planted in instances if not any(planted is other for other in changing)]
    for planted in rest:
        planted.values = planted.values[-1:]
    return changing, rest


class Speaker:
    """Says facts in ever other words."""

    def __init__(self, bank: Bank, dice: Dice, pools: Mapping[str, Slot]) -> None:
        self._bank = bank
        self._dice = dice
        self._pools = pools

    def say(self, planted: Planted) -> None:
        """Give a fact its days and sentences."""
        fresh = self._fresh(planted)
        old, new = planted.values[0], planted.values[-1]
        if len(planted.values) == 1:
            for day in self._days(0, DAYS, self._dice.weighted(TIMES_SAID)):
                planted.sayings.append(Saying(day, self._worded(next(fresh), planted, new), new))
            return
        change = self._dice.between(38, 70)
        for day in self._days(0, change - 6, self._dice.between(1, 2)):
            planted.sayings.append(Saying(day, self._worded(next(fresh), planted, old), old))
        days = [change, *self._days(change + 2, DAYS, self._dice.between(0, 2))]
        for day in days:
            moved = day == change and self._dice.chance(0.6)
            template = self._dice.pick(self._moved(planted)) if moved else next(fresh)
            planted.sayings.append(Saying(day, self._worded(template, planted, new), new, moved))

    def sentence(self, template: str, planted: Planted, value: Words) -> str:
        return drawn(template, {**self._pools, **planted.slots(value)}, self._dice)

    def _days(self, first: int, end: int, count: int) -> list[int]:
        return sorted(self._dice.shuffled(range(first, end))[:count])

    def _fresh(self, planted: Planted) -> Iterator[str]:
        """Templates, each once as long as there are any."""
        own, general = planted.topic.said, self._bank.statements(planted.topic)
        while True:
            mine, frames = self._dice.shuffled(own), self._dice.shuffled(general)
            while mine:
                yield frames.pop() if frames and self._dice.chance(GENERAL) else mine.pop()

    def _moved(self, planted: Planted) -> list[str]:
        general = self._bank.frames["moved"] if planted.topic.noun else ()
        return [*planted.topic.moved, *general]

    def _worded(self, template: str, planted: Planted, value: Words) -> str:
        text = self.sentence(template, planted, value)
        lead, tail = (self._framing(kind) for kind in planted.topic.framing)
        return joined(lead, text.removesuffix(".") + tail + "." * text.endswith("."))

    def _framing(self, kind: str) -> str:
        if not self._dice.chance(FRAMED):
            return ""
        template = self._dice.pick(self._bank.frames[kind])
        return drawn(f"-{template}", self._pools, self._dice)[1:]


LOWERED = frozenset(
    ["The", "Our", "We", "All", "Every", "Each", "Any", "Anything", "On", "For", "In", "A", "An", "No", "If", "After",
     "Nobody", "Nothing", "Never", "Always", "Customers", "Everyone", "Messages", "Images", "To", "From", "There"]
)  # fmt: skip
"""First words that are written small after a comma; a name never is."""


def joined(lead: str, text: str) -> str:
    """Words put before a sentence."""
    first = text.split(" ", 1)[0]
    small = lead.endswith(", ") and first in LOWERED
    return lead + (text[0].lower() + text[1:] if small else text)


def plain_matches(facts: Sequence[Fact], text: str) -> list[Fact]:
    """Facts that a sentence would be taken for, as they are or once were."""
    bare = plain(text)
    return [fact for fact in facts if fact.current(bare) or fact.outdated(bare)]
