"""How well an entry answers a question: every constant of the ranking, and the arithmetic over them.

Pure: reads no database. The constants were chosen as round numbers on dialogues (docs/recall.md has the measurements);
moving any one of them by a quarter changes r@10 by less than .01.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from neuromem_sync.question import Question, Term
from neuromem_sync.when import tells_when

K1, B = 0.9, 0.5  # BM25: r@10 .626 with these and stems only
EXACT = 0.3  # share of a term that the exact form adds to its stem: .633
PART = 0.5  # share of a part of an identifier beside the whole
BEFORE = (0.5, 0.4, 0.3)  # of the score of the entries before, nearest first; the best one counts: .694
AFTER = (0.4, 0.3, 0.2)
ASKED = 0.7  # instead of BEFORE[0] when the entry before is a question: .772 -> .777
SESSION = 0.4  # of the section's or day's own score, both relative to the best: .728
DATED = 2.0  # inside the days the question names, or shortly after: .736
DATED_DAYS = 10  # people tell of a day some days later
TELLS_WHEN = 1.3  # "when", and the entry has words of time: .736
NAMED = 1.3  # the question names the entry's author or title: .753
QUESTION = 0.8  # the entry asks rather than tells: .734; with the four together .777
# Not measurable there, so mild: they order entries that answer equally well.
FADED = 0.85
RECENT, RECENT_DAYS = 0.05, 30.0  # the boost of an entry of now, and the days after which it has halved
ORIGINS: Mapping[str, float] = {"untrusted": 0.9, "neuromem": 0.9}
COVERED = 0.1  # least share of what the question asks for that the best entry must have, or nothing is found

_ASKS = re.compile(r"[?？][\"'”’)\]*_]*\s*(?:\n!?\[[^\n]*\]\s*)*\Z")


@dataclass(frozen=True, slots=True)
class Weights:
    """What each token of a question is worth, its exact form, and the average length of an entry in tokens."""

    tokens: Mapping[str, float]
    exact: Mapping[str, str]
    length: float

    @property
    def ideal(self) -> float:
        """What the best imaginable entry would score: each token once, in an entry of average length."""
        return sum(worth * (1 + EXACT * (token in self.exact)) for token, worth in self.tokens.items())


@dataclass(slots=True)
class Candidate:
    """An entry that may answer, with what ranking needs of it. `own` is its BM25."""

    key: int
    session: Hashable
    terms: str
    length: int
    title: str
    origin: str
    instant: float | None
    asks: bool
    faded: bool
    own: float = 0.0


@dataclass(slots=True)
class Ranked:
    """A candidate with its score and the share each part has in it."""

    candidate: Candidate
    score: float
    why: dict[str, float] = field(default_factory=dict)

    def times(self, part: str, factor: float) -> None:
        """Multiply, and book the difference under `part`."""
        if factor != 1.0:
            share = self.score * (factor - 1)
            self.why[part] = self.why.get(part, 0.0) + share
            self.score += share


def weigh(terms: Sequence[Term], found: Mapping[str, float], entries: int, tokens: int) -> Weights:
    """`found` is in how many of the `entries` each token occurs, over all layers, so that scores compare."""
    worth = {
        term.token: math.log(1 + (entries - min(found[term.token], entries) + 0.5) / (found[term.token] + 0.5))
        * (PART if term.part else 1.0)
        for term in terms
    }
    exact = {term.token: term.exact for term in terms if term.exact}
    return Weights(worth, exact, max(1.0, tokens / max(1, entries)))


def bm25(terms: str, length: int, weights: Weights) -> float:
    """Okapi BM25 of a token string, lengths taken from it; an exact form adds its share of the stem."""
    norm = K1 * (1 - B + B * length / weights.length)
    score = 0.0
    for token, worth in weights.tokens.items():
        count = terms.count(f" {token} ")
        if count:
            score += worth * count * (K1 + 1) / (count + norm)
            if token in weights.exact:
                exact = terms.count(f" {weights.exact[token]} ")
                score += EXACT * worth * exact * (K1 + 1) / (exact + norm)
    return score


def asks(text: str) -> bool:
    """Is this entry a question? Attachments in brackets below it do not count."""
    return _ASKS.search(text) is not None


def rank(question: Question, candidates: Sequence[Candidate], weights: Weights, now: float) -> list[Ranked]:
    """The candidates that score at all, best first. They must come in the order of their documents."""
    sessions = _by_session(candidates)
    near = {key: share for members in sessions.values() for key, share in _inherited(members)}
    whole = _session_scores(sessions, weights)
    most = max((each.own + near[each.key] for each in candidates), default=0.0)
    best = max(whole.values(), default=0.0)
    ranked = []
    for each in candidates:
        own = each.own + near[each.key]
        if own > 0:
            parts = {
                "text": each.own / weights.ideal,
                "near": near[each.key] / weights.ideal,
                "session": SESSION * most * whole[each.session] / best / weights.ideal,
            }
            ranked.append(_adjusted(Ranked(each, sum(parts.values()), parts), question, now))
    ranked.sort(key=lambda each: (-each.score, -(each.candidate.instant or 0.0), each.candidate.key))
    return ranked


def answers(candidates: Iterable[Candidate], weights: Weights) -> bool:
    """Does any entry have enough of what is asked to be an answer at all?"""
    return max((each.own for each in candidates), default=0.0) >= COVERED * weights.ideal


def _by_session(candidates: Sequence[Candidate]) -> dict[Hashable, list[Candidate]]:
    sessions: dict[Hashable, list[Candidate]] = {}
    for each in candidates:
        sessions.setdefault(each.session, []).append(each)
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


def _session_scores(sessions: Mapping[Hashable, Sequence[Candidate]], weights: Weights) -> dict[Hashable, float]:
    """BM25 of each session as if it were one entry."""
    lengths = {session: sum(each.length for each in members) for session, members in sessions.items()}
    average = Weights(weights.tokens, {}, max(1.0, sum(lengths.values()) / max(1, len(lengths))))
    return {
        session: bm25("".join([each.terms for each in members]), lengths[session], average)
        for session, members in sessions.items()
    }


def _adjusted(ranked: Ranked, question: Question, now: float) -> Ranked:
    entry = ranked.candidate
    if _is_dated(entry, question):
        ranked.times("date", DATED)
    if question.asks_when and tells_when(entry.terms):
        ranked.times("when", TELLS_WHEN)
    if entry.title and question.names.issuperset(entry.title.casefold().split()):
        ranked.times("named", NAMED)
    if entry.asks:
        ranked.times("question", QUESTION)
    if entry.faded:
        ranked.times("faded", FADED)
    if entry.instant is not None:
        ranked.times("recent", 1 + RECENT * 0.5 ** (max(0.0, now - entry.instant) / 86400 / RECENT_DAYS))
    ranked.times("origin", ORIGINS.get(entry.origin, 1.0))
    return ranked


def _is_dated(entry: Candidate, question: Question) -> bool:
    late = DATED_DAYS * 86400
    return entry.instant is not None and any(start <= entry.instant < end + late for start, end in question.stretches)
