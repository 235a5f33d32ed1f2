"""`neuromem timeline`: what happened, day by day."""

from __future__ import annotations

from datetime import date

import click

from neuromem_sync.answer import run_blocking
from neuromem_sync.browse import Timeline, timeline
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import gist, label, show_doubts, show_nothing
from neuromem_sync.cli.options import (
    agent_option,
    agents_and_folders,
    doors_of,
    json_option,
    one_agent,
    query_of,
    tags_of_agent,
)
from neuromem_sync.cli.output import DayJson, TimelineJson
from neuromem_sync.cli.plain import plain_entry, plain_freshness
from neuromem_sync.cli.terminal import emit, line, say, styled
from neuromem_sync.model import Entry, Layer
from neuromem_sync.workspace import Workspace


@click.command(short_help=COMMANDS["timeline"])
@agent_option
@json_option(TimelineJson)
@click.option("--limit", type=click.IntRange(1, 10000), default=50, metavar="NUMBER", help="The latest so many (50).")
@click.option("--layer", type=click.Choice([layer.value for layer in Layer]), help="Only what this layer holds.")
@click.option("--since", metavar="TIME", help="Not before: 2026-03-01, 2026-03-01T14:00, 24h, 7d.")
@click.option("--until", metavar="TIME", help="Before this time; a day counts whole.")
@click.option(
    "--tag", "tags", multiple=True, metavar="TAG", shell_complete=tags_of_agent, help="Only with this tag (repeatable)."
)
@click.argument("words", nargs=-1, metavar="[AGENT] [ABOUT…]", shell_complete=agents_and_folders)
def command(
    agent: str | None,
    as_json: bool,
    limit: int,
    layer: str | None,
    since: str | None,
    until: str | None,
    tags: tuple[str, ...],
    words: tuple[str, ...],
) -> int:
    """List dated entries in the order of time, day by day; with ABOUT those that have all of its words, or name it.

    Archived entries and superseded decisions are among them: they did happen. Exit 0 with entries, 1 with none.

    \b
    neuromem timeline ava --since 7d
    neuromem timeline ava gateway
    neuromem timeline ava --tag ops --until 2026-02-28 --json
    """
    workspace, about = one_agent(agent, words)
    query = query_of(workspace, about, limit, layer, since, until, tags)
    with doors_of(workspace) as doors:
        found = run_blocking(timeline(doors, query))
    if as_json:
        emit(_plain(workspace, found))
    else:
        _show(found, workspace.spoken)
    return 0 if found.days else 1


def _show(found: Timeline, name: str) -> None:
    if found.more:
        say(f"there are earlier ones: --limit, or --until {found.days[0].date}", "faint", err=True)
    for day in found.days:
        say(f"{day.date} {date.fromisoformat(day.date):%A}", "strong")
        for entry in day.entries:
            _show_entry(entry)
    if not found.days:
        show_nothing(
            "nothing found", found.freshness, name, f"only what has a date is here; all: neuromem recall {name}"
        )
    show_doubts(found.freshness)


def _show_entry(entry: Entry) -> None:
    time = (entry.at or "")[11:16]
    kind = styled(label(entry), "faint")
    place = styled(f"  {entry.source}", "plain")
    line(place, styled("" if time == "00:00" else time, "faint"), kind, styled(gist(entry), "plain"))


def _plain(workspace: Workspace, found: Timeline) -> TimelineJson:
    return TimelineJson(
        agent=workspace.agent,
        days=[DayJson(day=day.date, entries=[plain_entry(entry) for entry in day.entries]) for day in found.days],
        more=found.more,
        freshness=plain_freshness(found.freshness),
    )
