"""What every command shares: its options, its clock and settings, and the workspace that is meant.

A command looks like this (`cli/recall.py`); its callback returns the exit code, None for 0:

    @click.command(short_help=COMMANDS["recall"])
    @agent_option
    @json_option(RecallJson)
    @click.argument("words", nargs=-1, metavar="[AGENT] QUERY…", shell_complete=agents_and_folders)
    def command(agent: str | None, as_json: bool, words: tuple[str, ...]) -> int:
        workspace, query = one_agent(agent, words)
        settings = settings_of(workspace)

Opens no workspace and prints nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import click

from neuromem_sync import agents
from neuromem_sync.agents import here as here
from neuromem_sync.clock import Clock, clock_from_environment
from neuromem_sync.config import Settings, load
from neuromem_sync.errors import NeuromemError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from neuromem_sync.doors import BlockingDoors
    from neuromem_sync.query import Query
    from neuromem_sync.workspace import Workspace

_AGO = re.compile(r"([0-9]{1,6})([hdw])")
_SECONDS = {"h": 3600, "d": 86400, "w": 604800}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Callback = TypeVar("Callback", bound=Callable[..., Any])


def agent_option(command: Callback) -> Callback:
    """Adds `--agent AGENT`, given to the callback as `agent: str | None`."""
    meaning = "Which agent is meant: its name, or a folder."
    return click.option("--agent", metavar="AGENT", shell_complete=agents_and_folders, help=meaning)(command)


class JsonOption(click.Option):
    """`--json` of a command that prints one of `shapes` (cli/output.py); `each_agent`: of several agents, a list."""

    def __init__(self, *args: Any, shapes: tuple[type, ...], each_agent: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.shapes = shapes
        self.each_agent = each_agent


def json_option(*shapes: type, each_agent: bool = False) -> Callable[[Callback], Callback]:
    """Adds `--json`, given to the callback as `as_json: bool`, and names what it prints: docs/commands.md tells it."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        help="Print one JSON value.",
        cls=JsonOption,
        shapes=shapes,
        each_agent=each_agent,
    )


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


def agent_first(agent: str | None, words: tuple[str, ...], rest: tuple[str, ...]) -> None:
    """Refuse `start ava …` where no agent was said: its name would be taken for that of a task or procedure."""
    if agent is None and rest == words and len(words) > 1 and words[1] in user_settings().agents:
        told = f"{click.get_current_context().command_path} {words[1]} {words[0]}"
        raise NeuromemError("the agent comes first", f"type: {told} {'…' if words[2:] else ''}".rstrip())


def many_agents(agent: str | None, words: tuple[str, ...] = ()) -> tuple[Workspace, ...]:
    """Every workspace that `--agent` and the words mean; without any, and outside of one, all of them.

    Their roots are not looked at here: one lost disk must not keep the others from being synced.
    """
    return agents.several(agent, words, agents.registered(user_settings()), here())


@cache
def user_settings() -> Settings:
    """The user's settings, read once a process."""
    return load()


def settings_of(workspace: Workspace) -> Settings:
    """The settings that hold in this workspace: the user's and, where it may speak, its own."""
    return load(workspace.root)


@contextmanager
def doors_of(workspace: Workspace, settings: Settings | None = None) -> Iterator[BlockingDoors]:
    """What a question to this workspace goes through, closed when the command is done with it."""
    from neuromem_sync import app

    with closing(app.doors(workspace, settings or settings_of(workspace), clock())) as doors:
        yield doors


@cache
def clock() -> Clock:
    """The command's clock, set by `NEUROMEM_NOW`."""
    return clock_from_environment()


def query_of(
    workspace: Workspace,
    words: tuple[str, ...],
    limit: int,
    layer: str | None,
    since: str | None,
    until: str | None,
    tags: tuple[str, ...],
) -> Query:
    """What is asked now by these words, within what the options of that name let through. Raises NeuromemError."""
    from neuromem_sync.model import Layer
    from neuromem_sync.query import Query

    return Query(
        text=" ".join(words),
        limit=limit,
        layer=Layer(layer) if layer else None,
        since=moment(since, workspace, end=False) if since else None,
        until=moment(until, workspace, end=True) if until else None,
        tags=tuple(tag.removeprefix("#") for tag in tags),
        now=clock().now(),
        zone=workspace.zone,
    )


def moment(text: str, workspace: Workspace, *, end: bool) -> float:
    """POSIX seconds of a time on the command line; `end`: a bare day means its end. Raises NeuromemError."""
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    ago = _AGO.fullmatch(text)
    if ago:
        return clock().now() - int(ago[1]) * _SECONDS[ago[2]]
    try:
        found = datetime.fromisoformat(text)
        # A day is added on the calendar: two days a year have not 24 hours.
        found += timedelta(days=1 if end and _DAY.fullmatch(text) else 0)
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(workspace.zone))).timestamp()
    except (ValueError, OverflowError) as error:
        hint = "write it like 2026-03-01, 2026-03-01T14:00, 24h, 7d or 2w"
        raise NeuromemError(f"{text!r} is not a time", hint) from error


def agents_and_folders(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What a shell may offer for `[AGENT]`: registered names, and folders once there is a slash."""
    from click.shell_completion import CompletionItem

    if "/" in incomplete or incomplete.startswith((".", "~")):
        return [CompletionItem(incomplete, type="dir")]
    return [CompletionItem(name) for name in user_settings().agents if name.startswith(incomplete)]


def tags_of_agent(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What a shell may offer for a tag: those of the index as it stands, the files not looked at."""
    from contextlib import closing

    from click.shell_completion import CompletionItem

    from neuromem_sync.sqlite import connect, read
    from neuromem_sync.tags import counted

    words = ctx.params.get("words") or ()
    try:
        workspace, _ = one_agent(ctx.params.get("agent"), tuple(words))
        with closing(connect(workspace.state / "index.db", readonly=True)) as index:
            found = read(index, counted())
    except NeuromemError:
        return []
    wanted = incomplete.removeprefix("#")
    return [CompletionItem(tag.name) for tag in found if tag.name.startswith(wanted)]
