"""Which entries a person means: by id, by `path:line`, by document; and who says the same.

Changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import unquote

from neuromem_sync import index
from neuromem_sync.address import address, entries_at, inside
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.files import Content, stable_read
from neuromem_sync.item import plain
from neuromem_sync.model import Entry, Origin
from neuromem_sync.signature import signed
from neuromem_sync.sqlite import Reading

SECRET = "[secret "
"""How the mark begins that stands in the index in the place of a secret (redact.py)."""
QUOTED = 0.8
"""Share of the words of an item of our region that its source has, from which the item is a quotation of it."""
WORD = re.compile(r"\w[\w.@/'-]*\w")
_PAGE = "SELECT key, text FROM entries WHERE key > ? ORDER BY key LIMIT 5000"


def find(root: Path, words: Sequence[str], paths: Sequence[str]) -> Reading[list[Entry]]:
    """The entries named by id or `path:line`, with all others that say the same; and all of these documents or folders.

    With any of them goes what our own region learned from it. Raises WorkspaceError for a word that names nothing, or
    more than one entry.
    """
    chosen: dict[int, Entry] = {}
    for word in words:
        chosen.update((yield from _named(root, word)))
    chosen.update((yield from same(root, [said(root, entry) for entry in chosen.values()])))
    for path in paths:
        chosen.update((yield from _below(inside(root, path))))
    chosen.update((yield from _quoting(chosen.values())))
    return sorted(chosen.values(), key=lambda entry: (entry.source.path, entry.source.span.start))


def same(root: Path, words: Iterable[str]) -> Reading[dict[int, Entry]]:
    """Entries of any document that say (`said`) one of these and nothing else."""
    wanted = set(words) - {""}
    keys: list[int] = []
    rows = (yield _PAGE, (-1,)) if wanted else []
    while rows:
        keys += [key for key, text in rows if SECRET in text or _core(text) in wanted]
        rows = yield _PAGE, (rows[-1][0],)
    found = yield from index.entries_of(keys)
    return {key: entry for key, entry in found.items() if said(root, entry) in wanted}


def said(root: Path, entry: Entry) -> str:
    """What an entry says, without its bullet, its comment and its link. The index has no secrets: the file does."""
    text = entry.text
    if SECRET in text:
        outcome = stable_read(root, entry.source.path)
        span = entry.source.span
        text = outcome.data[span.start : span.end].decode(errors="replace") if isinstance(outcome, Content) else text
    return _core(text)


def _named(root: Path, word: str) -> Reading[dict[int, Entry]]:
    named = address(root, word)
    if not named.id and named.line is None:
        raise WorkspaceError(f"{word} is a document, not an entry", f"to name all of it: --path {word}")
    found = yield from entries_at(named)
    if not found and named.id:
        raise WorkspaceError(f"no entry has the id {word}", "name it by its place, path:line, as recall shows it")
    if not found:
        raise WorkspaceError(f"there is no entry at {word}", "name a line of it as recall shows it: path:line")
    return found


def _below(path: str) -> Reading[dict[int, Entry]]:
    rows = yield (
        """SELECT key FROM entries JOIN documents ON documents.id = document
        WHERE path = ? OR (path > ? AND path < ?) OR ? = '.'""",
        (path, f"{path}/", f"{path}0", path),
    )
    if not rows:
        raise WorkspaceError(f"nothing of {path} is indexed", "name a document or a folder of the workspace")
    return (yield from index.entries_of([key for (key,) in rows]))


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
    return frozenset(word.casefold() for word in WORD.findall(text))


def _core(text: str) -> str:
    text = text.strip()
    return text if "\n" in text else plain(text)
