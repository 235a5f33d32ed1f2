"""`neuromem recent`: what was written lately, the latest first."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import click

from neuromem_sync import app
from neuromem_sync.answer import run_blocking
from neuromem_sync.browse import recent
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import show_doubts, show_hit
from neuromem_sync.cli.options import agent_option, agents_and_folders, clock, json_option, only_agent, settings_of
from neuromem_sync.cli.output import RecallJson
from neuromem_sync.cli.plain import plain_freshness, plain_hit, plain_problem
from neuromem_sync.cli.terminal import emit, say
from neuromem_sync.query import Answer

HOUR = 3600.0


@click.command(short_help=COMMANDS["recent"])
@agent_option
@json_option
@click.option(
    "--hours", type=click.FloatRange(0, 1e6, min_open=True), default=24, metavar="NUMBER", help="How far back (24)."
)
@click.option("--limit", type=click.IntRange(1, 1000), default=100, metavar="NUMBER", help="At most so many (100).")
@click.argument("words", nargs=-1, metavar="[AGENT]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, hours: float, limit: int, words: tuple[str, ...]) -> int:
    """List the entries of the last hours by their own time, the latest first. Undated ones are not among them.

    An entry dated by its day alone counts from midnight. Exit 0 with entries, 1 with none. JSON is as of recall.

    \b
    neuromem recent ava
    neuromem recent ava --hours 72 --limit 20
    neuromem recent --json | jq -r '.hits[].path'
    """
    workspace = only_agent(agent, words)
    now = clock().now()
    with closing(app.doors(workspace, settings_of(workspace), clock())) as doors:
        found = run_blocking(
            recent(doors, since=now - hours * HOUR, until=_end_of_day(now, workspace.zone), limit=limit)
        )
    if as_json:
        emit(_plain(found))
    else:
        _show(found, hours)
    return 0 if found.hits else 1


def _end_of_day(now: float, zone: str) -> float:
    """What is planned for later is not recent; what is dated later today is, for agents write times of other zones."""
    today = datetime.fromtimestamp(now, ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today + timedelta(days=1)).timestamp()


def _plain(found: Answer) -> RecallJson:
    return RecallJson(
        hits=[plain_hit(hit) for hit in found.hits],
        freshness=plain_freshness(found.freshness),
        problems=[plain_problem(problem) for problem in found.problems],
    )


def _show(found: Answer, hours: float) -> None:
    for hit in found.hits:
        show_hit(hit)
    if not found.hits:
        say(f"nothing in the last {hours:g} hours", err=True)
        say(f"  further back: --hours {7 * hours:g}", err=True)
    for problem in found.problems:
        say(str(problem), "warn", err=True)
    show_doubts(found.freshness)
