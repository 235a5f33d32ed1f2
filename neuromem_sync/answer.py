"""The trip of a query: prove freshness, recall, look at the candidates' files once more, remember the touch.

Ranks nothing (recall.py). Written once for commands and for event loops: what a trip needs of the world is `Doors`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from neuromem_sync import index
from neuromem_sync.clock import Clock
from neuromem_sync.config import Settings
from neuromem_sync.freshness import MovedOn
from neuromem_sync.layers.base import Heat, Procedures, TaskLines, TextLayer
from neuromem_sync.layers.graph import Catalogue, Graph, Graphs
from neuromem_sync.model import Layer, Problem
from neuromem_sync.outbox import lag
from neuromem_sync.preferred import preferred
from neuromem_sync.query import Answer, Freshness, Hit, Query, State, Stored
from neuromem_sync.recall import Found, recall
from neuromem_sync.sqlite import Reading
from neuromem_sync.workspace import Workspace

T = TypeVar("T")


class Doors(Protocol):
    """How a trip reaches the files, the index and working memory."""

    @property
    def workspace(self) -> Workspace: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def layers(self) -> Sequence[TextLayer]:
        """The layers that are searched by text."""
        ...

    @property
    def graph(self) -> Catalogue:
        """The index's own."""
        ...

    @property
    def graphs(self) -> Graphs:
        """Every store of the graph, the preferred one first, the index's own last."""
        ...

    @property
    def procedures(self) -> Procedures: ...

    @property
    def tasks(self) -> TaskLines: ...

    async def prove(self) -> Freshness:
        """Everything written before this call is in the index, or the answer says what is not."""
        ...

    async def known(self) -> Freshness:
        """The freshness of the index as it stands, nothing looked at."""
        ...

    async def resync(self, moved: MovedOn) -> None:
        """Index these files again."""
        ...

    async def moved_on(self, paths: Iterable[str]) -> MovedOn:
        """Which of these files are not what the index knows."""
        ...

    async def read(self, reading: Reading[T]) -> T: ...

    async def working(self) -> Mapping[int, str]:
        """Key → why, for what is in working memory now."""
        ...

    async def touch(self, ids: Sequence[str]) -> None:
        """These entries were recalled now."""
        ...

    async def write(self, writing: Callable[[Workspace, float], T]) -> T:
        """What `writing` gives of the workspace and the time now (POSIX seconds); it may block."""
        ...

    async def files(self, reading: Callable[[Workspace], T]) -> T:
        """What `reading` gives of the files of the workspace; it may block."""
        ...

    async def heat(self, ids: Sequence[str]) -> Mapping[str, Heat]:
        """How often these were recalled or written; those that never were are left out."""
        ...

    async def troubles(self) -> tuple[Problem, ...]:
        """What working memory, as last asked, could not say: its server is away."""
        ...

    async def degraded(self) -> tuple[Problem, ...]:
        """For which layers something else answers than their servers, by what was last met with; none is asked."""
        ...

    async def pause(self, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Documents, entries, and entries by layer; working memory holds entries that are counted in their home too.

    `stores` says what answers for the layers that can stand on a server: working memory and the semantic one.
    """

    files: int
    entries: int
    layers: Mapping[Layer, int]
    freshness: Freshness
    stores: tuple[Stored, ...] = ()


async def ask(doors: Doors, query: Query, *, stale_ok: bool = False) -> Answer:
    """The answer to a query; with no text, the most recent entries. `stale_ok` trusts the index unseen."""
    answer = await look(doors, query, stale_ok=stale_ok)
    await doors.touch([hit.entry.id for hit in answer.hits])
    return answer


async def look(doors: Doors, query: Query, *, stale_ok: bool = False) -> Answer:
    """The same for who decides later which of the hits were recalled: none is touched."""
    freshness = await (doors.known() if stale_ok else doors.prove())
    found = await _search(doors, query)
    moved = MovedOn(frozenset(), frozenset())
    if not stale_ok:
        moved = await doors.moved_on(_paths(found.hits))
        if moved.changed:
            await doors.resync(moved)
            found = await _search(doors, query)
            moved = await doors.moved_on(_paths(found.hits))
    hits = tuple(hit for hit in found.hits if hit.path not in moved.gone)
    unverified = tuple(sorted({*freshness.unverified, *moved.changed}))
    problems = await with_degraded(doors, found.problems)
    return Answer(hits=hits, freshness=replace(freshness, unverified=unverified), problems=problems)


async def with_degraded(doors: Doors, met: Sequence[Problem] = ()) -> tuple[Problem, ...]:
    """What an answer met with, and every layer for which something else answers than its server, each once."""
    return tuple(dict.fromkeys((*met, *await doors.troubles(), *await doors.degraded())))


async def _search(doors: Doors, query: Query) -> Found:
    working = await doors.working()
    return await doors.read(recall(query, doors.layers, working.keys(), doors.graphs))


def _paths(hits: Iterable[Hit]) -> set[str]:
    return {hit.path for hit in hits}


async def wait(doors: Doors, timeout: float) -> Freshness:
    """Until everything written before this call can be recalled, a pending deletion too; at most `timeout` seconds.

    The answer's state is not fresh if that did not come about.
    """
    deadline = doors.clock.monotonic() + timeout
    freshness = await doors.prove()
    while pending := await doors.read(index.pending()):
        if doors.clock.monotonic() >= deadline:
            return replace(freshness, state=State.VERIFYING, reason=f"not believed yet: {', '.join(pending[:5])}")
        await doors.pause(0.05)
        freshness = await doors.prove()
    return freshness


async def count(doors: Doors) -> Counts:
    """How much there is, as of now."""
    freshness = await doors.prove()
    sizes = {layer.layer: (await doors.read(layer.size())).entries for layer in doors.layers}
    working = await doors.working()
    return Counts(
        files=await doors.read(index.document_count()),
        entries=sum(sizes.values()),
        layers={Layer.WORKING: len(working), **sizes},
        freshness=freshness,
        stores=await _stores(doors),
    )


async def _stores(doors: Doors) -> tuple[Stored, ...]:
    """Those that answer now: working memory as it was last asked, the graph by being asked for nothing."""
    working, semantic, named = Stored(layer=Layer.WORKING), Stored(layer=Layer.SEMANTIC), doors.settings.layers
    if named.working.url:
        troubles = await doors.troubles()
        store = "sqlite" if troubles else "redis"
        working = await _stored(doors, replace(working, store=store, server="redis"), troubles)
    if named.semantic.url:
        graph = await doors.read(preferred(doors.graphs, _nothing, doors.clock.now()))
        semantic = await _stored(doors, replace(semantic, store=graph.store, server="neo4j"), graph.problems)
    return working, semantic


async def _stored(doors: Doors, stored: Stored, problems: Sequence[Problem]) -> Stored:
    """With how far the server is behind, and why it does not answer."""
    left = (await doors.read(lag(stored.server))).letters
    if stored.store == stored.server:
        return replace(stored, left=left)
    lagging = f"{stored.server} has yet to be told of {'1 entry' if left == 1 else f'{left} entries'}"
    return replace(stored, left=left, reason=problems[0].message if problems else lagging)


def _nothing(_graph: Graph) -> Reading[None]:
    return
    yield  # what makes it a reading


def run_blocking(trip: Coroutine[None, None, T]) -> T:
    """Run a trip through doors that never suspend: no event loop, which would cost a command 43 ms."""
    try:
        trip.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    trip.close()
    raise RuntimeError("a blocking door suspended")
