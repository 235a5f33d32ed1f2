"""`neuromem tags`: the tags of a memory as a tree, with how many entries have them."""

from __future__ import annotations

import click

from neuromem_sync.answer import run_blocking
from neuromem_sync.browse import tags
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.columns import table
from neuromem_sync.cli.hits import show_doubts
from neuromem_sync.cli.options import agent_option, agents_and_folders, doors_of, json_option, only_agent, tags_of_agent
from neuromem_sync.cli.output import TagJson, TagsJson
from neuromem_sync.cli.plain import plain_freshness
from neuromem_sync.cli.terminal import emit, say


@click.command(short_help=COMMANDS["tags"])
@agent_option
@json_option(TagsJson)
@click.option("--prefix", default="", metavar="TAG", shell_complete=tags_of_agent, help="Only those that begin so.")
@click.argument("words", nargs=-1, metavar="[AGENT]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, prefix: str, words: tuple[str, ...]) -> int:
    """List the tags, those below another under it: how many entries have it or one below it, and its last use.

    Exit 0 with tags, 1 with none.

    \b
    neuromem tags ava
    neuromem tags ava --prefix ops/
    neuromem recall ava --tag ops/incident
    """
    workspace = only_agent(agent, words)
    with doors_of(workspace) as doors:
        found = run_blocking(tags(doors, prefix=prefix))
    if as_json:
        plain = [TagJson(tag=each.name, entries=each.entries, own=each.own, last=each.last) for each in found.tags]
        emit(TagsJson(agent=workspace.agent, tags=plain, freshness=plain_freshness(found.freshness)))
        return 0 if found.tags else 1
    rows = [(f"{'  ' * each.depth}#{each.name}", each.entries, (each.last or "")[:10]) for each in found.tags]
    table(rows, header=("tag", "entries", "last"))
    if not found.tags:
        say(f"no tag begins with {prefix}" if prefix else "there are no tags", err=True)
    show_doubts(found.freshness)
    return 0 if found.tags else 1
