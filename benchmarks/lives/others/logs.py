"""A day's logs as Markdown: title, headings, the agents' lines, text of others, the owner's lines, the evening.

Draws no fact and no noise but a table of numbers; writes no file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from benchmarks.lives.dice import Dice
from benchmarks.lives.others.blocks import Blocks, Item
from benchmarks.lives.others.cast import Cast
from benchmarks.lives.others.noise import Source
from benchmarks.lives.others.outside import Outside
from benchmarks.lives.others.sections import Day, Section
from benchmarks.lives.others.style import Style

FIGURES, TABLED = 0.1, 0.5
"""Shares of days with a table of the day's numbers, and of sections with several that have a table of them."""


class Logs:
    """Of one life."""

    def __init__(self, cast: Cast, style: Style, source: Source, outside: Outside, dice: Dice) -> None:
        self._cast = cast
        self._style = style
        self._source = source
        self._outside = outside
        self._dice = dice
        self._blocks = Blocks(style, dice)

    def of(self, day: Day, when: date) -> Iterator[tuple[str, list[str]]]:
        """Path and lines of each log of a day; the first agent's also holds what is nobody's own."""
        minutes = sorted(6 * 60 + self._dice.below(16 * 60) for _ in range(len(day.sections) + 1))
        at = self._dice.below(len(minutes))
        owners = list(self._owners(day.typed, minutes.pop(at)))
        timed = list(zip(day.sections, minutes, strict=True))
        closing = [*self._evening(day.late), *self._figures()]
        if self._style.mode != "files":
            lines = [*self._sections(timed[:at]), *owners, *self._sections(timed[at:]), *closing]
            yield f"memory/{when}.md", [*self._title(when, day.sections), *lines]
            return
        for number, agent in enumerate(self._cast.agents):
            own = [(section, minute) for section, minute in timed if section.agent == number]
            lines = [*self._title(when, [section for section, _ in own]), *self._sections(own)]
            slug = f"-{agent.lower()}" if number else ""
            yield f"memory/{when}{slug}.md", lines if number else [*lines, *owners, *closing]

    def _title(self, when: date, sections: Sequence[Section]) -> list[str]:
        numbers = sorted({section.agent for section in sections})
        named = numbers if self._style.mode in ("files", "day", "duty") else []
        return [self._style.title(when, [self._cast.agents[number] for number in named]), ""]

    def _sections(self, timed: Sequence[tuple[Section, int]]) -> Iterator[str]:
        for section, minute in timed:
            if not section.empty:
                yield from self._section(section, minute)

    def _section(self, section: Section, minute: int) -> Iterator[str]:
        agent, role = self._cast.agents[section.agent], self._cast.roles[section.agent]
        before = self._style.before(agent, minute)
        if heading := self._style.heading(agent, role, minute):
            yield from (heading, "")
        numbers = [item for item in section.items if item.kind == "metric"]
        tabled = numbers if len(numbers) > 1 and self._dice.chance(TABLED) else []
        yield from self._blocks.lines([item for item in section.items if item not in tabled], before)
        yield from self._numbered(tabled)
        yield from self._outside.lines(section.outside, before)
        for beat in section.beats:
            yield from (("" if self._dice.chance(0.6) else f"{self._style.bullet} ") + beat, "")

    def _numbered(self, items: Sequence[Item]) -> Iterator[str]:
        if items:
            yield from (f"| # | {self._style.any('figured')} |", "|---|---|")
            yield from (f"| {number} | {item.text} |" for number, item in enumerate(items, 1))
            yield ""

    def _owners(self, typed: Sequence[str], minute: int) -> Iterator[str]:
        """A single line stands as it is."""
        if typed:
            bullet = "- " if len(typed) > 1 else ""
            yield from (self._style.by_owner(minute), "", *(f"{bullet}{text}" for text in typed), "")

    def _evening(self, late: Sequence[Item]) -> Iterator[str]:
        if late:
            yield from (self._style.evening(), "", *(f"{self._style.bullet} {item.text}" for item in late), "")

    def _figures(self) -> Iterator[str]:
        if self._dice.chance(FIGURES):
            drawn = self._dice.shuffled(self._style.all("figures"))[:3]
            rows = [f"| {name} | {self._dice.between(2, 4000)} |" for name in drawn]
            yield from ("| what | today |", "|---|---|", *(self._source.note("metric", row).text for row in rows), "")
