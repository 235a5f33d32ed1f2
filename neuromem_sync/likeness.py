"""What a plan and a warning have in common: their telling words, commands and flags, and what each of these is worth.

Pure, and knows no store: how rare a word is in a workspace is for the caller to say (shield.py).
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from neuromem_sync.layers.terms import asked, fold, stem, words
from neuromem_sync.question import STOP_WORDS

Worths: TypeAlias = Mapping[str, float]
"""Feature → worth: 1 for a word that few plans share."""

GENERAL_WORTH = 0.35
"""Of words that plans of any kind share: three of them alone must not reach `shield.EVIDENCE`."""
WHOLE = 0.5  # of an identifier beside its parts, and of a flag
PAIR = 0.4  # of a program with its verb or flag: `git push` says more than `git` and `push`
NUMBER = 0.2  # of a number of one or two digits

WINDOW = 40
"""Words of a plan that are compared at a time: in a long one every word occurs somewhere."""

_PROGRAMS = """
    ansible apt apt-get aws az bash brew bun bundle cargo cat cd chmod chown composer conda cp crontab curl dd deno
    dig dnf docker docker-compose echo env export find gcloud gem gh git go gradle grep gunzip gzip head helm java
    journalctl jq kill killall kubectl ln ls make mkdir mv mvn mysql nano node npm npx pip pip3 pkill pnpm podman
    poetry psql pulumi pytest python python3 rails rake redis-cli rm rsync ruby rustup scp sed service sh sleep ssh
    sudo systemctl tail tar tee terraform touch unzip uv vim virtualenv wget xargs yarn yum zip
"""
PROGRAMS = frozenset(_PROGRAMS.split())
_GENERAL = """
    add agent allow answer apply assume back backup bad before begin better big branch break broke broken bug build
    call change check clean clear clone close code command commit config copy create customer data database debug
    default delete deploy directory disk do document download edit email enable end environment error every exec
    fail failure fast file find fix folder force forget format full get give global go handle help host image import
    index info input install instead issue job keep key kill last launch leave line link list load local lock log
    long look lose lost machine main manual master merge message migrate migration mode module move name need
    network new node old open option order origin output package page pass password patch path people permission
    pipeline plan point policy port problem process prod production project publish pull push query queue quick read
    ready rebase rebuild recreate release reload rename repo report request reset restart restore result retry
    review rollback root run safe save schedule script search second secret send server service set setup ship show
    skip slow small space stage staging start state status step stop storage store switch sync system table tag take
    task team test thing ticket time token tool trust try turn type update upgrade upload use user value verify
    version wait want warn watch way web work write wrong
"""
# One act by several names, the first of which stands for all.
_SAME = """
    delete rm remove erase wipe unlink purge drop destroy rmdir del
    production prod live
    database db
    repository repo
    config configuration cfg conf
    environment env
    postgres postgresql psql pg
    kubernetes k8s kubectl
    restart reboot relaunch bounce
    move mv rename
    copy cp
    kill pkill killall terminate
    javascript js
    typescript ts
    email mail e-mail
    directory dir folder
    upgrade update bump
    application app
    credentials creds
    certificate cert
    disable deactivate
    message msg
    send dispatch
    undo revert rollback
    publish release
    dependency dep
    migrate migration
    truncate empty
    overwrite clobber
    simultaneously parallel concurrently
    midnight 00:00
    password passwd
    admin administrator
"""
_GROUPS = [line.split() for line in _SAME.strip().splitlines()]
_NAMED = {name: group for group in _GROUPS for name in group}
_FLAG = re.compile(r"(?:([\w-]+)[ \t]+)?(?<![\w-])(--?[A-Za-z][\w-]*)")
_DOTTED = re.compile(r"(?<![\w.])\.[A-Za-z][\w-]+")
_SHORT_FLAG = re.compile(r"(?<![\w-])-[A-Za-z]{1,4}(?![\w-])")
_JOINT = re.compile(r"[^\w]+|_+")
_APOSTROPHE = re.compile(r"['’](?:s$)?")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Features:
    """What a text is known by: `needed` is what it says, `extra` counts only where it is shared."""

    needed: Worths
    extra: Worths

    def __iter__(self) -> Iterator[str]:
        yield from self.needed
        yield from (feature for feature in self.extra if feature not in self.needed)

    def shared(self, plan: Collection[str]) -> Worths:
        """Those of these features that a plan has, which is given as the set of its own."""
        return {feature: worth for feature, worth in {**self.extra, **self.needed}.items() if feature in plan}

    def share(self, common: Worths) -> float:
        """How much of this is shared, from 0 to 1."""
        extra = total(worth for feature, worth in common.items() if feature not in self.needed)
        of = total(self.needed.values()) + extra
        return total(common.values()) / of if of else 0.0


def features(text: str) -> Features:
    """Stems of telling words, identifiers whole and in parts, flags, and programs with their verbs."""
    needed: dict[str, float] = {}
    extra: dict[str, float] = {}
    for found in _read(text):
        into = needed if found.needed else extra
        into[found.feature] = max(found.worth, into.get(found.feature, 0.0))
    return Features(needed, extra)


def told(text: str, features: Iterable[str]) -> tuple[str, ...]:
    """How a text spells these features."""
    wanted = set(features)
    return tuple(dict.fromkeys(found.written for found in _read(text) if found.feature in wanted))


def total(worths: Iterable[float]) -> float:
    """The sum, the same in any order."""
    return math.fsum(worths)


class _Found(NamedTuple):
    feature: str
    worth: float
    written: str
    needed: bool = True


def _read(text: str) -> Iterator[_Found]:
    for dotted in _DOTTED.findall(text):
        yield _Found(dotted, 1.0, dotted, needed=False)
    for program, flag in _FLAG.findall(text):
        yield _Found(flag, WHOLE, flag)
        if program in PROGRAMS:
            yield _Found(f"{program} {flag}", PAIR, f"{program} {flag}")
    before = ""
    for word in words(_SHORT_FLAG.sub(" ", text)):
        yield from _word(word)
        whole = fold(word)
        if before in PROGRAMS and len(whole) > 1 and whole not in STOP_WORDS:
            yield _Found(f"{before} {whole}", PAIR, f"{before} {word}")
        before = whole


def _word(word: str) -> Iterator[_Found]:
    """The features of one word as written: a plain one, a name with humps, or parts with joints between them."""
    word = _APOSTROPHE.sub("", word)
    pieces = [fold(piece) for piece in _JOINT.split(word) if piece]
    spread = 1.0 if all(joint == "-" for joint in _JOINT.findall(word)) else 1.0 / max(1, len(pieces))
    if len(pieces) > 1:
        yield _Found(fold(word), WHOLE, word, needed=False)
    for piece in pieces:
        if piece not in STOP_WORDS:
            yield _Found(_known(piece), _worth(piece) * spread, piece if len(pieces) > 1 else word)
    for hump in _HUMP.split(word) if _HUMP.search(word) else ():
        for part in _JOINT.split(hump):
            if len(part) > 1 and fold(part) not in STOP_WORDS:
                yield _Found(_known(fold(part)), _worth(fold(part)) / 2, part, needed=False)


def windows(text: str) -> Iterator[str]:
    """A long text in overlapping pieces of at most `WINDOW` words; a short one as it is."""
    told = text.split()
    for start in range(0, max(1, len(told) - WINDOW // 2), WINDOW // 2):
        yield " ".join(told[start : start + WINDOW])


def spellings(feature: str) -> tuple[str, ...]:
    """The tokens by which a feature may stand in an index; none for a flag or a pair, whose words are features too."""
    if feature.startswith((".", "-")) or " " in feature:
        return ()
    return tuple(dict.fromkeys(token for name in (feature, *_BY_STEM.get(feature, ())) for token in asked(name)[:1]))


@lru_cache(maxsize=8192)
def _known(word: str) -> str:
    """The one form of a word: the first name of what it means, stemmed."""
    group = _NAMED.get(word) or _NAMED_BY_STEM.get(stem(word))
    return stem(group[0]) if group else stem(word)


def _worth(word: str) -> float:
    if word.isdigit() and len(word) < 3:
        return NUMBER
    return GENERAL_WORTH if word in PROGRAMS or _known(word) in _GENERAL_STEMS or len(word) == 1 else 1.0


_NAMED_BY_STEM = {stem(name): group for group in _GROUPS for name in group}
_BY_STEM = {stem(group[0]): group for group in _GROUPS}
_GENERAL_STEMS = frozenset(_known(word) for word in _GENERAL.split())
