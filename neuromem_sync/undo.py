"""Take the last write into a managed region back, by the same merge and under the same checks.

Writes nothing itself: it is an edit for writeback.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from neuromem_sync.body import Body
from neuromem_sync.difference import difference
from neuromem_sync.errors import WriteConflict
from neuromem_sync.item import Item
from neuromem_sync.journal import Journal, Version
from neuromem_sync.merge import merge
from neuromem_sync.redact import hidden
from neuromem_sync.region import Region, find, marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """Texts that a write had brought and that leave for good, and texts that it had dropped and that return."""

    at: float
    left: tuple[str, ...]
    returned: tuple[str, ...]


class Undo:
    """The edit that takes back the last write into `path` of which anything still stands.

    What that write brought counts as deleted by a person: it never returns. `done` says what the last call did, None if
    there was nothing to take back.
    """

    def __init__(self, path: str, journal: Journal) -> None:
        self.path, self._journal = path, journal
        self.before = self.after = b""
        self.done: Undone | None = None

    def __call__(self, data: bytes) -> bytes:
        self.before = self.after = data
        self.done = None
        region = find(data, path=self.path)
        if region is None:
            raise WriteConflict(f"{self.path}: it has no region of ours", "there is nothing to undo")
        region = region.recalling(self._journal.tombs(self.path))
        free = Body(region, self.path, {}).free()
        for version in self._journal.versions(self.path):
            left, returned = _effect(version, region, free)
            if left or returned:
                self.after = self._taken_back(data, region, left, returned)
                self.done = Undone(at=version.at, left=_texts(left), returned=_texts(returned))
                break
        return self.after

    def _taken_back(self, data: bytes, region: Region, left: Sequence[Item], returned: Sequence[Item]) -> bytes:
        """Lines that are taken out before the merge are to it what a person deleted."""
        gone = {item.sig for item in left}
        wanted = [item for item in region.items if item.sig not in gone]
        body = Body(region, self.path, {item.sig: item for item in wanted})
        body.drop()
        start = data.index(b"\n", region.start) + 1
        without = data[:start] + body.data + data[start + len(region.body) :]
        base, tombs = self._journal.base(self.path, region.body), self._journal.tombs(self.path)
        return merge(without, [*wanted, *returned], base, self.path, tombs=tombs).data

    @property
    def diff(self) -> str:
        return hidden(difference(self.path, self.before, self.after))


def _texts(items: Sequence[Item]) -> tuple[str, ...]:
    return tuple(item.text for item in items)


def _effect(version: Version, region: Region, free: Collection[str]) -> tuple[list[Item], list[Item]]:
    """What of a write still stands: the items it brought, and those it dropped that are neither back nor deleted.

    An item that is not `free`, because a person has added to it, stays where it is.
    """
    found, body = items_of(version.found), items_of(version.body)
    left = [item for each, item in body.items() if each not in found and each in free]
    away = region.standing | region.gone.keys() | region.buried.keys()
    return left, [item for each, item in found.items() if each not in body and each not in away]


def items_of(body: bytes) -> Mapping[str, Item]:
    """The items of a kept body, by SIG."""
    begin, end = marked(body, (), {})
    region = find(begin + b"\n" + body + end)
    return {item.sig: item for item in region.items} if region else {}
