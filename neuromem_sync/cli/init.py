"""`neuromem init`: lay out a new workspace, adopt a folder and offer what it lacks, or adopt another program's."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from neuromem_sync import scaffold
from neuromem_sync.agents import register
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.connecting import connect, tell
from neuromem_sync.cli.options import clock, here, json_option, user_settings
from neuromem_sync.cli.output import InitJson
from neuromem_sync.cli.terminal import counted, emit, say
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.snapshot import scan
from neuromem_sync.workspace import Ignore, Workspace, agent_name

PROGRAMS = ("openclaw", "claude-code", "codex")


@click.command(short_help=COMMANDS["init"])
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--agent", metavar="NAME", help="What the agent is called; else as the folder is.")
@click.option("--yes", is_flag=True, help="Add all that an existing folder lacks.")
@click.option("--minimal", is_flag=True, help="Add nothing, only register the folder.")
@click.option(
    "--for", "program", type=click.Choice(PROGRAMS), help="Connect that program; without PATH adopt its own memory."
)
@click.option("--write", is_flag=True, help="With --for: install the settings instead of printing them.")
@json_option(InitJson)
def command(
    path: Path | None, agent: str | None, yes: bool, minimal: bool, program: str | None, write: bool, as_json: bool
) -> int:
    """Lay out a workspace at PATH, else here, or adopt the folder that is there.

    No file that exists is ever opened for writing. A new or empty folder is laid out whole. What another
    one lacks is offered on a terminal, and elsewhere only listed, unless you say --yes. A vault of Obsidian
    and the memory of another program need nothing of it.

    With --for the settings are printed by which Claude Code, Codex or OpenClaw use the memory. What Claude Code
    and Codex remember themselves is only ever read. Exit 1 if a file could not be given its settings.

    \b
    Examples:  neuromem init ~/ava --agent ava
               neuromem init ~/vault --minimal
               neuromem init ~/ava --for claude-code --write
               neuromem init --for codex
    """
    if write and not program:
        raise click.UsageError("--write goes with --for")
    result, asked = _adopted(path, agent, yes=yes, minimal=minimal, program=program, quiet=as_json)
    if program:
        connect(result, program, write=write)
    if as_json:
        emit(result)
    else:
        _tell(result, asked)
        if program:
            tell(result, program)
    return int(write and any(each["fault"] for each in result.get("connections", ())))


def _adopted(
    path: Path | None, agent: str | None, *, yes: bool, minimal: bool, program: str | None, quiet: bool
) -> tuple[InitJson, bool]:
    """Register the folder that is meant and lay out what is wanted there; whether what it lacks was listed."""
    root, name, readonly = _meant(path, agent, program)
    new = scaffold.is_new(root)
    if (minimal or readonly) and not root.is_dir():
        hint = "it would be another program's" if readonly else "without --minimal it is made"
        raise WorkspaceError(f"{root}: no such folder", hint)
    # The name is taken before a file is made, so that a clash leaves nothing behind.
    known = user_settings().agents
    workspace = register(name, root, scaffold.local_zone(), readonly=readonly)
    at_home = workspace.readonly or (program and path is None) or (root / scaffold.VAULT).is_dir()
    if yes:
        workspace.require_writable()
    day = datetime.fromtimestamp(clock().now(), ZoneInfo(workspace.zone)).date()
    lacking = () if minimal or (at_home and not yes) else scaffold.missing(root, day)
    asked = bool(lacking) and not (new or yes or quiet) and sys.stdin.isatty() and sys.stdout.isatty()
    wanted = lacking if new or yes or (asked and _agreed(root, lacking)) else ()
    notes = 0 if new else len(scan(root, Ignore.read(root)).files)
    made = scaffold.lay_out(root, wanted, day, workspace.zone)
    missing = [each for each in lacking if each not in wanted]
    return _result(workspace, workspace.agent not in known, notes, made, missing), asked


def _result(workspace: Workspace, registered: bool, notes: int, made: Iterable[str], missing: list[str]) -> InitJson:
    result = InitJson(
        agent=workspace.agent,
        root=str(workspace.root),
        zone=workspace.zone,
        registered=registered,
        notes=notes,
        created=list(made),
        missing=missing,
    )
    return InitJson(**result, readonly=True) if workspace.readonly else result


def _meant(path: Path | None, agent: str | None, program: str | None) -> tuple[Path, str, bool]:
    """The folder, the agent's name, and whether the folder is only read."""
    from neuromem_sync.homes import Around, Program, home, is_foreign

    around = Around.now(here())
    if path is None and program:
        found = home(Program(program), around)
        root = Path(os.path.realpath(found.root))
        return root, agent or _registered(root) or found.agent, found.readonly
    root = Path(os.path.realpath(here() / os.path.expanduser(path or ".")))
    return root, agent or _registered(root) or agent_name(root.name), is_foreign(root, around)


def _registered(root: Path) -> str | None:
    """The name the folder is registered under."""
    there = (name for name, agent in user_settings().agents.items() if os.path.realpath(agent.root) == str(root))
    return next(there, None)


def _agreed(root: Path, lacking: tuple[str, ...]) -> bool:
    say(f"{root} has files already; none of them will be touched. It lacks:")
    _list(lacking)
    return click.confirm(f"Add these {len(lacking)}?", default=True)


def _list(paths: Iterable[str]) -> None:
    for path in paths:
        say(f"  {path}")


def _done(notes: int, made: int) -> str:
    found = f"Found {counted(notes, 'note')} and touched none." if notes else ""
    if made:
        return f"{found} Made {counted(made, 'file')}.".lstrip()
    return found or "Found no notes yet."


def _tell(result: InitJson, asked: bool) -> None:
    """`asked`: what is missing has been listed."""
    agent, root = result["agent"], result["root"]
    say(f"{'Registered' if result['registered'] else 'Already registered:'} {agent} in {root}", "strong")
    if result.get("readonly"):
        say("It belongs to another program: it is read, and nothing is ever written there.")
    say(f"{_done(result['notes'], len(result['created']))} Times that name no zone are in {result['zone']}.")
    if result["missing"]:
        if not asked:
            say("Of the usual layout these are missing:")
            _list(result["missing"])
        say(f"To add what is missing: neuromem init {shlex.quote(root)} --yes")
    say("Next:")
    if not result.get("readonly"):
        say(f'  neuromem remember {agent} "something"     # or write into its files')
    say(f'  neuromem recall {agent} "a question"')
    say(f"  neuromem watch {agent}                    # keep it in step, and learn at night")
    if not ("connections" in result or result.get("readonly")):
        say(f"  neuromem init {shlex.quote(root)} --for claude-code   # or codex, openclaw")
