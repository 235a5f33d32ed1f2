"""Text as search terms: what a word becomes in the index, and what it asks for in a question.

Folds case, width and diacritics; adds Porter stems to plain words; splits identifiers at their joints while keeping
them whole; cuts scripts written without spaces into pairs. Knows no table, no stop words and no scores.

A *token string* holds each token between spaces of its own (`" a  b "`), so `string.count(" a ")` is exactly how
often `a` occurs, and FTS5's `ascii` tokenizer with `TOKEN_MARKS` splits it into the same tokens.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import groupby

TOKEN_MARKS = "-_./@:+#"
LONGEST = 64  # characters of a token; longer ones (encoded data) are cut alike in index and question

# Ranges, not a pattern: one that takes in the ideographs costs milliseconds to compile, in every command.
_UNSPACED = (
    ("\u0e00", "\u0eff"), ("\u1000", "\u109f"), ("\u1780", "\u17d3"),  # Thai and Lao, Burmese, Khmer
    ("\u3040", "\u30ff"), ("\u3400", "\u4dbf"), ("\u4e00", "\u9fff"),  # kana, ideographs
    ("\uac00", "\ud7af"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"),  # Hangul, more ideographs
)  # fmt: skip
_MARKS = "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
_LETTER = rf"\w{_MARKS}\u0900-\u0963\u0966-\u109f\u1780-\u17d3"
_JOINING = "./@:'’+-"
_WORD = re.compile(rf"(?![{_MARKS}])[{_LETTER}]+(?:[{_JOINING}]{{1,3}}[{_LETTER}]+)*(?:\+\+|#(?!\w))?")
_ASCII_WORD = re.compile(rf"\w+(?:[{_JOINING}]{{1,3}}\w+)*(?:\+\+|#(?!\w))?", re.ASCII)
_MARK = re.compile(f"[{_MARKS}]")
_APOSTROPHE = re.compile(r"['’]")
_JOINT = re.compile(r"[./@:'’+#_-]+")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_HUMP = re.compile(r"[a-z0-9][A-Z]")
_WORD_GAP = re.compile(r"[^\w/.:+@-]+")
_POSSESSIVE = re.compile(r"['’][sS]$")


def words(text: str) -> list[str]:
    """The words of a text as written, compatibility-normalised; identifiers, paths and addresses are one word."""
    if text.isascii():
        return _ASCII_WORD.findall(text)
    return _WORD.findall(unicodedata.normalize("NFKC", text))


def token_string(texts: Iterable[str], tags: Iterable[str] = ()) -> str:
    """Every token of the texts, in order, and one token for each tag and each parent of it."""
    spaced = "".join([_SPACED[word] for word in words("\n".join(texts))])
    return spaced + "".join(f" {token} " for tag in tags for token in _tag_tokens(tag))


def tag_token(tag: str) -> str:
    """The token by which entries with this tag, or a tag below it, are found."""
    return f"#{_WORD_GAP.sub('-', fold(tag))}"[:LONGEST]


def asked(word: str) -> tuple[str, ...]:
    """The tokens a word of a question is looked up by, the word itself first.

    A plain word by its stem; an identifier whole and by the stems of its parts; a run without spaces by its pairs (a
    single sign by itself); a word of underscores by nothing.
    """
    found = _tokens(word)
    forms = {form for token in found if (form := stem(token)) != token}
    searched = _unique(stem(token) for token in found) if forms else found
    pairs = tuple(token for token in searched if len(token) > 1 or not _is_unspaced(token))
    return pairs or searched


@lru_cache(maxsize=32768)
def stem(token: str) -> str:
    """The Porter stem of a plain English word; any other token is its own stem."""
    return _stemmer()(token) if token.isascii() and token.isalpha() and len(token) > 2 else token


def fold(word: str) -> str:
    """Case and diacritics folded; kana keep their voicing."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFKC", _MARK.sub("", unicodedata.normalize("NFKD", word.casefold())))


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], str]:
    from Stemmer import Stemmer

    stem_word: Callable[[str], str] = Stemmer("porter", 0).stemWord
    return stem_word


def _tokens(word: str) -> tuple[str, ...]:
    """The distinct tokens of one word, itself first."""
    plain = _POSSESSIVE.sub("", word.strip("_"))
    whole = fold(plain)
    if whole.isalpha() and whole.isascii() and not _HUMP.search(plain):
        return _unique((whole, stem(whole)))
    parts = [fold(part) for piece in _JOINT.split(plain) for part in _pieces(piece)]
    found = [] if any(map(_is_unspaced, whole)) else [_APOSTROPHE.sub("", whole)]
    for part in parts:
        if _is_unspaced(part[:1]):
            found += [part[i : i + 2] for i in range(len(part) - 1)] + list(part)
        elif len(part) > 1:
            found += [part, stem(part)]
    return _unique(token[:LONGEST] for token in found if token)


def _pieces(piece: str) -> list[str]:
    """A piece between joints, at its changes of script and its humps; whole when it has humps."""
    runs = ["".join(run) for _, run in groupby(piece, _is_unspaced)]
    humps = [hump for run in runs if _HUMP.search(run) for hump in _CAMEL.findall(run)]
    return runs + humps


def _is_unspaced(sign: str) -> bool:
    """Is it of a script written without spaces between words (or, as Hangul, with endings joined to them)?"""
    return sign >= _UNSPACED[0][0] and any(low <= sign <= high for low, high in _UNSPACED)


def _unique(tokens: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tokens))


def _tag_tokens(tag: str) -> Iterable[str]:
    parts = tag.split("/")
    return (tag_token("/".join(parts[:depth])) for depth in range(1, len(parts) + 1))


class _Spaced(dict[str, str]):
    """Words to their spaced tokens; forgets all at a bound, so that a long build stays within memory."""

    BOUND = 131072

    def __missing__(self, word: str) -> str:
        if len(self) >= self.BOUND:
            self.clear()
        spaced = self[word] = "".join([f" {token} " for token in _tokens(word)])
        return spaced


_SPACED = _Spaced()
