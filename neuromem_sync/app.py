"""The composition root: from settings and a workspace to wired objects. The only file that knows every part.

Holds no rule of its own.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from neuromem_sync import index
from neuromem_sync.answer import run_blocking, wait
from neuromem_sync.clock import Clock
from neuromem_sync.config import Consolidate, Settings, load
from neuromem_sync.config import Sync as SyncSettings
from neuromem_sync.doors import BlockingDoors, Parts
from neuromem_sync.errors import NeuromemError
from neuromem_sync.layers import registry
from neuromem_sync.model import Layer
from neuromem_sync.servers import Layers
from neuromem_sync.sqlite import connect, read
from neuromem_sync.workspace import Workspace

if TYPE_CHECKING:
    from neuromem_sync.apply import Progress
    from neuromem_sync.beliefs import Beliefs
    from neuromem_sync.daemon.engine import Rhythm
    from neuromem_sync.daemon.grooming import Grooming
    from neuromem_sync.daemon.projector import Drained, Projector
    from neuromem_sync.groom import Groom
    from neuromem_sync.health import Health
    from neuromem_sync.layers.base import Touches
    from neuromem_sync.layers.projection import Projection
    from neuromem_sync.sync import Sync
    from neuromem_sync.verify import Verification

    Told: TypeAlias = tuple[Drained, ...]

PATIENCE = 60.0
"""Seconds `verify` waits for a deletion to be believed."""
RECENT_BYTES = 1 << 20
"""How much of recently edited documents a daemon keeps, to parse an edit without its whole file: some 40 MB parsed."""


def engine(workspace: Workspace, settings: Settings, clock: Clock, *, one_shot: bool = True) -> Sync:
    """The sync engine of a workspace, for a command or (`one_shot=False`) for the daemon."""
    from neuromem_sync.intake import Intake
    from neuromem_sync.sync import Sync

    intake = Intake(workspace.zone, 0 if one_shot else RECENT_BYTES, allowed=settings.redact.allow)
    if not one_shot:
        intake.prepare()
    return Sync(
        workspace,
        registry.tables(),
        _touches(workspace, settings, clock),
        clock,
        intake,
        one_shot=one_shot,
    )


def doors(workspace: Workspace, settings: Settings, clock: Clock) -> BlockingDoors:
    """What a query goes through."""
    parts = Parts(
        engine=lambda: engine(workspace, settings, clock),
        working=registry.working(),
        touches=_touches(workspace, settings, clock),
        layers=registry.text_layers(),
        graphs=registry.graphs(workspace.agent, settings),
        procedures=registry.procedures(),
        tasks=registry.tasks(),
    )
    return BlockingDoors(workspace, settings, clock, parts)


def _touches(workspace: Workspace, settings: Settings, clock: Clock) -> Callable[[sqlite3.Connection], Touches]:
    def epoch() -> str:
        """That of the index as it is now: it may have been made anew under us."""
        with closing(connect(workspace.state / "index.db", readonly=True)) as connection:
            return read(connection, index.meta("epoch")) or ""

    return lambda live: registry.touches(live, settings, clock, agent=workspace.agent, epoch=epoch)


def projectors(workspace: Workspace, settings: Settings, clock: Clock) -> tuple[Projector, ...]:
    """What tells the servers of a workspace what changed: none where the settings name none. To be closed."""
    return tuple(_projector(workspace, clock, store) for store in registry.projections(settings))


def _projector(workspace: Workspace, clock: Clock, store: Projection) -> Projector:
    from random import Random

    from neuromem_sync.daemon.projector import Projector

    state = workspace.make_state()
    live = connect(state / "live.db")
    return Projector(
        store,
        registry.breaker(live, store.name),
        (index.open_index(state / "index.db", registry.tables()), live),
        agent=workspace.agent,
        state=state,
        clock=clock,
        random=Random(),
    )


def project(workspace: Workspace, settings: Settings, clock: Clock, seconds: float, *, rebuild: bool = False) -> Told:
    """Tell every server what it has yet to be told, for at most about so long; `rebuild`: all of it, from nothing.

    Raises LayerUnavailable if a server that is to be rebuilt is away.
    """
    if not registry.projections(settings):
        return ()
    import asyncio

    async def every() -> Told:
        told = []
        for each in projectors(workspace, settings, clock):
            try:
                if rebuild:
                    await each.rebuild()
                told.append(await each.drain(seconds))
            finally:
                await each.close()
        return tuple(told)

    return asyncio.run(every())


def watch(workspaces: Sequence[Workspace], clock: Clock, *, on_terminal: bool) -> None:
    """Run the daemon for these workspaces, until a signal ends it. Raises LockHeld if one has a daemon already.

    One whose state cannot be used is told of and left out; raises its error if none is left.
    """
    from neuromem_sync.daemon import loop

    engines, groomings, refused = list["Sync"](), list["Grooming"](), list[tuple[str, NeuromemError]]()
    told = list[tuple["Projector", ...]]()
    for workspace in workspaces:
        try:
            settings = load(workspace.root)
            groomed = grooming(workspace, settings.consolidate, clock)
            engines.append(engine(workspace, settings, clock, one_shot=False))
        except NeuromemError as error:
            refused.append((workspace.agent, error))
        else:
            groomings.append(groomed)
            told.append(projectors(workspace, settings, clock))
    if not engines:
        raise refused[-1][1]
    rhythm = _rhythm(load().sync)
    loop.run(
        engines,
        clock=clock,
        rhythm=rhythm,
        on_terminal=on_terminal,
        grooming=groomings,
        projectors=told,
        refused=refused,
    )


def grooming(workspace: Workspace, given: Consolidate, clock: Clock) -> Grooming:
    """The nights of a workspace: counted from the last one, or from now where there was none."""
    from neuromem_sync.daemon.grooming import Grooming
    from neuromem_sync.daemon.nights import Nights
    from neuromem_sync.ledger import Ledger

    past = Ledger(workspace.make_state()).nights(1)
    last = past[0].at if past else clock.now()
    # -P: a file of the user's current folder must not be imported for one of ours
    command = [sys.executable, "-P", "-m", "neuromem_sync", "groom", "--agent", workspace.name, "--night", "--json"]
    return Grooming(command, Nights(given.at, given.after, workspace.zone, last))


def _rhythm(given: SyncSettings) -> Rhythm:
    from neuromem_sync.daemon.debounce import Settle
    from neuromem_sync.daemon.engine import Rhythm

    settle = Settle(closed=given.settle_ms / 1000, open=given.open_ms / 1000, longest=given.longest_ms / 1000)
    return Rhythm(settle=settle, scan=float(given.scan_s))


def verify(workspace: Workspace, settings: Settings, clock: Clock, progress: Progress | None = None) -> Verification:
    """Compare the live index of a workspace with one made from nothing."""
    from neuromem_sync import verify as proof

    def rebuilt(state: Path) -> Sync:
        """Of no server: what is made for a comparison is no one's memory."""
        return engine(replace(workspace, state=state), replace(settings, layers=Layers()), clock)

    with closing(doors(workspace, settings, clock)) as way:
        return proof.verify(
            prove=lambda: run_blocking(wait(way, PATIENCE)),
            live=lambda: way.index,
            rebuilt=rebuilt,
            state=workspace.make_state(),
            progress=progress,
        )


def health(workspace: Workspace, settings: Settings, clock: Clock) -> Health:
    """What of a workspace needs a person. Its root need not be there."""
    from neuromem_sync.health import examine
    from neuromem_sync.serving import Server

    with closing(doors(workspace, settings, clock)) as way:

        def servers() -> list[Server]:
            return [Server(each, registry.breaker(way.live, each.name)) for each in registry.projections(settings)]

        return examine(way, servers)


def since(workspace: Workspace, settings: Settings, clock: Clock, moment: float) -> Beliefs:
    """What is believed now and was not at that moment (POSIX seconds), and the other way round."""
    from neuromem_sync import beliefs
    from neuromem_sync.journal import Journal

    with closing(doors(workspace, settings, clock)) as way, closing(Journal(workspace.make_state())) as journal:
        freshness = run_blocking(way.prove())
        procedural = next(layer for layer in way.layers if layer.layer is Layer.PROCEDURAL)
        found = beliefs.since(moment, way.index, workspace.root, journal, procedural)
    return beliefs.Beliefs(found=found, freshness=freshness)


@contextmanager
def nights(workspace: Workspace, settings: Settings, clock: Clock, *, daemon: bool = False) -> Iterator[Groom]:
    """The consolidation of a workspace; `daemon`: nobody asked for it."""
    from neuromem_sync.chores import Chores
    from neuromem_sync.groom import Groom, Night
    from neuromem_sync.journal import Journal
    from neuromem_sync.ledger import Ledger
    from neuromem_sync.writeback import Writeback

    with closing(engine(workspace, settings, clock)) as sync, closing(Journal(sync.state)) as journal:
        ledger = Ledger(sync.state)
        night = Night(
            engine=sync,
            journal=journal,
            writeback=Writeback(workspace.root, sync.state, journal, clock, daemon=daemon),
            clock=clock,
            chores=Chores(workspace, sync, registry.shelf(), ledger, clock),
            ledger=ledger,
            zone=workspace.zone,
            settings=settings,
            layers=registry.text_layers(),
            readonly=workspace.readonly,
        )
        yield Groom(night)
