"""Blanks out what is searched but never parsed: code and comments, and for what somebody says also quotations.

Knows no other form, and no document: only where such a stretch begins and ends.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

_MARK = re.compile(r"(?m:^[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?(?P<fence>`{3,}|~{3,})[^`\n]*$)|`+|<!--|%%")
_BLANK_LINE = re.compile(r"\n[ \t>]*\r?\n")
_QUOTE_END = re.compile(r"\n(?![ \t]*>)")
_QUOTE = re.compile(r"^[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*>[^\n]*(?:\n[ \t]*>[^\n]*)*", re.M)
_CALLOUT = re.compile(r"[^>]*>[ \t]*\[!(?!(?:quote|cite)\])\w", re.I)
_INNER_QUOTE = re.compile(r"^[ \t]*>[ \t]*>[^\n]*", re.M)
_SHOWN = re.compile(r"[^\n]")


def spans(text: str) -> list[tuple[int, int]]:
    """Half-open stretches of fenced and inline code, HTML comments and `%%…%%`, in order.

    A fence that is never closed runs to the end, of its quotation if it stands in one; any other opener without an end
    is plain text. Inline code ends in its paragraph.
    """
    if "`" not in text and "<!--" not in text and "%%" not in text and "~~~" not in text:
        return []
    marks = list(_MARK.finditer(text))
    later = _ticks(marks)
    found: list[tuple[int, int]] = []
    end, lost = 0, set[str]()
    for mark in marks:
        if mark.start() < end:
            continue
        start, token = mark.start(), mark.group()
        if mark["fence"]:
            start, end = mark.start("fence"), _fence_end(text, mark)
        elif token[0] == "`":
            close = _next(later[token], mark.end())
            end = end if _BLANK_LINE.search(text, mark.end(), close) else close or end
        elif token not in lost:
            at = text.find("-->" if token == "<!--" else token, mark.end())
            if at < 0:
                lost.add(token)
                continue
            end = at + (3 if token == "<!--" else 2)
        if end > start:
            found.append((start, end))
    return found


def _ticks(marks: list[re.Match[str]]) -> dict[str, list[int]]:
    """Ends of runs of backticks, by run, the last first."""
    ends: dict[str, list[int]] = defaultdict(list)
    for mark in reversed(marks):
        if not mark["fence"] and mark.group()[0] == "`":
            ends[mark.group()].append(mark.end())
    return ends


def _next(ends: list[int], after: int) -> int:
    while ends and ends[-1] <= after:
        ends.pop()
    return ends[-1] if ends else 0


def _fence_end(text: str, mark: re.Match[str]) -> int:
    fence = mark["fence"]
    quote = _QUOTE_END.search(text, mark.end()) if ">" in text[mark.start() : mark.start("fence")] else None
    last = quote.start() if quote else len(text)
    close = re.compile(rf"\n[ \t>]*{fence[0]}{{{len(fence)},}}[ \t]*(?=\r?\n|\r?\Z)").search(text, mark.end(), last)
    return close.end() if close else last


def masked(text: str) -> str:
    """The text with code and comments as spaces, every other character at its place."""
    return without(text, spans(text))


def without(text: str, stretches: Sequence[tuple[int, int]]) -> str:
    """The text with these stretches as spaces."""
    if not stretches:
        return text
    pieces: list[str] = []
    end = 0
    for start, stop in stretches:
        pieces += (text[end:start], " " * (stop - start))
        end = stop
    pieces.append(text[end:])
    return "".join(pieces)


def spoken(plain: str, *, callouts: bool = True) -> str:
    """The masked text with quotations as spaces too: what is left is said by who wrote it.

    `callouts`: a quotation that begins with `[!type]` is none, but for `quote` and `cite`, and for one inside it.
    """
    if ">" not in plain:
        return plain

    def said(found: re.Match[str]) -> str:
        if callouts and is_callout(found[0]):
            return _INNER_QUOTE.sub(_blanked, found[0])
        return _blanked(found)

    return _QUOTE.sub(said, plain)


def is_callout(quote: str) -> bool:
    """Whether it begins with `> [!type]`, of another type than `quote` and `cite`."""
    return _CALLOUT.match(quote) is not None


def _blanked(found: re.Match[str]) -> str:
    return _SHOWN.sub(" ", found[0])


def comments(text: str, stretches: Sequence[tuple[int, int]], said: str) -> Iterator[str]:
    """The HTML comments among the stretches of a text, not those in a quotation: `said` is what `spoken` left."""
    for start, end in stretches:
        if text.startswith("<!--", start):
            line = text.rfind("\n", 0, start) + 1
            if text.count(">", line, start) == said.count(">", line, start):
                yield text[start:end]
