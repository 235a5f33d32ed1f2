"""Questions a person wants answered for ever, from `mind/RECALL.md`, and which of them a change would break.

Asks nothing itself and changes nothing: whoever is about to write gives both ways to ask.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from neuromem_sync.model import Problem
from neuromem_sync.parsers.blocks import Block, Form, blocks
from neuromem_sync.parsers.reading import unreadable
from neuromem_sync.parsers.tables import cells, header, row

PATH = "mind/RECALL.md"
HITS = 10
"""Of an answer, how many are looked at: what stands further down is not found by anybody."""
QUESTION, WANTED, UNWANTED = "question", "must_contain", "must_not_contain"

_HINT = "write: | question | must contain | must not contain |"
_BULLET = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?P<text>.*)", re.S)
_DEMAND = re.compile(r"must (?P<denied>not )?contain[ \t]*:[ \t]*(?P<phrases>.*)", re.I)

Ask: TypeAlias = Callable[[str], Sequence[str]]
"""From a question to the texts of its hits, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, phrases that some hit has to hold, and phrases that no hit may. `line` is its place, from 1."""

    text: str
    line: int
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()

    def faults(self, hits: Sequence[str]) -> tuple[str, ...]:
        """What is wrong with an answer, a sentence each; none if it holds. Case and spacing make no difference."""
        texts = [_folded(text) for text in hits[:HITS]]
        missing = (phrase for phrase in self.wanted if not any(_folded(phrase) in text for text in texts))
        present = (phrase for phrase in self.unwanted if any(_folded(phrase) in text for text in texts))
        return (*(f"no hit holds {phrase!r}" for phrase in missing), *(f"a hit holds {phrase!r}" for phrase in present))


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A question that was answered, and what would be wrong with its answer."""

    question: Question
    faults: tuple[str, ...]


def questions(data: bytes) -> tuple[tuple[Question, ...], tuple[Problem, ...]]:
    """The questions of the document, in its order, and what cannot be one.

    A row of a table whose header has these words, in any order and case; or a list item with `must contain: …` or
    `must not contain: …` below it. Phrases are divided by `;`. Anything else in the document is read by people only.
    """
    if fault := unreadable(data, PATH, 1):
        return (), (fault,)
    text = data.decode("utf-8-sig")
    lines = text.split("\n")
    found: list[Question] = []
    problems: list[Problem] = []
    for block in blocks(text):
        for question in _questions(lines, block):
            if question.text and (question.wanted or question.unwanted):
                found.append(question)
            else:
                problems.append(_problem(question))
        problems += (_overfull(number) for number, _, beyond in _rows(lines, block) if beyond)
    return tuple(found), tuple(problems)


def broken(asked: Iterable[Question], before: Ask, after: Ask) -> tuple[Broken, ...]:
    """Those of the questions that held before and would not hold after; one that did not hold is nobody's fault."""
    held = (question for question in asked if not question.faults(before(question.text)))
    judged = (Broken(question=question, faults=question.faults(after(question.text))) for question in held)
    return tuple(one for one in judged if one.faults)


def _questions(lines: Sequence[str], block: Block) -> Iterator[Question]:
    for number, values, _ in _rows(lines, block):
        yield Question(
            text=values.get(QUESTION, ""),
            line=number,
            wanted=_phrases(values.get(WANTED, "")),
            unwanted=_phrases(values.get(UNWANTED, "")),
        )
    if block.form is Form.ITEM:
        yield from _item(lines[block.first : block.last], block.first + 1)


def _rows(lines: Sequence[str], block: Block) -> Iterator[tuple[int, Mapping[str, str], bool]]:
    """The rows that say something, if it is a table of questions: line, cells by column, and whether there are more."""
    if block.form is not Form.TABLE:
        return
    keys = header(lines[block.first])
    if {QUESTION} < {QUESTION, WANTED, UNWANTED} & set(keys):
        for at in range(block.first + 2, block.last):
            values = cells(lines[at])
            if any(values):
                yield at + 1, row(keys, lines[at]), any(values[len(keys) :])


def _item(lines: Sequence[str], number: int) -> Iterator[Question]:
    """A list item is a question if something is demanded below it."""
    texts = [found["text"].strip() if (found := _BULLET.match(line)) else line.strip() for line in lines]
    demands = [found for text in texts[1:] if (found := _DEMAND.fullmatch(text))]
    if demands:
        yield Question(
            text=texts[0],
            line=number,
            wanted=tuple(phrase for one in demands if not one["denied"] for phrase in _phrases(one["phrases"])),
            unwanted=tuple(phrase for one in demands if one["denied"] for phrase in _phrases(one["phrases"])),
        )


def _phrases(cell: str) -> tuple[str, ...]:
    """Phrases between `;`, without quotes and code marks around them."""
    return tuple(filter(None, (phrase.strip().strip('`"“”').strip() for phrase in cell.split(";"))))


def _problem(question: Question) -> Problem:
    message = "nothing is demanded of the answer" if question.text else "there is no question in this row"
    return Problem(path=PATH, line=question.line, code="rehearsal", message=message, hint=_HINT)


def _overfull(line: int) -> Problem:
    hint = "divide phrases by ; and write a | that belongs to one as \\|"
    message = "this row has more cells than its table has columns: what stands in them is not asked"
    return Problem(path=PATH, line=line, code="rehearsal", message=message, hint=hint)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
