"""`neuromem migrate`: bring over what the predecessor remembered, as Markdown, once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

import click

from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.options import agent_option, agents_and_folders, here, json_option, only_agent, user_settings
from neuromem_sync.cli.output import MigratedDocumentJson, MigrateJson
from neuromem_sync.cli.terminal import counted, emit, say
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.migrate import Document, Fate, Migrated, migrate
from neuromem_sync.workspace import Workspace

SHOWN = 10
"""Documents that are listed one by one: years of days are a list nobody reads."""


@click.command(short_help=COMMANDS["migrate"])
@agent_option
@json_option(MigrateJson)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.argument("words", nargs=-1, required=True, metavar="[AGENT] FOLDER", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, dry_run: bool, words: tuple[str, ...]) -> int:
    """Write what stands in FOLDER's episodic.db, procedural.db and config.json into the agent's workspace.

    Memories become entries of memory/DATE-migrated.md, by their day; procedures go to mind/PROCEDURES/migrated.md
    with their counts. No file that exists is opened for writing: a second run changes nothing, one that was
    interrupted is completed. FOLDER is only read. Exit 0 if all of it is in the workspace, 1 if something is not.

    \b
    neuromem migrate ava ~/.neuro-memory --dry-run
    neuromem migrate ava ~/.neuro-memory
    """
    workspace = only_agent(agent, words[:-1])
    folder = Path(os.path.realpath(here() / os.path.expanduser(words[-1])))
    if not os.path.isdir(folder):
        raise WorkspaceError(f"{words[-1]}: no such folder", "name the folder that has the predecessor's episodic.db")
    others = user_settings().agents.keys() - {workspace.agent}
    done = migrate(workspace, folder, others, dry_run=dry_run)
    if as_json:
        emit(_plain(done, workspace))
    else:
        _show(done, workspace, folder)
    return 0 if done.whole else 1


def _show(done: Migrated, workspace: Workspace, folder: Path) -> None:
    found = f"{counted(done.memories, 'memory')} and {counted(done.procedures, 'procedure')}"
    say(f"{folder}: {found} in {', '.join(done.stores)}", "strong")
    made = [document for document in done.documents if document.fate is not Fate.THERE]
    there = [document for document in done.documents if document.fate is Fate.THERE]
    if made:
        verb = "Would write" if made[0].fate is Fate.DUE else "Wrote"
        say(f"{verb} {_entries(made)} into {counted(len(made), 'file')}:", "good")
        for document in made[:SHOWN]:
            say(f"  {document.path}  {counted(document.entries, 'entry')}")
        if len(made) > SHOWN:
            say(f"  … and {len(made) - SHOWN} more")
    if there:
        say(f"{counted(len(there), 'file')} with {_entries(there)} there already: not touched.")
    if not made:
        say("Nothing to write." if not there else "It was migrated before: nothing was changed.")
    _reasons("Could not be brought over:", {**done.lost, **_lacking(there)}, bad=True)
    if any(document.lacking for document in there):
        say("  to have such a file made anew: move it out of the workspace, and migrate again")
    if there and not made:
        return
    _reasons("Not written, as it is there already or another's:", done.kept)
    _reasons("Left behind, as Markdown has no place for it:", done.left)
    _settings(done, workspace)
    if made and made[0].fate is Fate.MADE:
        say(f"Next: neuromem sync {workspace.spoken}")


def _entries(documents: list[Document]) -> str:
    return counted(sum(document.entries for document in documents), "entry")


def _lacking(there: list[Document]) -> Mapping[str, int]:
    return {
        f"not in {document.path}, which was there: edited, or written before": document.lacking
        for document in there
        if document.lacking
    }


def _reasons(title: str, reasons: Mapping[str, int], *, bad: bool = False) -> None:
    if reasons:
        say(title, "warn" if bad else "plain")
    for reason, count in sorted(reasons.items()):
        say(f"  {count}  {reason}")


def _settings(done: Migrated, workspace: Workspace) -> None:
    will = done.bequest
    others = {name: root for name, root in will.agents.items() if name != workspace.agent}
    if will.settings:
        say("Nothing was set. What config.json says is set so:")
    for setting, value in will.settings.items():
        say(f"  neuromem config set {setting} {value}")
    if will.left:
        say(f"Settings without a counterpart: {', '.join(will.left)}")
    if others:
        say("Other agents of config.json are adopted so:")
    for name, root in others.items():
        say(f"  neuromem init {quote(str(root))} --agent {quote(name)} --minimal")


def _plain(done: Migrated, workspace: Workspace) -> MigrateJson:
    return MigrateJson(
        agent=workspace.agent,
        stores=list(done.stores),
        memories=done.memories,
        procedures=done.procedures,
        documents=[
            MigratedDocumentJson(
                path=document.path, entries=document.entries, fate=document.fate.value, lacking=document.lacking
            )
            for document in done.documents
        ],
        kept=dict(done.kept),
        lost=dict(done.lost),
        left=dict(done.left),
        agents={name: str(root) for name, root in done.bequest.agents.items()},
        settings=dict(done.bequest.settings),
        unknown_settings=list(done.bequest.left),
        whole=done.whole,
    )
