"""`neuromem health`: what needs a person, agent by agent, the worst first."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import click

from neuromem_sync import app
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.options import agent_option, agents_and_folders, clock, json_option, many_agents, settings_of
from neuromem_sync.cli.output import HealthJson
from neuromem_sync.cli.plain import plain_finding, plain_freshness
from neuromem_sync.cli.several import each_agent
from neuromem_sync.cli.terminal import Style, line, say, styled
from neuromem_sync.finding import Code, Finding, Level
from neuromem_sync.health import Health
from neuromem_sync.workspace import Workspace

MOST = 5
"""Findings of one kind that are shown one by one."""
STYLES: dict[Level, Style] = {Level.BAD: "bad", Level.WARN: "warn", Level.INFO: "faint"}


@click.command(short_help=COMMANDS["health"])
@agent_option
@json_option(HealthJson, each_agent=True)
@click.argument("words", nargs=-1, metavar="[AGENT…]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, words: tuple[str, ...]) -> int:
    """Say what needs a person, and what to do about it. Exit 0 if all is well, 1 if anything is not.

    \b
    neuromem health               the agent of this folder, or all of them
    neuromem health ava bo
    neuromem health --json | jq '.findings[] | select(.level == "bad")'
    """

    def one(workspace: Workspace) -> tuple[int, HealthJson]:
        found = app.health(workspace, settings_of(workspace), clock())
        if not as_json:
            _show(found, workspace.spoken)
        return 0 if found.well else 1, _plain(found)

    return each_agent(many_agents(agent, words), one, as_json=as_json, titled=False)


def _plain(health: Health) -> HealthJson:
    return HealthJson(
        agent=health.agent,
        well=health.well,
        entries=health.entries,
        state_bytes=health.state_bytes,
        freshness=plain_freshness(health.freshness),
        scanned=health.scanned or None,
        findings=[plain_finding(finding) for finding in health.findings],
    )


def _show(health: Health, name: str) -> None:
    how = styled("is well:", "good") if health.well else styled("is not well:", "bad")
    entries = f"{health.entries:,} {'entry' if health.entries == 1 else 'entries'}"
    facts = f"{entries}, generation {health.freshness.generation}, {health.freshness.state}{_looked(health)}"
    line(styled(health.agent, "strong"), how, facts)
    met = Counter[Code]()
    for finding in health.findings:
        met[finding.code] += 1
        if met[finding.code] <= MOST:
            _show_finding(finding)
    for code, count in met.items():
        if count > MOST:
            say(f"  and {count - MOST} more ({code}): neuromem health {name} --json", "faint")


def _show_finding(finding: Finding) -> None:
    named = finding.place in finding.message
    message = finding.message if named else f"{finding.place}: {finding.message}"
    line(styled(f"  {finding.level:<4}", STYLES[finding.level]), styled(message, "plain"))
    if finding.hint:
        say(f"       {finding.hint}", "faint")


def _looked(health: Health) -> str:
    """How long ago all files were looked at, where that is more than a moment."""
    if not health.scanned:
        return ""
    minutes = int((clock().now() - datetime.fromisoformat(health.scanned).timestamp()) / 60)
    return f", all files looked at {minutes} min ago" if minutes > 0 else ""
