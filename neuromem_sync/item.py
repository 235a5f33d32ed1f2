"""The lines of the managed region: a claim, the link to where it comes from, the comment that makes it ours.

Knows no markers and no file around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from posixpath import dirname, relpath
from urllib.parse import quote, unquote

from neuromem_sync.neutral import neutral
from neuromem_sync.promotion import Section
from neuromem_sync.signature import Signed, sig, signed, unlinked

_UNSAFE = re.compile(r"[^\w ./+,=~-]|[\u115f\u1160\u17b4\u17b5\u3164\uffa0]")
_FRONT = re.compile(r"[ \t]*(?:>[ \t]?)*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:\[[^\]]\][ \t]+)?")
_FENCE = re.compile(rb" {0,3}(?P<run>`{3,}|~{3,})(?P<info>[^\n]*)")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_SECTIONS = {f"### {section}": section for section in Section}
_RAW_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Item:
    """A claim and where it comes from: `path` from the root, `fragment` the anchor (`^id`) or line (`L12`) there.

    `section` is one of `Section`, or "" for a line that stands below none of their headings.
    """

    section: str
    text: str
    path: str
    fragment: str = ""

    @property
    def sig(self) -> str:
        return sig(neutral(self.text))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a body: `raw` with its ending, `text` without. In a fenced block it is `code` and nothing else."""

    raw: bytes
    text: str
    signed: Signed | None = None
    section: Section | None = None
    heading: bool = False
    code: bool = False

    @property
    def blank(self) -> bool:
        return not self.raw.strip()


def render(item: Item, path: str) -> str:
    """The item as a line of the file at `path`, without a line ending."""
    text = neutral(item.text)
    return f"- {text} {link(item, path)} <!-- nm:{sig(text)} -->"


def link(item: Item, path: str) -> str:
    """The link of an item in the file at `path`: shown from the root, leading there from the file's own folder."""
    # From the root down: of a relative path, relpath would ask for the current folder.
    target = quote(relpath(f"/{item.path}", dirname(f"/{path}")), safe="/", errors="surrogateescape")
    fragment = f"#{quote(item.fragment, safe='^')}" if item.fragment else ""
    return f"([{_label(item.path)}]({target}{fragment}))"


def _label(path: str) -> str:
    return _UNSAFE.sub(lambda found: quote(found[0], safe="", errors="surrogateescape"), path)


def item_of(signed: Signed, section: str) -> Item:
    """The item that a line shows."""
    path = unquote(signed.label or "", errors="surrogateescape")
    fragment = unquote((signed.target or "").partition("#")[2])
    return Item(section, signed.text, path, fragment)


def is_bare(signed: Signed) -> bool:
    """Whether nothing of a person's stands on the line beside its text: no box, no remark, no other link."""
    if not signed.plain or signed.label is None or signed.target is None:
        return signed.plain
    path = item_of(signed, "").path
    target = unquote(signed.target.partition("#")[0], errors="surrogateescape")
    return signed.label == _label(path) and f"/{path}".endswith("/" + target.lstrip("./"))


def plain(line: str) -> str:
    """What a line says: without bullet, check mark, quote mark, comments and the link of an item."""
    front = _FRONT.match(line)
    text, start = line[front.end() if front else 0 :], 0
    while (start := text.find("<!--", start)) >= 0 and (end := text.find("-->", start)) >= 0:
        text = text[:start] + text[end + 3 :]
    return unlinked(text)[0].strip()


def lines_of(body: bytes) -> Iterator[Line]:
    """The lines of a body, each with what it is."""
    raws = _RAW_LINE.findall(body)
    for raw, (is_code, _) in zip(raws, _fences(raws), strict=True):
        text = raw.decode(errors="replace").rstrip("\r\n")
        if is_code:
            yield Line(raw, text, code=True)
        elif _HEADING.match(text):
            yield Line(raw, text, section=_SECTIONS.get(text.rstrip()), heading=True)
        else:
            # Bytes that are not UTF-8 hash to nothing of ours: the line is its writer's.
            yield Line(raw, text, signed=signed(text))


def is_open(data: bytes) -> bool:
    """Whether a code block is still open after these lines."""
    return bool(data) and list(_fences(_RAW_LINE.findall(data)))[-1][1]


def _fences(lines: Iterable[bytes]) -> Iterator[tuple[bool, bool]]:
    """For each line whether it belongs to a fenced block, and whether the block goes on after it."""
    fence = b""
    for line in lines:
        found = _FENCE.match(line)
        run, info = (found["run"], found["info"].strip()) if found else (b"", b"")
        inside = bool(fence)
        if fence and run.startswith(fence) and not info:
            fence = b""
        elif not fence and run and not (run.startswith(b"`") and b"`" in info):
            fence, inside = run, True
        yield inside, bool(fence)
