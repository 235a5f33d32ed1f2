"""`neuromem undo`: take back the last write into MEMORY.md."""

from __future__ import annotations

import click

from neuromem_sync import app
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.options import agent_option, agents_and_folders, clock, json_option, only_agent, settings_of
from neuromem_sync.cli.output import UndoJson
from neuromem_sync.cli.terminal import counted, difference, emit, say
from neuromem_sync.undo import Undo


@click.command(short_help=COMMANDS["undo"])
@agent_option
@json_option(UndoJson)
@click.option("--dry-run", is_flag=True, help="Show what would be taken back, and write nothing.")
@click.argument("words", nargs=-1, metavar="[AGENT]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, dry_run: bool, words: tuple[str, ...]) -> int:
    """Take back the last write into MEMORY.md. Nothing outside of the marked region changes.

    What that write brought leaves and never returns, as if you had deleted it; what it dropped stands there again
    until the next groom. Writes of the last seven days can be taken back, one by one. Exit 1 if there is none.

    \b
    neuromem undo ava --dry-run
    neuromem undo ava
    """
    workspace = only_agent(agent, words)
    with app.nights(workspace, settings_of(workspace), clock()) as nights:
        undone = nights.undo(dry_run=dry_run)
    if as_json:
        emit(_plain(undone, workspace.agent, written=undone.done is not None and not dry_run))
    else:
        _show(undone, dry_run=dry_run)
    return 0 if undone.done else 1


def _show(undone: Undo, *, dry_run: bool) -> None:
    if undone.done is None:
        say("there is no write of ours to take back")
        return
    if dry_run:
        difference(undone.diff)
    else:
        for text in undone.done.left:
            say(f"- {text}", "bad")
        for text in undone.done.returned:
            say(f"+ {text}", "good")
    left, returned = len(undone.done.left), len(undone.done.returned)
    say(f"{counted(left, 'item')} taken back for good, {returned} returned")
    if dry_run:
        say("nothing was written (--dry-run)", "faint")


def _plain(undone: Undo, agent: str, *, written: bool) -> UndoJson:
    left, returned = (undone.done.left, undone.done.returned) if undone.done else ((), ())
    return UndoJson(
        agent=agent, path=undone.path, written=written, left=list(left), returned=list(returned), diff=undone.diff
    )
