"""`neuromem related`: what is joined to something that is named."""

from __future__ import annotations

import click

from neuromem_sync.answer import run_blocking
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import show_doubts
from neuromem_sync.cli.options import agent_option, agents_and_folders, doors_of, json_option, one_agent
from neuromem_sync.cli.output import RelatedJson, ThingJson
from neuromem_sync.cli.plain import plain_freshness, plain_problem
from neuromem_sync.cli.terminal import counted, emit, line, say, styled
from neuromem_sync.cli.walked import plain_step, show_lacks, show_step
from neuromem_sync.related import FURTHEST, Related, related
from neuromem_sync.workspace import Workspace


@click.command(short_help=COMMANDS["related"])
@agent_option
@json_option(RelatedJson)
@click.option("--hops", type=click.IntRange(1, FURTHEST), default=2, metavar="NUMBER", help="How far to go (2).")
@click.option("--limit", type=click.IntRange(1, 1000), default=30, metavar="NUMBER", help="At most so many (30).")
@click.argument("words", nargs=-1, required=True, metavar="[AGENT] ENTITY…", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, hops: int, limit: int, words: tuple[str, ...]) -> int:
    """List what is joined to something, by relations that were stated and by standing in one entry.

    Each line begins with the latest place that says so. Exit 0 with something, 1 with nothing.

    \b
    neuromem related ava gateway
    neuromem related ava "api gateway" --hops 1 --json
    """
    workspace, rest = one_agent(agent, words)
    if not rest:
        raise click.UsageError("say of what: a name after the agent's")
    name = " ".join(rest)
    with doors_of(workspace) as doors:
        found = run_blocking(related(doors, name, hops=hops, limit=limit))
    emit(_plain(workspace, found)) if as_json else _show(workspace, found, name)
    return 0 if found.things else 1


def _show(workspace: Workspace, found: Related, name: str) -> None:
    if not found.things:
        _show_nothing(workspace, found, name)
    for hops in sorted({thing.hops for thing in found.things}):
        line(styled(found.name, "strong"), styled(f"{counted(hops, 'hop')} away", "faint"))
        for thing in found.things:
            if thing.hops == hops:
                show_step(thing.step)
    show_lacks(found.problems)
    show_doubts(found.freshness)


def _show_nothing(workspace: Workspace, found: Related, name: str) -> None:
    if found.type:
        say(f"nothing is joined to {found.name}", err=True)
        return
    say(f"nobody mentions {name}", err=True)
    near = f"did you mean {', or '.join(found.similar)}?"
    say(f"  {near if found.similar else f'to search for it: neuromem recall {workspace.spoken} {name}'}", err=True)


def _plain(workspace: Workspace, found: Related) -> RelatedJson:
    return RelatedJson(
        agent=workspace.agent,
        key=found.key,
        name=found.name,
        type=found.type,
        things=[
            ThingJson(key=t.key, name=t.name, type=t.type, hops=t.hops, step=plain_step(t.step)) for t in found.things
        ],
        similar=list(found.similar),
        store=found.store,
        problems=[plain_problem(problem) for problem in found.problems],
        freshness=plain_freshness(found.freshness),
    )
