"""Where sentences stand: a day's log as paragraphs under timed headings, timed bullets, plain bullets, records.

Draws no fact and no noise; writes no file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.lives.bank import Topic
from benchmarks.lives.dice import Dice
from benchmarks.lives.phrases import capital

SHAPES = {"titled": 5, "timed": 4, "plain": 3, "paragraph": 2}
OPENING = {"titled": 1}
"""Shapes that can follow a heading of another subject."""
MARKS = ("{} [certain]", "**Important:** {}", "{} <!-- importance: 9 -->", "{} #remember", "[certain] {}")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence; `marked` ones carry a sign of their weight."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """Markdown that stands by itself; a `closing` one comes last, since it opens a heading."""

    text: str
    closing: bool = False


Piece = Line | Aside


class Page:
    """The lines of one agent's day, from morning to evening. `speaker` is put before each line, if any."""

    def __init__(self, dice: Dice, titles: Sequence[str], *, level: int, speaker: str = "") -> None:
        self._dice = dice
        self._titles = titles
        self._hashes = "#" * level
        self._speaker = f"{speaker}: " if speaker else ""
        self._minute = 7 * 60 + dice.below(90)

    def lines(self, pieces: Sequence[Piece]) -> Iterator[str]:
        """Blocks with an empty line after each."""
        closing = [piece for piece in pieces if isinstance(piece, Aside) and piece.closing]
        opened = False
        for group in self._groups([piece for piece in pieces if piece not in closing]):
            if isinstance(group, Aside):
                yield from (group.text.replace("{clock}", self._clock()), "")
                opened = group.text.startswith("#")
                continue
            yield from self._shaped(group, OPENING if opened else SHAPES)
            yield ""
            opened = False
        for piece in closing:
            yield from (piece.text, "")

    def _groups(self, pieces: Sequence[Piece]) -> Iterator[list[Line] | Aside]:
        group: list[Line] = []
        for piece in pieces:
            if group and (isinstance(piece, Aside) or len(group) > self._dice.below(6)):
                yield group
                group = []
            if isinstance(piece, Aside):
                yield piece
            else:
                group.append(piece)
        if group:
            yield group

    def _shaped(self, group: list[Line], shapes: dict[str, int]) -> Iterator[str]:
        shape = self._dice.weighted(shapes)
        texts = [self._marked(line) for line in group]
        if shape == "titled":
            yield f"{self._hashes} {self._clock()} — {self._speaker}{self._dice.pick(self._titles)}"
            yield ""
        if shape == "timed":
            yield from (f"- {self._clock()} {self._speaker}{text}" for text in texts)
        elif shape == "plain" or any(line.marked for line in group):
            yield from (f"- {self._speaker}{text}" for text in texts)
        else:
            yield ("" if shape == "titled" else self._speaker) + " ".join(texts)

    def _marked(self, line: Line) -> str:
        return self._dice.pick(MARKS).format(line.text) if line.marked else line.text

    def _clock(self) -> str:
        self._minute = min(self._minute + 3 + self._dice.below(38), 23 * 60 + 50)
        return f"{self._minute // 60:02}:{self._minute % 60:02}"


def field(topic: Topic, subject: str, value: str, dice: Dice, hashes: str) -> str:
    """An attribute below a heading that names what it belongs to."""
    owner, key = (capital(part.replace("{x}", subject).replace("{X}", subject)) for part in topic.field)
    shape = dice.pick((f"- **{key}:** {value}", f"{key}:: {value}", f"**{key}:** {value}"))
    return f"{hashes} {{clock}} — {owner}\n\n{shape}"


def table(subject: str, value: str) -> str:
    """A table with one row that says something."""
    return f"| What | Value |\n|---|---|\n| {capital(subject)} | {value} |"


def decision(text: str, why: str) -> str:
    """The lines of a decision below its heading."""
    return f"- **Decision:** {text}\n- **Rationale:** {why}"


def error(what: str, text: str, key: str) -> str:
    """The lines of an error below its heading."""
    return f"- **What happened:** {what}\n- **{key}:** {text}"
