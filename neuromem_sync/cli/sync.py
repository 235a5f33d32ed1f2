"""`neuromem sync`: one cycle for each agent that is meant, and four lines about it."""

from __future__ import annotations

import click

from neuromem_sync import app
from neuromem_sync.changes import SyncReport
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.context import (
    agent_option,
    agents_and_folders,
    clock,
    json_option,
    many_agents,
    settings_of,
)
from neuromem_sync.cli.output import SyncJson, emit_agents, line, progress, say, styled
from neuromem_sync.workspace import Workspace


@click.command(short_help=COMMANDS["sync"])
@agent_option
@json_option
@click.option("--dry-run", is_flag=True, help="Print what would change, and change nothing.")
@click.option("--confirm-loss", is_flag=True, help="Believe that everything missing was deleted on purpose.")
@click.argument("words", nargs=-1, metavar="[AGENT…]", shell_complete=agents_and_folders)
def command(
    agent: str | None, as_json: bool, dry_run: bool, confirm_loss: bool, words: tuple[str, ...]
) -> None:
    """Bring the memory in step with the files.

    \b
    neuromem sync                 the agent of this folder, or all of them
    neuromem sync ava --dry-run   what would change
    neuromem sync ava --json      counts for a script
    """
    workspaces = many_agents(agent, words)
    reports = [_sync(workspace, dry_run, confirm_loss, quiet=as_json) for workspace in workspaces]
    if as_json:
        emit_agents([_plain(report) for report in reports], several=len(reports) > 1)
        return
    for report in reports:
        if len(reports) > 1:
            say(report.agent, "strong")
        _show(report, dry_run)


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


def _show(report: SyncReport, dry_run: bool) -> None:
    if dry_run:
        for path, (added, changed, deleted) in report.documents.items():
            say(f"  {path}  +{added} ~{changed} -{deleted}")
    took = f"{report.entries} entries, generation {report.generation}, {report.seconds * 1000:.0f} ms"
    if not report.documents and not report.problems:
        say(f"in step, nothing to do ({took})")
    else:
        line(styled(f"+ {report.added} added", "good" if report.added else "plain"))
        line(styled(f"~ {report.changed} changed", "plain"))
        line(styled(f"- {report.deleted} deleted", "plain"))
        count = len(report.problems)
        problems = styled(f"! {count} problem{'' if count == 1 else 's'}", "warn" if count else "plain")
        line(problems, styled(f"  ({took})", "faint"))
    if report.problems:
        say("to see them: neuromem problems", "faint")
    if report.pending:
        say(
            f"waiting to believe: {', '.join(report.pending[:5])} (vanished or emptied just now; sync again)",
            "warn",
        )
    if dry_run:
        say("nothing was written (--dry-run)", "faint")
