"""How text of others stands in a log: quoted, fenced, between delimiters, or told as theirs.

Whoever reads a log can always tell that such text is not the agents' own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from benchmarks.lives.dice import Dice
from benchmarks.lives.others.noise import Source
from benchmarks.lives.others.style import Style
from benchmarks.lives.others.words import Author
from benchmarks.lives.truth import Noise

OVERT = re.compile(r"IGNORE|AGENT|<|\[|If you are|Dear AI|Note (to|for)|BEGIN|SYSTEM|Ignore|Assistant|Attention agents")
"""Beginnings that tell by themselves that a line is an order to an assistant."""

TOGETHER = ("tool", "region", "page")
"""Kinds whose lines stand together."""


class Outside:
    """Draws how such text stands; what leads it in is noted as noise."""

    def __init__(self, author: Author, source: Source, style: Style, dice: Dice) -> None:
        self._author = author
        self._source = source
        self._style = style
        self._dice = dice

    def lines(self, given: Sequence[Noise], before: str) -> Iterator[str]:
        """Together what the tools print, what is pasted and what pages say, then each of the rest."""
        tools, regions, pages = ([noise.text for noise in given if noise.kind == kind] for kind in TOGETHER)
        if tools:
            yield from self._fenced(tools)
        if regions:
            yield from self._region(regions)
        if len(pages) == 1:
            yield from self._page(pages[0], before)
        elif pages:
            yield from self._quoted(pages, self._lead("fetched", before))
        for noise in given:
            if noise.kind not in TOGETHER:
                yield from self._told(noise, before)

    def _told(self, noise: Noise, before: str) -> Iterator[str]:
        if noise.kind == "hostile":
            yield from self._hostile(noise.text, before)
        elif noise.kind == "quote":
            yield from self._quote(noise.text, before)
        else:
            yield from (f"{self._style.bullet} {before}{noise.text}", "")

    def _hostile(self, text: str, before: str) -> Iterator[str]:
        if OVERT.match(text) and self._dice.chance(0.2):
            yield from (text, "")
        elif self._dice.chance(0.4):
            yield from self._fenced([text], self._lead("suspect", before))
        else:
            yield from self._quoted([text], self._lead("suspect", before))

    def _page(self, text: str, before: str) -> Iterator[str]:
        told = "page" in self._author.attributed
        if self._dice.chance(0.4):
            yield from self._quoted([text], "" if told or self._dice.chance(0.5) else self._lead("fetched", before))
        elif self._dice.chance(0.5):
            yield from self._quoted([text], self._lead("fetched", before))
        else:
            yield from (f"{self._style.bullet} {'' if told else self._style.any('online')}{text}", "")

    def _quote(self, text: str, before: str) -> Iterator[str]:
        if "quote" in self._author.attributed and self._dice.chance(0.6):
            yield from ((f"> {text}" if self._dice.chance(0.5) else f"{self._style.bullet} {text}"), "")
        elif self._dice.chance(0.75):
            yield from self._quoted([text], self._lead("mails", before))
        else:
            yield from self._fenced([text], self._lead("mails", before))

    def _region(self, texts: Sequence[str]) -> Iterator[str]:
        shape = self._dice.weighted({"delimited": 4, "quoted": 1, "fenced": 1})
        if shape == "delimited":
            opening, closing = self._style.any("delimiters")
            yield from (opening, *texts, closing, "")
        elif shape == "quoted":
            yield from self._quoted(texts, self._lead("pasted", ""))
        else:
            yield from self._fenced(texts, self._lead("pasted", ""))

    def _lead(self, name: str, before: str) -> str:
        return before + self._source.note("routine", self._style.any(name)).text

    def _quoted(self, texts: Sequence[str], lead: str = "") -> Iterator[str]:
        yield from [lead, *([""] if self._dice.chance(0.7) else [])] if lead else []
        yield from (*(f"> {text}" for text in texts), "")

    def _fenced(self, texts: Sequence[str], lead: str = "") -> Iterator[str]:
        yield from [lead, ""] if lead else []
        yield from (self._style.any("fences"), *texts, "```", "")
