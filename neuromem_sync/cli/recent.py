"""`neuromem recent`: what was written lately, the latest first."""

from __future__ import annotations

import click

from neuromem_sync.answer import run_blocking
from neuromem_sync.browse import recent
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import show_doubts, show_hit, show_nothing
from neuromem_sync.cli.options import agent_option, agents_and_folders, clock, doors_of, json_option, moment, only_agent
from neuromem_sync.cli.output import RecallJson
from neuromem_sync.cli.plain import plain_answer
from neuromem_sync.cli.terminal import emit
from neuromem_sync.query import Answer

HOUR = 3600.0


@click.command(short_help=COMMANDS["recent"])
@agent_option
@json_option(RecallJson)
@click.option(
    "--hours", type=click.FloatRange(0, 1e6, min_open=True), default=24, metavar="NUMBER", help="How far back (24)."
)
@click.option("--since", metavar="TIME", help="How far back, instead: 2026-03-01, 2026-03-01T14:00, 24h, 7d.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, metavar="NUMBER", help="At most so many (100).")
@click.argument("words", nargs=-1, metavar="[AGENT]", shell_complete=agents_and_folders)
def command(
    agent: str | None, as_json: bool, hours: float, since: str | None, limit: int, words: tuple[str, ...]
) -> int:
    """List the entries of the last hours by their own time, the latest first. Undated ones are not among them.

    An entry dated by its day alone counts from midnight. Exit 0 with entries, 1 with none. JSON is as of recall.

    \b
    neuromem recent ava
    neuromem recent ava --hours 72 --limit 20
    neuromem recent ava --since 2026-03-01
    neuromem recent --json | jq -r '.hits[].path'
    """
    workspace = only_agent(agent, words)
    stretch = f"since {since}" if since else f"in the last {hours:g} hours"
    start = moment(since, workspace, end=False) if since else clock().now() - hours * HOUR
    with doors_of(workspace) as doors:
        found = run_blocking(recent(doors, since=start, limit=limit))
    if as_json:
        emit(plain_answer(found))
    else:
        _show(found, workspace.spoken, stretch)
    return 0 if found.hits else 1


def _show(found: Answer, name: str, stretch: str) -> None:
    for hit in found.hits:
        show_hit(hit)
    if not found.hits:
        show_nothing(
            f"nothing {stretch}",
            found.freshness,
            name,
            f"further back: --since 30d; also what has no date: neuromem recall {name}",
        )
    show_doubts(found.freshness, found.problems)
