"""Which facts a life holds, with which values, and when they are said in which words.

Neither dresses nor places a sentence; see style.py and days.py for that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from benchmarks.lives.dice import Dice
from benchmarks.lives.facts import CHANGING, DAYS, FACTS, KNOWN, plain_matches
from benchmarks.lives.others.cast import Cast
from benchmarks.lives.others.style import Style
from benchmarks.lives.others.words import Topic, Words
from benchmarks.lives.phrases import Slot
from benchmarks.lives.truth import Fact, pattern

ONCE, OFTEN = 10, FACTS - CHANGING - 10
"""How many of the facts that stay are said only once, and how many more often."""
TIMES = (2, 2, 3, 3, 4, 5)
"""How often these are said."""
OUTRIGHT = 0.6
"""Share of changes that name the value before."""
TYPED = 0.06
"""Share of sayings that the owner types."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A fact's sentence on a day. `current`: with the value that holds at the end; `typed` by the owner."""

    day: int
    text: str
    current: bool
    typed: bool


@dataclass(frozen=True, slots=True)
class Planted:
    """A topic with its values in the order they held; `others` never held. `stated`: what MEMORY.md says of it."""

    topic: Topic
    fact: Fact
    values: tuple[Words, ...]
    others: tuple[Words, ...]
    sayings: tuple[Saying, ...] = ()
    stated: str = ""

    @property
    def texts(self) -> list[str]:
        return [*(saying.text for saying in self.sayings), *filter(None, [self.stated])]

    def clashes(self, other: Planted) -> bool:
        """Whether a sentence of one would be taken for the other."""
        return any(plain_matches([self.fact], text) for text in other.texts)


Plant = Callable[[Topic], Planted]


class Plan:
    """Draws the facts of one life."""

    def __init__(self, cast: Cast, style: Style, dice: Dice) -> None:
        self._cast = cast
        self._style = style
        self._dice = dice

    def facts(self, topics: Sequence[Topic]) -> list[Planted]:
        """Forty facts, ten of them changing, and eight that the workspace's own files state."""
        chosen: list[Planted] = []
        left = self._dice.shuffled([topic for topic in topics if topic.variant in ("", self._cast.variant)])
        self._take([topic for topic in left if topic.moved and len(topic.values) > 2], chosen, CHANGING, self._changing)
        self._take(left, chosen, ONCE, lambda topic: self._staying(topic, 1))
        self._take(left, chosen, OFTEN, lambda topic: self._staying(topic, self._dice.pick(TIMES)))
        self._take(left, chosen, KNOWN, self._known)
        return chosen

    def _take(self, topics: Sequence[Topic], chosen: list[Planted], count: int, plant: Plant) -> None:
        """Add facts, none of whose sentences would be taken for another."""
        names, wanted = {each.topic.name for each in chosen}, len(chosen) + count
        for topic in topics:
            if len(chosen) == wanted:
                return
            planted = plant(topic) if topic.name not in names else None
            if planted and not any(planted.clashes(each) or each.clashes(planted) for each in chosen):
                chosen.append(planted)
        if len(chosen) < wanted:
            raise ValueError(f"{wanted - len(chosen)} topics too few")

    def _planted(self, topic: Topic, *, changing: bool = False, known: bool = False) -> Planted:
        drawn = self._dice.shuffled([tuple(map(self._cast.say, value)) for value in topic.values])
        held = tuple(drawn[: 1 + changing])
        fact = Fact(
            name=topic.name,
            kind=topic.kind,
            known=known,
            subject=tuple(map(self._cast.recognised, topic.recognised)),
            value=_recognised(topic, held[-1]) if held else self._cast.recognised(topic.always),
            old=tuple(_recognised(topic, value) for value in held[:-1]),
        )
        return Planted(topic, fact, held, tuple(drawn[1 + changing :]))

    def _staying(self, topic: Topic, times: int) -> Planted:
        planted = self._planted(topic)
        return self._repeated(planted, self._dice.shuffled(topic.said), times)

    def _known(self, topic: Topic) -> Planted:
        """Said in other words than in MEMORY.md."""
        planted = self._planted(topic, known=True)
        first, *rest = self._dice.shuffled(topic.said)
        fresh = [first, *rest] if topic.stated else rest
        planted = replace(planted, stated=self._worded(topic.stated or first, planted, -1))
        return self._repeated(planted, fresh, self._dice.between(1, 3))

    def _repeated(self, planted: Planted, fresh: Sequence[str], times: int) -> Planted:
        """Said on so many days, in other words each time."""
        once = times == 1 and not planted.fact.known
        said = zip(self._days(0, DAYS - 1, times), fresh, strict=False)
        return replace(planted, sayings=tuple(self._saying(planted, day, each, -1, once=once) for day, each in said))

    def _changing(self, topic: Topic) -> Planted:
        """Said before and after its change; the first saying after it may name both values."""
        planted = self._planted(topic, changing=True)
        fresh = iter(self._dice.shuffled(topic.said))
        change, before = self._dice.between(28, 72), self._dice.pick((1, 1, 2, 2))
        earlier = self._days(0, change - 2, before)
        later = [change, *self._days(change + 2, DAYS - 1, self._dice.pick((0, 1, 1, 2)))]
        first = self._dice.pick(topic.moved) if self._dice.chance(OUTRIGHT) else next(fresh)
        sayings = [self._saying(planted, day, next(fresh), 0) for day in earlier]
        sayings.append(self._saying(planted, change, first, -1))
        sayings += [self._saying(planted, day, each, -1) for day, each in zip(later[1:], fresh, strict=False)]
        return replace(planted, sayings=tuple(sayings))

    def _saying(self, planted: Planted, day: int, template: str, at: int, *, once: bool = False) -> Saying:
        text, typed = self._worded(template, planted, at), self._dice.chance(TYPED)
        text = self._style.typed(text) if typed else self._style.dressed(text, once=once)
        return Saying(day, text, at == -1, typed)

    def _worded(self, template: str, planted: Planted, at: int) -> str:
        slots: dict[str, Slot] = {"v": planted.values[at], "old": planted.values[0]} if planted.values else {}
        return self._cast.say(template, slots)

    def _days(self, first: int, end: int, count: int) -> list[int]:
        return sorted(self._dice.shuffled(range(first, end))[:count])


def _recognised(topic: Topic, value: Words) -> str:
    return topic.patterns.get(value[0]) or pattern(value)


def said(planted: Planted) -> Fact:
    """The fact with the wordings of its current value."""
    return replace(planted.fact, said=tuple(saying.text for saying in planted.sayings if saying.current))
