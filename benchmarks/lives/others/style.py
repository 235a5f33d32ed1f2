"""How one life is laid out: drawn once from what `layouts.toml` offers, so that each life keeps its habits.

Places nothing; see blocks.py, outside.py and days.py.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.lives.dice import Dice
from benchmarks.lives.others.cast import Cast

MODES = ("headings", "prefixes", "files", "duty", "day")
"""Agents are told apart by a section's heading, a name before lines, by file, by turns of two, by turns of one."""
LED, LED_ONCE, BOLD_ONCE, TAILED, UNSTOPPED = 0.13, 0.5, 0.1, 0.1, 0.15
"""Shares of sayings with words before them, of all and of those said once; in bold; with a tail; with no full stop."""
LABELLED = 0.15
SMALL = 0.6
"""Share of lines that an owner of small letters types so."""


@cache
def layouts() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "layouts.toml").read_text(encoding="utf-8"))


class Style:
    """The habits of one life."""

    def __init__(self, seed: int, cast: Cast, dice: Dice) -> None:
        self._dice = dice
        self._cast = cast
        self._given = given = layouts()
        self.mode = MODES[seed % len(MODES)]
        self.bullet: str = dice.pick(given["bullets"])
        self.hashes: str = dice.pick(given["hashes"])
        self.prefix: str = dice.pick(given["prefixes"]) if self.mode == "prefixes" else ""
        self._title: str = dice.pick(given["titles"])
        self._clock: str = dice.pick(given["clocks"])
        self._heading: str = dice.pick(given["headings" if self.mode in ("headings", "duty") else "unnamed"])
        if not self._heading and not self.prefix:
            self._heading = "{h} {t}"
        self._words: list[str] = dice.pick(given["words"])
        self._signed: str = dice.pick(given["signed"])
        self._owner: str = dice.pick(given["owners"])
        self.bare = dice.chance(0.3)
        """Whether paragraphs go without the name that stands before other lines."""
        self._small = dice.chance(0.5)

    def any(self, name: str) -> Any:
        """One of what the layouts offer under a name."""
        return self._dice.pick(self._given[name])

    def all(self, name: str) -> Sequence[str]:
        """All that the layouts offer under a name."""
        return tuple(self._given[name])

    def title(self, when: date, agents: Sequence[str]) -> str:
        """Of a log, with the names of those who write it, where one or two do."""
        text = self._title.format(d=when, weekday=f"{when:%A}", short=f"{when:%a}")
        if self.mode == "duty":
            return text + str(self._given["duty"]).format(all=", ".join(agents))
        return text + self._signed.format(a=agents[0]) if len(agents) == 1 else text

    def heading(self, agent: str, role: str, minute: int) -> str:
        """Of a section; empty in a life without any."""
        word = self._dice.pick(self._words)
        return self._heading.format(h=self.hashes, t=self.clock(minute), a=agent, role=role, word=word)

    def by_owner(self, minute: int) -> str:
        return self._owner.format(h=self.hashes, t=self.clock(minute), a=self._cast.owner)

    def evening(self) -> str:
        return f"{self.hashes} {self.any('evening')}"

    def clock(self, minute: int) -> str:
        return self._clock.format(hour=minute // 60, minute=minute % 60)

    def before(self, agent: str, minute: int) -> str:
        """What stands before an agent's lines, in a life that has it."""
        return self.prefix.format(a=agent, t=self.clock(minute))

    def dressed(self, text: str, *, once: bool) -> str:
        """A saying with words before or behind it; what is said once tells its weight more often."""
        if not text.startswith("**") and self._dice.chance(LED_ONCE if once else LED):
            return self._cast.say(self.any("leads")) + text
        if once and not text.startswith("**") and self._dice.chance(BOLD_ONCE):
            return f"**{text}**"
        if text.endswith(".") and self._dice.chance(TAILED):
            return text[:-1] + self._cast.say(self.any("tails"))
        return text[:-1] if text.endswith(".") and self._dice.chance(UNSTOPPED) else text

    def labelled(self, kind: str, text: str) -> str:
        """A line of noise, at times with a label of its kind."""
        labels = self._given["labels"].get(kind)
        if not labels or text.startswith("**") or not self._dice.chance(LABELLED):
            return text
        return str(self._dice.pick(labels)) + text

    def typed(self, text: str) -> str:
        """As the owner types it."""
        if not self._small or not text[:1].isalpha() or not self._dice.chance(SMALL):
            return text
        return text[0].lower() + text[1:].rstrip(".")
