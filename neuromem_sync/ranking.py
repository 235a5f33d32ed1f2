"""How well an entry answers a question: every constant of the ranking, and the arithmetic over them.

Pure: reads no database. The constants are round numbers chosen on dialogues; docs/recall.md has the measurements.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from neuromem_sync.layers.base import TokenString
from neuromem_sync.layers.terms import fold, words
from neuromem_sync.lifecycle import MARKS
from neuromem_sync.question import Question, Term
from neuromem_sync.when import tells_when

K1, B = 0.9, 0.5  # BM25: r@10 .626 with these and stems only
EXACT = 0.3  # share of a term that the exact form adds to its stem: .633
PART = 0.5  # share of a part of an identifier beside the whole
FEW = 100  # entries below which rarity says nothing: a smaller index is taken for one of this size

BEFORE = (0.5, 0.4, 0.3)  # of the score of the entries before, nearest first; only the best counts: .694
AFTER = (0.4, 0.3, 0.2)
ASKED = 0.7  # instead of BEFORE[0] where the entry before is a question: .772 -> .777
SESSION = 0.4  # of the section's or day's own score, both relative to the best: .728

# By questions about entities (benchmarks/linked): mean .656 by text, .803 at 1.0 and .8, .880 at 1.5 and .5, .884 here.
LINKED = 1.5  # of the best score, for an entry that states what is asked for or is a leg of the way between two things
OTHERWISE = 0.8  # of the best score, up to which one is lifted that calls what is asked by another name

DATED = 2.0  # inside the days the question names, or shortly after: .736
DATED_DAYS = 10  # people tell of a day some days later
TELLS_WHEN = 1.3  # "when", and the entry has words of time: .736
NAMED = 1.3  # the question names the entry's author or title: .753
QUESTION = 0.8  # the entry asks rather than tells: .734; with the three above .777

# Not measurable on dialogues, so mild: these order entries that answer equally well.
FADED = 0.85  # archived or superseded
RECENT = 0.05  # boost of an entry of now
RECENT_DAYS = 30.0  # in which it halves
OLD_DAYS = 300.0  # after which there is none
MARKED = 1.1  # a person's mark that it is to be kept
ORIGINS: Mapping[str, float] = {"untrusted": 0.9, "neuromem": 0.9}

# What a match elsewhere needs, as a share, to take the place of one whose day or file has half of the places: .782
# without such a rule, .775 with this one, .772 at any share.
CROWDED = 0.9
# Share of what is asked that the best entry must have, or nothing is found. Half a percent of answerable questions lose
# their answer, a quarter of those about other conversations is refused; .25 would cost .012 of r@10.
COVERED = 0.15

Counts: TypeAlias = tuple[int, ...]
Session: TypeAlias = tuple[int, str | None]

_MARKS = tuple(f" #{tag} " for tag in sorted(MARKS))
_ASKS = re.compile(r"[?？][\"'”’)\]*_]*\s*(?:\n!?\[[^\n]*\]\s*)*\Z")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each token of a question is worth, and what else counts: the exact forms of stems.

    `needles` are all of them between spaces, `worths` theirs. `length` is an average entry's, in tokens.
    """

    tokens: Mapping[str, float]
    needles: tuple[str, ...]
    worths: tuple[float, ...]
    length: float

    @property
    def ideal(self) -> float:
        """What the best imaginable entry would score: each token once, in an entry of average length."""
        return sum(self.worths)


@dataclass(frozen=True, slots=True)
class Joined:
    """Keys of entries that the graph has for a question.

    `links` state a relation that is asked for, or a leg of the way between two things that are; `others` name what is
    asked, perhaps by another name.
    """

    links: frozenset[int] = frozenset()
    others: frozenset[int] = frozenset()

    def __contains__(self, key: int) -> bool:
        return key in self.links or key in self.others

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self.links | self.others))

    def share(self, key: int, own: float, most: float) -> float:
        """What it adds to an entry's `own` score, `most` being the best one's: a name stands in for what text lacks."""
        if key in self.links:
            return LINKED * most
        return max(0.0, OTHERWISE * most - own) if key in self.others else 0.0


@dataclass(slots=True)
class Candidate:
    """An entry that may answer, with what ranking needs of it.

    `section` is the heading path inside which it has neighbours, None for the whole document. `counts` is how often
    each token of the question occurs in it, `own` its BM25.
    """

    key: int
    document: int
    section: str | None
    terms: str
    length: int
    counts: Counts
    own: float
    title: str
    origin: str
    instant: float | None
    asks: bool
    faded: bool


@dataclass(slots=True)
class Ranked:
    """A candidate with its score: the sum of its parts, multiplied by the factors in turn."""

    candidate: Candidate
    score: float
    parts: tuple[tuple[str, float], ...]
    factors: tuple[tuple[str, float], ...]

    def why(self) -> dict[str, float]:
        """The share of each part in the score; a factor's share is the difference it makes."""
        shares = {part: share for part, share in self.parts if share}
        score = sum(share for _, share in self.parts)
        for part, factor in self.factors:
            shares[part] = score * (factor - 1)
            score *= factor
        return shares


def weigh(terms: Sequence[Term], found: Mapping[str, float], entries: int, tokens: int) -> Weights:
    """`found` is in how many of the `entries` each token occurs, over all layers, so that scores compare."""
    of = max(entries, FEW)
    worth: dict[str, float] = {}
    exact: dict[str, float] = {}
    for term in terms:
        held = min(found[term.token], of)
        share = math.log(1 + (of - held + 0.5) / (held + 0.5)) * (PART if term.part else 1.0)
        worth[term.token] = share
        if term.exact:
            exact[term.exact] = EXACT * share
    needles = tuple(f" {token} " for token in (*worth, *exact))
    return Weights(worth, needles, (*worth.values(), *exact.values()), tokens / max(1, entries) or 1.0)


def count(terms: str, weights: Weights) -> Counts:
    """How often each token, then each exact form, occurs in a token string."""
    return tuple([terms.count(needle) for needle in weights.needles])


def bm25(counts: Counts, length: int, average: float, weights: Weights) -> float:
    """Okapi BM25 of an entry (or of a session: the sums of its counts and lengths)."""
    norm = K1 * (1 - B + B * length / average)
    score = 0.0
    for occurs, worth in zip(counts, weights.worths, strict=True):
        if occurs:
            score += worth * occurs * (K1 + 1) / (occurs + norm)
    return score


def score_of(string: TokenString, weights: Weights) -> float:
    """BM25 of one entry alone."""
    length, terms = string
    return bm25(count(terms, weights), length, weights.length, weights)


def asks(text: str) -> bool:
    """Is this entry a question? Attachments in brackets below it do not count."""
    return _ASKS.search(text) is not None


def rank(
    question: Question, candidates: Sequence[Candidate], weights: Weights, now: float, said: Joined
) -> list[Ranked]:
    """The candidates that score at all, best first. They must come in the order of their documents.

    `said` is what the graph has for the question.
    """
    sessions = _by_session(candidates)
    near = {key: share for members in sessions.values() for key, share in _inherited(members)}
    whole = _session_scores(sessions, weights)
    most = max((each.own + near[each.key] for each in candidates), default=0.0)
    best = max(whole.values(), default=0.0)
    ideal = weights.ideal
    ranked: list[Ranked] = []
    for each in candidates:
        if each.own or near[each.key] or each.key in said:
            session = SESSION * most * whole[each.document, each.section] / best
            graph = said.share(each.key, each.own, most)
            parts = (("text", each.own), ("near", near[each.key]), ("session", session), ("graph", graph))
            factors = tuple(_factors(each, question, now))
            score = (each.own + near[each.key] + session + graph) * math.prod([factor for _, factor in factors])
            ranked.append(Ranked(each, score / ideal, _scaled(parts, ideal), factors))
    ranked.sort(key=lambda each: (-each.score, -(each.candidate.instant or 0.0), each.candidate.key))
    return ranked


def answers(candidates: Iterable[Candidate], weights: Weights) -> bool:
    """Does any entry have enough of what is asked to be an answer at all? However long it is, and how often."""
    return max((covered(each.counts, weights) for each in candidates), default=0.0) >= COVERED


def covered(counts: Counts, weights: Weights) -> float:
    """The share of what is asked that an entry has, by worth: 1 if it has every word."""
    held = sum(worth for occurs, worth in zip(counts, weights.worths, strict=True) if occurs)
    return held / weights.ideal if held else 0.0


def _by_session(candidates: Sequence[Candidate]) -> dict[Session, list[Candidate]]:
    sessions: dict[Session, list[Candidate]] = {}
    for each in candidates:
        sessions.setdefault((each.document, each.section), []).append(each)
    return sessions


def _inherited(members: Sequence[Candidate]) -> Iterable[tuple[int, float]]:
    """What each entry has from its best neighbour: the answer often stands next to the words of the question."""
    for place, each in enumerate(members):
        best = 0.0
        for distance, share in enumerate(BEFORE, 1):
            if place >= distance:
                other = members[place - distance]
                best = max(best, (ASKED if distance == 1 and other.asks else share) * other.own)
        for distance, share in enumerate(AFTER, 1):
            if place + distance < len(members):
                best = max(best, share * members[place + distance].own)
        yield each.key, best


def _session_scores(sessions: Mapping[Session, Sequence[Candidate]], weights: Weights) -> dict[Session, float]:
    """BM25 of each session as if it were one entry."""
    lengths = {session: sum([each.length for each in members]) for session, members in sessions.items()}
    average = sum(lengths.values()) / max(1, len(lengths))
    return {
        session: bm25(_sum([each.counts for each in members]), lengths[session], average, weights)
        for session, members in sessions.items()
    }


def _sum(counts: Iterable[Counts]) -> Counts:
    return tuple(map(sum, zip(*counts, strict=True)))


def _scaled(parts: tuple[tuple[str, float], ...], ideal: float) -> tuple[tuple[str, float], ...]:
    return tuple([(part, share / ideal) for part, share in parts])


def _factors(entry: Candidate, question: Question, now: float) -> Iterator[tuple[str, float]]:
    if question.stretches and _is_dated(entry, question):
        yield "date", DATED
    if question.asks_when and tells_when(entry.terms):
        yield "when", TELLS_WHEN
    if entry.title and question.names.issuperset(_title_words(entry.title)):
        yield "named", NAMED
    if entry.asks:
        yield "question", QUESTION
    if entry.faded:
        yield "faded", FADED
    if entry.instant is not None and now - entry.instant < OLD_DAYS * 86400:
        yield "recent", 1 + RECENT * 0.5 ** (max(0.0, now - entry.instant) / 86400 / RECENT_DAYS)
    if "#" in entry.terms and any(mark in entry.terms for mark in _MARKS):
        yield "marked", MARKED
    if entry.origin in ORIGINS:
        yield "origin", ORIGINS[entry.origin]


def _is_dated(entry: Candidate, question: Question) -> bool:
    late = DATED_DAYS * 86400
    at = entry.instant
    return at is not None and any(start <= at < end + late for start, end in question.stretches)


@lru_cache(maxsize=4096)
def _title_words(title: str) -> tuple[str, ...]:
    return tuple(map(fold, words(title)))
