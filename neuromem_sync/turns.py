"""Who writes a line of a log, and when: what stands before its words.

Knows how such beginnings look. Whether a word there is a name is asked of the whole workspace (sift.py).
"""

from __future__ import annotations

import re
from functools import lru_cache

_HOUR = r"\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b\.?)?"
_ZONE = "|".join(
    """
    UTC GMT CET CEST EET EEST WET WEST BST IST MSK SAST JST KST HKT SGT EST EDT CST CDT MST MDT PST PDT AKST HST AEST
    AEDT ACST AWST NZST NZDT ET PT
    """.split()
)
_NAME = r"[^\W\d_][\w-]*"
_LEVEL = r"(?:\[?(?:INFO|DEBUG|WARN(?:ING)?|ERROR|NOTICE|LOG)\]?:?\s+)?"
_TIME = re.compile(
    r"^[*_`(\[<]{0,3}~?(?:"
    r"(?:\d{4}-\d{2}-\d{2}(?:[T ]|, ?))?\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    rf"(?:Z\b|\s?[apAP]\.?[mM]\b\.?)?(?:\s(?:{_ZONE})\b)?"
    r"|0\d[0-5]\d(?= (?:[-–—|·] )?[A-ZÀ-Þ`*@\[])"
    rf"|[012]\d\.[0-5]\d(?=[\])*]{{0,3}} \W{{0,3}}{_NAME}\W{{0,3}}(?::| [-–—|·]))"
    r")[*_`)\]>]{0,3}(?!\s*(?:=|(?:is|was|are|means)\b))\s*(?:[-–—:|·,]\s*)?" + _LEVEL
)
_BEGUN = frozenset("0123456789*_`([<~")
"""What a time begins with."""
_BESIDE = re.compile(rf"^(?P<name>[*_\[(@]{{0,3}}{_NAME}) · (?=\(?{_HOUR})", re.I)
_SPEAKER = re.compile(
    rf"(?:[^\w\s\"'“‘(\[<@`*$€£~+./#-]{{1,3}} ?)?[\[(@]?(?P<code>`)?(?P<name>{_NAME})(?:\.log)?(?(code)`)(?:"
    rf"(?:(?:,? (?:at |@ ?)?|[/@])\(?{_HOUR}\)?)?[\])`]?"
    rf"(?: ?(?:::?|->|→|»|>)| [—–|·-]|(?<=[\])`])) (?:[(\[]?{_HOUR}[)\]]?[ :–—·-]*)?"
    rf"|[\])`]? [(\[]?{_HOUR}[)\]]?(?: ?[:—–|·>-])? "
    r")(?=\S)",
    re.I,
)
_COMPACT = re.compile(rf"(?:[01]\d|2[0-3])[0-5]\d (?:[-–—|·>] ?)?(?=[^\W\d_a-zà-ÿ]|[`*@\[>#]|{_NAME}: )")
CLOCK = "hhmm"
"""Stands for all times without a colon, as if it were a name: one alone may be a number."""
_BOLD = re.compile(rf"^\*\*(?P<name>{_NAME})\*\* (?=[A-ZÀ-Þ`\[])")
_TURN = re.compile(rf"[*_\[(<@]{{0,3}}{_NAME}[*_\])>]{{0,3}}(?: \(?{_HOUR}\)?)?[*_]{{0,3}}:[*_]{{0,3}} ", re.I)


def timeless(line: str) -> str:
    """A line without the time that it begins with: `[08:50] Ann: …`, `2026-03-01T08:50Z INFO …`. A bold word behind it
    is set off, as names are."""
    said = _TIME.sub("", line, count=1) if line[:1] in _BEGUN else line
    if said == line:
        return _BESIDE.sub(r"\g<name> ", line, count=1) if " · " in line else line
    return _BOLD.sub(r"\g<name>: ", said, count=1)


@lru_cache(maxsize=256)
def speaker(text: str) -> tuple[str, int] | None:
    """The name that a text begins with, small, and how many characters belong to it: `Ann: `, `[Ann] `, `Ann 08:50 – `,
    `Ann/08:50: `, `Ann -> `; for a time without a colon (`0850 `) CLOCK. It may be neither, but what any line begins
    with."""
    if text[:1] in "012" and (clock := _COMPACT.match(text)):
        return CLOCK, clock.end()
    found = _SPEAKER.match(text)
    return (found["name"].casefold(), found.end()) if found else None


def begins(line: str) -> bool:
    """Whether a line begins as one of a log does, with a time or with who writes."""
    return _TIME.match(line) is not None or _TURN.match(line) is not None
