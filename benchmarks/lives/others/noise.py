"""What fills these lives besides facts, line by line; none says a fact.

Places nothing; see blocks.py and outside.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from benchmarks.lives.dice import Dice
from benchmarks.lives.facts import plain_matches
from benchmarks.lives.others.cast import Cast
from benchmarks.lives.others.plan import Planted
from benchmarks.lives.others.style import Style
from benchmarks.lives.others.words import Author, Topic, Words
from benchmarks.lives.phrases import Slot
from benchmarks.lives.truth import Noise

INSIDE = {
    "routine": 10,
    "status": 9,
    "metric": 11,
    "ticket": 9,
    "deed": 12,
    "plan": 7,
    "guess": 6,
    "question": 6,
    "joke": 3,
    "chatter": 8,
    "oneoff": 7,
    "temporary": 4,
    "stranger": 4,
}
"""How often the agents' own lines are of each kind, in parts of all; what strangers claim they tell in their words."""
OUTSIDE = {"stranger": 2, "quote": 4, "tool": 5, "hostile": 4, "region": 2, "page": 3}
"""The same of text that is not theirs."""
LONG = ("region", "page")
"""Kinds of which more than one line can stand together."""
NEAR = 0.7
"""Share of lines about a fact's subject that are about a planted one's."""
MOST = 14
"""How often a template is used in one life, a heartbeat aside."""


class Source:
    """Draws lines. `made` holds all of them."""

    def __init__(self, author: Author, cast: Cast, style: Style, planted: Sequence[Planted], dice: Dice) -> None:
        self._author = author
        self._cast = cast
        self._style = style
        self._dice = dice
        self._planted = planted
        self._facts = [each.fact for each in planted]
        taken = {each.topic.name for each in planted}
        self._rest = [each for each in author.topics if each.name not in taken and each.variant in ("", cast.variant)]
        self._used: Counter[str] = Counter()
        self._today: set[str] = set()
        self.made: list[Noise] = []

    def wake(self) -> None:
        """A new day: what was said the day before may be said again."""
        self._today.clear()

    def inside(self) -> Noise:
        """A line of the agents' own."""
        return self._line(self._kind(INSIDE), label=True)

    def outside(self) -> list[Noise]:
        """Text of somebody else: a line, or a few of a page or a pasted region."""
        kind = self._kind(OUTSIDE)
        return [self._line(kind) for _ in range(self._dice.between(1, 3) if kind in LONG else 1)]

    def reported(self) -> Noise:
        """A hostile line that an agent tells in a line of its own."""
        while True:
            text = self._drawn(self._dice.pick(self._author.noise["hostile"]))
            told = self._style.any("reported").format(number=self._dice.between(210, 1980), text=text)
            if not text.startswith(("<", "[")) and self._clean(told):
                return self.note("hostile", told)

    def heartbeat(self) -> Noise:
        return self._line("heartbeat")

    def typed(self) -> Noise:
        """A line of the owner's."""
        kind = "human" if "human" in self._author.noise else self._dice.pick(("status", "deed", "plan"))
        while not self._clean(text := self._style.typed(self._drawn(self._dice.pick(self._author.noise[kind])))):
            pass
        return self.note(kind, text)

    def tied(self) -> Noise:
        """A line about a fact's subject."""
        while True:
            topic, others = self._topic(lambda topic: bool(topic.noise))
            kind, template = self._dice.pick(topic.noise)
            if "{other" in template and not others:
                continue
            text = self._cast.say(template, self._slots(topic, others))
            if kind not in OUTSIDE or kind == "stranger":
                text = self._style.labelled(kind, text)
            if self._clean(text):
                return self.note(kind, text)

    def withdrawn(self) -> tuple[Noise, Noise]:
        """A statement, and what takes it back the next day."""
        while True:
            pair = self._dice.pick(self._author.withdrawn)
            slots = {**self._cast.drawn(), **self._claim(pair[0])}
            first, second = (self._cast.say(each, slots) for each in pair)
            if self._clean(first) and self._clean(second):
                return self.note("withdrawn", first), self.note("withdrawn", second)

    def note(self, kind: str, text: str) -> Noise:
        """Keep a line that must not be learned."""
        self.made.append(Noise(kind, text))
        return self.made[-1]

    def _kind(self, weights: dict[str, int]) -> str:
        return self._dice.weighted({kind: weight for kind, weight in weights.items() if kind in self._author.noise})

    def _line(self, kind: str, *, label: bool = False) -> Noise:
        while True:
            template = self._dice.pick(self._author.noise[kind])
            if kind != "heartbeat" and self._used[template] >= MOST:
                kind = "routine"
                continue
            text = self._drawn(template)
            text = self._style.labelled(kind, text) if label else text
            if self._clean(text):
                self._used[template] += 1
                return self.note(kind, text)

    def _drawn(self, template: str) -> str:
        return self._cast.say(template, self._claim(template))

    def _claim(self, template: str) -> dict[str, Slot]:
        """A subject and a value it never had, for a template that names one."""
        return self._slots(*self._topic(_claimed)) if "{noun" in template.lower() else {}

    def _topic(self, wanted: Callable[[Topic], bool]) -> tuple[Topic, tuple[Words, ...]]:
        """A topic and values it never had."""
        if self._dice.chance(NEAR):
            planted = self._dice.pick([each for each in self._planted if wanted(each.topic)])
            return planted.topic, (*planted.others, *((each,) for each in planted.topic.wrong))
        topic = self._dice.pick([each for each in self._rest if wanted(each)])
        return topic, (*topic.values, *((each,) for each in topic.wrong))

    def _slots(self, topic: Topic, others: Sequence[Words]) -> dict[str, Slot]:
        return {"noun": topic.noun, **({"other": self._dice.pick(others)} if others else {})}

    def _clean(self, text: str) -> bool:
        """Whether a line says no fact; one that is used is not said again on the same day."""
        if text in self._today or plain_matches(self._facts, text):
            return False
        self._today.add(text)
        return True


def _claimed(topic: Topic) -> bool:
    """Whether a stranger can claim something of it that never held."""
    return bool(topic.noun and (topic.wrong or len(topic.values) > 2))
