"""What matters for a question, within a budget of tokens: its best hits, open tasks and decisions that hold.

Ranks nothing itself (recall.py) and shares out nothing (quota.py): it says what is offered, and in which order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from neuromem_sync.answer import Doors, look
from neuromem_sync.bearings import (
    DECISIONS,
    TASKS,
    briefs,
    in_force,
    is_field,
    latest,
    names_of,
    open_tasks,
    recent_decisions,
    tells_of,
)
from neuromem_sync.excerpt import IS_DATA, Excerpt, doubts, excerpt
from neuromem_sync.index import keys_of
from neuromem_sync.layers.base import faded
from neuromem_sync.layers.terms import token_string
from neuromem_sync.model import Entry, Kind, Layer, Origin, Problem
from neuromem_sync.query import Freshness, Hit, Query
from neuromem_sync.question import understand
from neuromem_sync.quota import Offer, fill
from neuromem_sync.sqlite import Reading

POOL = 30
"""Hits that are looked at: some are cropped to a line, and no budget worth the name has room for more entries."""
DAY = 86400.0
FRESH_DAYS = 14
"""Days for which a decision is fresh, and to be known whatever is asked: a fortnight, as people plan."""
SHARES: Mapping[str, float] = {
    TASKS: 0.15, DECISIONS: 0.15, Layer.EPISODIC: 0.4, Layer.SEMANTIC: 0.4, Layer.PROCEDURAL: 0.4,
}  # fmt: skip
"""Round parts, more than the whole together: no layer may keep the others out, and the best hits come first."""
GREATEST = 3
"""The part of the budget that one entry may have is one third: an answer from one place alone is no context."""
RECALLED = "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Excerpts in the order they are read, each with its source, cost and why it is there.

    `prompt` is all of it for a prompt, "" where nothing is known, and `tokens` what it costs.
    """

    excerpts: tuple[Excerpt, ...]
    prompt: str
    tokens: int
    budget: int
    freshness: Freshness
    problems: tuple[Problem, ...] = ()

    def __iter__(self) -> Iterator[Excerpt]:
        return iter(self.excerpts)

    def __len__(self) -> int:
        return len(self.excerpts)

    def text(self) -> str:
        return self.prompt

    __str__ = text


async def context(doors: Doors, query: Query, *, budget: int) -> Context:
    """The most useful lines for a question in at most `budget` tokens, none that another says already.

    What is shown counts as recalled. Raises NeuromemError for a budget in which nothing fits.
    """
    answer = await look(doors, replace(query, limit=POOL))
    offers = await doors.read(_offers(doors, query, answer.hits, budget))
    filled = fill(f"{IS_DATA}{doubts(answer.freshness)}", offers, SHARES, budget)
    excerpts = tuple(offer.piece for offer in filled.offers if isinstance(offer.piece, Excerpt))
    await doors.touch([each.entry.id for each in excerpts if each.why == RECALLED])
    return Context(
        excerpts=excerpts,
        prompt=filled.text,
        tokens=filled.tokens,
        budget=budget,
        freshness=answer.freshness,
        problems=answer.problems,
    )


def _offers(doors: Doors, query: Query, hits: Sequence[Hit], budget: int) -> Reading[list[Offer]]:
    """What must be known first, then the hits, best first; of what is left the hits and the decisions among them take
    before what was not asked for.
    """
    keys = yield from keys_of([hit.entry.id for hit in hits])
    found = [hit for hit in hits if hit.entry.id in keys]  # one may have left the index since
    tasks = yield from open_tasks(doors)
    asked = {keys[hit.entry.id]: hit.entry for hit in found if hit.entry.kind is Kind.DECISION}
    fresh = yield from recent_decisions(query.now - FRESH_DAYS * DAY, query.now + DAY)
    decided = yield from in_force(doors, asked)
    others = yield from in_force(doors, {key: entry for key, entry in fresh.items() if key not in asked})
    past = yield from faded(doors.layers, keys.values())
    offers = [_offer(each, TASKS, turn=1) for each in tasks.values()]
    offers += [_offer(each, DECISIONS) for each in briefs(DECISIONS, decided)]
    offers += [_offer(each, DECISIONS, turn=1) for each in briefs(DECISIONS, latest(others))]
    going, worths, most = names_of(tasks.values()), _worths(query), budget // min(GREATEST, max(1, len(found)))
    for hit in found:
        if hit.entry.kind is Kind.DECISION or tells_of(hit.entry, going):  # told above, or it holds no more
            continue
        note = _note(hit.entry, archived=keys[hit.entry.id] in past)
        told = excerpt(hit.entry, RECALLED, note=note, worths=worths)
        if told and (sized := told.within(most, cut=True)):
            offers.append(_offer(sized, hit.layer))
    return offers


def _offer(piece: Excerpt, section: str, turn: int = 0) -> Offer:
    return Offer(section=section, title=piece.why, piece=piece, turn=turn)


def _worths(query: Query) -> Callable[[Sequence[str]], Sequence[float]]:
    """How many of the things asked for each line names, or half of that of the line before it: there answers stand."""
    tokens = [f" {term.token} " for term in understand(query).terms]

    def of(texts: Sequence[str]) -> Sequence[float]:
        telling = [text for text in texts if text and not is_field(text)]
        strings = {text: token_string((text,)) for text in telling}
        named = {text: sum(token in said for token in tokens) for text, said in strings.items()}
        near = {after: named[before] / 2 for before, after in pairwise(telling)}
        return [max(named[text], near.get(text, 0.0)) if text in named else -1.0 for text in texts]

    return of


def _note(entry: Entry, *, archived: bool) -> str:
    """What a reader has to know of it that its lines need not say."""
    kind = "" if entry.kind in (Kind.ENTRY, Kind.STATEMENT, Kind.ATTRIBUTE) else entry.kind.value
    said = "somebody else's words" if entry.origin is Origin.UNTRUSTED else ""
    return ", ".join(filter(None, (kind, "archived" if archived else "", said)))
