"""Forget entries: take their lines out of the files, purge the state folder of them, and note that servers have to.

Shows nothing and asks nobody: cli/forget.py does, between `naming.find` and `Forgetting.carry_out`. Reaches no server.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from shlex import quote

from neuromem_sync import index, lock, outbox
from neuromem_sync.changes import Batch
from neuromem_sync.clock import Clock
from neuromem_sync.difference import difference
from neuromem_sync.errors import NeuromemError, StateError, WriteConflict
from neuromem_sync.exchange import remove
from neuromem_sync.files import Content, stable_read
from neuromem_sync.item import plain
from neuromem_sync.journal import Journal
from neuromem_sync.model import LARGEST, Entry, Span
from neuromem_sync.naming import WORD, said, same
from neuromem_sync.purge import purge
from neuromem_sync.redact import hidden
from neuromem_sync.removal import Removal
from neuromem_sync.sqlite import Reading, read, transaction
from neuromem_sync.staging import spares
from neuromem_sync.sync import Sync
from neuromem_sync.workspace import Workspace
from neuromem_sync.writeback import Writeback

CONTEXT = 3
"""Lines shown around those that go: whoever agrees wants to see what stays."""
TELLING = 16
"""Characters from which a line or sentence is looked for in what is kept of our own region: shorter ones are common."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+|^\d{1,2}:\d{2}\S*\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What became of it: documents that were edited, by path why others were not, and who says it again by now."""

    edited: tuple[str, ...]
    refused: Mapping[str, str]
    left: tuple[Entry, ...] = ()


class Forgetting:
    """Entries about to be forgotten: the difference it makes, then the deed.

    Raises WorkspaceError for a workspace that is only read, WriteConflict for what moved on.
    """

    def __init__(self, engine: Sync, workspace: Workspace, entries: Sequence[Entry]) -> None:
        workspace.require_writable()
        root = workspace.root
        self._engine = engine
        self._root, self._name = root, workspace.spoken
        self._entries = entries
        self._said = [said(root, entry) for entry in entries]
        self._known = {entry.id for entry in read(engine.connection, same(root, self._said)).values()}
        by_path: dict[str, list[Span]] = {}
        for entry in entries:
            by_path.setdefault(entry.source.path, []).append(entry.source.span)
        self._removals = [
            Removal(path=path, zone=workspace.zone, shown=self._shown(path), spans=tuple(spans))
            for path, spans in sorted(by_path.items())
        ]

    def _shown(self, path: str) -> bytes:
        """The bytes in which the index found the entries."""
        known = read(self._engine.connection, index.documents_at([path])).get(path)
        outcome = stable_read(self._root, path, most=LARGEST)
        if known and isinstance(outcome, Content) and outcome.state.digest == known.state.digest:
            return outcome.data
        raise WriteConflict(f"{path} changed just now, or cannot be read", "repeat the command")

    def diff(self) -> str:
        """A unified diff of every document. Raises WriteConflict if one cannot be edited."""
        shown = (hidden(difference(each.path, each.shown, each(each.shown), CONTEXT)) for each in self._removals)
        return "\n".join(shown)

    def carry_out(self, clock: Clock) -> Forgotten:
        """Edit the documents, sync them and purge. One that somebody is in the way of stays as it is, whole.

        Raises StateError where something fails when a file is edited already: what is out of it cannot be named again,
        so that says how to be rid of what the state still has of it.
        """
        try:
            return self._carry_out(clock)
        except NeuromemError as error:
            edited = [each.path for each in self._removals if self._is_edited(each)]
            if not edited:
                raise
            purged = f"rm -r {quote(str(self._engine.state))}; neuromem sync {self._name}"
            said = f"already edited: {', '.join(edited)}; to be rid of what the state has of it: {purged}"
            raise StateError(error.message, f"{error.hint}; {said}") from error

    def _is_edited(self, removal: Removal) -> bool:
        found = stable_read(self._root, removal.path, most=LARGEST)
        return isinstance(found, Content) and found.data != removal.shown

    def _carry_out(self, clock: Clock) -> Forgotten:
        state = self._engine.state
        with lock.turn(state), closing(Journal(state)) as journal:
            writeback = Writeback(self._root, state, journal, clock)
            refused = {each.path: why for each in self._removals if (why := _write(writeback, each))}
            edited = tuple(each.path for each in self._removals if each.path not in refused)
            self._drop_displaced(journal, edited)
            kept = "\n".join(body.decode(errors="replace") for body in journal.bodies())
        if not edited:
            return Forgotten(edited=(), refused=refused)
        self._engine.cycle(Batch(paths=frozenset(edited), closed=frozenset(edited)))
        with lock.turn(state), transaction(self._engine.connection) as tx:
            outbox.clear_first(tx)
        purge(state, self._needles([entry for entry in self._entries if entry.source.path in edited], kept))
        again = read(self._engine.connection, same(self._root, self._said)).values()
        left = tuple(entry for entry in again if entry.id not in self._known)
        return Forgotten(edited=edited, refused=refused, left=left)

    def _drop_displaced(self, journal: Journal, edited: Sequence[str]) -> None:
        """The version before, put aside by the exchange, has it too. One that somebody holds open stays under watch."""
        for displaced in journal.displaced():
            beside = self._root / PurePosixPath(displaced.path).with_name(displaced.spare)
            with suppress(OSError):
                if displaced.path in edited and remove(beside, displaced.digest):
                    journal.released(displaced)
        known = {self._root / PurePosixPath(each.path).with_name(each.spare) for each in journal.displaced()}
        for spare in (each for path in edited for each in spares(self._root / path) if each not in known):
            found = stable_read(spare.parent, spare.name)
            with suppress(OSError):
                if isinstance(found, Content):  # of a state folder that was lost: nobody watches it any more
                    remove(spare, found.state.digest)

    def _needles(self, gone: Sequence[Entry], kept: str) -> set[str]:
        """Ids; and of what is kept sentences, and words that nothing in the index has any more."""
        texts = [plain(line) for entry in gone for line in entry.text.splitlines()]
        sentences = {part.strip() for text in texts for part in _SENTENCE.split(text)}
        words = {word for text in texts for word in WORD.findall(text)} & set(WORD.findall(kept))
        lost = {word for word in words if not read(self._engine.connection, _occurs(word))}
        return {*(entry.id for entry in gone), *(each for each in sentences if len(each) >= TELLING), *lost}


def _write(writeback: Writeback, removal: Removal) -> str:
    """Why it was not written; empty if it was."""
    try:
        writeback.write(removal.path, removal, asked=True)
    except WriteConflict as conflict:
        return conflict.message
    return ""


def _occurs(word: str) -> Reading[bool]:
    escaped = re.sub(r"([%_\\])", r"\\\1", word)
    rows = yield "SELECT 1 FROM entries WHERE text LIKE ? ESCAPE '\\' LIMIT 1", (f"%{escaped}%",)
    return bool(rows)
