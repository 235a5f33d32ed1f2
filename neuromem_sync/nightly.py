"""How the nights go: whether they come, whether they write, and what their writes left behind.

Reads the journal; consolidates nothing and writes into no file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path, PurePosixPath
from shlex import quote
from zoneinfo import ZoneInfo

from neuromem_sync.config import Consolidate
from neuromem_sync.daemon.nights import Nights
from neuromem_sync.errors import WriteConflict
from neuromem_sync.files import Content, stable_read
from neuromem_sync.finding import Code, Finding, among
from neuromem_sync.journal import CONFLICT, FILE, Journal
from neuromem_sync.ledger import KEPT, Ledger, Past
from neuromem_sync.lock import WATCH
from neuromem_sync.model import Route
from neuromem_sync.region import Region, find
from neuromem_sync.sqlite import read
from neuromem_sync.workspace import Workspace

LATE = 3600.0
"""Seconds after its time at which a night is missed: it waits ten minutes at most, and takes some more."""
CUT_SHORT = 60.0
"""Seconds after which a write under way was cut short: it takes milliseconds, or ten seconds of waiting for quiet."""
WATCHED = 600.0
"""Seconds after which a version that was put aside should be gone; it is looked at for one minute."""
DAY = 86400.0
EMPTY_NIGHTS, CLAIMS = 3, 20
"""Nights in a row on so many days, each with so many trusted claims more than people wrote into MEMORY.md and profile
themselves, and nothing was ever learned. Fewer claims may all be known or slight; so many never are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """What the nights of a workspace are judged by. `daemon` is the process that watches, `name` what to type."""

    workspace: Workspace
    index: sqlite3.Connection
    given: Consolidate
    now: float
    daemon: int | None
    name: str

    def day(self, at: float) -> str:
        return datetime.fromtimestamp(at, ZoneInfo(self.workspace.zone)).date().isoformat()

    def paths(self, route: Route) -> list[str]:
        statement = "SELECT path FROM documents WHERE route = ? ORDER BY path NOT LIKE 'mind/%', path"
        return [path for (path,) in self.index.execute(statement, (route,))]


def nights(ward: Ward) -> Iterator[Finding]:
    """Whether they come, and whether they may write; where they may not at all, nothing is amiss."""
    if ward.workspace.readonly:
        return
    state = ward.workspace.state
    past = Ledger(state).nights(KEPT) if (state / FILE).exists() else ()
    yield from _late(ward, past)
    region, faults = _region(ward, tried=bool(past))
    yield from faults
    for path in ward.paths(Route.OWN):
        message = f"what was learned stands in {path}, because MEMORY.md could not be written"
        yield Finding(code=Code.SIDECAR, message=message, hint=f"to see why: neuromem groom {ward.name}", place=path)
    if region is not None:
        yield from _blocked(ward, past)
        yield from _empty(ward, past, region)


def _late(ward: Ward, past: Sequence[Past]) -> Iterator[Finding]:
    if ward.daemon is None or not ward.given.at:
        return
    started = (ward.workspace.state / WATCH).stat().st_mtime  # the daemon wrote its process into it
    last = past[0].at if past else started
    due = Nights(ward.given.at, 0, ward.workspace.zone, last).due(ward.now - LATE)
    if due and started < ward.now - LATE:
        since = f"the last one was on {ward.day(last)}" if past else "there never was one"
        message = f"a night should have come at {ward.given.at}; {since}"
        hint = f"to see what is in the way: neuromem groom {ward.name}"
        yield Finding(code=Code.NIGHT_LATE, message=message, hint=hint)


def _region(ward: Ward, *, tried: bool) -> tuple[Region | None, list[Finding]]:
    """The region that nights write into, or why there is none."""
    paths = ward.paths(Route.MEMORY)
    for path in paths:
        content = stable_read(ward.workspace.root, path)
        if not isinstance(content, Content):
            return None, []  # gone or unreadable: that is told already
        try:
            region = find(content.data, path=path)
        except WriteConflict as fault:
            return None, [Finding(code=Code.REGION_BROKEN, message=fault.message, hint=fault.hint, place=path)]
        if region is not None:
            return region, []
    if paths:
        message = f"{paths[0]} has no part for what nights learn, so they write nothing"
        hint = f"to make one at its end: neuromem groom {ward.name} --adopt"
        return None, [Finding(code=Code.NO_REGION, message=message, hint=hint, place=paths[0])]
    message = "there is no MEMORY.md, so nights write nothing"
    place = quote(str(ward.workspace.root / "MEMORY.md"))
    hint = f"to begin one: touch {place}, then: neuromem groom {ward.name} --adopt"
    return None, [Finding(code=Code.NO_REGION, message=message, hint=hint)] if tried else []


def _blocked(ward: Ward, past: Sequence[Past]) -> Iterator[Finding]:
    blocked = list(takewhile(lambda night: night.blocked, past))
    if blocked:
        often = f"the last {len(blocked)} nights" if len(blocked) > 1 else f"the night of {ward.day(blocked[0].at)}"
        message = f"{often} could not write: {blocked[0].reason}"
        yield Finding(code=Code.NIGHT_BLOCKED, message=message, hint=f"to try again: neuromem groom {ward.name}")


def _empty(ward: Ward, past: Sequence[Past], region: Region) -> Iterator[Finding]:
    """Nothing was ever learned, although there was much to learn. A region that people emptied is their will."""
    if region.items or region.gone or any(night.promoted for night in past):
        return
    from neuromem_sync.managed import said_by_people

    known = len(read(ward.index, said_by_people()))
    empty = list(takewhile(lambda night: not night.blocked and night.eligible - known >= CLAIMS, past))
    if len({ward.day(night.at) for night in empty}) >= EMPTY_NIGHTS:
        message = f"{len(empty)} nights learned nothing, of {empty[0].eligible} claims that they trusted"
        hint = f"to see what holds them back: neuromem groom {ward.name} --explain"
        yield Finding(code=Code.EMPTY_NIGHTS, message=message, hint=hint)


def writes(ward: Ward, spares: Sequence[str]) -> Iterator[Finding]:
    """What writes left. `spares` are files on disk that one put aside, as of a look before this one."""
    if not (ward.workspace.state / FILE).exists():
        yield from _left(ward.workspace.root, spares, set())
        return
    with closing(Journal(ward.workspace.state)) as journal:
        plans, displaced = journal.plans(), journal.displaced()
        disturbed = [path for path in ward.paths(Route.MEMORY) if journal.marks(path, CONFLICT, ward.now - DAY)]
    for plan in plans:
        if plan.at < ward.now - CUT_SHORT:
            message = f"a write into {plan.path} on {ward.day(plan.at)} was cut short and not ended"
            yield Finding(code=Code.WRITE_OPEN, message=message, hint=f"neuromem sync {ward.name}", place=plan.path)
    for each in displaced:
        if each.since < ward.now - WATCHED:
            message = f"the version of {each.path} from before our write is kept as {each.spare}"
            hint = f"somebody has it open: close {each.path} in every editor"
            yield Finding(code=Code.PUT_ASIDE, message=message, hint=hint, place=each.path)
    known = {plan.spare for plan in plans} | {each.spare for each in displaced}
    yield from _left(ward.workspace.root, spares, known)
    if disturbed:
        message = f"people were editing when a write was due, within the last day: {among(disturbed)}"
        hint = "nothing is lost; what was learned comes with the next night, or beside the file"
        yield Finding(code=Code.WRITE_CONFLICT, message=message, hint=hint, place=disturbed[0])


def _left(root: Path, spares: Sequence[str], known: set[str]) -> Iterator[Finding]:
    for path in spares:
        if PurePosixPath(path).name.removesuffix("-part") not in known and (root / path).exists():
            message = f"{path} is a version that a write put aside, and nothing is known of it any more"
            hint = "take over into the file it is named after what is missing, then remove it"
            yield Finding(code=Code.LEFT_ASIDE, message=message, hint=hint, place=path)
