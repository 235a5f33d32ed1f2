"""How a workspace is: what each of its parts finds that needs a person, and what to do about it.

Judges nothing itself and mends nothing. Like every question it looks at the files where no daemon vouches for them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from neuromem_sync import backlog, index, nightly, serving, surroundings, vitals
from neuromem_sync.doors import BlockingDoors
from neuromem_sync.errors import NeuromemError
from neuromem_sync.finding import Code, Finding, Level
from neuromem_sync.lock import WATCH, holder
from neuromem_sync.query import Freshness
from neuromem_sync.sqlite import Reading, read
from neuromem_sync.workspace import Ignore

FAILURES = (NeuromemError, OSError, sqlite3.Error, ValueError)
"""What a part may fail with for what it found on the disk; all else is a defect, and not hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Findings, the worst first. `entries` and `freshness` are of the index, `state_bytes` its state folder's size.

    `scanned` is when all files were last looked at (ISO 8601), "" if that is not known.
    """

    agent: str
    entries: int
    freshness: Freshness
    scanned: str
    state_bytes: int
    findings: tuple[Finding, ...]

    @property
    def well(self) -> bool:
        """Whether nothing is wrong; there may be something to know."""
        return all(finding.level is Level.INFO for finding in self.findings)


def examine(doors: BlockingDoors, servers: Callable[[], Sequence[serving.Server]] = tuple) -> Health:
    """The health of one workspace and the `servers` of its layers. A part that fails is a finding; others report."""
    visit = _Visit(doors, servers)
    visit.around()
    if os.path.isdir(doors.workspace.root):
        visit.within()
    else:
        hint = "mount its disk or give it back; if it has moved, change its root in config.toml"
        message = f"{doors.workspace.root}: no such folder"
        visit.found.append(Finding(code=Code.ROOT_GONE, message=message, hint=hint))
    return Health(
        agent=doors.workspace.agent,
        entries=visit.entries,
        freshness=visit.freshness,
        scanned=visit.scanned,
        state_bytes=surroundings.state_size(doors.workspace.state),
        findings=tuple(sorted(visit.found, key=lambda finding: list(Level).index(finding.level))),
    )


class _Visit:
    """One look at every part, and what they have said so far."""

    def __init__(self, doors: BlockingDoors, servers: Callable[[], Sequence[serving.Server]]) -> None:
        self._doors, self._workspace, self._servers = doors, doors.workspace, servers
        self._name = doors.workspace.spoken
        self._strays = surroundings.Strays()
        self.found: list[Finding] = []
        self.freshness = vitals.NOTHING
        self.scanned = ""
        self.entries = 0

    def _ask(self, part: str, says: Callable[[], Iterable[Finding]]) -> None:
        try:
            self.found += says()
        except FAILURES as error:
            hint = getattr(error, "hint", "") or "mend what it names, then ask again"
            self.found.append(Finding(code=Code.PART_FAILED, message=f"{part}: {error}", hint=hint))

    def around(self) -> None:
        """The state folder, before anybody opens it: that closes it to others."""
        self._ask("state", lambda: surroundings.state_folder(self._workspace.state))
        self._ask("settings", serving.exposed)
        self._ask("disk", lambda: surroundings.disks((self._workspace.state, self._workspace.root)))

    def within(self) -> None:
        """The files, and what the index knows of them if there is one."""
        self._ask("files", self._between)
        self._ask("index", self._proof)
        if self.freshness is not vitals.NOTHING:
            self._ask("layers", lambda: vitals.layers(self._doors))
            self._ask("servers", self._served)
            for part, reading in self._readings():
                self._ask(part, partial(read, self._doors.index, reading))
            self._ask("nights", lambda: nightly.nights(self._ward()))
            self._ask("writes", lambda: nightly.writes(self._ward(), self._strays.spares))

    def _between(self) -> Iterator[Finding]:
        self._strays = surroundings.strays(self._workspace.root, Ignore.read(self._workspace.root))
        yield from surroundings.between(self._strays)

    def _proof(self) -> Iterator[Finding]:
        vouched = vitals.vouched(self._doors, self._name)
        self.freshness, self.scanned = vouched.freshness, vouched.scanned
        yield from vouched.findings
        if self.freshness is not vitals.NOTHING:
            self.entries = int(read(self._doors.index, index.meta("entries")) or 0)
        if self._daemon:
            yield from surroundings.watches(self._daemon)

    def _served(self) -> Iterator[Finding]:
        whose = serving.Whose(self._workspace.agent, self._name)
        yield from serving.servers(self._servers(), self._doors.index, self._doors.clock, whose)

    def _readings(self) -> Iterator[tuple[str, Reading[list[Finding]]]]:
        now, zone = self._doors.clock.now(), self._workspace.zone
        here = datetime.fromtimestamp(now).astimezone().utcoffset() or timedelta(0)
        yield "documents", vitals.documents(self._name)
        yield "logs", backlog.logs(now, zone, self._name)
        yield "zone", backlog.zone_unknown(zone, here.total_seconds())
        yield "tracked", backlog.tracked(now, zone)
        yield "inbox", backlog.questions()

    def _ward(self) -> nightly.Ward:
        return nightly.Ward(
            workspace=self._workspace,
            index=self._doors.index,
            given=self._doors.settings.consolidate,
            now=self._doors.clock.now(),
            daemon=self._daemon,
            name=self._name,
        )

    @property
    def _daemon(self) -> int | None:
        return holder(self._workspace.state / WATCH)
