"""Servers switched on and off: which store answers for a layer, what is kept for one that is off, and off for good.

Asks no server but one that is to be emptied, and tells none anything (daemon/projector.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from neuromem_sync import app, outbox
from neuromem_sync.clock import Clock
from neuromem_sync.config import Settings
from neuromem_sync.lock import held, turn
from neuromem_sync.outbox import Lag
from neuromem_sync.query import Stored
from neuromem_sync.serving import told
from neuromem_sync.sqlite import connect, read, transaction
from neuromem_sync.workspace import Workspace

if TYPE_CHECKING:
    from neuromem_sync.daemon.projector import Projector


def stored(workspace: Workspace, settings: Settings) -> Sequence[Stored]:
    """Which store answers for each layer that has a server, as it was last met with; nothing before a first index."""
    path = workspace.state / "index.db"
    if not path.exists():
        return ()
    with closing(connect(path, readonly=True)) as index, closing(connect(workspace.state / "live.db")) as live:
        return told(app.servers(settings, live), index)


def waiting(workspace: Workspace, settings: Settings) -> Mapping[str, Lag]:
    """The stores that changes are kept for, and that no setting names."""
    path = workspace.state / "index.db"
    if not path.exists():
        return {}
    with closing(connect(path, readonly=True)) as index:
        off = [each for each in read(index, outbox.stores()) if each not in settings.layers.named]
        return {each: read(index, outbox.lag(each)) for each in off}


def forget(workspace: Workspace, settings: Settings, clock: Clock, store: str) -> bool:
    """Keep nothing for a store any more; whether it was emptied of the agent too: where a setting names it.

    Raises LayerUnavailable if that one is away, LockHeld if it is being told.
    """
    if not (settings.layers.served or (workspace.state / "index.db").exists()):
        return False
    state = workspace.make_state()
    emptied = _emptied(app.projectors(workspace, settings, clock), store)
    if not emptied:
        with held(state / f"{store}.lock"), turn(state), closing(connect(state / "index.db")) as index:
            outbox.prepare(index)
            with transaction(index) as tx:
                outbox.switch_off(tx, store)
    with closing(connect(state / "live.db")) as live:
        app.breaker(live, store).worked()
    return emptied


def _emptied(named: Sequence[Projector], store: str) -> bool:
    if not named:
        return False
    from neuromem_sync import eventloop

    async def found() -> bool:
        try:
            for each in named:
                if each.store.name == store:
                    await each.forget()
                    return True
            return False
        finally:
            for each in named:
                await each.close()

    return eventloop.run(found())
