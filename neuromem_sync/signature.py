"""What makes an item ours: the hash of its words in the comment at its end, and a fingerprint that survives rewording.

Renders nothing, knows no file and imports nothing of ours: parsers read it too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple
from unicodedata import normalize

FAR = 12
"""Bits of words in which the fingerprints of two wordings of one claim may differ.

Measured on the pairs of tests/writeback/likeness.py: at 12, 59 of 60 restatements are alike, and 8 of 60 pairs of
different facts, all of them equal but for one plain word (`laptop` for `gateway`). At 11 it is 58 and 5: what was
deleted and returns is worse than what is not learned.
"""

_FRONT = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?P<box>\[[^\]]\][ \t]+)?")
_SIG = re.compile(r"(?P<sig>[0-9a-f]{10}) -->(?P<rest>[^\n]*)")
_COMMENT = re.compile(r" ?<!-- nm:[0-9a-f]{10} -->")
_SOURCE = re.compile(r"\(\[(?P<label>[^\[\]]*)\]\((?P<target>[^()\s]*)\)\)")
_TOKEN = re.compile(r"[^\W_]+(?:[./:@'’+-]+[^\W_]+)*%?|[$€£¥]")
_NAME, _WORD, _STEM = 6, 4, 5  # weight of a name, of any other word; letters kept of a word
_WORD_BITS = 52


def _words(listed: str) -> list[str]:
    return listed.split()


_FRAME = frozenset(
    _words(
        """a about all also always an and any are as at be been being but by can could did do does each every few for
        from had has have having he her his how i if in into is it its just may me might more most much must my need of
        on only or other our per she should since so some still such than that the their them then there these they
        this those to too up us use used uses using via was we were what when where which while who will with would you
        your"""
    )
)
_NUMBERS = _words("two three four five six seven eight nine ten eleven twelve")
_CALENDAR = _words(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december"""
)
_VALUES = (
    {word: str(number) for number, word in enumerate(_NUMBERS, 2)}
    | {word + ending: word for word in _CALENDAR for ending in ("", "s")}
    | dict.fromkeys(_words("cannot never no nobody none not nothing without"), "not")
)


class Signed(NamedTuple):
    """A list item with our comment. `plain`: nobody has put a check mark before it or a remark behind it."""

    text: str
    sig: str
    label: str | None
    target: str | None
    plain: bool

    @property
    def is_own(self) -> bool:
        return sig(self.text) == self.sig


class Tombs(NamedTuple):
    """What people had deleted from a region by our last write: SIG → fingerprint, oldest first.

    `stamp` tells the two marker lines of that write, `older` those that stood there before it, the latest first.
    """

    stamp: str
    older: tuple[str, ...]
    gone: Mapping[str, int]


def normalised(text: str) -> str:
    """The text as it is hashed: composed characters (NFC), each run of white space one space. Case and marks count."""
    return " ".join(normalize("NFC", text).split())


def sig(text: str) -> str:
    """SIG: ten hex digits of the BLAKE2b of the normalised text."""
    return blake2b(normalised(text).encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def signed(line: str) -> Signed | None:
    """What our comment in a list item claims, true or not; None for a line without one."""
    head, mark, tail = line.rstrip("\r\n").partition("<!-- nm:")
    front, found = _FRONT.match(head), _SIG.match(tail)
    if not mark or not front or not found:
        return None
    text, label, target = unlinked(head[front.end() :])
    return Signed(text, found["sig"], label, target, plain=front["box"] is None and not found["rest"].strip())


def unlinked(text: str) -> tuple[str, str | None, str | None]:
    """A text without the link to its source at its end, `([label](target))`, and what that shows and leads to."""
    text = text.rstrip()
    at = text.rfind("([")
    found = _SOURCE.fullmatch(text, at) if at >= 0 else None
    return (text[:at].rstrip(), found["label"], found["target"]) if found else (text, None, None)


def unsigned(text: str) -> str:
    """The text without our comments, as it is shown to people."""
    return _COMMENT.sub("", text) if "<!-- nm:" in text else text


def is_own(line: str) -> bool:
    """Whether we wrote the text of this line and nobody has changed it since."""
    found = signed(line)
    return found is not None and found.is_own


def simhash(text: str) -> int:
    """A fingerprint of 64 bits by which two wordings of one claim are `alike`; 0 for a text without words.

    Its upper 12 bits are a hash of the values (numbers, days, addresses, negation): another value is another claim.
    The others are Charikar's SimHash of the words, names weighing more and the words between them nothing.
    """
    words, values = _parts(text)
    if not words and not values:
        return 0
    return _hash(" ".join(sorted(values))) >> _WORD_BITS << _WORD_BITS | _folded(words)


def alike(one: int, other: int) -> bool:
    """Whether two fingerprints are of one claim in nearly the same words."""
    same_values = one >> _WORD_BITS == other >> _WORD_BITS
    return bool(one and other) and same_values and (one ^ other).bit_count() <= FAR


def _parts(text: str) -> tuple[dict[str, int], set[str]]:
    """The words with their weights, and the values among them."""
    words: dict[str, int] = {}
    values: set[str] = set()
    for at, token in enumerate(_TOKEN.findall(normalize("NFKC", text).replace("’", "'"))):
        word = token.casefold().removesuffix("'s")
        if value := _value(word):
            values.add(value)
            words[value] = _WORD
        elif word not in _FRAME:
            weight = _NAME if at and token[0].isupper() else _WORD
            words[word[:_STEM]] = max(weight, words.get(word[:_STEM], 0))
    return words, values


def _value(word: str) -> str:
    if word.endswith("n't"):
        return "not"
    return word if not word.replace("'", "").replace("-", "").isalpha() else _VALUES.get(word, "")


def _folded(words: Mapping[str, int]) -> int:
    sums = [0] * _WORD_BITS
    for word, weight in words.items():
        bits = _hash(word)
        for place in range(_WORD_BITS):
            sums[place] += weight if bits >> place & 1 else -weight
    return sum(1 << place for place, total in enumerate(sums) if total > 0)


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
