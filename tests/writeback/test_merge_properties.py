"""What holds for every merge: no line of a person is lost, moved or doubled, and what they deleted stays deleted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neuromem_sync.errors import WriteConflict
from neuromem_sync.item import lines_of, render
from neuromem_sync.merge import merge
from neuromem_sync.promotion import Section
from neuromem_sync.region import Item, Region, adopt, find, people
from neuromem_sync.signature import alike, signed, simhash

PATH = "mind/MEMORY.md"
SECTIONS = [f"### {section}".encode() for section in Section]
CLAIMS = (
    "The API listens on port 8080",
    "The web UI listens on port 3000",
    "Deploys go out on Thursdays only",
    "Ana prefers tea",
    "Backups of the gateway run at 03:00 every night",
    "Never restart the broker during a migration",
    "Dr Weiss wants the draft in LaTeX",
    "Customers in Norway pay in NOK",
    "Überall in 日本 gilt das auch",
    "Keep answers under 200 words",
)
ITEMS = [
    Item(section, claim, f"memory/2026-03-{day:02}.md", fragment)
    for section in (Section.FACTS, Section.LESSONS)
    for day, (claim, fragment) in enumerate(zip(CLAIMS, ("^a1", "L5", "") * 4, strict=False), 1)
]
HUMAN = (
    b"- mine", b"* [ ] to do", b"plain words", b"  - a child of it", b"    deeper", b"> quoted", b"| a | b |", b"---",
    b"### My own", b"# Top", b"1. first", b"trailing  ", b"\ttabbed", b"<!-- a note -->", b"<b>", b"[x]: https://x.example",
    b"- copied <!-- nm:0123456789 -->", b"- \xff\xfe no text", "- Über 日本".encode(), b"```\n- in code\n```",
    b"  ~~~\n### Facts\n  ~~~", b"- Ana prefers tea.",
)  # fmt: skip
Lines = list[bytes]

wishes = st.lists(st.sampled_from(ITEMS), max_size=8)
places = st.integers(0, 1 << 16)


@dataclass
class Editor:
    """A person at work on a file with a region; each edit is recorded as what it means."""

    lines: Lines
    deleted: set[str] = field(default_factory=set)

    @classmethod
    def open(cls, data: bytes) -> Editor:
        return cls(data.split(b"\n"))

    @property
    def data(self) -> bytes:
        return b"\n".join(self.lines)

    def edit(self, what: str, place: int, human: bytes) -> None:
        own = [
            at for at, line in enumerate(self.lines) if b"<!-- nm:" in line and signed(line.decode(errors="replace"))
        ]
        if what == "write":
            at = place % len(self.lines)
            self.lines[at:at] = human.split(b"\n")
        elif own:
            getattr(self, f"_{what}")(own[place % len(own)], place)

    def _delete(self, at: int, place: int) -> None:
        del self.lines[at]

    def _reword(self, at: int, place: int) -> None:
        self.lines[at] = self.lines[at].replace(b" ", b" really ", 2)

    def _move(self, at: int, place: int) -> None:
        line = self.lines.pop(at)
        self.lines.insert(place % len(self.lines), line)

    def _indent(self, at: int, place: int) -> None:
        self.lines[at] = b"  " + self.lines[at]

    def _bullet(self, at: int, place: int) -> None:
        self.lines[at] = self.lines[at].replace(b"- ", b"* ", 1)

    def _tick(self, at: int, place: int) -> None:
        self.lines[at] = self.lines[at].replace(b"- ", b"- [x] ", 1)

    def _remark(self, at: int, place: int) -> None:
        self.lines[at] += b" indeed"

    def _uncomment(self, at: int, place: int) -> None:
        self.lines[at] = self.lines[at].partition(b" <!-- nm:")[0]

    def _copy(self, at: int, place: int) -> None:
        self.lines.insert(place % len(self.lines), self.lines[at])

    def _space(self, at: int, place: int) -> None:
        self.lines[at:at] = [b"", b" "]


WAYS = (
    "write",
    "write",
    "delete",
    "reword",
    "move",
    "indent",
    "bullet",
    "tick",
    "remark",
    "uncomment",
    "copy",
    "space",
)
edits = st.lists(st.tuples(st.sampled_from(WAYS), places, st.sampled_from(HUMAN)), max_size=6)
STORIES = st.lists(st.tuples(wishes, edits, st.booleans()), min_size=1, max_size=4)
TOPS = st.sampled_from((b"", b"# Memory\n\nMine.\n", b"\xef\xbb\xbf# M\r\n\r\nlast", b"---\na: 1\n---\n- mine\n"))


def tell(top: bytes, story: list[tuple[list[Item], list[tuple[str, int, bytes]], bool]]) -> None:
    """Write, edit, write again: some days of a file, each merge held to its promises."""
    data, base = adopt(top), None
    buried: set[str] = set()
    for wanted, changes, forgetful in story:
        editor = Editor.open(data)
        for change in changes:
            editor.edit(*change)
        theirs = editor.data
        before = _region(theirs)
        if before is None:
            return
        buried |= before.kept - before.standing
        data = merge(theirs, wanted, None if forgetful else base, PATH).data
        after = _region(data)
        assert after is not None
        _nothing_of_a_person_changed(theirs, before, data, after, wanted)
        _what_is_wanted_stands(theirs, before, after, wanted)
        assert buried <= after.gone.keys()
        assert not {item.sig for item in after.items} & buried
        for known in (None, after.body):
            assert merge(data, wanted, known, PATH).data == data, "a second merge changes nothing"
        base = after.body


def _region(data: bytes) -> Region | None:
    """None once a person has put a marker or the end of a fence where nobody can tell what is whose."""
    try:
        return find(data, path=PATH)
    except WriteConflict:
        return None


def _nothing_of_a_person_changed(theirs: bytes, before: Region, data: bytes, after: Region, wanted: list[Item]) -> None:
    assert data[: after.start] == theirs[: before.start]
    assert data[after.end :] == theirs[before.end :]
    new = {render(item, PATH).encode() for item in wanted} - set(before.body.splitlines())
    old = {_bare(render(item, PATH).encode()) for item in ITEMS} | set(map(_bare, SECTIONS))
    stood = [line for line in _said(before) if _bare(line) not in old]
    stands = [line for line in _said(after) if _bare(line) not in old]
    assert stands == stood, "lines of people are the same, in the same order"
    left = [line for line in _said(after) if line not in new and line not in SECTIONS]
    rest = iter(_said(before))
    assert all(line in rest for line in left), "what stays keeps its order"


def _said(region: Region) -> Lines:
    return [line.raw.rstrip(b"\r\n") for line in lines_of(region.body) if not line.blank]


def _bare(line: bytes) -> str:
    """The line without what nobody would miss: white space, the sign of its bullet, where in its source it leads."""
    text = " ".join(re.sub(r"#[^()\s]*\)\)", "))", line.decode(errors="surrogateescape")).split())
    return "- " + text[2:] if text[:2] in ("* ", "+ ") else text


def _what_is_wanted_stands(theirs: bytes, before: Region, after: Region, wanted: list[Item]) -> None:
    said = {line.casefold().rstrip(" .!") for line in people(theirs, before)}
    stands = {item.text for item in after.items}
    edited = {each.sig for each in before.edited}
    for item in wanted:
        gone = {**before.gone, **before.buried}
        if item.sig in {*gone, *edited} or item.text.casefold() in said:
            assert item.sig in before.standing or item.text not in stands
        elif item.sig in before.standing or not any(alike(simhash(item.text), each) for each in gone.values()):
            assert item.text in stands


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TOPS, STORIES)
def test_some_stories_of_a_file(top: bytes, story) -> None:  # type: ignore[no-untyped-def]
    tell(top, story)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TOPS, STORIES)
def test_ten_thousand_stories_of_a_file(top: bytes, story) -> None:  # type: ignore[no-untyped-def]
    tell(top, story)


PIECES = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        (b"", b"\n", b"\r\n", b"```\n", b"~~~", b" -->", b"<!-- nm:", b"\n<!-- neuromem:end", b"  ", b"- ", b"### ")
    ),
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(ITEMS), min_size=3, max_size=8), wishes, places, st.integers(0, 90), PIECES, st.booleans()
)
def test_any_damage_is_refused_or_survived(
    first: list[Item], wanted: list[Item], place: int, length: int, piece: bytes, known: bool
) -> None:
    data = merge(adopt(b"# Memory\n\nMine.\n"), first, None, PATH).data + b"\nBelow.\n"
    start = place % len(data)
    theirs = data[:start] + piece + data[start + length :]
    before = _region(theirs)
    if before is None:
        return
    merged = merge(theirs, wanted, _region(data).body if known else None, PATH).data  # type: ignore[union-attr]
    after = _region(merged)
    assert after is not None
    _nothing_of_a_person_changed(theirs, before, merged, after, wanted)
    assert merge(merged, wanted, None, PATH).data == merged
