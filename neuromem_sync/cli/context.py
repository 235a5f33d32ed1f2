"""What every command shares: its options, its clock and settings, and the workspace that is meant.

A command looks like this (`cli/recall.py`); its callback returns the exit code, None for 0:

    @click.command(short_help=COMMANDS["recall"])
    @agent_option
    @json_option
    @click.argument("words", nargs=-1, metavar="[AGENT] QUERY…", shell_complete=agents_and_folders)
    def command(agent: str | None, as_json: bool, words: tuple[str, ...]) -> int:
        workspace, query = one_agent(agent, words)
        settings = settings_of(workspace)

Opens no workspace and prints nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from neuromem_sync import agents
from neuromem_sync.clock import Clock, clock_from_environment
from neuromem_sync.config import Settings, load

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from neuromem_sync.workspace import Workspace

Callback = TypeVar("Callback", bound=Callable[..., Any])


def agent_option(command: Callback) -> Callback:
    """Adds `--agent AGENT`, given to the callback as `agent: str | None`."""
    meaning = "Which agent is meant: its name, or a folder."
    return click.option("--agent", metavar="AGENT", shell_complete=agents_and_folders, help=meaning)(command)


def json_option(command: Callback) -> Callback:
    """Adds `--json`, given to the callback as `as_json: bool`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")(command)


def one_agent(agent: str | None, words: tuple[str, ...] = ()) -> tuple[Workspace, tuple[str, ...]]:
    """The workspace that is meant by `--agent`, the first word or the place, and the words that are left.

    Raises WorkspaceError (exit 2, naming the agents there are), also when its root is not there.
    """
    workspace, rest = agents.one(agent, words, agents.registered(user_settings()), here())
    return workspace.require(), rest


def only_agent(agent: str | None, words: tuple[str, ...]) -> Workspace:
    """The same for a command that takes no other word: one that names no agent is a mistake, not to be passed over."""
    if len(words) + bool(agent) > 1:
        raise click.UsageError("one agent at a time")
    return one_agent(words[0] if words else agent)[0]


def many_agents(agent: str | None, words: tuple[str, ...] = ()) -> tuple[Workspace, ...]:
    """Every workspace that `--agent` and the words mean; without any, and outside of one, all of them.

    Their roots are not looked at here: one lost disk must not keep the others from being synced.
    """
    return agents.several(agent, words, agents.registered(user_settings()), here())


@cache
def user_settings() -> Settings:
    """The user's settings, read once a process."""
    return load()


def spoken(workspace: Workspace) -> str:
    """What to type for this workspace in a command: the agent's name, or the folder if it is registered nowhere."""
    import shlex

    return workspace.agent if workspace.registered else shlex.quote(str(workspace.root))


def settings_of(workspace: Workspace) -> Settings:
    """The settings that hold in this workspace: the user's and, where it may speak, its own."""
    return load(workspace.root)


@cache
def clock() -> Clock:
    """The command's clock, set by `NEUROMEM_NOW`."""
    return clock_from_environment()


def here() -> Path:
    """The current folder; `/` when it has been removed under us."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path("/")


def agents_and_folders(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What a shell may offer for `[AGENT]`: registered names, and folders once there is a slash."""
    from click.shell_completion import CompletionItem

    if "/" in incomplete or incomplete.startswith((".", "~")):
        return [CompletionItem(incomplete, type="dir")]
    return [CompletionItem(name) for name in user_settings().agents if name.startswith(incomplete)]
