"""Forget entries: find every line that holds them, take the lines out of the files, and purge the state folder.

Shows nothing and asks nobody: cli/forget.py does, between `find` and `Forgetting.carry_out`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from neuromem_sync import index, lock
from neuromem_sync.changes import Batch
from neuromem_sync.clock import Clock
from neuromem_sync.errors import WorkspaceError, WriteConflict
from neuromem_sync.exchange import remove
from neuromem_sync.files import Content, stable_read
from neuromem_sync.item import plain
from neuromem_sync.journal import Journal
from neuromem_sync.model import Entry, Origin, Span
from neuromem_sync.purge import purge
from neuromem_sync.removal import Removal
from neuromem_sync.signature import signed
from neuromem_sync.sqlite import Reading, read
from neuromem_sync.sync import Sync
from neuromem_sync.writeback import Writeback

SHORTEST = 4
"""Hex digits of an id that name it, at least."""
TURN = 60.0
_ID = re.compile(rf"[0-9a-f]{{{SHORTEST},}}")
_PLACE = re.compile(r"(?P<path>.+):(?P<line>[1-9][0-9]*)")
_WORD = re.compile(r"\w[\w.@/'-]*\w")
_SENTENCE = re.compile(r"\n|(?<=[.!?])\s+")
TELLING = 16
"""Characters from which a line or sentence is looked for in what is kept of our own region: shorter ones are common."""
QUOTED = 0.8
"""Share of the words of an item of our region that its source has, from which the item is a quotation of it."""


def find(root: Path, words: Sequence[str], paths: Sequence[str]) -> Reading[list[Entry]]:
    """The entries named by id or `path:line`, with all others that say the same; and all of these documents or folders.

    With any of them goes what our own region learned from it. Raises WorkspaceError for a word that names nothing, or
    more than one entry.
    """
    chosen: dict[int, Entry] = {}
    for word in words:
        chosen.update((yield from _named(root, word)))
    chosen.update((yield from _same(chosen.values())))
    for path in paths:
        chosen.update((yield from _below(_inside(root, path))))
    chosen.update((yield from _quoting(chosen.values())))
    return sorted(chosen.values(), key=lambda entry: (entry.source.path, entry.source.span.start))


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What became of it: documents that were edited, by path why others were not, and who says the same again."""

    edited: tuple[str, ...]
    refused: Mapping[str, str]
    left: tuple[Entry, ...] = ()


class Forgetting:
    """Entries about to be forgotten: the difference it makes, then the deed. Raises WriteConflict for what moved on."""

    def __init__(self, engine: Sync, root: Path, zone: str, entries: Sequence[Entry]) -> None:
        self._engine = engine
        self._root = root
        self._entries = entries
        by_path: dict[str, list[Span]] = {}
        for entry in entries:
            by_path.setdefault(entry.source.path, []).append(entry.source.span)
        self._removals = [
            Removal(path=path, zone=zone, shown=self._shown(path), spans=tuple(spans))
            for path, spans in sorted(by_path.items())
        ]

    def _shown(self, path: str) -> bytes:
        """The bytes in which the index found the entries."""
        known = read(self._engine.connection, index.documents_at([path]))[path]
        outcome = stable_read(self._root, path)
        if isinstance(outcome, Content) and outcome.state.digest == known.state.digest:
            return outcome.data
        raise WriteConflict(f"{path} changed just now, or cannot be read", "repeat the command")

    def diff(self) -> str:
        """A unified diff of every document. Raises WriteConflict if one cannot be edited."""
        return "".join(_difference(each.path, each.shown, each(each.shown)) for each in self._removals)

    def carry_out(self, clock: Clock) -> Forgotten:
        """Edit the documents, sync them and purge. One that somebody is in the way of stays as it is, whole."""
        with (
            lock.held(self._engine.state / lock.WRITER, timeout=TURN),
            closing(Journal(self._engine.state)) as journal,
        ):
            writeback = Writeback(self._root, self._engine.state, journal, clock)
            refused = {each.path: why for each in self._removals if (why := _write(writeback, each))}
            edited = tuple(each.path for each in self._removals if each.path not in refused)
            self._drop_displaced(journal, edited)
        if not edited:
            return Forgotten(edited=(), refused=refused)
        self._engine.cycle(Batch(paths=frozenset(edited), closed=frozenset(edited)))
        gone = [entry for entry in self._entries if entry.source.path in edited]
        purge(self._engine.state, self._needles(gone))
        ids = {entry.id for entry in self._entries}
        left = read(self._engine.connection, _same(gone)).values()
        return Forgotten(edited=edited, refused=refused, left=tuple(each for each in left if each.id not in ids))

    def _drop_displaced(self, journal: Journal, edited: Sequence[str]) -> None:
        """The version before, put aside by the exchange, has it too. One that somebody holds open stays under watch."""
        for displaced in journal.displaced():
            beside = self._root / PurePosixPath(displaced.path).with_name(displaced.spare)
            if displaced.path in edited and remove(beside, displaced.digest):
                journal.released(displaced)

    def _needles(self, gone: Sequence[Entry]) -> set[str]:
        """Ids, whole sentences, and words that nothing in the index has any more."""
        texts = [_core(entry.text) for entry in gone]
        sentences = {part.strip() for text in texts for part in _SENTENCE.split(text) if len(part.strip()) >= TELLING}
        words = {word for text in texts for word in _WORD.findall(text) if len(word) >= SHORTEST}
        lost = {word for word in words if not read(self._engine.connection, _occurs(word))}
        return {*(entry.id for entry in gone), *sentences, *lost}


def _write(writeback: Writeback, removal: Removal) -> str:
    """Why it was not written; empty if it was."""
    try:
        writeback.write(removal.path, removal, asked=True)
    except WriteConflict as conflict:
        return conflict.message
    return ""


def _named(root: Path, word: str) -> Reading[dict[int, Entry]]:
    place = _PLACE.fullmatch(word)
    if place:
        return (yield from _at(_inside(root, place["path"]), int(place["line"]), word))
    if not _ID.fullmatch(word):
        raise WorkspaceError(f"{word!r} is neither an id nor a place", "name it as recall shows it: path:line")
    rows = yield "SELECT key, id FROM entries WHERE id >= ? AND id < ? || 'g' ORDER BY id", (word, word)
    if not rows:
        raise WorkspaceError(f"no entry has the id {word}", "name it by its place, path:line, as recall shows it")
    if len(rows) > 1:
        known = ", ".join(each for _, each in rows[:5])
        raise WorkspaceError(f"{len(rows)} ids begin with {word}", f"write more of it: {known}")
    return (yield from index.entries_of([rows[0][0]]))


def _at(path: str, line: int, word: str) -> Reading[dict[int, Entry]]:
    rows = yield (
        """SELECT key FROM entries JOIN documents ON documents.id = document
        WHERE path = ? AND line <= ? AND end_line >= ?""",
        (path, line, line),
    )
    if not rows:
        raise WorkspaceError(f"there is no entry at {word}", "name a line of it as recall shows it: path:line")
    return (yield from index.entries_of([key for (key,) in rows]))


def _below(path: str) -> Reading[dict[int, Entry]]:
    rows = yield (
        """SELECT key FROM entries JOIN documents ON documents.id = document
        WHERE path = ? OR (path > ? AND path < ?) OR ? = '.'""",
        (path, f"{path}/", f"{path}0", path),
    )
    if not rows:
        raise WorkspaceError(f"nothing of {path} is indexed", "name a document or a folder of the workspace")
    return (yield from index.entries_of([key for (key,) in rows]))


def _inside(root: Path, path: str) -> str:
    """A path from the root; raises WorkspaceError if it leads out of it."""
    given = PurePosixPath(path)
    if given.is_absolute() and given.is_relative_to(root):
        given = given.relative_to(root)
    if given.is_absolute() or ".." in given.parts:
        raise WorkspaceError(f"{path} is not in the workspace", f"write it from {root} on")
    return str(given)


def _same(chosen: Iterable[Entry]) -> Reading[dict[int, Entry]]:
    """Entries of any document that say nothing but the same."""
    found: dict[int, Entry] = {}
    for core in sorted({_core(entry.text) for entry in chosen} - {""}):
        rows = yield "SELECT key FROM entries WHERE instr(text, ?)", (core,)
        holding = yield from index.entries_of([key for (key,) in rows])
        found.update((key, entry) for key, entry in holding.items() if _core(entry.text) == core)
    return found


def _quoting(chosen: Iterable[Entry]) -> Reading[dict[int, Entry]]:
    """Items of our own region that were learned from these entries."""
    texts = [(entry.source.path, _words(entry.text)) for entry in chosen]
    rows = yield "SELECT key FROM entries WHERE origin = ?", (Origin.NEUROMEM,)
    items = yield from index.entries_of([key for (key,) in rows])
    return {key: item for key, item in items.items() if any(_quotes(item, path, words) for path, words in texts)}


def _quotes(item: Entry, path: str, words: frozenset[str]) -> bool:
    found = signed(item.text)
    own = _words(plain(item.text))
    return found is not None and unquote(found.label or "") == path and len(own & words) >= QUOTED * len(own)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(text))


def _core(text: str) -> str:
    """What an entry says, without its bullet, its comment and its link."""
    return plain(text.partition("\n")[0]) if "\n" not in text.strip() else text.strip()


def _occurs(word: str) -> Reading[bool]:
    escaped = re.sub(r"([%_\\])", r"\\\1", word)
    rows = yield "SELECT 1 FROM entries WHERE text LIKE ? ESCAPE '\\' LIMIT 1", (f"%{escaped}%",)
    return bool(rows)


def _difference(path: str, before: bytes, after: bytes) -> str:
    old, new = (data.decode(errors="replace").splitlines(keepends=True) for data in (before, after))
    lines = unified_diff(old, new, f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
