"""`neuromem agents`: which agents are registered; add, rename and remove them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from shlex import quote

import click

from neuromem_sync import agents, scaffold
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.columns import table
from neuromem_sync.cli.options import agents_and_folders, here, json_option, user_settings
from neuromem_sync.cli.output import AgentJson, AgentsJson, RegisteredJson, RemovedJson, RenamedJson
from neuromem_sync.cli.terminal import counted, emit, say
from neuromem_sync.config import is_zone
from neuromem_sync.errors import NeuromemError, WorkspaceError
from neuromem_sync.roster import Member, remove_state, require_unwatched, roster
from neuromem_sync.workspace import Workspace


@click.group(short_help=COMMANDS["agents"], invoke_without_command=True, subcommand_metavar="[COMMAND] [ARGS]...")
@json_option(AgentsJson)
@click.pass_context
def command(context: click.Context, as_json: bool) -> int | None:
    """List, add, rename and remove agents. Without a word it lists them.

    \b
    neuromem agents
    neuromem agents add ava ~/ava --zone Europe/Vienna
    neuromem agents rename ava eve
    neuromem agents remove eve
    """
    if context.invoked_subcommand is None:
        return _list(as_json)
    if as_json:
        raise click.UsageError(f"write --json after {context.invoked_subcommand}")
    return None


@command.command("list", short_help="List the agents.")
@json_option(AgentsJson)
def list_(as_json: bool) -> int:
    """List the agents: folder, zone, whether a daemon watches, how many entries are indexed. Exit 1 if there is none.

    \b
    neuromem agents list --json
    """
    return _list(as_json)


@command.command(short_help="Register a folder that is there.")
@click.argument("name")
@click.argument("path")
@click.option("--zone", metavar="ZONE", help="The zone of times that name none: Europe/Vienna. Else this machine's.")
@json_option(RegisteredJson)
def add(name: str, path: str, zone: str | None, as_json: bool) -> None:
    """Register the folder at PATH as agent NAME; no file in it is made or touched (neuromem init lays one out).

    \b
    neuromem agents add ava ~/ava
    neuromem agents add bo /srv/bo --zone Asia/Tokyo
    """
    root = Path(os.path.realpath(here() / os.path.expanduser(path)))
    if not os.path.isdir(root):
        raise WorkspaceError(f"{root}: no such folder", f"to make one: neuromem init {path} --agent {name}")
    if zone is not None and not is_zone(zone):
        raise WorkspaceError(f"there is no zone {zone!r}", "write its IANA name: --zone Europe/Vienna")
    known = agents.registered(user_settings())
    added = agents.register(name, root, zone or scaffold.local_zone())
    new = name not in known
    if as_json:
        emit(RegisteredJson(agent=added.agent, root=str(added.root), zone=added.zone, registered=new))
        return
    say(f"{'Registered' if new else 'Already registered:'} {added.agent} in {added.root}, zone {added.zone}", "strong")
    if new:
        _tell_of_daemons(known.values())
        say(f"Next: neuromem sync {added.agent}")


@command.command(short_help="Call an agent otherwise.")
@click.argument("old", shell_complete=agents_and_folders)
@click.argument("new")
@json_option(RenamedJson)
def rename(old: str, new: str, as_json: bool) -> None:
    """Call agent OLD from now on NEW. Its files, its index and what it remembers stay as they are.

    \b
    neuromem agents rename ava eve
    """
    require_unwatched(_known(old))
    renamed = agents.rename(old, new)
    if as_json:
        emit(RenamedJson(agent=new, was=old, root=str(renamed.root)))
    else:
        say(f"{old} is now called {new}", "strong")


@command.command(short_help="Forget a registration; files stay.")
@click.argument("name", shell_complete=agents_and_folders)
@click.option("--purge-state", is_flag=True, help="Remove its index, heat and kept versions too.")
@click.option("--yes", is_flag=True, help="Agree beforehand to --purge-state.")
@json_option(RemovedJson)
def remove(name: str, purge_state: bool, yes: bool, as_json: bool) -> int:
    """Take agent NAME out of the configuration. Every file in its folder stays.

    Its index stays too, and serves again when it is added again; --purge-state removes it after asking. Exit 1 if
    you say no.

    \b
    neuromem agents remove ava
    neuromem agents remove ava --purge-state --yes
    """
    known = _known(name)
    require_unwatched(known)
    if purge_state and not (yes or _agrees(known, as_json)):
        say("nothing was changed", err=True)
        return 1
    gone = agents.unregister(name)
    left = remove_state(gone) if purge_state else None
    purged = left is not None
    for spare in left or ():
        say(f"{spare} stays: somebody has it open, or wrote into it after our last write", "warn", err=True)
        say("  take over what is missing, then remove it", err=True)
    if as_json:
        emit(RemovedJson(agent=name, root=str(gone.root), state=str(gone.state), purged=purged))
        return 0
    say(f"Removed {name}; the files in {gone.root} stay", "strong")
    if purged:
        say("Its index, heat and kept versions are removed")
    elif gone.state.is_dir():
        say(f"Its index stays in {gone.state}")
        say(f"  it serves again when the folder is added again; else: rm -r {quote(str(gone.state))}", "faint")
    return 0


def _list(as_json: bool) -> int:
    members = roster(agents.registered(user_settings()).values())
    if as_json:
        emit(AgentsJson(agents=[_plain(member) for member in members]))
    else:
        table([_row(member) for member in members], header=("name", "root", "zone", "daemon", "entries"))
        for member in members:
            if member.fault:
                say(f"{member.workspace.agent}: {member.fault}", "warn", err=True)
    if not members and not as_json:
        say("no agent is registered", err=True)
        say("  begin with: neuromem init PATH --agent NAME", err=True)
    return 0 if members else 1


def _row(member: Member) -> tuple[str, ...]:
    workspace = member.workspace
    watched = "not watched" if member.daemon is None else f"watched by {member.daemon or 'a process'}"
    if member.fault:
        watched = "not known"
    notes = ["not there"] * (not member.there) + ["read only"] * workspace.readonly
    return (
        workspace.agent,
        f"{workspace.root} ({', '.join(notes)})" if notes else str(workspace.root),
        workspace.zone,
        watched,
        "not indexed" if member.entries is None else counted(member.entries, "entry"),
    )


def _plain(member: Member) -> AgentJson:
    workspace = member.workspace
    plain = AgentJson(
        agent=workspace.agent,
        root=str(workspace.root),
        zone=workspace.zone,
        readonly=workspace.readonly,
        there=member.there,
        daemon=member.daemon,
        entries=member.entries,
    )
    return AgentJson(**plain, fault=member.fault) if member.fault else plain


def _known(name: str) -> Workspace:
    """By its name alone: a path would name a folder, and this is about names."""
    return agents.called(name, agents.registered(user_settings()))


def _agrees(workspace: Workspace, as_json: bool) -> bool:
    if as_json or not sys.stdin.isatty():
        raise NeuromemError("nobody is there to agree to the removal of the state", "say --yes to agree beforehand")
    return click.confirm(f"Remove {workspace.state}: the index, heat and kept versions of {workspace.agent}?")


def _tell_of_daemons(known: Iterable[Workspace]) -> None:
    if any(member.daemon is not None for member in roster(known)):
        say("A daemon is running: it watches the new agent once it is started again.", "warn")
