"""`neuromem sync`: one cycle for each agent that is meant, and four lines about it."""

from __future__ import annotations

import click

from neuromem_sync import app
from neuromem_sync.changes import SyncReport
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.bar import progress
from neuromem_sync.cli.context import agent_option, agents_and_folders, clock, json_option, many_agents, settings_of
from neuromem_sync.cli.output import ErrorDetail, FailedJson, SyncJson
from neuromem_sync.cli.terminal import counted, emit, emit_agents, fail, line, say, styled
from neuromem_sync.errors import NeuromemError
from neuromem_sync.workspace import Workspace


@click.command(short_help=COMMANDS["sync"])
@agent_option
@json_option
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
    if len(workspaces) > 1:
        if confirm_loss:
            raise click.UsageError("say whose loss: --confirm-loss is about one agent")
        return _sync_each(workspaces, dry_run, as_json)
    report = _sync(workspaces[0], dry_run, confirm_loss, quiet=as_json)
    if as_json:
        emit(_plain(report))
    else:
        _show(report, workspaces[0], dry_run)
    return 0


def _sync_each(workspaces: tuple[Workspace, ...], dry_run: bool, as_json: bool) -> int:
    """One after the other. One that fails says so and keeps none of the others from it; the exit code is its own."""
    code, shown = 0, list[SyncJson | FailedJson]()
    for workspace in workspaces:
        if not as_json:
            say(workspace.agent, "strong")
        try:
            report = _sync(workspace, dry_run, False, quiet=as_json)
        except NeuromemError as error:
            code = error.exit_code
            detail = ErrorDetail(code=error.code, message=error.message, hint=error.hint)
            shown.append(FailedJson(agent=workspace.agent, error=detail))
            if not as_json:
                fail(**detail, as_json=False)
        else:
            shown.append(_plain(report))
            if not as_json:
                _show(report, workspace, dry_run)
    if as_json:
        emit_agents(shown)
    return code


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


def _show(report: SyncReport, workspace: Workspace, dry_run: bool) -> None:
    if dry_run:
        for path, (added, changed, deleted) in report.documents.items():
            say(f"  {path}  +{added} ~{changed} -{deleted}")
    _show_counts(report)
    if report.problems:
        say(f"to see what could not be read: neuromem problems {workspace.spoken}", "faint")
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
