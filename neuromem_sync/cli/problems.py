"""`neuromem problems`: what could not be read, as `path:line: message`."""

from __future__ import annotations

import click

from neuromem_sync import index
from neuromem_sync.answer import run_blocking
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import show_doubts
from neuromem_sync.cli.options import agent_option, agents_and_folders, doors_of, json_option, only_agent
from neuromem_sync.cli.output import ProblemsJson
from neuromem_sync.cli.plain import plain_freshness, plain_problem
from neuromem_sync.cli.terminal import emit, say
from neuromem_sync.model import Problem


@click.command(short_help=COMMANDS["problems"])
@agent_option
@json_option(ProblemsJson)
@click.argument("words", nargs=-1, metavar="[AGENT]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, words: tuple[str, ...]) -> int:
    """List what could not be read, with its place and what to do. Exit 0 if there is nothing, 1 if there is.

    \b
    neuromem problems
    neuromem problems ava --json
    """
    workspace = only_agent(agent, words)
    with doors_of(workspace) as doors:
        freshness = run_blocking(doors.prove())
        found = run_blocking(doors.read(index.problems()))
    if as_json:
        plain = [plain_problem(problem) for problem in found]
        emit(ProblemsJson(agent=workspace.agent, problems=plain, freshness=plain_freshness(freshness)))
    else:
        _show(found)
        show_doubts(freshness)
    return 1 if found else 0


def _show(found: tuple[Problem, ...]) -> None:
    if not found:
        say("no problems")
    for problem in found:
        say(str(problem), "warn")
        if problem.hint:
            say(f"  {problem.hint}", "faint")
