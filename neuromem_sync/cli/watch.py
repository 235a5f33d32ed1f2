"""`neuromem watch`: the daemon, for every workspace that is meant."""

from __future__ import annotations

import os
import sys

import click

from neuromem_sync import app
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.options import agent_option, agents_and_folders, clock, many_agents
from neuromem_sync.cli.terminal import say


@click.command(short_help=COMMANDS["watch"])
@agent_option
@click.argument("words", nargs=-1, metavar="[AGENT…]", shell_complete=agents_and_folders)
def command(agent: str | None, words: tuple[str, ...]) -> None:
    """Keep the memory in step, edit by edit, until Ctrl-C.

    On a terminal a quiet table; elsewhere one key=value line per event.

    \b
    neuromem watch            the agent of this folder, or all of them
    neuromem watch ava bo     two in one process
    neuromem watch ./notes    a folder that is registered nowhere
    """
    workspaces = many_agents(agent, words)
    present = [workspace for workspace in workspaces if os.path.isdir(workspace.root)]
    for workspace in workspaces:
        if workspace not in present:
            say(f"not watched, there is no folder {workspace.root}: {workspace.agent}", "warn", err=True)
    app.watch(present or [workspaces[0].require()], clock(), on_terminal=sys.stdout.isatty())
