"""The registered agents as they stand: whether their folders are there, who watches them, how much is indexed.

Looks at no document and makes nothing: an agent nobody ever synced leaves no trace.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from neuromem_sync import index, lock
from neuromem_sync.errors import LockHeld, NeuromemError, StateError
from neuromem_sync.exchange import remove
from neuromem_sync.files import reason
from neuromem_sync.journal import FILE, Journal
from neuromem_sync.sqlite import connect, read
from neuromem_sync.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """`daemon` is the pid of the process that watches it, 0 if that has not said who it is, None without.

    `entries` are those of the index as it stands; None if there is none that can be read. `fault` says why it is not
    known whether a daemon watches, "" if it is.
    """

    workspace: Workspace
    there: bool
    daemon: int | None
    entries: int | None
    fault: str = ""


def roster(workspaces: Iterable[Workspace]) -> tuple[Member, ...]:
    """One that cannot be looked at says so, and keeps no other from being listed."""
    return tuple(map(_member, workspaces))


def _member(workspace: Workspace) -> Member:
    there = os.path.isdir(workspace.root)
    try:
        watched, fault = daemon(workspace), ""
    except StateError as error:
        watched, fault = None, error.message
    return Member(workspace=workspace, there=there, daemon=watched, entries=_entries(workspace), fault=fault)


def daemon(workspace: Workspace) -> int | None:
    """The pid of the daemon that watches a workspace, 0 if unknown, None if none does."""
    return lock.holder(workspace.state / lock.WATCH)


def require_unwatched(workspace: Workspace) -> None:
    """Raises LockHeld while a daemon watches: it would go on, and consolidate, under the old name."""
    pid = daemon(workspace)
    if pid is not None:
        who = f"process {pid}" if pid else "a process"
        raise LockHeld(f"{who} watches {workspace.agent}", "end it first, and start it again afterwards", pid=pid)


def remove_state(workspace: Workspace) -> tuple[Path, ...] | None:
    """Remove the state folder of a workspace, with what writes had put aside; None if there is none.

    Gives what was put aside and stays, since somebody has it open or wrote into it. Raises LockHeld, or StateError for
    what stays of the folder.
    """
    state = workspace.state
    if not state.is_dir():
        return None
    with lock.held(state / lock.WATCH), lock.turn(state):
        left = tuple(_left_aside(workspace))
        try:
            shutil.rmtree(state)
        except OSError as error:
            raise StateError(f"{state}: {reason(error)}", f"remove it yourself: rm -r {state}") from error
    return left


def _left_aside(workspace: Workspace) -> Iterator[Path]:
    """Nothing would know of them any more once the journal is gone, and they would lie in the workspace for ever."""
    if not (workspace.state / FILE).exists():
        return
    try:
        with closing(Journal(workspace.state)) as journal:
            displaced = journal.displaced()
    except StateError:  # a broken one is a reason to purge
        return
    for each in displaced:
        spare = (workspace.root / each.path).with_name(each.spare)
        try:
            if not remove(spare, each.digest):
                yield spare
        except FileNotFoundError:
            continue
        except OSError:
            yield spare


def _entries(workspace: Workspace) -> int | None:
    path = workspace.state / "index.db"
    if not os.path.exists(path):
        return None
    try:
        with closing(connect(path, readonly=True)) as connection:
            found = read(connection, index.meta("entries"))
    except NeuromemError:
        return None
    return int(found or 0)
