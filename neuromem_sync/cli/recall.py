"""`neuromem recall`: ask the memory; `path:line` first."""

from __future__ import annotations

import click

from neuromem_sync.answer import ask, run_blocking
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import show_doubts, show_hit, show_nothing
from neuromem_sync.cli.options import (
    agent_option,
    agents_and_folders,
    doors_of,
    json_option,
    one_agent,
    query_of,
    settings_of,
)
from neuromem_sync.cli.output import RecallJson
from neuromem_sync.cli.plain import plain_answer
from neuromem_sync.cli.terminal import emit, say
from neuromem_sync.model import Layer
from neuromem_sync.query import Answer, State

UNVERIFIED = 4
"""Exit code under --strict when the answer could not be verified whole."""


@click.command(short_help=COMMANDS["recall"])
@agent_option
@json_option(RecallJson)
@click.option("--limit", type=click.IntRange(1, 1000), metavar="NUMBER", help="At most so many hits.")
@click.option("--layer", type=click.Choice([layer.value for layer in Layer]), help="Only what this layer holds.")
@click.option("--since", metavar="TIME", help="Not before: 2026-03-01, 2026-03-01T14:00, 24h, 7d.")
@click.option("--until", metavar="TIME", help="Before this time; a day counts whole.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only entries with this tag (repeatable).")
@click.option("--explain", is_flag=True, help="Show each part's share of the score.")
@click.option("--stale-ok", is_flag=True, help="Do not look at the files: faster, and says so.")
@click.option("--strict", is_flag=True, help="Exit 4 if anything could not be verified.")
@click.argument("words", nargs=-1, metavar="[AGENT] [QUERY…]", shell_complete=agents_and_folders)
def command(
    agent: str | None,
    as_json: bool,
    limit: int | None,
    layer: str | None,
    since: str | None,
    until: str | None,
    tags: tuple[str, ...],
    explain: bool,
    stale_ok: bool,
    strict: bool,
    words: tuple[str, ...],
) -> int:
    """Ask the memory. Without a query: the latest entries, those without a date last.

    Each hit begins with its place, path:line, then its layer and kind (* if working memory holds it too; untrusted if
    a stranger wrote it) and its time, if it has one. Exit 0 with hits, 1 with none, 2 on an error, 4 if unverified
    with --strict.

    \b
    neuromem recall ava what did we decide about the gateway
    neuromem recall --layer procedural "deploy fails"
    neuromem recall ava --since 7d --tag release --json
    """
    workspace, rest = one_agent(agent, words)
    settings = settings_of(workspace)
    query = query_of(workspace, rest, limit or settings.recall.limit, layer, since, until, tags)
    with doors_of(workspace, settings) as doors:
        answer = run_blocking(ask(doors, query, stale_ok=stale_ok))
    if as_json:
        emit(plain_answer(answer))
    else:
        unnamed = rest == words and len(rest) > 1
        asked = f'{workspace.agent} was asked: "{query.text}"' if unnamed else ""
        if answer.hits and not (query.text.strip() or layer or since or until or tags):
            say("nothing was asked: the latest entries", "faint", err=True)
        _show(answer, workspace.spoken, asked, explain=explain)
    if strict and (answer.freshness.unverified or answer.freshness.state is not State.FRESH):
        return UNVERIFIED
    return 0 if answer.hits else 1


def _show(answer: Answer, name: str, asked: str, *, explain: bool) -> None:
    for hit in answer.hits:
        show_hit(hit, explain=explain)
    if not answer.hits:
        show_nothing("nothing found", answer.freshness, name, asked)
    show_doubts(answer.freshness, answer.problems)
