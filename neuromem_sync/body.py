"""The lines between the markers while they are changed: items go, come and are linked anew around what people wrote.

Moves and rewrites no line that is not ours. Decides nothing about which items are wanted (merge.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from neuromem_sync.item import Item, Line, is_bare, item_of, lines_of, link, render
from neuromem_sync.promotion import Section
from neuromem_sync.region import Region

_ORDER = {section: place for place, section in enumerate(Section)}
_BLOCK = re.compile(r"[ \t]*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6})(?:[ \t]|$)|[>|<]|`{3}|~{3}|([-*_])(?:[ \t]*\1){2,}[ \t]*$)")


class Body:
    """The body of a region in the file at `path`; `wanted` are the items it is to hold, by SIG, best first."""

    def __init__(self, region: Region, path: str, wanted: Mapping[str, Item]) -> None:
        self._region = region
        self._path = path
        self._wanted = wanted
        self._lines = list(region.lines)

    @property
    def data(self) -> bytes:
        return b"".join(line.raw for line in self._lines)

    def drop(self) -> list[str]:
        """Take out what is no longer wanted and its headings; the texts. An item that a person has added to stays."""
        going = [at for at, line in enumerate(self._lines) if self._may_go(at, line)]
        texts = [signed.text for at in going if (signed := self._lines[at].signed)]
        for at in reversed(going):
            del self._lines[at]
        self._close()
        return texts

    def relink(self, lost: Collection[str]) -> None:
        """Lead items whose link leads to one of these paths to where they are wanted from now."""
        for at, line in enumerate(self._lines):
            signed = line.signed
            if not signed or not self._region.owns(line) or signed.sig not in self._wanted or not is_bare(signed):
                continue
            if signed.label is not None and item_of(signed, "").path in lost:
                old, new = f"([{signed.label}]({signed.target}))", link(self._wanted[signed.sig], self._path)
                (self._lines[at],) = lines_of(line.raw.replace(old.encode(), new.encode()))

    def add(self, item: Item) -> None:
        """Put an item beside its neighbours of the wanted order, below the heading of its section."""
        at = next((at for at, line in enumerate(self._lines) if line.section == item.section), None)
        if at is None:
            self._open(item)
            return
        end = self._section_end(at)
        place = self._beside(item, at, end)
        if place is not None:
            self._insert(place, render(item, self._path))
            return
        while self._lines[end - 1].blank:
            end -= 1
        if self._lines[end - 1].signed:
            self._insert(end, render(item, self._path))
        else:
            below = self._lines[end : end + 1]
            self._insert(end, "", render(item, self._path), *([] if below and below[0].blank else [""]))

    def free(self) -> frozenset[str]:
        """SIGs of the items that a person has added nothing to: no remark on the line, none below it."""
        lines = enumerate(self._lines)
        return frozenset(line.signed.sig for at, line in lines if line.signed and self._is_free(at, line))

    def _may_go(self, at: int, line: Line) -> bool:
        return line.signed is not None and line.signed.sig not in self._wanted and self._is_free(at, line)

    def _is_free(self, at: int, line: Line) -> bool:
        if not line.signed or not self._region.owns(line) or not is_bare(line.signed):
            return False
        remarks = self._lines[at + 1 : self._after(at, _indent(line))]
        return all(remark.blank or self._region.owns(remark) for remark in remarks)

    def _close(self) -> None:
        """Headings of ours go with the last line below them, and the last blank lines with the last heading."""
        before = len(self._lines)
        for at in reversed(range(before)):
            end = self._section_end(at)
            if self._lines[at].section and all(line.blank for line in self._lines[at + 1 : end]):
                del self._lines[at:end]
        if len(self._lines) < before and all(line.blank for line in self._lines):
            self._lines.clear()

    def _open(self, item: Item) -> None:
        order = _ORDER[Section(item.section)]
        later = (at for at, line in enumerate(self._lines) if line.section and _ORDER[line.section] > order)
        at = next(later, len(self._lines))
        above = [] if at and self._lines[at - 1].blank else [""]
        self._insert(at, *above, f"### {item.section}", "", render(item, self._path), "")

    def _beside(self, item: Item, start: int, end: int) -> int | None:
        """Where the nearest item before it, or else after it, in the wanted order stands in this section.

        It comes below all that is indented there, and above nothing that is: children keep their parent.
        """
        stands = {line.signed.sig: at for at, line in enumerate(self._lines[start:end], start) if line.signed}
        order = list(self._wanted)
        here = order.index(item.sig)
        for sig in reversed(order[:here]):
            if sig in stands:
                return self._after(stands[sig], 0)
        below = (stands[sig] for sig in order[here + 1 :] if sig in stands)
        return next((at for at in below if not _indent(self._lines[at])), None)

    def _after(self, at: int, indent: int) -> int:
        """The first line below that is neither indented more than this nor goes on with the paragraph above it."""
        end = at + 1
        for below, line in enumerate(self._lines[at + 1 :], at + 1):
            before = self._lines[below - 1]
            in_code = line.code and before.code
            lazy = not before.blank and not _BLOCK.match(line.text)
            if not line.blank and (in_code or lazy or _indent(line) > indent):
                end = below + 1
            elif not line.blank:
                break
        return end

    def _section_end(self, at: int) -> int:
        """The first heading below a line, of a person or ours."""
        return next((end for end in range(at + 1, len(self._lines)) if self._lines[end].heading), len(self._lines))

    def _insert(self, at: int, *texts: str) -> None:
        newline = self._region.newline
        self._lines[at:at] = lines_of(b"".join(text.encode() + newline for text in texts))


def _indent(line: Line) -> int:
    """Columns before the first letter."""
    text = line.text.expandtabs(4)
    return len(text) - len(text.lstrip())
