"""From a look at the files to what a cycle will do: read, forget, wait for, or doubt.

Parses nothing and writes nothing. Raises Halted rather than plan a mass loss.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from neuromem_sync.changes import Batch, FileState, Snapshot
from neuromem_sync.files import Content, stable_read
from neuromem_sync.guard import Guard, check_loss, check_root
from neuromem_sync.index import Known
from neuromem_sync.model import LARGEST
from neuromem_sync.snapshot import Ignore, above, belongs, compare, printable, unknown_reason

UNNAMED = "is not read: its name holds a secret"
"""What is said of such a place, which is called by its name up to the secret."""


@dataclass(slots=True)
class Plan:
    """Documents to read, to forget, to wait for (paths), and to doubt (path → reason).

    `unseen`: places of no document, by path, where a look has begun to fail (why), or no longer does (None); a path
    that holds a secret is a place without it, and none that may be read.
    `looked_ns` is when the look began, `root` the device and inode of the folder it saw; `known` what was indexed of
    the paths looked at; `afresh`: equal bytes too are parsed again.
    """

    looked_ns: int
    root: tuple[int, int]
    known: Mapping[str, Known]
    afresh: bool = False
    read: list[FileState] = field(default_factory=list)
    forget: list[Known] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    doubt: dict[str, str] = field(default_factory=dict)
    unseen: dict[str, str | None] = field(default_factory=dict)
    unnamed: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.read or self.forget or self.pending or self.doubt or self.unseen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a plan is made from, as of `at_ns` (`time.time_ns`).

    `unseen`: what the index says of places that could not be looked at; `afresh` reads everything again;
    `believe` takes every absence at its word.
    """

    at_ns: int
    seen: Snapshot
    known: Mapping[str, Known]
    batch: Batch
    total: int
    known_root: tuple[int, int] | None
    unseen: Mapping[str, str] = field(default_factory=dict)
    afresh: bool = False
    believe: bool = False


class Planner:
    """Plans one look after another; between them it remembers only the guard's doubts."""

    def __init__(self, root: Path, guard: Guard) -> None:
        self._root = root
        self._guard = guard

    def plan(self, look: Look, ignore: Ignore) -> Plan:
        if not look.believe:
            check_root(self._root, look.total)
        plan = Plan(look.at_ns, look.seen.root, look.known, look.afresh)
        changes = compare({path: known.state for path, known in look.known.items()}, look.seen)
        for change in changes:
            if change.old is None and change.new:
                self._new(plan, change.new)
            elif change.new is None:
                self._missing(plan, look.known[change.path], look, ignore)
            elif change.old:
                self._changed(plan, change.old, change.new, look)
        self._same(plan, {change.path for change in changes}, look)
        moved = self._moved(plan, look)
        plan.unseen = _unseen(look, plan.unnamed)
        self._settle(plan, look)
        if not look.believe:
            self._check_loss(plan, look, moved, ignore)
        return plan

    def _same(self, plan: Plan, differing: set[str], look: Look) -> None:
        """What looks unchanged: read all the same where that proves little, doubted where it could not be seen."""
        for path, known in look.known.items():
            if path in differing:
                continue
            if path not in look.seen.files:
                plan.doubt[path] = unknown_reason(path, look.seen.unknown) or "it could not be looked at"
            elif look.afresh and nameable(path) != path:  # by the rules of today it would not be here
                plan.forget.append(known)
                plan.unnamed.add(nameable(path))
            elif look.afresh or known.racy or known.unverified:
                plan.read.append(look.seen.files[path])
            else:
                self._guard.settle(path)

    def _new(self, plan: Plan, state: FileState) -> None:
        """Only a new path is asked whether it holds a secret: it would be printed with every answer."""
        if nameable(state.path) == state.path:
            plan.read.append(state)
        else:
            plan.unnamed.add(nameable(state.path))

    def _settle(self, plan: Plan, look: Look) -> None:
        """No wait is for what another process forgot meanwhile, or what cannot be looked at: it would never end."""
        for path in self._guard.doubted():
            if path not in look.known or path in plan.doubt:
                self._guard.settle(path)

    def _changed(self, plan: Plan, old: FileState, new: FileState, look: Look) -> None:
        closed = look.believe or new.path in look.batch.closed
        if self._guard.shrunken(old, new, closed=closed):
            plan.pending.append(new.path)
        else:
            plan.read.append(new)

    def _missing(self, plan: Plan, known: Known, look: Look, ignore: Ignore) -> None:
        path = known.state.path
        if look.believe or not belongs(path, ignore):
            plan.forget.append(known)
            return
        wait = self._guard.absent(known.state, named=_named(path, look.batch.gone))
        if wait is None:
            plan.doubt[path] = "the folder it was in is away, or is on another disk now"
        elif wait:
            plan.pending.append(path)
        else:
            plan.forget.append(known)

    def _moved(self, plan: Plan, look: Look) -> set[str]:
        """Absent paths whose content has just appeared elsewhere: a move is not waited for and is no loss."""
        missing = [known for path, known in look.known.items() if path not in look.seen.files]
        arrived = self._arrivals(plan, {known.state.size for known in missing})
        moved = {known.state.path for known in missing if known.state.digest in arrived}
        plan.forget += [look.known[path] for path in plan.pending if path in moved]
        plan.pending = [path for path in plan.pending if path not in moved]
        return moved

    def _arrivals(self, plan: Plan, sizes: set[int]) -> set[bytes]:
        new = [state.path for state in plan.read if state.path not in plan.known and state.size in sizes]
        outcomes = (stable_read(self._root, path, most=LARGEST) for path in new)
        return {found.state.digest for found in outcomes if isinstance(found, Content)}

    def _check_loss(self, plan: Plan, look: Look, moved: set[str], ignore: Ignore) -> None:
        missing = [
            known.state
            for path, known in look.known.items()
            if path not in look.seen.files and path not in plan.doubt and belongs(path, ignore)
        ]
        told = moved | {state.path for state in missing if _named(state.path, look.batch.gone)}
        check_loss(self._root, missing, told, look.total, same_root=look.known_root in (None, look.seen.root))


def nameable(path: str) -> str:
    """The path itself, or what of it may be told where it holds a secret."""
    from neuromem_sync.redact import masked  # 15 ms, which only a look that met something new has to spend

    return masked(path)


def _unseen(look: Look, unnamed: Iterable[str]) -> dict[str, str | None]:
    """What to say of places that could not be looked at, where it is not what the index says."""
    unknown = {place: why for place, why in look.seen.unknown.items() if place not in look.known}
    now = {nameable(printable(place)): f"cannot be looked at: {why}" for place, why in unknown.items()}
    now |= dict.fromkeys(sorted(unnamed), UNNAMED)
    again = dict.fromkeys(place for place in look.unseen if place not in now)
    return {**again, **{place: why for place, why in now.items() if look.unseen.get(place) != why}}


def _named(path: str, gone: frozenset[str]) -> bool:
    return bool(gone) and not gone.isdisjoint((path, *above(path)))
