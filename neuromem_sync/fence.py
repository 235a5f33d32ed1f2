"""Recalled text as data: cleaned of what a terminal would obey, and fenced so that no line of it can end the fence.

Decides nothing about content.
"""

from __future__ import annotations

import re

from neuromem_sync.query import Hit

_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
# Control characters but tab and newline, what turns the direction of a line around, and what has no encoding.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_RUN = re.compile(r"`+")


def clean(text: str) -> str:
    """`text` without escape sequences, control and direction characters."""
    return _CONTROL.sub("", _SEQUENCE.sub("", text))


def fenced(text: str) -> str:
    """`text`, cleaned, in a fence that is longer than any in it."""
    inside = clean(text)
    longest = max((len(run) for run in _RUN.findall(inside)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{inside}\n{fence}"


def where(path: str, line: int) -> str:
    """`path:line` as part of one line; a file's name may hold anything."""
    return f"{clean(path).replace(chr(10), ' ')}:{line}"


def placed(hit: Hit, note: str = "") -> str:
    """A hit: `path:line [layer kind] time note`, below it its text in a fence."""
    when = hit.entry.at[:16].replace("T", " ") if hit.entry.at else "undated"
    head = f"{where(hit.path, hit.line)} [{hit.layer} {hit.entry.kind}] {when}"
    return f"{head}{note and f', {note}'}\n{fenced(hit.text)}"
