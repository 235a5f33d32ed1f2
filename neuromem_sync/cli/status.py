"""`neuromem status`: whether a daemon watches, and whether it vouches."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing

import click

from neuromem_sync import freshness
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.options import agent_option, agents_and_folders, json_option, many_agents, settings_of
from neuromem_sync.cli.output import StatusJson
from neuromem_sync.cli.several import each_agent
from neuromem_sync.cli.stores import answering, plain_store
from neuromem_sync.cli.terminal import Style, line, say, styled
from neuromem_sync.freshness import Status
from neuromem_sync.lock import WATCH, holder
from neuromem_sync.query import Freshness, State, Stored
from neuromem_sync.sqlite import connect, failure
from neuromem_sync.workspace import Workspace

STYLES: dict[State, Style] = {State.FRESH: "good", State.VERIFYING: "warn"}


@click.command(short_help=COMMANDS["status"])
@agent_option
@json_option(StatusJson, each_agent=True)
@click.argument("words", nargs=-1, metavar="[AGENT…]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, words: tuple[str, ...]) -> int:
    """Say whether a daemon keeps the memory in step. Exit 0 if one does, 1 if there is none or it is in doubt.

    It takes the daemon's word, and asks no server: it says how each was last met with. What needs a person is told
    by health.

    \b
    neuromem-sync status
    neuromem-sync status ava --json
    """

    def one(workspace: Workspace) -> tuple[int, StatusJson]:
        status, stores = _status(workspace), _stores(workspace)
        if not as_json:
            _show(workspace, status)
            for stored in stores:
                say(f"  {stored.layer}: {answering(stored)}", "warn" if stored.reason else "plain")
        watched = status is not None and status.freshness.state is State.FRESH
        return 0 if watched else 1, _plain(workspace, status, stores)

    return each_agent(many_agents(agent, words), one, as_json=as_json, titled=False)


def _status(workspace: Workspace) -> Status | None:
    """What the daemon says of itself, if one lives."""
    pid = holder(workspace.state / WATCH) if os.path.isdir(workspace.state) else None
    if pid is None:
        return None
    place = workspace.state / "live.db"
    try:
        with closing(connect(place)) as live:
            freshness.prepare(live)
            said = freshness.status(live)
    except sqlite3.Error as error:
        raise failure(place, error) from error
    starting = Freshness(state=State.VERIFYING, generation=0, as_of="", reason="it is starting")
    return said if said is not None and said.pid == pid else Status(pid=pid, freshness=starting, answers=False)


def _stores(workspace: Workspace) -> Sequence[Stored]:
    settings = settings_of(workspace)
    if not settings.layers.served:
        return ()
    from neuromem_sync import switching

    return switching.stored(workspace, settings)


def _plain(workspace: Workspace, said: Status | None, stores: Sequence[Stored]) -> StatusJson:
    return StatusJson(
        agent=workspace.agent,
        root=str(workspace.root),
        pid=said.pid if said else None,
        state=said.freshness.state.value if said else State.STOPPED.value,
        reason=said.freshness.reason if said else "no daemon watches",
        generation=said.freshness.generation if said else None,
        as_of=said.freshness.as_of if said else None,
        stores=[plain_store(stored) for stored in stores],
    )


def _show(workspace: Workspace, said: Status | None) -> None:
    if said is None:
        line(styled(workspace.agent, "strong"), styled("stopped:", "warn"), "no daemon watches")
        say(f"  neuromem watch {workspace.spoken}, or at every log-in: neuromem-sync install-service", "faint")
        return
    state = said.freshness.state
    facts = f"process {said.pid}, generation {said.freshness.generation}"
    line(styled(workspace.agent, "strong"), styled(f"{state}:", STYLES.get(state, "bad")), facts)
    if said.freshness.reason:
        say(f"  {said.freshness.reason}", "warn")
