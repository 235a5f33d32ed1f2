"""`neuromem sync`: one cycle for each agent that is meant, and four lines about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from neuromem_sync import app
from neuromem_sync.changes import SyncReport
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.bar import progress
from neuromem_sync.cli.options import agent_option, agents_and_folders, clock, json_option, many_agents, settings_of
from neuromem_sync.cli.output import SyncJson
from neuromem_sync.cli.several import each_agent
from neuromem_sync.cli.terminal import counted, line, say, styled
from neuromem_sync.lock import WATCH, holder
from neuromem_sync.workspace import Workspace

if TYPE_CHECKING:
    from neuromem_sync.daemon.letters import Drained

PATIENCE = 5.0
"""Seconds for which a sync tells servers; what is left then is told by the next one, or by the daemon."""


@click.command(short_help=COMMANDS["sync"])
@agent_option
@json_option(SyncJson, each_agent=True)
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@click.option("--confirm-loss", is_flag=True, help="Believe that everything missing was deleted on purpose.")
@click.argument("words", nargs=-1, metavar="[AGENT…]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, dry_run: bool, confirm_loss: bool, words: tuple[str, ...]) -> int:
    """Bring the memory in step with the files.

    \b
    neuromem sync                 the agent of this folder, or all of them
    neuromem sync ava --dry-run   what would change
    neuromem sync ava --json      counts for a script
    """
    workspaces = many_agents(agent, words)
    if confirm_loss and len(workspaces) > 1:
        raise click.UsageError("say whose loss: --confirm-loss is about one agent")

    def one(workspace: Workspace) -> tuple[int, SyncJson]:
        report = _sync(workspace, dry_run, confirm_loss, quiet=as_json)
        servers = () if dry_run else _tell(workspace)
        if not as_json:
            _show(report, workspace, dry_run)
            for each in servers:
                left = f"{each.store} has yet to be told of {counted(each.lag.letters, 'entry')}"
                say(f"{left}: {each.reason or 'neuromem project'}", "warn")
        return 0, _plain(report)

    return each_agent(workspaces, one, as_json=as_json)


def _sync(workspace: Workspace, dry_run: bool, confirm_loss: bool, *, quiet: bool) -> SyncReport:
    engine = app.engine(workspace.require(), settings_of(workspace), clock())
    try:
        with progress(f"reading {workspace.agent}", clock().monotonic, quiet=quiet) as advance:
            report = engine.cycle(confirm_loss=confirm_loss, dry_run=dry_run, progress=advance)
        if report.documents and not dry_run:
            engine.tidy()
        return report
    finally:
        engine.close()


def _tell(workspace: Workspace) -> list[Drained]:
    """Servers that are behind still: without a daemon they are told now, as far as a person may be kept waiting."""
    if holder(workspace.state / WATCH) is not None:
        return []
    told = app.project(workspace, settings_of(workspace), clock(), PATIENCE)
    return [each for each in told if each.lag.letters]


def _plain(report: SyncReport) -> SyncJson:
    return SyncJson(
        agent=report.agent,
        added=report.added,
        changed=report.changed,
        deleted=report.deleted,
        entries=report.entries,
        problems=len(report.problems),
        generation=report.generation,
        seconds=round(report.seconds, 4),
    )


def _show(report: SyncReport, workspace: Workspace, dry_run: bool) -> None:
    if dry_run:
        for path, (added, changed, deleted) in report.documents.items():
            say(f"  {path}  +{added} ~{changed} -{deleted}")
    _show_counts(report)
    if report.problems:
        say(f"to see what could not be read: neuromem problems {workspace.spoken}", "faint")
    for problem in report.late:
        say(str(problem), "warn")
        say(f"  {problem.hint}", "faint")
    if report.pending:
        say(f"pending: {', '.join(report.pending[:5])} (vanished or shrank just now; sync again)", "warn")
    if dry_run:
        say("nothing was written (--dry-run)", "faint")


def _show_counts(report: SyncReport) -> None:
    took = f"{counted(report.entries, 'entry')}, generation {report.generation}, {_lasting(report.seconds)}"
    if not report.documents and not report.problems:
        say(f"in step, nothing to do ({took})")
        return
    line(styled(f"+ {report.added} added", "good" if report.added else "plain"))
    line(styled(f"~ {report.changed} changed", "plain"))
    line(styled(f"- {report.deleted} deleted", "plain"))
    problems = styled(f"! {counted(len(report.problems), 'problem')}", "warn" if report.problems else "plain")
    line(problems, styled(f"  ({took})", "faint"))


def _lasting(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
