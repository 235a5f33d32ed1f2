"""`neuromem why`: where an item of MEMORY.md comes from."""

from __future__ import annotations

import re

import click

from neuromem_sync import app
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.options import agent_option, agents_and_folders, clock, json_option, one_agent, settings_of
from neuromem_sync.cli.output import EvidenceJson, WhyJson
from neuromem_sync.cli.terminal import emit, line, say, styled
from neuromem_sync.why import Why
from neuromem_sync.workspace import Workspace

_PLACE = re.compile(r"(?:(?P<path>.+):)?(?P<line>[1-9][0-9]{0,8})")


@click.command(short_help=COMMANDS["why"])
@agent_option
@json_option(WhyJson)
@click.argument("words", nargs=-1, metavar="[AGENT] PATH:LINE", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, words: tuple[str, ...]) -> int:
    """Where an item of MEMORY.md comes from: every line that says it, and what each part of its score was worth.

    Exit 0 with evidence, 1 if nothing supports the item any more.

    \b
    neuromem why ava mind/MEMORY.md:14
    neuromem why 14 --json
    """
    workspace, rest = one_agent(agent, words)
    place = _PLACE.fullmatch(rest[0]) if len(rest) == 1 else None
    with app.nights(workspace, settings_of(workspace), clock()) as nights:
        found = nights.why(place["path"], int(place["line"])) if place else nights.why(None, None)
    if as_json:
        emit(_plain(found, workspace))
    else:
        _show(found)
    return 0 if found.evidence else 1


def _show(found: Why) -> None:
    line(styled(f"{found.path}:{found.line}", "strong"), styled(f"[{found.section or 'unsupported'}]", "faint"))
    say(f"  {found.text}")
    if found.edited:
        say("  yours: it stays as it is", "faint")
    for each in found.evidence:
        line("  because", styled(f"{each.path}:{each.line}", "strong"), styled((each.at or "")[:10], "faint"))
        say(f"    {each.text.strip()}")
    if found.parts:
        parts = "  ".join(f"{part} {share:+.2f}" for part, share in found.parts.items())
        say(f"  score {found.score:.2f} = {parts}", "faint")
    if not found.evidence and not found.edited:
        say("  nothing supports it any more: the next groom drops it", "warn")


def _plain(found: Why, workspace: Workspace) -> WhyJson:
    return WhyJson(
        agent=workspace.agent,
        path=found.path,
        line=found.line,
        text=found.text,
        edited=found.edited,
        section=found.section,
        score=found.score,
        why=dict(found.parts),
        evidence=[EvidenceJson(path=each.path, line=each.line, at=each.at, text=each.text) for each in found.evidence],
    )
