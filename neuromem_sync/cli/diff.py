"""`neuromem diff`: what the memory believes now that it did not then."""

from __future__ import annotations

import click

from neuromem_sync import app
from neuromem_sync.beliefs import Belief, Beliefs
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import show_doubts
from neuromem_sync.cli.options import (
    agent_option,
    agents_and_folders,
    clock,
    json_option,
    moment,
    only_agent,
    settings_of,
)
from neuromem_sync.cli.output import BeliefJson, DiffJson
from neuromem_sync.cli.plain import plain_freshness
from neuromem_sync.cli.terminal import emit, line, say, styled


@click.command(short_help=COMMANDS["diff"])
@agent_option
@json_option(DiffJson)
@click.option("--since", default="7d", metavar="TIME", help="Compared with: 2026-03-01, 24h, 7d (the default).")
@click.argument("words", nargs=-1, metavar="[AGENT]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, since: str, words: tuple[str, ...]) -> int:
    """What the memory believes now that it did not then: facts, decisions, and items of MEMORY.md.

    Facts and decisions go by the dates in the files; of MEMORY.md the last seven days are kept. Exit 1 if nothing
    changed.

    \b
    neuromem diff ava
    neuromem diff ava --since 2026-03-01 --json
    """
    workspace = only_agent(agent, words)
    start = moment(since, workspace, end=False)
    beliefs = app.since(workspace, settings_of(workspace), clock(), start)
    if as_json:
        plain = [_plain(each) for each in beliefs.found]
        emit(DiffJson(agent=workspace.agent, beliefs=plain, freshness=plain_freshness(beliefs.freshness)))
    else:
        _show(beliefs)
    return 0 if beliefs.found else 1


def _plain(each: Belief) -> BeliefJson:
    return BeliefJson(what=each.what, old=each.old, new=each.new, place=each.place, at=each.at)


def _show(beliefs: Beliefs) -> None:
    for each in beliefs.found:
        day = [styled(each.at[:10], "faint")] if each.at else []
        line(styled(each.place, "strong"), styled(f"[{each.what}]", "faint"), *day)
        if each.old:
            say(f"  - {each.old}", "bad")
        if each.new:
            say(f"  + {each.new}", "good")
    if not beliefs.found:
        say("nothing is believed otherwise")
    show_doubts(beliefs.freshness)
