"""Write into a file that people edit, without losing a byte of theirs.

Read, edit, journal, stage beside it, exchange while nobody has it open, look at the result. What happened is always
told by the bytes that stand there, so the end of a write, a failure and a crash are settled by the same few lines.
Knows no gate of time and nothing of what is written: quiet time, pauses and contents are the caller's.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from neuromem_sync import lock, permit
from neuromem_sync.clock import Clock
from neuromem_sync.errors import StateError, WriteConflict
from neuromem_sync.exchange import MISSING, read, remove, require_local, swap
from neuromem_sync.files import Content, Unreadable, Vanished, digest, flush_folder, reason, stable_read
from neuromem_sync.journal import CONFLICT, Journal, Plan
from neuromem_sync.staging import part_of, spare_name, stage
from neuromem_sync.weave import line_digests

Edit = Callable[[bytes], bytes]
Check = Callable[[bytes, bytes], None]

PATIENCE = 2.0
"""Seconds in which a file that somebody has open, or just saved, is tried again."""
NAP = 0.01
WINDOW = 600.0
CONFLICTS = 3
"""So many conflicts in a WINDOW, and a file is left to its people: ours goes beside it."""
DAEMON_WRITES = 3
"""The daemon writes a file at most so often in a WINDOW: it may be answering another program's answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of a write: digests of the file before and after it. Not `written`: it said so already."""

    path: str
    written: bool
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """A write that had no known end: whether its new version came to stand in the file."""

    path: str
    written: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What `write` was asked for."""

    path: str
    place: Path
    edit: Edit
    check: Check | None
    body: Edit | None

    def body_of(self, data: bytes) -> bytes | None:
        return self.body(data) if self.body else None


class Writeback:
    """Writes into files of the workspace at `root`. Every method wants `writer.lock` of `state` held by this process.

    `daemon`: these are the daemon's writes, of which there is a most.
    """

    def __init__(self, root: Path, state: Path, journal: Journal, clock: Clock, *, daemon: bool = False) -> None:
        self._root = root
        self._lock = state / lock.WRITER
        self._journal = journal
        self._clock = clock
        self._daemon = daemon

    def write(
        self, path: str, edit: Edit, *, check: Check | None = None, body: Edit | None = None, asked: bool = False
    ) -> Written:
        """Make the file at `path` (relative, with `/`) what `edit` makes of its bytes, whatever they are by then.

        `edit` is called again after every edit of somebody else. `check(before, after)` may refuse by raising
        WriteConflict. `body` gives the part of the bytes that is kept in the journal. `asked`: a person saw the
        difference and agreed. Raises WriteConflict: then the file is its people's, untouched.
        """
        self.recover()
        place = permit.require_permitted(self._root, path, asked=asked)
        permit.require_plain(place, path)
        permit.require_unattended(place, path)
        _require_local(place, path)
        if not asked:
            self._require_calm(path)
        return self._patiently(_Order(path=path, place=place, edit=edit, check=check, body=body))

    def recover(self) -> tuple[Recovered, ...]:
        """Settle every write that was cut short; what cannot be read now stays for the next time."""
        self._require_lock()
        settled = [(plan, self._settle(plan)) for plan in self._journal.plans()]
        return tuple(Recovered(path=plan.path, written=end) for plan, end in settled if end is not None)

    def paused(self, path: str, now: float) -> bool:
        """Whether the daemon has written this file often enough for now."""
        return self._journal.daemon_writes(path, now - WINDOW) >= DAEMON_WRITES

    def crowded(self, path: str, now: float) -> bool:
        """Whether people were in the way so often that ours goes into the sidecar for now."""
        return self._journal.marks(path, CONFLICT, now - WINDOW) >= CONFLICTS

    def _require_lock(self) -> None:
        try:
            holder = lock.holder(self._lock)
        except OSError as error:
            raise StateError(f"{self._lock}: {reason(error)}", "make the state folder usable for you") from error
        # 0: the holder found no room to write its number
        if holder not in {os.getpid(), 0}:
            raise StateError(f"{self._lock.name} is not held", "hold it around every write")

    def _require_calm(self, path: str) -> None:
        if self.crowded(path, self._clock.now()):
            hint = f"it will be tried again {WINDOW / 60:.0f} minutes later"
            raise WriteConflict(f"{path} is being edited again and again", hint, sidecar=True)
        if self._daemon and self.paused(path, self._clock.now()):
            hint = "is another program answering its writes? to write it now: neuromem groom"
            raise WriteConflict(f"{path} was written {DAEMON_WRITES} times in {WINDOW / 60:.0f} minutes", hint)

    def _patiently(self, order: _Order) -> Written:
        deadline = self._clock.monotonic() + PATIENCE
        while True:
            try:
                return self._attempt(order)
            except WriteConflict as conflict:
                if not conflict.passes:
                    raise
                if self._clock.monotonic() >= deadline:
                    self._journal.mark_conflict(order.path, self._clock.now())
                    raise
            self._clock.sleep(NAP)

    def _attempt(self, order: _Order) -> Written:
        content = _read(order.place, order.path)
        self._require_thawed(order.path, order.body_of(content.data))
        wanted = _edited(content.data, order.edit)
        before, after = content.state.digest, digest(wanted)
        if wanted == content.data:
            return Written(path=order.path, written=False, before=before, after=after)
        if order.check:
            order.check(content.data, wanted)
        permit.require_room(order.place, order.path, len(wanted))
        self._swap_in(order, content, wanted)
        return Written(path=order.path, written=True, before=before, after=after)

    def _require_thawed(self, path: str, found: bytes | None) -> None:
        if found is not None and self._journal.frozen(path, found, self._clock.now() - WINDOW):
            hint = "reload the file in the editor that has it open, or change a line of that part yourself"
            raise WriteConflict(f"{path}: an older version of our part keeps coming back", hint)

    def _swap_in(self, order: _Order, content: Content, wanted: bytes) -> None:
        """From the plan to the exchange. Raises WriteConflict if the new version does not come to stand."""
        plan = self._journal.begin(
            Plan(
                path=order.path,
                spare=spare_name(order.place.name, secrets.token_hex(8)),
                before=content.state.digest,
                after=digest(wanted),
                lines=line_digests(content.data),
                found=order.body_of(content.data),
                body=order.body_of(wanted),
                daemon=self._daemon,
                at=self._clock.now(),
            )
        )
        obstacle = _carry_out(plan, order.place, content, wanted)
        swapped = self._settle(plan)
        if swapped is None:
            raise obstacle or WriteConflict(f"{plan.path}: whether it was written cannot be seen now", "try again")
        if not swapped:
            raise obstacle or WriteConflict(f"{plan.path} was edited meanwhile", "try again", passes=True)

    def _settle(self, plan: Plan) -> bool | None:
        """Whether the new version came to stand, and the journal told so; None if that cannot be known now.

        What is called `spare` is complete whenever it exists: ours before the exchange, after it what was displaced.
        """
        spare = (self._root / plan.path).with_name(plan.spare)
        try:
            if os.path.lexists(part_of(spare)):  # asked first: a disk that may only be read refuses even to find none
                part_of(spare).unlink()
            beside = _content_at(spare)
            swapped = self._stands(plan, beside)
            opened = beside if beside and not swapped and not _withdraw(spare, plan.after) else None
            flush_folder(spare.parent)
        except OSError:
            return None
        if swapped:
            self._journal.swapped(plan, self._clock.now())
        elif opened:
            self._journal.withdrawn(plan, line_digests(opened.data), self._clock.now())
        else:
            self._journal.abandon(plan)
        return swapped

    def _stands(self, plan: Plan, beside: Content | None) -> bool:
        if beside:
            return beside.state.digest != plan.after
        standing = _content_at(self._root / plan.path)
        return standing is not None and standing.state.digest == plan.after


def _content_at(place: Path) -> Content | None:
    """None if nothing is there. Raises OSError if that cannot be known."""
    found = stable_read(place.parent, place.name)
    if isinstance(found, Unreadable):
        raise OSError(found.reason)
    return None if isinstance(found, Vanished) else found


def _withdraw(spare: Path, content: bytes) -> bool:
    """Remove a version of ours that does not stand; False if somebody opened it while it did, and may write into it."""
    try:
        return remove(spare, content)
    except FileNotFoundError:
        return True
    except OSError as error:
        if error.errno not in MISSING:
            raise
        spare.unlink()  # where there is no lease it never stood
        return True


def _require_local(place: Path, path: str) -> None:
    try:
        require_local(place.parent)
    except OSError as error:
        raise permit.unreadable(path, error) from error


def _read(place: Path, path: str) -> Content:
    """The bytes as they are when nobody has the file open. Raises WriteConflict: unread is never empty."""
    permit.require_plain(place, path)
    try:
        content = read(place, path)
    except OSError as error:
        raise permit.unreadable(path, error) from error
    permit.require_settled(content)
    return content


def _edited(data: bytes, edit: Edit) -> bytes:
    try:
        return edit(data)
    except WriteConflict as conflict:
        if conflict.sidecar:
            raise
        raise WriteConflict(conflict.message, conflict.hint, sidecar=True) from conflict


def _carry_out(plan: Plan, place: Path, content: Content, wanted: bytes) -> WriteConflict | None:
    """Stage and exchange. What stood in the way is given back, not raised: only the bytes say how it ended."""
    spare = place.with_name(plan.spare)
    try:
        stage(place, spare, wanted)
        swap(place, spare, content.state)
    except WriteConflict as conflict:
        return conflict
    except OSError as error:
        return permit.unreadable(plan.path, error)
    return None
