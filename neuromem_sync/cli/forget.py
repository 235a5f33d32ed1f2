"""`neuromem forget`: what would be forgotten, line by line; with --edit, take it out of the files and purge it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import closing

import click

from neuromem_sync import app
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.options import agent_option, agents_and_folders, clock, json_option, one_agent, settings_of
from neuromem_sync.cli.output import ForgetJson, ForgottenJson
from neuromem_sync.cli.terminal import counted, difference, emit, line, say, styled
from neuromem_sync.errors import NeuromemError
from neuromem_sync.forget import Forgetting, Forgotten
from neuromem_sync.model import Entry
from neuromem_sync.naming import find
from neuromem_sync.sqlite import read
from neuromem_sync.workspace import Workspace

_NOTHING = Forgotten(edited=(), refused={})
PATIENCE = 5.0
"""Seconds for servers to forget as well: then it is said that they have not yet."""


@click.command(short_help=COMMANDS["forget"])
@agent_option
@json_option(ForgetJson)
@click.option("--path", "paths", multiple=True, metavar="PATH", help="Every entry of this document or folder.")
@click.option("--edit", is_flag=True, help="Take the lines out of the files, and purge what was kept of them.")
@click.option("--yes", is_flag=True, help="Agree beforehand to the difference that --edit makes.")
@click.argument("words", nargs=-1, metavar="[AGENT] [ID|PATH:LINE]…", shell_complete=agents_and_folders)
def command(
    agent: str | None, as_json: bool, paths: tuple[str, ...], edit: bool, yes: bool, words: tuple[str, ...]
) -> int:
    """Forget entries: by id, by a line of theirs, or all of a document. Without --edit it only shows them.

    What a file says is remembered again, so forgetting begins in the files: --edit shows the difference, asks, takes
    exactly these lines out and leaves nothing of them in the state folder, nor on servers, which are told everything
    else anew. The files themselves stay. Exit 0 if all is forgotten, 1 if not.

    \b
    neuromem forget ava memory/2026-03-01.md:14
    neuromem forget ava memory/2026-03-01.md:14 --edit
    neuromem forget ava --path notes/old --edit --yes
    """
    workspace, named = one_agent(agent, words)
    if not named and not paths:
        raise click.UsageError("nothing is named: an id, a path:line, or --path PATH")
    with closing(app.engine(workspace, settings_of(workspace), clock())) as engine:
        engine.cycle()
        entries = read(engine.connection, find(workspace.root, named, paths))
        if not edit:
            return _decline(workspace, entries, as_json)
        forgetting = Forgetting(engine, workspace, entries)
        if not as_json:
            difference(forgetting.diff())
        if not (yes or _agrees(as_json)):
            say("nothing was changed", err=True)
            return 1
        done = forgetting.carry_out(clock())
    held = app.purged(workspace, settings_of(workspace), clock(), PATIENCE) if done.edited else {}
    _report(workspace, entries, done, held, as_json)
    return 1 if done.refused or done.left or held else 0


def _decline(workspace: Workspace, entries: Sequence[Entry], as_json: bool) -> int:
    """The files still say it: dropping it from the index would last until the next look at them."""
    if as_json:
        emit(_plain(workspace, entries, _NOTHING, {}))
        return 1
    for entry in entries:
        line(styled(str(entry.source), "strong"), styled(f"[{entry.layer} {entry.kind}] {entry.id}", "faint"))
        for text in entry.text.splitlines():
            say(f"  {text}")
    say(f"nothing was forgotten: the files still say it, in {counted(len(entries), 'place')}", "warn")
    say("to take these lines out of them: repeat the command with --edit", "faint")
    return 1


def _agrees(as_json: bool) -> bool:
    if as_json or not sys.stdin.isatty():
        raise NeuromemError("nobody is there to agree to the difference", "say --yes to agree beforehand")
    return click.confirm("take these lines out?", default=False)


def _report(
    workspace: Workspace, entries: Sequence[Entry], done: Forgotten, held: Mapping[str, str], as_json: bool
) -> None:
    if as_json:
        emit(_plain(workspace, entries, done, held))
        return
    gone = sum(entry.source.path in done.edited for entry in entries)
    say(f"{counted(gone, 'entry')} forgotten, {counted(len(done.edited), 'file')} edited", "good" if gone else "warn")
    for path, why in done.refused.items():
        say(f"not forgotten, {path} was not edited: {why}", "warn")
    for entry in done.left:
        say(f"said again meanwhile: {entry.source}", "warn")
    for store, why in held.items():
        say(f"{store} still holds it: {why}", "warn")
        say(f"  it is emptied as soon as it can be: by the daemon, or neuromem project {workspace.spoken}", "faint")


def _plain(workspace: Workspace, entries: Sequence[Entry], done: Forgotten, held: Mapping[str, str]) -> ForgetJson:
    return ForgetJson(
        agent=workspace.agent,
        entries=[
            ForgottenJson(
                id=entry.id,
                path=entry.source.path,
                line=entry.source.span.line,
                end_line=entry.source.span.end_line,
                text=entry.text,
                forgotten=entry.source.path in done.edited,
            )
            for entry in entries
        ],
        edited=list(done.edited),
        refused=dict(done.refused),
        left=[str(entry.source) for entry in done.left],
        servers=dict(held),
    )
