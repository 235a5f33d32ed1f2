"""`neuromem path`: how two things hang together."""

from __future__ import annotations

import click

from neuromem_sync.answer import run_blocking
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import show_doubts
from neuromem_sync.cli.options import agent_option, agents_and_folders, doors_of, json_option, one_agent
from neuromem_sync.cli.output import PathJson, StrangerJson
from neuromem_sync.cli.plain import plain_freshness, plain_problem
from neuromem_sync.cli.terminal import emit, say
from neuromem_sync.cli.walked import plain_step, show_lacks, show_step
from neuromem_sync.way import Way, way
from neuromem_sync.workspace import Workspace


@click.command(short_help=COMMANDS["path"])
@agent_option
@json_option(PathJson)
@click.argument("words", nargs=-1, required=True, metavar="[AGENT] A B", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, words: tuple[str, ...]) -> int:
    """Show a shortest way from one thing to another, each step with the places that say so.

    Two words are the two things. A name of several words stands in quotes. Exit 0 with a way, 1 without one.

    \b
    neuromem path ava nadia postgres
    neuromem path --agent ava "api gateway" redis --json
    """
    workspace, (start, goal) = _two(agent, words)
    with doors_of(workspace) as doors:
        found = run_blocking(way(doors, start, goal))
    emit(_plain(workspace, found)) if as_json else _show(found)
    return 1 if found.steps is None else 0


def _two(agent: str | None, words: tuple[str, ...]) -> tuple[Workspace, tuple[str, ...]]:
    """Of two words the first is no agent: `path ava postgres` asks how Ava hangs together with it."""
    both = len(words) == 2 and "/" not in words[0]
    workspace, names = (one_agent(agent)[0], words) if both else one_agent(agent, words)
    if len(names) != 2:
        raise click.UsageError("name two things, in quotes where a name has several words")
    return workspace, names


def _show(found: Way) -> None:
    for stranger in found.strangers:
        say(f"nobody mentions {stranger.name}", err=True)
        if stranger.similar:
            say(f"  did you mean {', or '.join(stranger.similar)}?", err=True)
    if found.steps is None and not found.strangers:
        say(f"no way leads from {found.start} to {found.goal}", err=True)
    if found.steps == ():
        say(f"{found.start} and {found.goal} are one")
    for step in found.steps or ():
        show_step(step)
    show_lacks(found.problems)
    show_doubts(found.freshness)


def _plain(workspace: Workspace, found: Way) -> PathJson:
    return PathJson(
        agent=workspace.agent,
        start=found.start,
        goal=found.goal,
        steps=None if found.steps is None else [plain_step(step) for step in found.steps],
        strangers=[StrangerJson(name=each.name, similar=list(each.similar)) for each in found.strangers],
        store=found.store,
        problems=[plain_problem(problem) for problem in found.problems],
        freshness=plain_freshness(found.freshness),
    )
