"""Blanks out what is searched but never parsed: code, comments, annotations.

Knows no other form, and no document: only where such a stretch begins and ends.
"""

from __future__ import annotations

import re
from collections import defaultdict

_MARK = re.compile(r"(?m:^[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?(?P<fence>`{3,}|~{3,})[^`\n]*$)|`+|<!--|%%")


def spans(text: str) -> list[tuple[int, int]]:
    """Half-open stretches of fenced and inline code, HTML comments and `%%…%%`, in order.

    A fence that is never closed runs to the end; any other opener without an end is plain text.
    """
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
            end = _next(later[token], mark.end()) or end
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
    close = re.compile(rf"\n[ \t>]*{fence[0]}{{{len(fence)},}}[ \t]*(?=\r?\n|\r?\Z)").search(text, mark.end())
    return close.end() if close else len(text)


def masked(text: str) -> str:
    """The text with code and comments as spaces, every other character at its place."""
    if "`" not in text and "<!--" not in text and "%%" not in text and "~~~" not in text:
        return text
    pieces: list[str] = []
    end = 0
    for start, stop in spans(text):
        pieces += (text[end:start], " " * (stop - start))
        end = stop
    pieces.append(text[end:])
    return "".join(pieces)
