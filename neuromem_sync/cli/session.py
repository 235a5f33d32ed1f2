"""`neuromem session`: what an agent reads when it wakes, ready for its prompt."""

from __future__ import annotations

import click

from neuromem_sync import tokens
from neuromem_sync.answer import run_blocking
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import show_doubts, show_nothing
from neuromem_sync.cli.options import agent_option, agents_and_folders, doors_of, json_option, only_agent, settings_of
from neuromem_sync.cli.output import SectionJson, SessionJson
from neuromem_sync.cli.plain import plain_excerpt, plain_finding, plain_freshness, plain_problem
from neuromem_sync.cli.terminal import emit, say
from neuromem_sync.session import Session, session


@click.command(short_help=COMMANDS["session"])
@agent_option
@json_option(SessionJson)
@click.option("--budget", type=click.IntRange(1), metavar="TOKENS", help="At most so many tokens, all counted.")
@click.argument("words", nargs=-1, metavar="[AGENT]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, budget: int | None, words: tuple[str, ...]) -> int:
    """Tell an agent that wakes what there is to know: who it is, today and yesterday, what is open, what holds.

    The text is for a prompt: each line with its place, fenced as data, never over the budget (session.tokens in the
    settings where none is given). Exit 0, 1 if there is nothing to tell, 2 on an error.

    \b
    neuromem session ava
    neuromem session ava --budget 800
    neuromem session ava --json | jq -r '.sections[].title'
    """
    workspace = only_agent(agent, words)
    settings = settings_of(workspace)
    with doors_of(workspace, settings) as doors:
        found = run_blocking(session(doors, budget=budget or settings.session.tokens))
    if as_json:
        emit(_plain(workspace.agent, found))
    else:
        _show(found, workspace.spoken)
        show_doubts(found.freshness, found.problems)
    return 0 if found.sections else 1


def _show(found: Session, name: str) -> None:
    if found.sections:
        say(found.text())
    else:
        show_nothing("nothing of these days, and nothing is open", found.freshness, name, f"neuromem recall {name}")


def _plain(agent: str, found: Session) -> SessionJson:
    return SessionJson(
        agent=agent,
        budget=found.budget,
        tokens=found.tokens,
        counter=tokens.counter_name(),
        sections=[
            SectionJson(
                title=section.part.value,
                excerpts=[plain_excerpt(excerpt) for excerpt in section.excerpts],
                findings=[plain_finding(finding) for finding in section.findings],
            )
            for section in found
        ],
        freshness=plain_freshness(found.freshness),
        problems=[plain_problem(problem) for problem in found.problems],
    )
