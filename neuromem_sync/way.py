"""How two things hang together: a shortest way from one to the other, each step with where it is written.

Walks no graph itself (layers/).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from neuromem_sync.answer import Doors, with_degraded
from neuromem_sync.layers.graph import Graph, Leg
from neuromem_sync.model import Problem, asked_key
from neuromem_sync.preferred import preferred
from neuromem_sync.query import Freshness
from neuromem_sync.sqlite import Reading
from neuromem_sync.step import Step, steps

EVIDENCE = 3  # entries shown of a step, the latest
LONGEST = 6  # legs of a stated way that is preferred to a shorter one over things that only stand together
NEAR = 5  # names offered for one that nobody mentions


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A name that nobody mentions, and names that come near."""

    name: str
    similar: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """From `start` to `goal`; `steps` is None if there is no way, and empty if they are one thing.

    `strangers` are those of the two that nobody mentions. `store` is what answered, and `problems` why it was not
    another.
    """

    start: str
    goal: str
    steps: tuple[Step, ...] | None
    strangers: tuple[Stranger, ...]
    freshness: Freshness
    store: str = ""
    problems: tuple[Problem, ...] = ()


async def way(doors: Doors, start: str, goal: str) -> Way:
    """A shortest way between two things; any of their names may be given."""
    freshness = await doors.prove()
    answered = await doors.read(
        preferred(doors.graphs, lambda graph: _way(graph, start, goal, freshness), doors.clock.now())
    )
    problems = await with_degraded(doors, answered.problems)
    return replace(answered.found, store=answered.store, problems=problems)


def _between(graph: Graph, start: str, goal: str) -> Reading[tuple[Leg, ...] | None]:
    """By what was stated, if that leads there: that two things once stood in one entry says less, however short."""
    legs = yield from graph.path(start, goal, stated=True)
    if legs is not None and len(legs) <= LONGEST:
        return legs
    return (yield from graph.path(start, goal))


def _way(graph: Graph, start: str, goal: str, freshness: Freshness) -> Reading[Way]:
    begin = yield from graph.resolve(asked_key(start))
    end = yield from graph.resolve(asked_key(goal))
    strangers: list[Stranger] = []
    for name, key in ((start, begin), (goal, end)):
        if not (yield from graph.edges(key, 1)) and (yield from graph.entity(key)) is None:
            strangers.append(Stranger(name=name, similar=tuple((yield from graph.similar(key, NEAR)))))
    legs = None if strangers else (yield from _between(graph, begin, end))
    names = yield from graph.names([begin, end, *(leg.end for leg in legs or ())])
    written = {key: name for key, (name, _) in names.items()}
    return Way(
        start=written.get(begin, start),
        goal=written.get(end, goal),
        steps=None if legs is None else (yield from steps(graph, legs, written, EVIDENCE)),
        strangers=tuple(strangers),
        freshness=freshness,
    )
