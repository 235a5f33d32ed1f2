"""The daemon's process: hold the locks, keep every workspace in step, stop cleanly on a signal.

Makes no engine and reads no settings: both are given.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing
from functools import partial
from random import Random
from typing import TypeAlias

from neuromem_sync import eventloop
from neuromem_sync.clock import Clock
from neuromem_sync.daemon.engine import Engine, Rhythm
from neuromem_sync.daemon.grooming import Grooming
from neuromem_sync.daemon.keeper import Keeper
from neuromem_sync.daemon.notices import Notices
from neuromem_sync.daemon.projector import Projector
from neuromem_sync.daemon.view import LogView, View
from neuromem_sync.errors import LockHeld, NeuromemError
from neuromem_sync.lock import WATCH, held
from neuromem_sync.sqlite import failure as state_failure

__all__ = ["Engine", "Rhythm", "run"]


def run(
    engines: Sequence[Engine],
    *,
    clock: Clock,
    rhythm: Rhythm | None = None,
    on_terminal: bool = False,
    random: Random | None = None,
    grooming: Sequence[Grooming | None] = (),
    projectors: Sequence[Sequence[Projector]] = (),
    refused: Sequence[tuple[str, NeuromemError]] = (),
) -> None:
    """Keep the engines' workspaces in step until SIGINT or SIGTERM; closes the engines.

    `grooming` and `projectors` go with them, one for each engine; the latter are closed too.

    `refused` names agents that have no engine, and why: they are told of.

    Raises LockHeld, with the pid, if a daemon watches one of them already; otherwise the error of the last workspace
    that could not be kept, when none is left.
    """
    with ExitStack() as stack:
        for engine in engines:
            stack.callback(engine.close)
        locks = [_lock(stack, engine) for engine in engines]
        view = stack.enter_context(closing(_view(clock, on_terminal)))
        for agent, error in refused:
            view.note(agent, "stopped", reason=error.message)
        nights = grooming or [None] * len(engines)
        watched = list(zip(engines, locks, nights, projectors or [()] * len(engines), strict=True))
        eventloop.run(_serve(watched, clock, rhythm or Rhythm(), view, random or Random()))


def _lock(stack: ExitStack, engine: Engine) -> int:
    try:
        return stack.enter_context(held(engine.state / WATCH))
    except LockHeld as error:
        raise LockHeld(
            f"{engine.agent} is watched already, by process {error.pid}", f"stop it: kill {error.pid}", error.pid
        ) from error


def _view(clock: Clock, on_terminal: bool) -> View:
    if not on_terminal:
        return LogView(sys.stdout, clock)
    from rich.console import Console

    from neuromem_sync.daemon.live import LiveView

    return LiveView(Console())


Watched: TypeAlias = tuple[Engine, int, Grooming | None, Sequence[Projector]]


async def _serve(watched: list[Watched], clock: Clock, rhythm: Rhythm, view: View, random: Random) -> None:
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        keepers: list[Keeper] = []
        _on_signals(stop, keepers)
        for engine, lock, grooming, projectors in watched:
            await stack.enter_async_context(_projected(projectors, partial(view.note, engine.agent)))
            keeper = Keeper(engine, lock, clock, rhythm, view, random, grooming, partial(_wake, projectors))
            stack.push_async_callback(keeper.close)
            keepers.append(keeper)
            view.note(engine.agent, "watching", root=engine.root, pid=os.getpid())
        await stack.enter_async_context(_noticed(keepers))
        ends = await asyncio.gather(*(_keep(keeper, stop, view) for keeper in keepers))
    failures = [end for end in ends if end is not None]
    if failures and len(failures) == len(keepers):
        raise failures[-1]


@asynccontextmanager
async def _projected(projectors: Sequence[Projector], note: Callable[..., None]) -> AsyncIterator[None]:
    """While the block runs the servers of a workspace are told what changes."""
    telling = [asyncio.create_task(each.run(note)) for each in projectors]
    try:
        yield
    finally:
        for each in projectors:
            each.end()
        for task in telling:
            task.cancel()
        await asyncio.gather(*telling, return_exceptions=True)
        await asyncio.gather(*(each.close() for each in projectors))


def _wake(projectors: Sequence[Projector]) -> None:
    for each in projectors:
        each.wake()


@asynccontextmanager
async def _noticed(keepers: Sequence[Keeper]) -> AsyncIterator[None]:
    """While the block runs the service manager, if one started us, hears how we are."""
    notices = Notices()
    telling = [asyncio.create_task(notices.live()), asyncio.create_task(_ready(keepers, notices))]
    try:
        yield
    finally:
        notices.stopping()
        for task in telling:
            task.cancel()
        await asyncio.gather(*telling, return_exceptions=True)


async def _ready(keepers: Sequence[Keeper], notices: Notices) -> None:
    for keeper in keepers:
        await keeper.looked.wait()
    notices.ready(f"keeps {', '.join(keeper.engine.agent for keeper in keepers)} in step")


def _on_signals(stop: asyncio.Event, keepers: list[Keeper]) -> None:
    def end() -> None:
        stop.set()
        for keeper in keepers:
            keeper.engine.cancel()
            keeper.wake()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)


async def _keep(keeper: Keeper, stop: asyncio.Event, view: View) -> NeuromemError | None:
    """One workspace to its end; what ends it does not end the others."""
    agent = keeper.engine.agent
    try:
        await keeper.run(stop)
    except NeuromemError as error:
        failure: NeuromemError | None = error
    except (OSError, sqlite3.Error) as error:
        failure = state_failure(keeper.engine.state, error)
    else:
        failure = None
    keeper.looked.set()
    view.note(agent, "stopped", **({"reason": failure.message} if failure else {}))
    return failure
