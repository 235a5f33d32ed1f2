"""Telling a chosen value from a written word: what may stand behind "password:" and still be no password.

Judges single values; where they stand is prose.py's business.
"""

from __future__ import annotations

import re
from itertools import pairwise

_COMMON = frozenset(
    # what people write behind "password:" when they do not tell it
    """
    1password a about after again against all already also always an and any are array as at auth auto basic
    be bearer because been before between bitwarden bool boolean both but by bytes can changeme changes char
    copy dashlane default did disabled do does done each either email empty enabled encrypted every example
    expired failed fails false field fine first for forgotten from gone good green had handling has hash
    hashed have here here's hidden how how's i if in incorrect input instead int integer into invalid is it
    its just keepass keepassxc kept key keychain keys lastpass later let's login logout long lost management
    manager mandatory masked may me missing more most must my n/a na name needed never new next nicht no noch
    none not now null number object of off ok okay old on once one only open optional or other our out over
    pass passed passwd password passwords passwort pending plain please policy prompt protected provided pwd
    random read red remains removed required requires reset reset-password rotate rotated rotation safe salted
    same secret secrets see set shared should since so some something somewhere soon still stored str string
    strong support tbd text than that the their them then there they this through to todo token tokens too
    true two type und undefined under unknown unset until up updated used user username valid value varchar
    vault via was we weak were what when where which while who will with without wrong yes you your
    """.split()
)
_PLACEHOLDER = re.compile(
    r"""(?x) [<{$%\[(\\] .* | .*(?:\*\*\*|\.\.\.|…|•••|x{4,}|X{4,}|_here\b|-here\b) .* | [*x.•_#?-]+
    | (?i:your|example|sample|dummy|placeholder|redacted|insert|(?:change|replace)[_-]?me) .*
    | (?i:my[_-]?(?:pass|tok|key|sec|api)) .* | https?://.* | (?:~|\.{1,2})?/.* | [A-Za-z]:\\.*
    | @.* | \#.* | .*\(.*\).* | [A-Za-z_][\w.]*(?:\[["']|\(["')]).* | !\[.* | --?[a-z].*"""
)
_SHAPE = re.compile(
    r"""(?ix) v?\d+(?:\.\d+)+[\w+-]* | \d{4}-\d\d(?:-\d\d.*)? | \d{1,2}:\d\d.* | [\d.,]+(?:[a-z%]{1,7}|/\w+)
    | (?:sha|md|aes|rsa|argon|hs|rs|es|oauth|base|utf|ipv|http|ed|p|pbkdf|scram|totp|tls|v|web|gpt|s|ec|k|i)
      [-_]?\d+[a-z]{0,2}(?:-\w{1,8})*
    | \w[\w./-]*\.(?:md|py|js|tsx?|json|ya?ml|toml|txt|env|pem|key|crt|sh|go|rs|html?|css|sql|cfg|ini|php|rb|java|cs)
    | [a-z]+(?::[\w@.<>-]+){2,} | [\w.+-]+@[\w-]+(?:\.[a-z]{2,})+
    | [a-z_]\w*(?:\.[a-z_]\w*)+ | (?-i:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+) | (?-i:[a-z]+(?:_(?:[a-z][a-z0-9]*|\d{1,2}))+)"""
)
# Harmless however random it looks: digests, UUIDs, numbers and single words, with a prefix like `sha256:`.
_PLAIN = re.compile(
    r"(?i)\W*(?:[a-z0-9]{1,8}[:=@])?(?:[0-9a-f]{7,128}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d+|(?-i:[A-Z]?[a-z]+))\W*"
)
_LONG = re.compile(r"[A-Za-z0-9+_=-]{16,}")
_WORDS = re.compile(r"(?i)[^\W\d_]+(?:[-/'’&][^\W\d_]+)*(?:-\d{1,3})?")
_VERBAL = re.compile(r"(?i).*(?:ed|ing|able|ible|ly|less|ful)")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_KEY_LIKE = re.compile(r"[\w./+=~:!@#$%^&*?-]+")
_SYMBOL = re.compile(r"[!@#$%^&*+=~?_<>|\\]")


def is_placeholder(value: str) -> bool:
    return value.lower() in _COMMON or _PLACEHOLDER.fullmatch(value) is not None


def is_chosen(value: str) -> bool:
    """Whether a value mixes letters with digits or symbols as a password does and no word, date, path or code does."""
    if is_placeholder(value) or _SHAPE.fullmatch(value) or _WORDS.fullmatch(value):
        return False
    return bool(_LETTER.search(value)) and bool(_DIGIT.search(value) or _SYMBOL.search(value[:-1]))


def is_key(value: str, shortest: int) -> bool:
    """Whether a chosen value has a digit and only such characters as keys are made of."""
    return (
        len(value) >= shortest
        and _KEY_LIKE.fullmatch(value) is not None
        and _DIGIT.search(value) is not None
        and is_chosen(value)
    )


def is_plain(word: str) -> bool:
    """Whether a word is a digest, a UUID, a number or a single written word."""
    return _PLAIN.fullmatch(word) is not None


def holds_key(word: str) -> bool:
    """Whether a word of the text may hold a key: something long that is no digest, UUID, number or name."""
    if len(word) < 20 or is_plain(word):
        return False
    return any(run != run.lower() or any(map(str.isdigit, run)) for run in _LONG.findall(word))


def is_word(value: str) -> bool:
    """Whether a value is one plain word or number and no remark on a password (as "required" or "rotated" are)."""
    plain = _WORDS.fullmatch(value) or value.isdigit()
    return bool(plain) and not is_placeholder(value) and not _VERBAL.fullmatch(value) and not _SHAPE.fullmatch(value)


def is_random(run: str) -> bool:
    """Whether a run of 20 characters or more jumps between cases and digits as random ones do and names do not.

    In random base 62 text 62 % of neighbours differ in class, in camel case, paths and dated names under 35 %.
    """
    if run.startswith("0x"):
        return False
    classes = [_class(character) for character in run if character.isalnum()]
    jumps = sum(one != other for one, other in pairwise(classes))
    return classes.count(0) >= 2 and jumps >= 0.42 * len(classes) and len(set(classes)) == 3


def _class(character: str) -> int:
    return 0 if character.isdigit() else 1 if character.isupper() else 2
