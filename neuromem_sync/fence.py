"""Text of others as data: cleaned of what a terminal would obey, in a fence that no line of it can end.

Decides nothing about content.
"""

from __future__ import annotations

import re

_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
# Control characters but tab and newline, what turns the direction of a line around, and what nobody sees and a model
# reads all the same. The joiners that emoji, Persian and Indic words need stay, and one variation selector in a row.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]|(?<=[\ufe00-\ufe0f\U000e0100-\U000e01ef])[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_HALF = re.compile(r"[\ud800-\udfff]")
_TICKS = re.compile(r"`+")


def clean(text: str) -> str:
    """`text` without escape sequences, control, direction and hidden characters; what has no encoding is escaped."""
    return _HALF.sub(lambda found: f"\\u{ord(found[0]):04x}", UNSEEN.sub("", _SEQUENCE.sub("", text)))


def place(path: str, line: int) -> str:
    """`path:line` as part of one line: a file's name may hold anything."""
    return f"{clean(path).replace(chr(10), ' ')}:{line}"


def fence(text: str) -> str:
    """Backticks, more than stand in a row anywhere in `text`."""
    return "`" * max(3, 1 + max(map(len, _TICKS.findall(text)), default=0))
