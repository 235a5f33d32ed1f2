"""What is told on each day of a life: its sections, each of one agent, with facts and noise strewn over them.

Writes no Markdown; see logs.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.lives.dice import Dice
from benchmarks.lives.facts import DAYS
from benchmarks.lives.others.blocks import Item
from benchmarks.lives.others.noise import Source
from benchmarks.lives.others.plan import Planted
from benchmarks.lives.truth import Noise

LINES, TIED, BEATS, FOREIGN = (14, 17), (1, 3), (1, 2), (2, 3)
"""Of noise a day, least and most: of all, about facts' subjects, heartbeats, texts of others."""
WITHDRAWN = 9
"""Statements of a life that are taken back the next day."""
AT_HOME = 0.8
"""Share of facts that the agent writes whom they concern."""
LATE, TYPED, REPORTED = 0.12, 0.1, 0.2
"""Share of facts below the evening's heading, of days with more lines of the owner, with a hostile line retold."""
FOREIGN_KINDS = ("hostile", "region", "page", "quote", "tool")
"""Kinds that stand apart from an agent's own lines unless it retells them."""


@dataclass(slots=True)
class Section:
    """Of one agent, by number."""

    agent: int
    items: list[Item] = field(default_factory=list)
    outside: list[Noise] = field(default_factory=list)
    beats: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.items or self.outside or self.beats)


@dataclass(slots=True)
class Day:
    """Sections from morning to evening, what the owner types, and what stands below the evening's heading."""

    sections: list[Section] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    late: list[Item] = field(default_factory=list)


class Sections:
    """Draws the days of a life. `mode` is one of style.MODES."""

    def __init__(self, mode: str, source: Source, dice: Dice) -> None:
        self._mode = mode
        self._source = source
        self._dice = dice
        self._withdrawn: dict[int, list[Noise]] = defaultdict(list)

    def days(self, planted: Sequence[Planted]) -> Iterator[Day]:
        """In order."""
        for first in self._dice.shuffled(range(DAYS - 1))[:WITHDRAWN]:
            for number, noise in enumerate(self._source.withdrawn(), first):
                self._withdrawn[number].append(noise)
        for number in range(DAYS):
            self._source.wake()
            day = Day([Section(agent) for agent in self._agents()])
            self._fill(day, self._withdrawn[number])
            self._plant(day, [each for each in planted if any(saying.day == number for saying in each.sayings)], number)
            yield day

    def _agents(self) -> list[int]:
        """The agent of each section."""
        order = self._dice.shuffled(range(3))
        if self._mode == "day":
            return order[:1] * self._dice.between(3, 4)
        if self._mode == "duty":
            return order[:2]
        if self._mode == "files":
            return [0, 0, 1, 1, 2, 2]
        return [self._dice.below(3) for _ in range(self._dice.between(3, 4))]

    def _fill(self, day: Day, withdrawn: Sequence[Noise]) -> None:
        """Noise, up to a full day."""
        foreign = [self._source.outside() for _ in range(self._dice.between(*FOREIGN))]
        own = [*withdrawn, *(self._source.tied() for _ in range(self._dice.between(*TIED)))]
        told = [self._source.reported()] if self._dice.chance(REPORTED) else []
        beats = self._dice.between(*BEATS)
        count = self._dice.between(*LINES) - len(own) - len(told) - sum(map(len, foreign)) - beats
        for noise in (*own, *(self._source.inside() for _ in range(count))):
            self._put(self._dice.pick(day.sections), noise)
        for noise in told:
            self._dice.pick(day.sections).items.append(Item(noise.kind, noise.text))
        for noises in foreign:
            self._dice.pick(day.sections).outside += noises
        for _ in range(beats):
            self._dice.pick(day.sections).beats.append(self._source.heartbeat().text)
        for section in day.sections:
            section.items = self._dice.shuffled(section.items)

    def _put(self, section: Section, noise: Noise) -> None:
        if noise.kind in FOREIGN_KINDS:
            section.outside.append(noise)
        else:
            section.items.append(Item(noise.kind, noise.text))

    def _plant(self, day: Day, planted: Sequence[Planted], number: int) -> None:
        """Facts between the noise, a few below the evening's heading or typed by the owner."""
        for each in planted:
            for saying in (saying for saying in each.sayings if saying.day == number):
                item = Item("fact", saying.text)
                if saying.typed:
                    day.typed.append(saying.text)
                elif self._dice.chance(LATE):
                    day.late.append(item)
                else:
                    items = self._section(day, each.topic.desk).items
                    items.insert(self._dice.below(len(items) + 1), item)
        if day.late:
            noise = self._source.inside()
            day.late.insert(self._dice.below(len(day.late) + 1), Item(noise.kind, noise.text))
        if day.typed or self._dice.chance(TYPED):
            day.typed += [self._source.typed().text for _ in range(self._dice.between(1, 2))]

    def _section(self, day: Day, desk: int | None) -> Section:
        own = [section for section in day.sections if section.agent == desk]
        return self._dice.pick(own if own and self._dice.chance(AT_HOME) else day.sections)
