"""Lines between which somebody else speaks: `[BEGIN EXTERNAL CONTENT]`, `--- end of pasted page ---`.

Knows one line and no block: what begins is closed by whoever reads on.
"""

from __future__ import annotations

import re

_WHAT = (
    r"(?:\W+\w+){0,3}?\W+(?:external|untrusted|foreign|pasted?|quoted?|forwarded|copied|fetched|imported|web|e-?mail|mail|page"
    r"|article|message|document|tool|output|content|text|source|attachment|letter)\b"
)
_OPENS = re.compile(rf"\s*(?:[\[<{{(=~#]+|-{{2,}}|\*{{3,}}|_{{3,}})\s*(?:begin|start){_WHAT}", re.I)
_SHUTS = re.compile(rf"\bend{_WHAT}", re.I)


def opens(line: str) -> bool:
    """Whether others speak from here on; a sentence about work that begins does not say so."""
    return _OPENS.match(line) is not None


def shuts(line: str) -> bool:
    """Whether they end here, where they began before."""
    return _SHUTS.search(line) is not None
