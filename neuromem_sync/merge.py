"""Three-way merge of the managed region: what stands in the file, what we last wrote, what is wanted now.

Pure. Every line that is not ours keeps its bytes and its order; ours is what still hashes to its SIG. Knows nothing of
how the file is written (writeback.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from neuromem_sync.body import Body
from neuromem_sync.errors import WriteConflict
from neuromem_sync.item import Item, lines_of
from neuromem_sync.neutral import neutral
from neuromem_sync.region import Region, find, is_like, marked, people
from neuromem_sync.signature import Tombs, normalised, simhash

MOST_GONE = 2000
"""Tombstones that are kept, the newest: with 500 items the end marker still is a line below 64 KiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """`data` is the whole file as it is to be; the others are texts of items.

    `removed`: no longer wanted. `edited`: as people worded them. `deleted`: found deleted by people since the last
    write; the SIG where the text is lost.
    """

    data: bytes
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()


def merge(
    theirs: bytes,
    wanted: Sequence[Item],
    base: bytes | None,
    path: str,
    *,
    lost: Collection[str] = (),
    tombs: Tombs | None = None,
) -> Merged:
    """The file `theirs` with the wanted items in its region, best first within a section.

    `base` is the body we last wrote, None if that is lost; `path` is the file's, from the root. `lost` are paths that
    no longer exist: an item that leads there gets the link of the wanted one, any other line of ours stays as it is.
    `tombs` are those of our last write: they hold in an older copy of the file too.

    Merging the result again with the same items changes nothing. Raises WriteConflict for a file without a region, or
    with one whose bounds are in doubt (`region.find`).
    """
    region = find(theirs, path=path, base=base)
    if region is None:
        raise WriteConflict(
            f"{path}: no region of ours is there", "make one with: neuromem groom AGENT --adopt", sidecar=True
        )
    region = region.recalling(tombs)
    offered: dict[str, Item] = {}
    for item in wanted:
        offered.setdefault(item.sig, replace(item, text=neutral(item.text)))
    buried = _buried(region, offered)
    said = {_key(line) for line in people(theirs, region)}
    fresh = _wished(offered.values(), region, {**region.gone, **buried}, said)
    body = Body(region, path, fresh)
    removed = body.drop()
    body.relink(lost)
    added = [item for sig, item in fresh.items() if sig not in region.standing]
    for item in added:
        body.add(item)
    gone = list({**region.gone, **buried}.items())[-MOST_GONE:]
    deleted = (region.written.get(sig) or (offered[sig].text if sig in offered else sig) for sig in buried)
    return Merged(
        data=_framed(theirs, region, body.data, dict(gone)),
        added=tuple(item.text for item in added),
        removed=tuple(removed),
        kept=tuple(item.text for item in region.items if item.text not in removed),
        edited=tuple(each.text for each in region.edited),
        deleted=tuple(text for text in deleted if _key(text) not in said),
    )


def _buried(region: Region, offered: Mapping[str, Item]) -> dict[str, int]:
    """New tombstones: with the fingerprint of the words that are wanted, where those of the deleted item are lost."""
    return {
        sig: simhash(offered[sig].text) if sig in offered else fingerprint for sig, fingerprint in region.buried.items()
    }


def _wished(offered: Iterable[Item], region: Region, gone: Mapping[str, int], said: Collection[str]) -> dict[str, Item]:
    """What may stand there: nothing that people deleted, edited or say; what is only like it, if it stands by now."""
    never = {"", *gone, *(each.sig for each in region.edited)}
    return {
        item.sig: item
        for item in offered
        if item.text
        and item.sig not in never
        and _key(item.text) not in said
        and (item.sig in region.standing or not is_like(item.text, gone.values()))
    }


def _key(text: str) -> str:
    """Equal for lines that say the same in the same words."""
    return normalised(text).casefold().rstrip(" .!")


def _framed(theirs: bytes, region: Region, body: bytes, gone: Mapping[str, int]) -> bytes:
    """The file with this body between its two marker lines."""
    kept = {line.signed.sig for line in lines_of(body) if line.signed and line.signed.is_own} - gone.keys()
    begin, end = marked(body, kept, gone)
    return theirs[: region.start] + begin + region.newline + body + end + theirs[region.end :]
