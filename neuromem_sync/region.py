"""The managed region of MEMORY.md: where it is, what stands in it, and what people did to it since it was written.

Decides nothing about what belongs there (merge.py) and reads or writes no file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from hashlib import sha256
from typing import TypeAlias

from neuromem_sync.errors import WriteConflict
from neuromem_sync.item import Item, Line, is_open, item_of, lines_of, plain
from neuromem_sync.neutral import neutral
from neuromem_sync.signature import Signed, Tombs, alike, sig, simhash

__all__ = ["Item", "Region", "adopt", "find", "is_like", "marked", "neutral", "people"]

NAME = "memory"

_MARKER = re.compile(
    rb"^(?:\xef\xbb\xbf)?(?P<line>[ \t]*<!--[ \t]*neuromem:(?P<kind>begin|end)\b[ \t]*(?P<name>[\w.-]*)[^\n]*)", re.M
)
_BEGIN = re.compile(rb"<!-- neuromem:begin [\w.-]+ v=1 sha256=[0-9a-f]* -->[ \t]*\r?")
_END = re.compile(
    rb"<!-- neuromem:end [\w.-]+ kept=(?P<kept>(?:[0-9a-f]{10}(?:,[0-9a-f]{10})*)?)"
    rb" gone=(?P<gone>(?:[0-9a-f]{10}:[0-9a-f]{16}(?:,[0-9a-f]{10}:[0-9a-f]{16})*)?) -->[ \t]*\r?"
)
_UNRESOLVED = re.compile(rb"^(?:<{7}|>{7})(?:[ \t\r]|$)", re.M)

_MEND = "put the two marker lines back as they were written, or delete both and run: neuromem groom AGENT --adopt"

Mark: TypeAlias = re.Match[bytes]
Refuse: TypeAlias = Callable[..., WriteConflict]


@dataclass(frozen=True, kw_only=True)
class Region:
    """The region of a file: bytes `start:end` with both markers, `body` between them.

    `kept` are the SIGs that stood there when it was written; `gone` maps the SIG of each tombstone to its fingerprint,
    oldest first. `stamp` is a digest of the two markers: equal for what one write left. `base` is the body as we last
    wrote it, if that is known.
    """

    start: int
    end: int
    body: bytes
    lines: tuple[Line, ...]
    kept: frozenset[str]
    gone: Mapping[str, int]
    newline: bytes
    stamp: str = ""
    base: bytes | None = None

    def recalling(self, last: Tombs | None) -> Region:
        """With the tombstones of our last write too, if this is a copy from before it: what people deleted stays away.

        What stands in it was put back. Of markers that we never saw the file is right: a person may take one out.
        """
        if last is None or self.stamp not in last.older:
            return self
        away = {each: fingerprint for each, fingerprint in last.gone.items() if each not in self.standing}
        return replace(self, gone={**away, **self.gone})

    def owns(self, line: Line) -> bool:
        """Whether a line is ours: worded as we wrote it, and not put back by somebody after it was deleted."""
        return line.signed is not None and line.signed.is_own and line.signed.sig not in self.gone

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What stands there and is ours, in order; the section is that of the heading above, "" without one of ours."""
        return tuple(self._items())

    def _items(self) -> Iterator[Item]:
        section = ""
        for line in self.lines:
            if line.heading:
                section = line.section or ""
            elif line.signed and self.owns(line):
                yield item_of(line.signed, section)

    @cached_property
    def standing(self) -> frozenset[str]:
        """SIGs whose text stands there as it was written."""
        return frozenset(line.signed.sig for line in self.lines if line.signed and line.signed.is_own)

    @cached_property
    def edited(self) -> tuple[Signed, ...]:
        """Items that a person has worded anew, as they stand; a changed copy beside the original is none."""
        found = (line.signed for line in self.lines if line.signed and not line.signed.is_own)
        return tuple(each for each in found if each.sig not in self.standing)

    @cached_property
    def buried(self) -> Mapping[str, int]:
        """What people deleted or worded anew since it was written: SIG and fingerprint of the original.

        The fingerprint is that of the text in `base`; without it that of the edited text, or 0 for a deleted one.
        """
        texts = {**{each.sig: each.text for each in self.edited}, **self.written}
        missing = sorted(self.kept - self.standing - self.gone.keys())
        return {each: simhash(texts.get(each, "")) for each in missing}

    @cached_property
    def written(self) -> Mapping[str, str]:
        """SIG → text of what stood in `base`."""
        return {line.signed.sig: line.signed.text for line in lines_of(self.base or b"") if line.signed}

    @cached_property
    def people(self) -> tuple[str, ...]:
        """What people wrote inside, line by line, without bullets and comments; edited items are among it."""
        lines = (line for line in self.lines if not line.section and not self.owns(line))
        return tuple(text for line in lines if (text := plain(line.text)))

    def deleted(self, text: str) -> bool:
        """Whether a person deleted this claim, or worded it anew, in these or nearly these words.

        What stands there was not deleted, however like a deleted claim it is.
        """
        if not self._former:
            return False
        claim = neutral(text)
        own = sig(claim)
        if own in self.standing - self.gone.keys():
            return False
        return own in self._former or is_like(claim, self._former.values())

    @cached_property
    def _former(self) -> Mapping[str, int]:
        return {**dict.fromkeys((each.sig for each in self.edited), 0), **self.buried, **self.gone}


def is_like(text: str, fingerprints: Iterable[int]) -> bool:
    """Whether a text says in nearly the same words what one of these fingerprints is of."""
    mine = simhash(text)
    return any(alike(mine, each) for each in fingerprints)


def find(data: bytes, name: str = NAME, *, path: str = "MEMORY.md", base: bytes | None = None) -> Region | None:
    """The region of this name; None if there is no marker of it. `path` names the file in errors.

    Raises WriteConflict where it cannot be told for certain which bytes are ours: markers that are missing, doubled,
    nested or not as we write them, a region inside of a code block, a code block or a merge conflict inside of it.
    """
    every = list(_MARKER.finditer(data))
    marks = [mark for mark in every if mark["name"] in (name.encode(), b"")]
    if not marks:
        return None
    refuse = partial(_conflict, data, path)
    begin, end = _pair(marks, refuse)
    head, tail = _BEGIN.fullmatch(begin["line"]), _END.fullmatch(end["line"])
    if not head or not tail:
        raise refuse((end if head else begin).start("line"), "this marker line is not as it was written")
    inner = begin.end() + 1
    nested = [mark for mark in every if begin.end() < mark.start() < end.start()]
    if nested:
        raise refuse(nested[0].start("line"), "a region inside of the region")
    _check(data, inner, end.start(), refuse)
    body = data[inner : end.start()]
    return Region(
        start=begin.start("line"),
        end=end.end() - end["line"].endswith(b"\r"),
        body=body,
        lines=tuple(lines_of(body)),
        kept=frozenset(filter(None, tail["kept"].decode().split(","))),
        gone=_gone(tail["gone"].decode()),
        newline=b"\r\n" if begin["line"].endswith(b"\r") else b"\n",
        stamp=sha256(head[0].rstrip() + tail[0].rstrip()).hexdigest()[:16],
        base=base,
    )


def adopt(data: bytes, name: str = NAME, *, path: str = "MEMORY.md") -> bytes:
    """The file with an empty region at its end, below a heading `## Learned`; every byte it has stays.

    Raises WriteConflict if there is a marker of this name already, or a code block that does not end.
    """
    if marks := [mark for mark in _MARKER.finditer(data) if mark["name"] in (name.encode(), b"")]:
        raise _conflict(data, path, marks[0].start("line"), "there is a region already")
    if is_open(data):
        raise _conflict(data, path, len(data), "a code block does not end: the region would stand in it")
    newline = b"\r\n" if b"\r\n" in data else b"\n"
    bare = data.removeprefix(b"\xef\xbb\xbf")
    gap = b"" if not bare or bare.endswith(newline * 2) else newline if bare.endswith(b"\n") else newline * 2
    lines = (b"## Learned", b"", *marked(b"", (), {}, name))
    return data + gap + b"".join(line + newline for line in lines)


def marked(body: bytes, kept: Iterable[str], gone: Mapping[str, int], name: str = NAME) -> tuple[bytes, bytes]:
    """The two marker lines of a body, without line endings."""
    tombs = ",".join(f"{each}:{fingerprint:016x}" for each, fingerprint in gone.items())
    begin = f"<!-- neuromem:begin {name} v=1 sha256={sha256(body).hexdigest()} -->"
    end = f"<!-- neuromem:end {name} kept={','.join(sorted(kept))} gone={tombs} -->"
    return begin.encode(), end.encode()


def people(data: bytes, region: Region | None = None) -> tuple[str, ...]:
    """Every line that people wrote in a file, inside the region and outside of it, without bullets and comments."""
    around = (data[: region.start], data[region.end :]) if region else (data,)
    outside = (plain(line) for part in around for line in part.decode(errors="replace").splitlines())
    return (*filter(None, outside), *(region.people if region else ()))


def _conflict(data: bytes, path: str, at: int, message: str, hint: str = _MEND) -> WriteConflict:
    line = data.count(b"\n", 0, at) + 1
    return WriteConflict(f"{path}:{line}: {message}", hint, sidecar=True)


def _pair(marks: Sequence[Mark], refuse: Refuse) -> tuple[Mark, Mark]:
    kinds = [mark["kind"] for mark in marks]
    if kinds == [b"begin", b"end"]:
        return marks[0], marks[1]
    if len(marks) > 2:
        raise refuse(marks[2].start("line"), "more than one pair of lines marks our region")
    at = marks[0 if kinds[0] == b"end" else -1].start("line")
    raise refuse(at, "one of the two lines that mark our region has lost the other")


def _check(data: bytes, start: int, end: int, refuse: Refuse) -> None:
    """Refuse a region in code, code that does not end in it, and a merge that somebody has yet to finish."""
    if is_open(data[:start]):
        raise refuse(start - 1, "the region stands in a code block", "end the code block above it")
    if found := _UNRESOLVED.search(data, start, end):
        raise refuse(found.start(), "a merge conflict is not resolved", "keep one side, and delete <<<<<<< to >>>>>>>")
    if is_open(data[start:end]):
        raise refuse(end, "a code block inside of the region does not end there", "end it above this line")


def _gone(listed: str) -> dict[str, int]:
    pairs = (each.split(":") for each in listed.split(",") if each)
    return {each: int(fingerprint, 16) for each, fingerprint in pairs}
