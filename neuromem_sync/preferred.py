"""Which store of the graph answers: a server that is well and in step, else the index; the answer says which, and why.

Asks nothing itself, and no store twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic

from neuromem_sync.errors import LayerUnavailable
from neuromem_sync.layers.graph import Graph
from neuromem_sync.model import Problem
from neuromem_sync.outbox import lag
from neuromem_sync.sqlite import Reading, T


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """What was found, the name of the store that found it, and what those before it lacked."""

    found: T
    store: str
    problems: tuple[Problem, ...]


def preferred(graphs: Sequence[Graph], ask: Callable[[Graph], Reading[T]]) -> Reading[Answered[T]]:
    """The answer of the first of these graphs that can give one. The last one is the index's own, which always can."""
    *served, own = graphs
    problems: list[Problem] = []
    for graph in served:
        try:
            yield from _in_step(graph)
            return Answered((yield from ask(graph)), graph.name, tuple(problems))
        except LayerUnavailable as error:
            message = f"the index answered for the graph: {error.message}"
            problems.append(Problem(path="", line=0, code="layer", message=message, hint=error.hint))
    return Answered((yield from ask(own)), own.name, tuple(problems))


def _in_step(graph: Graph) -> Reading[None]:
    """Raises LayerUnavailable if the server lags: what was written before a question has to be in its answer."""
    behind = yield from lag(graph.name)
    if behind.letters:
        number = "1 entry" if behind.letters == 1 else f"{behind.letters} entries"
        raise LayerUnavailable(f"{graph.name} has yet to be told of {number}", "neuromem health says how far it is")
    yield from graph.ready()
