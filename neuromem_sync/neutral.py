"""Text that came from a log, made safe to stand as one line of a file: `neutral`.

Judges nobody: whether a claim may be believed is the matter of consolidation. Keeps the words, takes the powers.
"""

from __future__ import annotations

import re
from unicodedata import category, normalize

LONGEST = 300
"""Characters of an item: a claim is a line, not a paragraph."""

_CONSIDERED = 8 * LONGEST

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)"
    r"|\x1b[ -/]*[0-~]?"
)
_HIDDEN = re.compile(
    # What shows nothing though it is no format character, and U+FFFD: bytes that are no text can then never be ours.
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\ufffd-\uffff"
    "\U000e0000-\U000e0fff]"
)
_LINK = re.compile(r"!?\[(?P<shown>[^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\[\]]*\])")
_WIKILINK = re.compile(r"!?\[\[(?:[^\[\]|]*\|)?(?P<shown>[^\[\]]*)\]\]")
_START = re.compile(
    r"(?:[-*+>|#]+(?=\s|$)|[#>|]+|[`~]{3,}|(?:[-*_=][ \t]*){3,}|\[[^\]]\](?=\s|$)|!?\[[^\[\]]*\]:|\d{1,9}[.)]$)\s*"
)
_BLOCK_ID = re.compile(r"(?:^|\s+)\^[A-Za-z0-9-]+$")
_POWERS = (
    (_WIKILINK, r"\g<shown>"),
    (_LINK, r"\g<shown>"),  # images too
    (re.compile(r"--!?>"), "→"),  # the end of a comment
    (re.compile(r"<(?![\s\d=]|$)"), "‹"),  # tags, comments, private lines, links in angle brackets
    (re.compile(r"(?<=[\w\"'/])>|(?<=-)>(?=-)"), "›"),
    (re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://+|\b[Ww]{3}\.(?=\w)"), ""),  # what viewers make a link by themselves
    (re.compile(r"`{3,}|~{3,}"), "`"),
    (re.compile(r"%%+"), "%"),  # comments of Obsidian, which may be closed far below
    (re.compile(r"!(?=\[)"), ""),
    (re.compile(r"\](?=[\[(:])"), "] "),
    (re.compile(r"^(\d{1,9})[.)](?=\s)"), r"\1"),  # a numbered list
)


def neutral(text: str) -> str:
    """The text on one line of at most LONGEST characters, with nothing in it that acts; "" if nothing is left.

    It can end neither its line nor a comment, and is no heading, fence, HTML, image, embed or link; no control,
    direction, zero-width or tag character is left, and no escape sequence. `neutral(neutral(x)) == neutral(x)`.
    """
    before = None
    while text != before:
        before, text = text, _once(text)
    return text


def _once(text: str) -> str:
    text = " ".join(_visible(text).split())[:_CONSIDERED]
    for pattern, harmless in _POWERS:
        text = pattern.sub(harmless, text)
    start = _START.match(text)
    text = _BLOCK_ID.sub("", text[start.end() if start else 0 :])
    return _cut(text) if any(map(str.isalnum, text)) else ""


def _visible(text: str) -> str:
    """Only characters that can be seen; separators, line ends and tabs become spaces."""
    if text.isascii() and text.isprintable():
        return text
    text = _HIDDEN.sub("", _SEQUENCE.sub("", text))
    return normalize("NFC", "".join(filter(None, map(_seen, text))))


def _seen(character: str) -> str:
    kind = category(character)
    if kind[0] == "Z" or character in "\t\n\v\f\r\x85":
        return " "
    # What is not assigned yet stays: it would be a matter of the Python version.
    return "" if kind in ("Cc", "Cf", "Cs", "Co") else character


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    head = text[: LONGEST - 1]
    whole, _, _ = head.rpartition(" ")
    return f"{(whole or head).rstrip(' …')}…"
