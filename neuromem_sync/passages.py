"""Text as passages: paragraphs, items and headings, each without its marks, and the sentences in them.

Finds where a claim begins and ends and what it stands under; judges no claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from neuromem_sync.parsers.others import opens, shuts
from neuromem_sync.turns import begins


class Shape(Enum):
    """What a passage is. CLOSED is a quote, a fence or a table inside an entry: its words are not the writer's."""

    PARAGRAPH = 0
    ITEM = 1
    HEADING = 2
    CLOSED = 3


class Passage(NamedTuple):
    """One paragraph, item or heading as written, on one line, or what is closed, line by line, up to about ENOUGH;
    `indent` is an item's, in columns."""

    shape: Shape
    text: str = ""
    indent: int = 0


ENOUGH = 2000  # characters of what others wrote, from which more of it tells no more of how they write
_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,})")
_QUOTE = re.compile(r"[ \t]*(?:[-*+][ \t]+)?>")
_ITEM = re.compile(r"(?P<indent>[ \t]*)(?:[-*+•]|\d{1,9}[.)])[ \t]+(?P<text>.*)")
_HEADING = re.compile(r"#{1,6}[ \t]+(?P<text>.*)")
_MEANT = r"\b(?:is|are|was|in|into|to|at|from|of|on|and|or|the|via|our|by|channel|called|watch|use|ask|see|join)\s+"
"""Before a `#` that is part of the sentence, a channel's name, and no tag."""
_MARKUP = (
    ("[[", re.compile(r"!?\[\[(?:[^\[\]|]*\|)?([^\[\]]*)\]\]"), r"\1"),
    ("](", re.compile(r"!?\[([^\[\]]*)\]\((?![a-z]+:)[^()\s]*\)"), r"\1"),
    ("[", re.compile(r"\[(?:certain|likely|assumption|unknown)\]\s*", re.I), ""),
    ("(", re.compile(r"\(important\)\s*", re.I), ""),
    ("#", re.compile(rf"({_MEANT}#[\w/-]+)|(?<!\S)#[\w/-]*[^\W\d_][\w/-]*", re.I), r"\1"),
    ("^", re.compile(r"(?:^|\s)\^[A-Za-z0-9-]+\s*$"), ""),
    ("", re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    ("", re.compile(r"(?<![\w*])[*_](?=\S)([^*_]+)(?<=\S)[*_](?![\w*])"), r"\1"),
    ("==", re.compile(r"==(?=\S)(.+?)=="), r"\1"),
    ("<!--", re.compile(r"<!--.*?-->"), ""),
    ("", re.compile(r"[ \t\n]+"), " "),
)
"""What a mark has for certain, its pattern, and what is left of it."""
_MARK = re.compile(r"[(\[#^*_=<\t\n]")
_CODE = re.compile(r"`[^`\n]+`")
_HELD = "\ue000"
"""Stands for code while the marks around it are taken away: `name__action` has none."""
"""What every mark but two spaces has some of: most sentences have none."""
_ABBREVIATED = re.compile(
    r"(?:(?<!\d )\b(?:e\.g|i\.e|etc|vs|approx|ca|cf|dr|mr|mrs|ms|prof|st|no|nr|fig|incl|min|max|resp|jan|feb|mar|apr"
    r"|aug|sept?|oct|nov|dec|z\.b)|(?-i:(?:^|[A-ZÀ-Þ][\w’'-]*\s)[A-Z]))\.$",
    re.I,
)
_STOP = re.compile(r"(?<=[.!?…])[\"”’)]*\s+(?=[\"“‘(#]*(?:[\w`*\[@]|\.\w))|(?<=[。！？])|\s+[·|]\s+")


_DAY_AND_MONTH = re.compile(r"(?<![\d.])(?:[12]?\d|3[01])\.(?:[1-9]|1[0-2])\.$")
_END = re.compile(r"[.!?…。！？·|]")
"""What _STOP has some of, before it ends."""
_NAMES = re.compile(
    r"(?!(?:\w+: )?(?:wh(?:o|at|en|ere|y|ich|ose)|how|is|are|was|were|do|does|did|has|have|can|could|should|would|will"
    r"|shall|must|may|any|if)\b)(?:[^\W_][\w’'-]*[:,]? ){0,8}[^\W_][\w’'-]*\?",
    re.I,
)
"""A question without a verb of asking before it."""


def passages(text: str) -> Iterator[Passage]:
    """The passages of a text, in order; lines that continue one belong to it."""
    held: list[Passage] = []
    fenced = bounded = False
    for line in text.split("\n"):
        fence = _FENCE.match(line) is not None
        bounded = bounded or opens(line)
        shut = fenced or fence or bounded or _closed(line)
        fenced ^= fence
        bounded = bounded and not shuts(line)
        if shut or not line.strip():
            if shut and held and held[0].shape is Shape.CLOSED:
                held = [_continued(held[0], line)]
                continue
            yield from held
            held = [Passage(Shape.CLOSED, line)] if shut else []
            continue
        begun = _begun(line)
        if begun is None and held and held[0].shape in (Shape.PARAGRAPH, Shape.ITEM) and not _another(held[0], line):
            held = [held[0]._replace(text=f"{held[0].text} {line.strip()}")]
            continue
        yield from held
        held = [begun or Passage(Shape.PARAGRAPH, line.strip())]
    yield from held


def _another(held: Passage, line: str) -> bool:
    """Whether a line below one of a log, in one paragraph, is one more of them."""
    return held.shape is Shape.PARAGRAPH and begins(line.strip()) and begins(held.text)


def _continued(closed: Passage, line: str) -> Passage:
    return closed._replace(text=f"{closed.text}\n{line}") if len(closed.text) < ENOUGH else closed


def _closed(line: str) -> bool:
    return _QUOTE.match(line) is not None or line.lstrip().startswith("|")


def _begun(line: str) -> Passage | None:
    """The item or heading that a line begins."""
    if item := _ITEM.fullmatch(line.rstrip("\r")):
        return Passage(Shape.ITEM, item["text"], len(item["indent"].expandtabs(4)))
    heading = _HEADING.match(line)
    return Passage(Shape.HEADING, heading["text"]) if heading else None


def sentences(text: str) -> Iterator[str]:
    """The sentences of a plain line; an abbreviation or an initial ends none, nor does a question that names what the
    next words answer: `Diesel? Calder Marine.`"""
    start = 0
    for stop in _STOP.finditer(text) if _END.search(text, 0, len(text) - 1) else ():
        piece = text[start : stop.start()]
        if piece.count("`") % 2 and "`" in text[stop.end() :]:
            continue
        if (piece[-1:] == "." and (_abbreviated(piece) or _dated(piece, text[stop.end()]))) or (
            piece[-1:] == "?" and _NAMES.fullmatch(piece)
        ):
            continue
        if piece.strip():
            yield piece.strip()
        start = stop.end()
    if text[start:].strip():
        yield text[start:].strip()


def _dated(piece: str, after: str) -> bool:
    """Whether it ends with a day and a month and goes on behind it: `on 26.1. at noon`."""
    return not after.isupper() and _DAY_AND_MONTH.search(piece, max(0, len(piece) - 8)) is not None


def _abbreviated(piece: str) -> bool:
    """Whether it ends with an abbreviation or an initial: the last two words tell."""
    last = piece.rfind(" ", 0, max(0, piece.rfind(" "))) + 1
    return _ABBREVIATED.search(piece, last) is not None


def plain(text: str) -> str:
    """A text without its marks: what is read, not how it looks."""
    if _MARK.search(text) or "  " in text:
        held = _CODE.findall(text) if "`" in text and _HELD not in text else []
        text = _CODE.sub(_HELD, text) if held else text
        for sign, pattern, kept in _MARKUP:
            if sign in text:
                text = pattern.sub(kept, text)
        for code in held:
            text = text.replace(_HELD, code, 1)
    return text.strip()
