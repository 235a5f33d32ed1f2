"""`neuromem how`: what to do in a situation, what went wrong in the like, and what was decided about it."""

from __future__ import annotations

import click

from neuromem_sync.answer import run_blocking
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import show_doubts
from neuromem_sync.cli.options import agent_option, agents_and_folders, doors_of, json_option, one_agent
from neuromem_sync.cli.output import HowJson
from neuromem_sync.cli.plain import plain_freshness, plain_hit, plain_problem
from neuromem_sync.cli.practice import plain_guidance, show
from neuromem_sync.cli.terminal import Style, emit, line, say, styled
from neuromem_sync.lessons import prevention
from neuromem_sync.procedures import How, how
from neuromem_sync.query import Hit


@click.command(short_help=COMMANDS["how"])
@agent_option
@json_option(HowJson)
@click.option("--limit", type=click.IntRange(1, 50), default=5, metavar="NUMBER", help="At most so many of each kind.")
@click.argument("words", nargs=-1, metavar="[AGENT] SITUATION…", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, limit: int, words: tuple[str, ...]) -> int:
    """Say how it is done: the procedures that fit best, what went wrong in the like, and what was decided.

    A procedure comes with its steps, how often it went well and how it went last. Exit 0 with anything, 1 with nothing.

    \b
    neuromem how ava deploy the gateway
    neuromem how ava "the backup disk is full" --json
    """
    workspace, rest = one_agent(agent, words)
    with doors_of(workspace) as doors:
        found = run_blocking(how(doors, " ".join(rest), limit=limit))
    if as_json:
        emit(_plain(found))
    else:
        _show(found)
    return 0 if found else 1


def _plain(found: How) -> HowJson:
    return HowJson(
        procedures=[plain_guidance(each) for each in found.procedures],
        errors=[plain_hit(hit) for hit in found.errors],
        decisions=[plain_hit(hit) for hit in found.decisions],
        freshness=plain_freshness(found.freshness),
        problems=[plain_problem(problem) for problem in found.problems],
    )


def _show(found: How) -> None:
    for each in found.procedures:
        show(each)
    for hit in found.errors:
        _show_hit(hit, "bad", hit.entry.attributes.get("what_happened", ""))
        if instead := prevention(hit.entry):
            say(f"  instead: {instead}", "good")
    for hit in found.decisions:
        _show_hit(hit, "faint", hit.entry.attributes.get("decision", ""))
    if not found:
        say("nothing found", err=True)
    show_doubts(found.freshness, found.problems)


def _show_hit(hit: Hit, style: Style, more: str) -> None:
    said = hit.entry.title or next(iter(hit.text.strip().splitlines()), "")
    kind = styled(f"[{hit.entry.kind}]", style)
    line(styled(f"{hit.path}:{hit.line}", "strong"), kind, styled(said.strip(), "plain"))
    if more:
        say(f"  {' '.join(more.split())}")
