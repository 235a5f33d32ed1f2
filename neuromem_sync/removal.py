"""A document without some of its entries: whole lines go, and everything else means what it meant.

Pure: from bytes to bytes. Decides neither which entries nor whether.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8 as BOM
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from neuromem_sync.errors import WriteConflict
from neuromem_sync.model import Entry, Span
from neuromem_sync.parsers import Document, parse
from neuromem_sync.workspace import route

_BLANK = re.compile(rb"[ \t]*\r?\n")
_BY_HAND = "edit it by hand, or look again and repeat the command"

Range = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """The entries at `spans` of a document as it was read (`shown`), to be taken out of it. Call it with its bytes."""

    path: str
    zone: str
    shown: bytes
    spans: tuple[Span, ...]

    def __call__(self, data: bytes) -> bytes:
        """The bytes without these entries, also when others have edited the document since it was shown.

        Raises WriteConflict if they are not in it as often as they were shown, or if taking them out would change
        what another entry says or when.
        """
        lines = _joined([_lines(self.shown, span.start, span.end) for span in self.spans])
        if data != self.shown:
            lines = self._found(data, lines)
        for cut in (_tidy, _leaving_a_blank):
            left = cut(data, lines)
            if self._is_faithful(data, left, lines):
                return left
        message = f"{self.path}: what stands around it would no longer mean the same"
        raise WriteConflict(message, "other lines take their date or form from it: edit the file by hand")

    def _found(self, data: bytes, shown: Sequence[Range]) -> list[Range]:
        """Where the lines that were shown stand now."""
        found: list[Range] = []
        for piece in sorted({self.shown[start:end].rstrip(b"\r\n") for start, end in shown}):
            here = list(_occurrences(data, piece))
            if len(here) != len(list(_occurrences(self.shown, piece))):
                raise WriteConflict(f"{self.path}: the entry was edited or copied meanwhile", _BY_HAND)
            if len(here) != sum(self.shown[start:end].rstrip(b"\r\n") == piece for start, end in shown):
                raise WriteConflict(f"{self.path}: the same lines stand elsewhere in it too", _BY_HAND)
            found += here
        return _joined(found)

    def _is_faithful(self, before: bytes, after: bytes, gone: Collection[Range]) -> bool:
        """Whether every other entry is still there, with its text and its time."""
        old, new = self._entries(before), self._entries(after)
        rest = (entry for entry in old if not any(start <= entry.source.span.start < end for start, end in gone))
        return not Counter(map(_meaning, rest)) - Counter(map(_meaning, new))

    def _entries(self, data: bytes) -> Sequence[Entry]:
        document = Document(path=self.path, data=data, route=route(self.path), zone=self.zone)
        entries = parse(document).result.entries
        if entries is None:
            raise WriteConflict(f"{self.path}: it cannot be read as text", "to see why: neuromem problems")
        return entries


def _tidy(data: bytes, gone: Sequence[Range]) -> bytes:
    """Without these lines, and without the blank ones that would then stand next to blank ones."""
    for start, end in reversed(gone):
        above, below = _blank_above(data, start), _blank_below(data, end)
        if below == len(data):
            start = above
        if above < start or below == len(data) or not data[:start].strip(BOM):
            end = below
        data = data[:start] + data[end:]
    return data


def _leaving_a_blank(data: bytes, gone: Sequence[Range]) -> bytes:
    """A blank line in their place: it keeps apart what they kept apart."""
    for start, end in reversed(gone):
        ending = b"\r\n" if data[:end].endswith(b"\r\n") else b"\n"
        data = data[:start] + ending + data[end:]
    return data


def _lines(data: bytes, start: int, end: int) -> Range:
    """The whole lines that hold `start:end`, the last line's ending included."""
    stop = data.find(b"\n", max(start, end - 1))
    first = max(data.rfind(b"\n", 0, start) + 1, len(BOM) if data.startswith(BOM) else 0)
    return first, len(data) if stop < 0 else stop + 1


def _joined(ranges: Sequence[Range]) -> list[Range]:
    joined: list[Range] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _occurrences(data: bytes, piece: bytes) -> Iterator[Range]:
    """Where it stands as whole lines."""
    at = data.find(piece)
    while at >= 0:
        end = at + len(piece)
        if data[:at][-1:] in (b"", b"\n") and data[end:].lstrip(b"\r")[:1] in (b"", b"\n"):
            yield _lines(data, at, end)
        at = data.find(piece, end)


def _blank_above(data: bytes, at: int) -> int:
    """The start of the blank lines right above."""
    while at:
        start = data.rfind(b"\n", 0, at - 1) + 1
        if data[start:at].strip():
            break
        at = start
    return at


def _blank_below(data: bytes, at: int) -> int:
    """The end of the blank lines right below."""
    while blank := _BLANK.match(data, at):
        at = blank.end()
    return at


def _meaning(entry: Entry) -> tuple[object, ...]:
    return entry.kind, entry.text, entry.at
