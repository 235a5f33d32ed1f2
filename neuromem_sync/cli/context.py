"""`neuromem context`: what matters for a question, fitted into a budget, ready for a prompt."""

from __future__ import annotations

import click

from neuromem_sync import tokens
from neuromem_sync.answer import run_blocking
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import show_doubts, show_nothing
from neuromem_sync.cli.options import (
    agent_option,
    agents_and_folders,
    clock,
    doors_of,
    json_option,
    one_agent,
    settings_of,
)
from neuromem_sync.cli.output import ContextJson
from neuromem_sync.cli.plain import plain_excerpt, plain_freshness, plain_problem
from neuromem_sync.cli.terminal import emit, say
from neuromem_sync.context import Context, context
from neuromem_sync.query import Query


@click.command(short_help=COMMANDS["context"])
@agent_option
@json_option(ContextJson)
@click.option("--budget", type=click.IntRange(1), metavar="TOKENS", help="At most so many tokens, all counted.")
@click.argument("words", nargs=-1, metavar="[AGENT] QUERY…", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, budget: int | None, words: tuple[str, ...]) -> int:
    """Fit what matters for a question into a budget: open tasks, decisions that hold, and the best lines recalled.

    The text is for a prompt: each line with its place, fenced as data, never over the budget (session.tokens in the
    settings where none is given). Exit 0, 1 if nothing is known, 2 on an error.

    \b
    neuromem context ava what did we decide about the gateway
    neuromem context ava "who takes the weekend" --budget 500
    neuromem context ava "deploy fails" --json | jq '.excerpts[] | {path, line, cost}'
    """
    workspace, rest = one_agent(agent, words)
    if not rest:
        raise click.UsageError("what is it about?")
    settings = settings_of(workspace)
    query = Query(text=" ".join(rest), now=clock().now(), zone=workspace.zone)
    with doors_of(workspace, settings) as doors:
        found = run_blocking(context(doors, query, budget=budget or settings.session.tokens))
    if as_json:
        emit(_plain(workspace.agent, found))
        return 0 if found.excerpts else 1
    if found.excerpts:
        say(found.text())
    else:
        show_nothing("nothing found", found.freshness, workspace.spoken)
    show_doubts(found.freshness, found.problems)
    return 0 if found.excerpts else 1


def _plain(agent: str, found: Context) -> ContextJson:
    return ContextJson(
        agent=agent,
        budget=found.budget,
        tokens=found.tokens,
        counter=tokens.counter_name(),
        excerpts=[plain_excerpt(excerpt) for excerpt in found],
        freshness=plain_freshness(found.freshness),
        problems=[plain_problem(problem) for problem in found.problems],
    )
