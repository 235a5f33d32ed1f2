"""Watch the files that exchanges put aside: what is written into them late is carried over into the file.

Removes such a file only when its time is over and nobody has it open for writing.
"""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from neuromem_sync.errors import WriteConflict
from neuromem_sync.exchange import remove, writable_by_others
from neuromem_sync.files import Content, Vanished, flush_folder, reason, stable_read
from neuromem_sync.journal import LATE_LOOKS, Displaced, Journal
from neuromem_sync.model import Problem
from neuromem_sync.weave import line_digests, weave
from neuromem_sync.writeback import Writeback

LAST = len(LATE_LOOKS) - 1


class Overlap(WriteConflict):
    """What was written late and the file changed the same lines."""


class Watch:
    """The displaced files of the workspace at `root`. `look` wants `writer.lock` held by this process."""

    def __init__(self, root: Path, journal: Journal, writeback: Writeback) -> None:
        self._root = root
        self._journal = journal
        self._writeback = writeback

    def look(self, now: float) -> tuple[Problem, ...]:
        """Look at all that is due, and carry over what was written late. Gives what people need to know."""
        due = [displaced for displaced in self._journal.displaced() if displaced.due <= now]
        found = [self._look(displaced, now) for displaced in due]
        return tuple(problem for problem in found if problem)

    def _look(self, displaced: Displaced, now: float) -> Problem | None:
        path = str(PurePosixPath(displaced.path).with_name(displaced.spare))
        found = stable_read(self._root, path)
        if isinstance(found, Vanished):
            self._journal.released(displaced)
            return None
        try:
            if isinstance(found, Content) and self._is_over(displaced, found):
                self._journal.released(displaced)
                return None
            self._journal.looked(displaced, now)
            if not isinstance(found, Content):
                return _problem(displaced, f"what was there before cannot be read: {found.reason}")
            return self._late(displaced, found, now)
        except OSError as error:
            return _problem(displaced, f"what was there before cannot be used: {reason(error)}")

    def _is_over(self, displaced: Displaced, found: Content) -> bool:
        spare = self._root / found.state.path
        over = displaced.looks >= LAST and found.state.digest == displaced.digest and remove(spare, displaced.digest)
        if over:
            flush_folder(spare.parent)
        return over

    def _late(self, displaced: Displaced, found: Content, now: float) -> Problem | None:
        """Half of what somebody is just writing is not carried over, unless it takes longer than the watch."""
        if found.state.digest == displaced.digest:
            return None
        if displaced.looks < LAST and writable_by_others(self._root / found.state.path):
            return None
        try:
            self._take_in(displaced, found)
        except Overlap:
            return self._lay_beside(displaced, found, now)
        except WriteConflict as conflict:
            return _problem(displaced, f"lines written late are not in it yet: {conflict.message}", conflict.hint)
        return None

    def _take_in(self, displaced: Displaced, found: Content) -> None:
        def edit(data: bytes) -> bytes:
            woven = weave(displaced.lines, found.data, data)
            if woven is None:
                raise Overlap(f"{displaced.path}: the same lines were changed", sidecar=True)
            return woven

        # allowed once, when it was displaced
        self._writeback.write(displaced.path, edit, asked=True)
        self._journal.taken_in(displaced, found.state.digest, line_digests(found.data))

    def _lay_beside(self, displaced: Displaced, found: Content, now: float) -> Problem:
        """The displaced file itself gets the name: what its writer has still to write comes with it."""
        target = PurePosixPath(displaced.path)
        day = datetime.fromtimestamp(now, UTC).date().isoformat()
        name = f"{target.stem}.neuromem-conflict-{day}-{secrets.token_hex(4)}.md"
        spare = self._root / found.state.path
        os.rename(spare, spare.with_name(name))
        flush_folder(spare.parent)
        self._journal.mark_conflict(displaced.path, now)
        self._journal.released(displaced)
        hint = f"take over from {name} what is missing, then remove it"
        return _problem(displaced, f"it was edited in two places at once: the other version is {name}", hint)


def _problem(displaced: Displaced, message: str, hint: str = "") -> Problem:
    return Problem(path=displaced.path, line=1, code="late", message=message, hint=hint)
