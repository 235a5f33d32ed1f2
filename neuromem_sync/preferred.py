"""Which store of the graph answers: a server that is well and in step, else the index; the answer says which, and why.

Asks nothing itself, and no store twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic

from neuromem_sync.errors import LayerUnavailable
from neuromem_sync.index import meta
from neuromem_sync.layers.graph import Graph, Graphs
from neuromem_sync.layers.projection import lacking
from neuromem_sync.model import Problem
from neuromem_sync.outbox import entries, lag
from neuromem_sync.sqlite import Reading, T

WALK_S = 0.5
"""Seconds that a question about the graph may take a server: a way between two takes it 22 ms at p50, 106 at p99."""
SILENT_S = 10.0
"""Seconds after a change for which an answer keeps silent that a server has yet to be told of it: the daemon needs some
hundredths, and looks every 5 s at least; the index, which answers, lacks nothing of this agent."""
RECALL_S = 0.1
"""Seconds for what recall asks it: some 5 ms as a rule, and 250 ms are promised with a server that hangs."""


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """What was found, the name of the store that found it, and what those before it lacked."""

    found: T
    store: str
    problems: tuple[Problem, ...]


def preferred(
    graphs: Graphs, ask: Callable[[Graph], Reading[T]], now: float, seconds: float = WALK_S
) -> Reading[Answered[T]]:
    """The answer of the first of these graphs that can give one within so many seconds.

    The last one is the index's own, which always can. `now` is in POSIX seconds.
    """
    *served, own = graphs
    problems: list[Problem] = []
    for graph in served:
        try:
            yield from graph.ready(seconds)
            if (yield from _lags(graph, now)):
                continue
            return Answered((yield from ask(graph)), graph.name, tuple(problems))
        except LayerUnavailable as error:
            problems.append(lacking(graph.name, error.message, error.hint))
    return Answered((yield from ask(own)), own.name, tuple(problems))


def _lags(graph: Graph, now: float) -> Reading[bool]:
    """Whether the server has yet to be told something: what was written before a question has to be in its answer.

    Raises LayerUnavailable if it lags for longer than that takes by itself.
    """
    behind = yield from lag(graph.name)
    if not behind.letters:
        return False
    changed = yield from meta("as_of")
    if changed and 0 <= now - datetime.fromisoformat(changed).timestamp() < SILENT_S:
        return True
    message = f"{graph.name} has yet to be told of {entries(behind.letters)}"
    raise LayerUnavailable(message, "neuromem health says how far it is")
