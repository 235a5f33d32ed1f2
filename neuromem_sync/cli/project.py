"""`neuromem project`: tell the servers what they have yet to be told, or everything; switch one off for good."""

from __future__ import annotations

from collections.abc import Mapping

import click

from neuromem_sync import app, configure, switching
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.bar import progress
from neuromem_sync.cli.options import agent_option, agents_and_folders, clock, json_option, many_agents, settings_of
from neuromem_sync.cli.output import KeptJson, ProjectedJson, ServerJson, SwitchedOffJson
from neuromem_sync.cli.several import each_agent
from neuromem_sync.cli.terminal import counted, say
from neuromem_sync.config import config_path
from neuromem_sync.errors import LayerUnavailable, StateError
from neuromem_sync.workspace import Workspace

NO_SERVER = "no server is named: neuromem config set layers.working.url redis://…, or layers.semantic.url bolt://…"
SECONDS = click.FloatRange(0, 86400)
NAMED_BY = {"redis": "layers.working.url", "neo4j": "layers.semantic.url"}
"""Which setting names each server."""
STORE = click.Choice(list(NAMED_BY))


@click.command(short_help=COMMANDS["project"])
@agent_option
@json_option(ProjectedJson, SwitchedOffJson, each_agent=True)
@click.option("--rebuild", is_flag=True, help="Empty the servers of this agent, and tell them everything.")
@click.option("--forget", type=STORE, help="Switch one off for good: keep nothing for it any more.")
@click.option("--seconds", type=SECONDS, default=600.0, metavar="NUMBER", help="Stop after about so long (600).")
@click.argument("words", nargs=-1, metavar="[AGENT…]", shell_complete=agents_and_folders)
def command(
    agent: str | None, as_json: bool, rebuild: bool, forget: str | None, seconds: float, words: tuple[str, ...]
) -> int:
    """Tell Redis and Neo4j what they have yet to be told. The daemon does it by itself.

    Exit 0 if they were told everything, 1 if not. With --forget a server that is still named is emptied of the agent.

    \b
    neuromem project                    the agent of this folder, or all of them
    neuromem project --rebuild          from nothing, for a server that is new or in doubt
    neuromem project --forget redis     it will not come back
    """
    if rebuild and forget:
        raise click.UsageError("--rebuild or --forget, not both")

    def one(workspace: Workspace) -> tuple[int, Mapping[str, object]]:
        workspace.require()
        if forget:
            return 0, _forgotten(workspace, forget, quiet=as_json)
        projected = _projected(workspace, seconds, rebuild=rebuild, quiet=as_json)
        if not as_json:
            _show(projected, workspace.spoken)
        return int(any(each["left"] or each["reason"] for each in projected["servers"])), projected

    return each_agent(many_agents(agent, words), one, as_json=as_json)


def _projected(workspace: Workspace, seconds: float, *, rebuild: bool, quiet: bool) -> ProjectedJson:
    settings = settings_of(workspace)
    if settings.layers.served and not (workspace.state / "index.db").exists():
        raise StateError(f"nothing of {workspace.agent} is indexed yet", f"neuromem sync {workspace.spoken}")
    with progress(f"telling the servers of {workspace.agent}", clock().monotonic, quiet=quiet) as advance:
        told = app.project(workspace, settings, clock(), seconds, rebuild=rebuild, at_once=True, progress=advance)
    return ProjectedJson(
        agent=workspace.agent,
        servers=[
            ServerJson(
                store=each.store,
                told=each.told,
                left=each.lag.letters,
                dead=each.lag.dead,
                reason=each.reason or each.lag.reason,
                hint=each.hint,
            )
            for each in told
        ],
        off=[KeptJson(store=store, left=lag.letters) for store, lag in switching.waiting(workspace, settings).items()],
    )


def _show(projected: ProjectedJson, name: str) -> None:
    if not projected["servers"] and not projected["off"]:
        say(NO_SERVER, "faint")
    for each in projected["servers"]:
        _show_server(each, name)
    for kept in projected["off"]:
        waits = f", and has yet to be told of {counted(kept['left'], 'entry')}" if kept["left"] else ""
        say(f"{kept['store']}: switched off{waits}")
        say(f"  if it does not come back: neuromem project {name} --forget {kept['store']}", "faint")


def _show_server(each: ServerJson, name: str) -> None:
    done = f"{each['store']}: told of {counted(each['told'], 'entry')}"
    if not each["left"] and not each["reason"]:
        say(f"{done}, in step", "good")
        return
    dead = f", {each['dead']} of them refused for good" if each["dead"] else ""
    left = f", {each['left']} left{dead}" if each["left"] else ""
    say(f"{done}{left}: {each['reason'] or 'the time is over'}", "warn")
    again = f"neuromem project {name}{' --rebuild' if each['dead'] else ''}"
    say(f"  {each['hint'] or f'to go on: {again}'}", "faint")


def _forgotten(workspace: Workspace, store: str, *, quiet: bool) -> SwitchedOffJson:
    try:
        emptied = switching.forget(workspace, settings_of(workspace), clock(), store)
    except LayerUnavailable as error:
        hint = f"{error.hint}; to forget it as it is: {_unnamed(store)}, then the same again"
        raise LayerUnavailable(error.message, hint) from error
    if not quiet:
        say(f"{store}: nothing is kept for it any more{', and nothing of the agent is left on it' if emptied else ''}")
        if emptied:
            say(f"  the next sync would tell it everything again: {_unnamed(store)}", "warn")
        else:
            say("  what it was told before is still there, if the server is", "faint")
    return SwitchedOffJson(agent=workspace.agent, store=store, emptied=emptied)


def _unnamed(store: str) -> str:
    """What to type so that no setting names it."""
    source = configure.setting(NAMED_BY[store]).source
    named_by_file = source == str(config_path())
    return f"neuromem config unset {NAMED_BY[store]}" if named_by_file else f"unset {source}"
