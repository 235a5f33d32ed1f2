"""`neuromem init`: lay out a new workspace, or adopt a folder and offer what it lacks."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from neuromem_sync import scaffold
from neuromem_sync.agents import register
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.context import clock, here, json_option, user_settings
from neuromem_sync.cli.output import InitJson
from neuromem_sync.cli.terminal import counted, emit, say
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.workspace import agent_name


@click.command(short_help=COMMANDS["init"])
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--agent", metavar="NAME", help="What the agent is called; else as the folder is.")
@click.option("--yes", is_flag=True, help="Add all that an existing folder lacks.")
@click.option("--minimal", is_flag=True, help="Add nothing, only register the folder.")
@json_option
def command(path: Path, agent: str | None, yes: bool, minimal: bool, as_json: bool) -> None:
    """Lay out a workspace at PATH, or adopt the folder that is there.

    No file that exists is ever opened for writing. A new or empty folder is laid out whole. What another
    one lacks is offered on a terminal, and elsewhere only listed, unless you say --yes.

    \b
    Examples:  neuromem init ~/ava --agent ava
               neuromem init ~/vault --minimal
    """
    root = Path(os.path.realpath(here() / os.path.expanduser(path)))
    new = scaffold.is_new(root)
    if minimal and not root.is_dir():
        raise WorkspaceError(f"{root}: no such folder", "without --minimal it is made")
    # The name is taken before a file is made, so that a clash leaves nothing behind.
    known = user_settings().agents
    workspace = register(agent or _name_of(root), root, scaffold.local_zone())
    day = datetime.fromtimestamp(clock().now(), ZoneInfo(workspace.zone)).date()
    lacking = () if minimal else scaffold.missing(root, day)
    asked = bool(lacking) and not (new or yes or as_json) and sys.stdin.isatty() and sys.stdout.isatty()
    wanted = lacking if new or yes or (asked and _agreed(root, lacking)) else ()
    made = scaffold.lay_out(root, wanted, day, workspace.zone)
    result = InitJson(
        agent=workspace.agent,
        root=str(root),
        zone=workspace.zone,
        registered=workspace.agent not in known,
        created=list(made),
        missing=[path for path in lacking if path not in wanted],
    )
    if as_json:
        emit(result)
    else:
        _tell(result, asked)


def _name_of(root: Path) -> str:
    """The name the folder is registered under, else one made of its own."""
    there = (name for name, agent in user_settings().agents.items() if os.path.realpath(agent.root) == str(root))
    return next(there, agent_name(root.name))


def _agreed(root: Path, lacking: tuple[str, ...]) -> bool:
    say(f"{root} has files already; none of them will be touched. It lacks:")
    _list(lacking)
    return click.confirm(f"Add these {len(lacking)}?", default=True)


def _list(paths: Iterable[str]) -> None:
    for path in paths:
        say(f"  {path}")


def _tell(result: InitJson, asked: bool) -> None:
    """`asked`: what is missing has been listed."""
    agent, root = result["agent"], result["root"]
    say(f"{'Registered' if result['registered'] else 'Already registered:'} {agent} in {root}", "strong")
    if result["created"]:
        say(f"Made {counted(len(result['created']), 'file')}. Times that name no zone are in {result['zone']}.")
    if result["missing"]:
        if not asked:
            say("No file was touched. Of the usual layout these are missing:")
            _list(result["missing"])
        say(f"To add them: neuromem init {shlex.quote(root)} --yes")
    say("Next:")
    say(f"  neuromem sync {agent}                    # files -> memory, once")
    say(f"  neuromem watch {agent}                   # or all the time")
    say(f'  neuromem recall {agent} "your question"')
