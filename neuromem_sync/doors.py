"""The doors a query goes through to the files, the index and working memory: they block, and suit one thread.

Ranks nothing and decides nothing about freshness; answer.py and freshness.py do.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from neuromem_sync import freshness, index
from neuromem_sync.changes import EVERYTHING, Batch
from neuromem_sync.clock import Clock, iso, today
from neuromem_sync.config import Settings
from neuromem_sync.errors import NeuromemError, StateError
from neuromem_sync.files import reason
from neuromem_sync.freshness import MovedOn, Unanswered
from neuromem_sync.layers.base import Heat, Procedures, TaskLines, TextLayer, Touches, WorkingLayer
from neuromem_sync.layers.graph import Graphs
from neuromem_sync.lock import still_held
from neuromem_sync.model import Problem
from neuromem_sync.query import Freshness, State
from neuromem_sync.sqlite import Reading, connect, read
from neuromem_sync.workspace import Workspace

if TYPE_CHECKING:
    from neuromem_sync.sync import Sync

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the doors are wired to: how to make an engine, what is asked, and the two halves of working memory."""

    engine: Callable[[], Sync]
    layers: Sequence[TextLayer]
    graphs: Graphs
    procedures: Procedures
    tasks: TaskLines
    working: WorkingLayer
    touches: Callable[[sqlite3.Connection], Touches]
    degraded: Callable[[sqlite3.Connection, float], tuple[Problem, ...]]


class BlockingDoors:
    """`answer.Doors` whose methods never suspend. Opens what it needs when it is first needed."""

    def __init__(self, workspace: Workspace, settings: Settings, clock: Clock, parts: Parts) -> None:
        self.workspace = workspace
        self.settings = settings
        self.clock = clock
        self._parts = parts
        self._open = ExitStack()
        self._folder: int | None = None
        self.layers = parts.layers
        self.graphs = parts.graphs
        self.graph = parts.graphs[-1]
        self.procedures = parts.procedures
        self.tasks = parts.tasks
        self.opened = 0
        """How often the state folder was opened: once, unless it was removed or replaced under us."""

    @cached_property
    def engine(self) -> Sync:
        return self._open.enter_context(closing(self._parts.engine()))

    @cached_property
    def live(self) -> sqlite3.Connection:
        """The live database: waiting queries."""
        live = self._open.enter_context(closing(connect(self.workspace.make_state() / "live.db")))
        freshness.prepare(live)
        return live

    @cached_property
    def touches(self) -> Touches:
        return self._open.enter_context(closing(self._parts.touches(self.live)))

    @cached_property
    def index(self) -> sqlite3.Connection:
        """The index, to read. Raises StateError if nothing was ever indexed."""
        return self._open.enter_context(closing(connect(self.index_path(), readonly=True)))

    def index_path(self) -> Path:
        path = self.workspace.state / "index.db"
        try:
            path.stat()
        except FileNotFoundError as error:
            raise StateError(f"nothing of {self.workspace.agent} is indexed yet", "run: neuromem sync") from error
        except OSError as error:
            raise StateError(f"{path}: {reason(error)}", "make the state folder readable for you") from error
        return path

    def _renew(self) -> None:
        """Let go of a state folder that was removed or replaced under us: what is open of it leads nowhere."""
        if self._folder is not None and not still_held(self.workspace.state, self._folder):
            self.close()
        if self._folder is None:
            self._folder = os.open(self.workspace.make_state(), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            self.opened += 1

    async def prove(self) -> Freshness:
        """By the daemon if one vouches, else by a cycle of our own."""
        self._renew()
        said = freshness.ask(
            self.live,
            self.workspace.state,
            self.workspace.root,
            clock=self.clock,
            timeout=self.settings.recall.fresh_ms / 1000,
        )
        proved = self._cycle(EVERYTHING) if isinstance(said, Unanswered) else said
        return replace(proved, unverified=tuple(await self.read(index.unverified())))

    def _cycle(self, batch: Batch) -> Freshness:
        """A cycle that cannot be made leaves the index as it was, and the answer says why."""
        as_of = iso(self.clock.now())
        try:
            report = self.engine.cycle(batch)
        except NeuromemError as error:
            return replace(self._known(), state=State.DEGRADED, reason=f"{error.message}; {error.hint}")
        return Freshness(state=State.FRESH, generation=report.generation, as_of=as_of)

    async def known(self) -> Freshness:
        """The index as it stands; `as_of` is when it last changed."""
        return replace(self._known(), unverified=tuple(await self.read(index.unverified())))

    def _known(self) -> Freshness:
        return Freshness(
            state=State.STOPPED,
            generation=read(self.index, index.generation()),
            as_of=read(self.index, index.meta("as_of")) or "",
            reason="the files were not looked at",
        )

    async def resync(self, moved: MovedOn) -> None:
        self._cycle(Batch(paths=moved.changed, gone=moved.gone))

    async def moved_on(self, paths: Iterable[str]) -> MovedOn:
        known = await self.read(index.documents_at(list(paths)))
        return freshness.moved_on(self.workspace.root, {path: each.state.identity for path, each in known.items()})

    async def read(self, reading: Reading[T]) -> T:
        return read(self.index, reading)

    async def working(self) -> Mapping[int, str]:
        """Key → why, for what is in working memory now."""
        touched = self.touches.touched(self.clock.now())
        day = today(self.clock.now(), self.workspace.zone)
        return await self.read(self._parts.working.members(touched, day, self.settings.working.tokens))

    async def touch(self, ids: Sequence[str]) -> None:
        if ids:
            with suppress(sqlite3.Error):  # an answer counts more than the note that it was given
                self.touches.touch(ids, self.clock.now())

    async def write(self, writing: Callable[[Workspace, float], T]) -> T:
        return writing(self.workspace, self.clock.now())

    async def files(self, reading: Callable[[Workspace], T]) -> T:
        return reading(self.workspace)

    async def heat(self, ids: Sequence[str]) -> Mapping[str, Heat]:
        """How often these were recalled or written."""
        return self.touches.heat(ids)

    async def troubles(self) -> tuple[Problem, ...]:
        """What working memory, as last asked, could not say."""
        return self.touches.problems if "touches" in self.__dict__ else ()

    async def degraded(self) -> tuple[Problem, ...]:
        """For which layers something else answers than their servers, by what was last met with; none is asked."""
        return self._parts.degraded(self.live, self.clock.now()) if self.settings.layers.served else ()

    async def pause(self, seconds: float) -> None:
        self.clock.sleep(seconds)

    def close(self) -> None:
        """Close what is open; what is needed again is opened again."""
        self._open.close()
        for graph in self.graphs:
            graph.close()
        for name in ("engine", "live", "touches", "index"):
            self.__dict__.pop(name, None)
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None
