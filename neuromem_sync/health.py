"""How a workspace is: what each of its parts finds that needs a person, and what to do about it.

Judges nothing itself and mends nothing. Like every question it looks at the files where no daemon vouches for them.
"""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from neuromem_sync import backlog, nightly, surroundings, vitals
from neuromem_sync import index as indexed
from neuromem_sync.doors import BlockingDoors
from neuromem_sync.errors import NeuromemError
from neuromem_sync.finding import Code, Finding, Level
from neuromem_sync.lock import WATCH, holder
from neuromem_sync.query import Freshness
from neuromem_sync.sqlite import read
from neuromem_sync.workspace import Ignore

FAILURES = (NeuromemError, OSError, sqlite3.Error, ValueError)
"""What a part may fail with for what it found on the disk; all else is a defect, and not hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Findings, the worst first. `entries` and `freshness` are of the index, `state_bytes` its state folder's size."""

    agent: str
    entries: int
    freshness: Freshness
    state_bytes: int
    findings: tuple[Finding, ...]

    @property
    def well(self) -> bool:
        """Whether nothing is wrong; there may be something to know."""
        return all(finding.level is Level.INFO for finding in self.findings)


def examine(doors: BlockingDoors) -> Health:
    """The health of one workspace. A part that fails is a finding, and the others report."""
    workspace, visit = doors.workspace, _Visit()
    # first of all: whoever opens the state folder closes it to others
    visit.ask("state", lambda: surroundings.state_folder(workspace.state))
    visit.ask("disk", lambda: surroundings.disks((workspace.state, workspace.root)))
    freshness, entries = vitals.NOTHING, 0
    if not workspace.root.is_dir():
        hint = "mount its disk or give it back; if it has moved, change its root in config.toml"
        visit.found.append(Finding(code=Code.ROOT_GONE, message=f"{workspace.root}: no such folder", hint=hint))
    else:
        freshness, entries = _indexed(doors, visit)
    return Health(
        agent=workspace.agent,
        entries=entries,
        freshness=freshness,
        state_bytes=surroundings.state_size(workspace.state),
        findings=tuple(sorted(visit.found, key=lambda finding: list(Level).index(finding.level))),
    )


class _Visit:
    """What the parts that were asked so far have said."""

    def __init__(self) -> None:
        self.found: list[Finding] = []

    def ask(self, part: str, says: Callable[[], Iterable[Finding]]) -> None:
        try:
            self.found += says()
        except FAILURES as error:
            message, hint = f"{part}: {error}", getattr(error, "hint", "") or "mend what it names, then ask again"
            self.found.append(Finding(code=Code.PART_FAILED, message=message, hint=hint))


def _indexed(doors: BlockingDoors, visit: _Visit) -> tuple[Freshness, int]:
    """Visit the parts that stand in the workspace, and those that its index knows of."""
    proved = vitals.NOTHING
    name = spoken(doors.workspace)

    def prove() -> Iterable[Finding]:
        nonlocal proved
        proved, found = vitals.vouched(doors, name)
        return found

    strays = surroundings.Strays()
