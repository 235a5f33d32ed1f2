"""The registered agents as they stand: whether their folders are there, who watches them, how much is indexed.

Looks at no document and makes nothing: an agent nobody ever synced leaves no trace.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

from neuromem_sync import index, lock
from neuromem_sync.errors import LockHeld, NeuromemError, StateError
from neuromem_sync.files import reason
from neuromem_sync.sqlite import connect, read
from neuromem_sync.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """`daemon` is the pid of the process that watches it, 0 if that has not said who it is, None without.

    `entries` are those of the index as it stands; None if there is none that can be read.
    """

    workspace: Workspace
    there: bool
    daemon: int | None
    entries: int | None


def roster(workspaces: Iterable[Workspace]) -> tuple[Member, ...]:
    return tuple(
        Member(workspace=each, there=each.root.is_dir(), daemon=daemon(each), entries=_entries(each))
        for each in workspaces
    )


def daemon(workspace: Workspace) -> int | None:
    """The pid of the daemon that watches a workspace, 0 if unknown, None if none does."""
    return lock.holder(workspace.state / lock.WATCH)


def require_unwatched(workspace: Workspace) -> None:
    """Raises LockHeld while a daemon watches: it would go on, and consolidate, under the old name."""
    pid = daemon(workspace)
    if pid is not None:
        who = f"process {pid}" if pid else "a process"
        raise LockHeld(f"{who} watches {workspace.agent}", "end it first, and start it again afterwards", pid=pid)


def remove_state(workspace: Workspace) -> bool:
    """Remove the state folder of a workspace, if there is one. Raises LockHeld, or StateError for what stays."""
    state = workspace.state
    if not state.is_dir():
        return False
    with lock.held(state / lock.WATCH), lock.turn(state):
        try:
            shutil.rmtree(state)
        except OSError as error:
            raise StateError(f"{state}: {reason(error)}", f"remove it yourself: rm -r {state}") from error
    return True


def _entries(workspace: Workspace) -> int | None:
    path = workspace.state / "index.db"
    if not path.exists():
        return None
    try:
        with closing(connect(path, readonly=True)) as connection:
            found = read(connection, index.meta("entries"))
    except NeuromemError:
        return None
    return int(found or 0)
