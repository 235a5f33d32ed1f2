"""The composition root: from settings and a workspace to wired objects. The only file that knows every part.

Holds no rule of its own.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from neuromem_sync import index, outbox
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
    from neuromem_sync.daemon.letters import Drained
    from neuromem_sync.daemon.projector import Projector, Telling
    from neuromem_sync.groom import Groom
    from neuromem_sync.health import Health
    from neuromem_sync.layers.base import Touches
    from neuromem_sync.layers.projection import Breaker, Projection
    from neuromem_sync.serving import Server
    from neuromem_sync.sync import Sync
    from neuromem_sync.verify import Verification

PATIENCE = 60.0
"""Seconds `verify` waits for a deletion to be believed."""
AGAIN = 0.2
"""Seconds between two looks at a server that another process is telling."""
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
        degraded=partial(registry.degraded, settings),
        layers=registry.text_layers(),
        graphs=registry.graphs(workspace.agent, settings, clock, workspace.make_state),
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
    return tuple(_projector(workspace, clock, store) for store in registry.projections(settings, planning=True))


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


def project(
    workspace: Workspace,
    settings: Settings,
    clock: Clock,
    seconds: float,
    *,
    rebuild: bool = False,
    at_once: bool = False,
    progress: Telling | None = None,
) -> tuple[Drained, ...]:
    """Tell every server what it has yet to be told, for at most about so long; `rebuild`: all of it, from nothing.

    `at_once`: one that failed a moment ago too. One that is away keeps none of the others from being told.
    """
    if not settings.layers.served:
        return ()
    from neuromem_sync import eventloop

    async def every() -> tuple[Drained, ...]:
        told, deadline = list["Drained"](), clock.monotonic() + seconds
        named = projectors(workspace, settings, clock)
        try:
            for left, each in zip(range(len(named), 0, -1), named, strict=True):
                share = max(0.0, deadline - clock.monotonic()) / left  # one that hangs leaves their part to the others
                told.append(await each.told(share, rebuild=rebuild, at_once=at_once, progress=progress))
            return tuple(told)
        finally:
            for each in named:
                await each.close()

    return eventloop.run(every())


def purged(workspace: Workspace, settings: Settings, clock: Clock, seconds: float) -> Mapping[str, str]:
    """Let the servers forget what was forgotten, for about so long; by store, why one has not done so yet.

    One that could not is emptied of the agent before it is told anything again, by whoever does so first.
    """
    deadline = clock.monotonic() + seconds
    while True:
        left = max(0.0, deadline - clock.monotonic())
        reasons = {each.store: each.reason for each in project(workspace, settings, clock, left, at_once=True)}
        with closing(connect(workspace.state / "index.db", readonly=True)) as connection:
            holding = read(connection, outbox.to_be_cleared())
        if not left or not reasons.keys() & set(holding):
            return {store: reasons.get(store, "no setting names it") for store in holding}
        clock.sleep(min(left, AGAIN))


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
            synced = engine(workspace, settings, clock, one_shot=False)
            telling = projectors(workspace, settings, clock)
        except NeuromemError as error:
            refused.append((workspace.agent, error))
        else:
            engines.append(synced)
            groomings.append(groomed)
            told.append(telling)
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

    with closing(doors(workspace, settings, clock)) as way:
        return examine(way, lambda: servers(settings, way.live))


def servers(settings: Settings, live: sqlite3.Connection) -> list[Server]:
    """The servers that the settings name, and what is known of them in a workspace's live database."""
    from neuromem_sync.serving import Server

    return [Server(each, breaker(live, each.name)) for each in registry.projections(settings)]


def breaker(live: sqlite3.Connection, store: str) -> Breaker:
    """What is known of a server in a workspace's live database."""
    return registry.breaker(live, store)


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
