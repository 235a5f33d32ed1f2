"""How many tokens a text is: counted where a tokenizer is at hand without a network, else estimated on the safe side.

Downloads nothing, ever: `tiktoken.get_encoding` would fetch what its cache lacks, so the cached file is read here.
Not the tokens that text is searched by (layers/terms.py).
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha1, sha256
from importlib import import_module
from os import environ
from pathlib import Path

VOCABULARY = "o200k_base"
ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
"""Never opened: tiktoken names the file in its cache by the hash of it."""
DIGEST = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
"""SHA-256 of the vocabulary, as tiktoken demands it: the cache may be a folder that anybody writes to."""
_LETTERS, _CAPITALS = r"\p{Ll}\p{Lm}\p{Lo}\p{M}", r"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}"
_PIECES = "|".join((
    rf"[^\r\n\p{{L}}\p{{N}}]?[{_CAPITALS}]*[{_LETTERS}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    rf"[^\r\n\p{{L}}\p{{N}}]?[{_CAPITALS}]+[{_LETTERS}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+",
))  # fmt: skip

# The estimate. Against o200k_base and cl100k_base, whichever says more, it is 1.24 times as much on English pages, 1.3
# on logs and tables, 1.4 on Python, C and addresses, 1.05 on hexadecimal digits, 1.2 to 1.5 on Chinese, Japanese,
# Korean, Russian and Hindi, 1.06 on German. Words that nobody ever wrote are more tokens than it says, by a sixth.
SHORT = 5
"""Letters of a word that is one token; a longer one is one for each LONG letters begun."""
LONG = 4
DIGITS = 2
TENTHS = {"letter": 8, "sign": 15, "picture": 30}
"""Tenths of a token for a letter beyond ASCII, for a sign of a script further away, and for an emoji."""
_PART = re.compile(
    r"(?P<word>[A-Za-z]+)|(?P<number>[0-9]+)|(?P<one>[!-/:-@\[-`{-~]|\r?\n|[ \t]{2,}|\t)"
    "|(?P<letter>[\x80-\u058f])|(?P<picture>[\u2600-\u27bf\ufe0f\U0001f000-\U0001ffff])|(?P<sign>[\u0590-\U0010ffff])"
)


def count(text: str) -> int:
    """Tokens of a text: never fewer than a model of today sees in everyday prose, logs, code and addresses."""
    counted = _counter()
    return counted(text) if counted else estimate(text)


def counter_name() -> str:
    """What `count` counts with: `tiktoken o200k_base`, or `estimate`."""
    return f"tiktoken {VOCABULARY}" if _counter() else "estimate"


@lru_cache(maxsize=1024)  # a line is weighed again with every line that might join it
def estimate(text: str) -> int:
    """By the kinds of characters alone."""
    tenths = 0
    for found in _PART.finditer(text):
        kind = found.lastgroup or ""
        tenths += TENTHS.get(kind) or 10 * _pieces(kind, found.end() - found.start())
    return -(-tenths // 10)


def _pieces(kind: str, length: int) -> int:
    if kind == "word":
        return 1 if length <= SHORT else -(-length // LONG)
    return -(-length // DIGITS) if kind == "number" else 1


@lru_cache(maxsize=1)
def _counter() -> Callable[[str], int] | None:
    """A count by tiktoken, if it is installed and its vocabulary lies in its cache, whole."""
    vocabulary = _cached()
    if vocabulary is None:
        return None
    try:
        make = import_module("tiktoken").Encoding
    except ImportError:
        return None
    ranks = {b64decode(token): int(rank) for token, rank in map(bytes.split, vocabulary.splitlines())}
    encoding = make(VOCABULARY, pat_str=_PIECES, mergeable_ranks=ranks, special_tokens={})
    return lambda text: len(encoding.encode_ordinary(text))


def _cached() -> bytes | None:
    folder = environ.get("TIKTOKEN_CACHE_DIR", environ.get("DATA_GYM_CACHE_DIR"))
    if folder == "":  # its way to say that nothing is to be cached
        return None
    if folder is None:
        from tempfile import gettempdir  # 3 ms

        folder = f"{gettempdir()}/data-gym-cache"
    place = Path(folder, sha1(ADDRESS.encode()).hexdigest())
    try:
        found = place.read_bytes()
    except OSError:
        return None
    return found if sha256(found).hexdigest() == DIGEST else None
