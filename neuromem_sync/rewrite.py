"""The edit of one night: from whatever MEMORY.md's bytes are by then to what they are to be, and the proof of it.

Pure but for the journal it reads the last version from. Knows nothing of when and how a file is written (groom.py,
writeback.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from neuromem_sync.allowed import NOTHING, Allowed
from neuromem_sync.errors import WriteConflict
from neuromem_sync.item import Item
from neuromem_sync.journal import Journal
from neuromem_sync.merge import MOST_GONE, Merged, merge
from neuromem_sync.model import Entry, Origin, Route
from neuromem_sync.promotion import Promotion, Section
from neuromem_sync.redact import hidden
from neuromem_sync.region import adopt, find
from neuromem_sync.signature import Tombs
from neuromem_sync.workspace import log_date

SECTIONS = tuple(Section)
# Read as an entry only while nothing stands below it: our region may be what does.
_TITLE = re.compile(r" {0,3}#{1,6}(?:[ \t][^\n]*)?|[^\n]+\n {0,3}(?:=+|-+)[ \t]*")


def items(promotions: Sequence[Promotion], today: str) -> list[Item]:
    """Promotions as items, section by section, best first. `today` is the agent's day, YYYY-MM-DD."""
    ranked = sorted(promotions, key=lambda each: SECTIONS.index(each.section))
    return [Item(str(each.section), each.text, each.source.path, _fragment(each, today)) for each in ranked]


def _fragment(promotion: Promotion, today: str) -> str:
    """Where in its file: the anchor, or the line in the log of a past day. In a living file a line number would rot."""
    if promotion.source.anchor:
        return f"^{promotion.source.anchor}"
    day = log_date(promotion.source.path)
    return f"L{promotion.source.span.line}" if day and day.isoformat() < today else ""


class Rewrite:
    """From the bytes of the file at `path` to those with the wanted items; `lost` are paths that are no more.

    `before` and `merged` are what the last call took and gave. `adopt`: a file without a region gets one.
    """

    def __init__(
        self, path: str, wanted: Sequence[Item], journal: Journal, *, lost: Collection[str] = (), adopt: bool = False
    ) -> None:
        self._path, self._wanted, self._journal = path, wanted, journal
        self._lost, self._adopt = lost, adopt
        self.before = b""
        self.merged = Merged(data=b"")

    def __call__(self, data: bytes) -> bytes:
        self.before = data
        tombs = self._journal.tombs(self._path)
        if self._adopt and find(data, path=self._path) is None:
            data, tombs = adopt(data), None  # they went with the region
        base = self._journal.base(self._path, body(self._path, data))
        self.merged = merge(data, self._wanted, base, self._path, lost=self._lost, tombs=tombs)
        return self.merged.data

    @property
    def after(self) -> bytes:
        return self.merged.data

    def alone(self) -> bytes:
        """The same items in a file that holds nothing else."""
        return merge(adopt(b""), self._wanted, None, self._path).data


def body(path: str, data: bytes, allowed: Allowed = NOTHING) -> bytes:
    """What the journal keeps of the file at `path`: our region's body.

    Raises WriteConflict if a person wrote a secret there: what is kept outlives its line in the file.
    """
    region = find(data, path=path)
    if region is None:
        return b""
    first = data.count(b"\n", 0, region.start) + 2
    for number, line in enumerate(region.body.decode(errors="replace").splitlines()):
        if hidden(line, allowed) != line:
            message = f"{path}:{first + number} holds a secret, in a part of which older versions are kept"
            raise WriteConflict(message, "move that line out from between the two neuromem lines")
    return region.body


def bury(journal: Journal, path: str, before: bytes, after: bytes) -> None:
    """Keep in the journal too what people deleted by this write: an older copy of the file may come back without it.

    After a write into such a copy the journal forgets none of it: what stands there again may be gone from the next.
    """
    found, region, last = find(before, path=path), find(after, path=path), journal.tombs(path)
    if region is None or (last and before == after):
        return
    stamps = [last.stamp] if last else []
    stamps += [found.stamp] if found else []
    older = dict.fromkeys([*stamps, *(last.older if last else ())])
    older.pop(region.stamp, None)
    known = last.gone if last and found and found.stamp in last.older else {}
    gone = list({**known, **region.gone}.items())[-MOST_GONE:]
    journal.bury(path, Tombs(region.stamp, tuple(older), dict(gone)))


def check(path: str, before: bytes, after: bytes) -> None:
    """Raises WriteConflict unless the parser finds everything outside of the region as it was, and every item."""
    written = _entries(path, after)
    if _outside(path, before, _entries(path, before)) != _outside(path, after, written):
        hint = "close what is left open above our part of it: a comment, <pre>; if nothing is, please report this"
        raise WriteConflict(f"{path}: what people wrote would read otherwise", hint)
    region = find(after, path=path)
    items = {item.sig for item in region.items} if region else set()
    if sum(entry.origin is Origin.NEUROMEM for entry in written) < len(items):
        raise WriteConflict(f"{path}: an item would not be found again", "please report this")


def _outside(path: str, data: bytes, entries: Sequence[Entry]) -> list[str]:
    region = find(data, path=path)
    start, end = (region.start, region.end) if region else (len(data), len(data))
    texts = (entry.text for entry in entries if not start <= entry.source.span.start < end)
    return [text for text in texts if not _TITLE.fullmatch(text)]


def _entries(path: str, data: bytes) -> Sequence[Entry]:
    from neuromem_sync.parsers import Document, parse

    found = parse(Document(path=path, data=data, route=Route.MEMORY, zone="UTC")).result
    if found.entries is None:
        raise WriteConflict(str(found.problems[0]), found.problems[0].hint)
    return found.entries
