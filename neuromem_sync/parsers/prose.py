"""Names and safe relations in plain sentences, from one slice of text.

Uses no word list of a language beyond the commonest words and no model; structure (inline.py) is read before.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from neuromem_sync.model import Entity, Relation, entity_key
from neuromem_sync.parsers.inline import Marks, entity
from neuromem_sync.parsers.words import COMMON

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞĪĮİŁŃŇŌŐŘŚŞŠŤŪŮŰŹŻŽΑ-ΡΣ-ΫА-ЯЁЄІЇ"
_RUN = rf"[\w’'-]*(?:[ ](?:(?:of|de|von|van|der|la)[ ])?[{_UPPER}][\w’'-]*)*"
_NAME = re.compile(rf"[{_UPPER}]{_RUN}")
# First letter of a run inside a sentence, else first letter of a run that may begin one, and the rest of the run.
# The looking back comes after the letter: before it, the scan could not skip to capitals.
_RUNS = re.compile(rf"[{_UPPER}](?:(?<=[\w,;)'\"][ ]([{_UPPER}]))|(?<![\w#@/.\[][{_UPPER}])(?<=([{_UPPER}]))|)({_RUN})")
_JOINT = re.compile(r"[./@_](?=[\w/])")
_SPACE = re.compile(r"\s")
_LONGEST = 200
_MOST_VERBS = 24

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.I)
_VERSION = re.compile(r"v?\d+(?:\.\d+){2,}(?:[-+.]?[\w.]+)?|v\d+(?:\.\d+)+(?:[-+]?[\w.]+)?")
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?")
_HOST = re.compile(
    r"[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|app|ai|local|lan|internal|home|info|cloud|eu|de|uk|fr|ch|at|us|co)"
    r"(?::\d+)?",
    re.I,
)
_PATH = re.compile(
    r"(?:~|\.{1,2})?/[\w.@+-]+(?:/[\w.@+-]+)*/?|[\w.@+-]+(?:(?:/[\w@+-]+)*/[\w@+-]*\.[\w.@+-]+|(?:/[\w.@+-]+){2,}/?|/)"
    r"|[\w-]+(?:\.[\w-]+)*\.[a-z]\w{0,4}"
)
_CODE = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::)\w+)*(?:\(\))?")

_VERBS = {
    "works with": ("works with", "work with", "working with"),
    "works on": ("works on", "work on", "working on"),
    "uses": ("uses", "is using", "use"),
    "built with": ("built with", "built on"),
    "depends on": ("depends on", "depend on"),
    "manages": ("manages",),
    "leads": ("leads",),
    "owns": ("owns",),
    "decided": ("decided on", "decided"),
    "blocked by": ("blocked by", "blocked on"),
    "part of": ("part of",),
    "located in": ("located in",),
    "replaced by": ("replaced by",),
}
_STEMS = (
    "work", "use", "using", "built", "depend", "manages", "leads", "owns", "decided", "blocked", "part of", "located",
    "replaced",
)  # fmt: skip
_KIND = {form: kind for kind, forms in _VERBS.items() for form in forms}
_VERB = re.compile(rf"\b(?:{'|'.join(sorted(_KIND, key=len, reverse=True))})\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n[ \t]*(?:\n|[-*+>#|]|\d{1,9}[.)])")
_BETWEEN = re.compile(
    r"[\s*_`\"'(\[\])]*(?:\b(?:is|are|was|were|now|also|still|often|currently|mostly|the|a|an|our|its|project|team|service)\b"
    r"[\s*_`\"'(\[]*){0,3}",
    re.I,
)
_AKA = re.compile(r"\s?\((?:aka|a\.k\.a\.|also known as)\s+([^()\n]{1,80})\)", re.I)


def read(marks: Marks, text: str) -> None:
    """Add the names in a slice, and relations between them, to what its structure gave."""
    plain = marks.masked
    if plain is not text:
        _code(text, plain, marks)
    _joined(plain, marks)
    _names(plain, marks)
    if "(a" in plain:
        _aliases(marks.said, marks)
    if len(marks.entities) > 1 and _may_relate(marks.said):
        _relations(text, marks.said, marks)


def _may_relate(plain: str) -> bool:
    """Quicker than the pattern of all verbs, and usually false."""
    for stem in _STEMS:  # noqa: SIM110 - a generator would take four times as long, on every entry
        if stem in plain:
            return True
    return False


def _code(text: str, plain: str, marks: Marks) -> None:
    """Inline code that is one identifier, path or address."""
    for run in re.finditer(r"`([^`\s]{2,80})`", text):
        if plain[run.start()] == " " and (found := classify(run[1]) or _identifier(run[1])):
            marks.add(found)


@lru_cache(maxsize=16384)
def _identifier(token: str) -> Entity | None:
    return entity(token.removesuffix("()"), "code") if _CODE.fullmatch(token) else None


def _joined(plain: str, marks: Marks) -> None:
    """Words held together by `.`, `/`, `@` or `_`: addresses, paths, versions, identifiers."""
    end = 0
    for joint in _JOINT.finditer(plain):
        at = joint.start()
        if at < end:
            continue
        left = max(plain.rfind(space, max(end, at - _LONGEST), at) for space in " \n\t") + 1
        space = _SPACE.search(plain, at, at + _LONGEST)
        end = space.start() if space else min(len(plain), at + _LONGEST)
        if found := classify(plain[left or max(0, at - _LONGEST) : end].strip("()[]{}<>,;:!?\"'`*|").rstrip(".")):
            marks.add(found)


@lru_cache(maxsize=16384)
def classify(token: str) -> Entity | None:
    """An e-mail address, URL, version, host, path or code-like identifier; None for other words."""
    if "://" in token:
        return entity(token, "url") if _URL.fullmatch(token) else None
    if "@" in token:
        return entity(token, "email") if _EMAIL.fullmatch(token) else None
    if _ADDRESS.fullmatch(token) or _HOST.fullmatch(token):
        return entity(token, "host")
    if _VERSION.fullmatch(token):
        return entity(token, "version")
    if re.search(r"[^\W\d_]", token) and _PATH.fullmatch(token):
        return entity(token, "path")
    if "_" in token.strip("_") and _CODE.fullmatch(token):
        return entity(token.removesuffix("()"), "code")
    return None


def _names(plain: str, marks: Marks) -> None:
    """Capitalised runs that are not merely a sentence's first word, or that occur again."""
    begun: dict[str, int] = {}
    for inner, first, rest in _RUNS.findall(plain):
        if inner:
            marks.add(entity(_bare(inner + rest)))
        elif first:
            begun[first + rest] = begun.get(first + rest, 0) + 1
    for run, times in begun.items():
        if times > 1 or " " in run:
            marks.add(entity(_bare(run)))


@lru_cache(maxsize=16384)
def _bare(name: str) -> str:
    """A run without common words at its ends and without a possessive; empty if nothing is left."""
    words = [word.strip("’'-") for word in name.split(" ")]
    while words and words[0].casefold().replace("’", "'") in COMMON:
        words.pop(0)
    while words and words[-1].casefold().replace("’", "'") in COMMON:
        words.pop()
    bare = " ".join(words).removesuffix("'s").removesuffix("’s")
    return bare if len(bare) > 1 else ""


def _aliases(plain: str, marks: Marks) -> None:
    for aka in _AKA.finditer(plain):
        for found in marks.entities.values():
            if plain.endswith(found.name, 0, aka.start()):
                marks.aliases.setdefault(found.key, []).append(entity_key(aka[1]))
                break


def _relations(text: str, plain: str, marks: Marks) -> None:
    """A listed verb with a known entity right before and right after it, in one sentence."""
    for verb in islice(_VERB.finditer(plain), _MOST_VERBS):
        start, end = _sentence(plain, verb.start(), verb.end())
        subject = _nearest(marks, text[start : verb.start()], before=True)
        target = _nearest(marks, text[verb.end() : end], before=False)
        if subject and target and subject != target:
            marks.relations.append(Relation(subject=subject, kind=_KIND[verb.group()], object=target))


def _sentence(plain: str, start: int, end: int) -> tuple[int, int]:
    """A window of one sentence around a verb, at most a few hundred characters."""
    first = max(0, start - _LONGEST)
    for stop in _SENTENCE.finditer(plain, first, start):
        first = stop.end()
    stop_after = _SENTENCE.search(plain, end, end + _LONGEST)
    return first, stop_after.start() if stop_after else min(len(plain), end + _LONGEST)


def _nearest(marks: Marks, text: str, *, before: bool) -> str:
    """The key of the entity that touches the verb, but for an article or the like between them."""
    folded = text.casefold()
    best, key = -1, ""
    for found in marks.entities.values():
        name = found.name.casefold()
        at = folded.rfind(name) if before else folded.find(name)
        if at < 0 or len(name) <= best:
            continue
        gap = text[at + len(name) :] if before else text[:at]
        if _BETWEEN.fullmatch(gap):
            best, key = len(name), found.key
    return key


@lru_cache(maxsize=4096)
def is_name(title: str) -> bool:
    """True for a title that is nothing but a name of at most three words."""
    return title.count(" ") < 3 and bool(_NAME.fullmatch(title)) and _bare(title) == title
