"""How the agents' own lines stand below a heading: bullets, nested, numbered, check-lists, paragraphs, tables.

Text of others stands in outside.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.lives.dice import Dice
from benchmarks.lives.others.style import Style

SHAPES = {"bullets": 8, "checks": 2, "nested": 3, "paragraph": 7, "lines": 1, "numbered": 1, "table": 1}
SUBHEAD, HOURLY, INDENTED, BOXED = 0.06, 0.06, 0.06, 0.5
"""Shares of blocks with a heading of their own, bullets with an hour, indented ones, deeds and plans with a box."""
BOXES = {"plan": "[ ] ", "deed": "[x] ", "ticket": "[x] ", "routine": "[x] "}
CHECKED = ("plan", "deed")
"""Kinds that carry a box also outside of check-lists."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line that an agent wrote; a fact's kind is `fact`."""

    kind: str
    text: str


class Blocks:
    """Draws the lines of blocks. `before` stands before an agent's lines, if anything does."""

    def __init__(self, style: Style, dice: Dice) -> None:
        self._style = style
        self._dice = dice

    def lines(self, items: Sequence[Item], before: str) -> Iterator[str]:
        """Blocks with an empty line after each."""
        left = list(items)
        while left:
            count = self._dice.between(2, 5)
            group, left = left[:count], left[count:]
            if not before and self._dice.chance(SUBHEAD):
                yield from (self._style.any("below").format(h=self._style.hashes), "")
            yield from self._shaped(group, before)
            yield ""

    def _shaped(self, group: list[Item], before: str) -> Iterator[str]:
        shape = self._dice.weighted(SHAPES)
        texts = [item.text for item in group]
        if shape == "paragraph" and not any(text.startswith(("**", "HEARTBEAT")) for text in texts):
            whole = " ".join(text if text.endswith((".", "?", "!", '"')) else f"{text}." for text in texts)
            yield whole if self._style.bare else before + whole
        elif shape == "lines" and len(group) < 3:
            yield "\n\n".join(before + text for text in texts)
        elif shape == "numbered":
            yield from (f"{number}. {before}{text}" for number, text in enumerate(texts, 1))
        elif shape == "table" and not any("|" in before + text for text in texts):
            yield from self._table(texts, before)
        elif shape == "nested":
            yield f"{self._style.bullet} {before}{texts[0]}"
            yield from (f"  {self._style.bullet} {text}" for text in texts[1:])
        else:
            yield from self._bullets(group, before, boxed=shape == "checks")

    def _table(self, texts: Sequence[str], before: str) -> Iterator[str]:
        yield from ("| time | note |", "|---|---|")
        yield from (f"| {self._hour()} | {before}{text} |" for text in texts)

    def _bullets(self, group: Sequence[Item], before: str, *, boxed: bool) -> Iterator[str]:
        for number, item in enumerate(group):
            indent = "  " if number and self._dice.chance(INDENTED) else ""
            hour = f"{self._hour()} " if not item.text.startswith("**") and self._dice.chance(HOURLY) else ""
            yield f"{indent}{self._style.bullet} {self._box(item, boxed=boxed)}{before}{hour}{item.text}"

    def _box(self, item: Item, *, boxed: bool) -> str:
        drawn = boxed or (item.kind in CHECKED and self._dice.chance(BOXED / 2))
        return BOXES.get(item.kind, "") if drawn else ""

    def _hour(self) -> str:
        return f"{self._dice.between(7, 21):02}:{self._dice.below(60):02}"
