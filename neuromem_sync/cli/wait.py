"""`neuromem wait`: return when every edit made so far can be recalled."""

from __future__ import annotations

import click

from neuromem_sync import answer
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.options import agent_option, agents_and_folders, doors_of, json_option, only_agent
from neuromem_sync.cli.output import WaitJson
from neuromem_sync.cli.plain import plain_freshness
from neuromem_sync.cli.terminal import emit, say
from neuromem_sync.query import State


@click.command(short_help=COMMANDS["wait"])
@agent_option
@json_option(WaitJson)
@click.option(
    "--timeout", type=click.FloatRange(0), metavar="SECONDS", default=10.0, help="Wait at most so long; 10 if not said."
)
@click.argument("words", nargs=-1, metavar="[AGENT]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, timeout: float, words: tuple[str, ...]) -> int:
    """Return when every edit made so far is in the index, deletions too. Exit 1 if it did not come about in time.

    \b
    neuromem wait
    neuromem wait ava --timeout 2 && neuromem recall ava "what I just wrote"
    """
    workspace = only_agent(agent, words)
    with doors_of(workspace) as doors:
        freshness = answer.run_blocking(answer.wait(doors, timeout))
    done = freshness.state is State.FRESH
    if as_json:
        emit(WaitJson(agent=workspace.agent, done=done, freshness=plain_freshness(freshness)))
    elif done:
        say(f"in step, generation {freshness.generation}")
    else:
        say(f"{freshness.state}: {freshness.reason}", "warn", err=True)
    if freshness.unverified and not as_json:
        say(f"unverified: {', '.join(freshness.unverified)}", "warn", err=True)
    return 0 if done else 1
