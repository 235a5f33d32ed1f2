"""A sync client, a backup or git puts an older MEMORY.md back: what people deleted since stays away all the same."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from neuromem_sync import app
from neuromem_sync.clock import ManualClock
from neuromem_sync.config import load
from neuromem_sync.groom import Groomed
from neuromem_sync.journal import Journal
from neuromem_sync.merge import MOST_GONE
from neuromem_sync.region import Region, adopt, find, marked
from neuromem_sync.rewrite import bury
from neuromem_sync.scaffold import lay_out, missing
from neuromem_sync.signature import Tombs, sig
from tests.workshop import Workshop
from tests.writeback.bench import linux_only

pytestmark = linux_only

PATH = "mind/MEMORY.md"
DAY = date(2026, 3, 4)
NOW = 1_772_600_000.0  # that day
GATEWAY = "The gateway listens on port 8443 and nowhere else."
HOSTS = "Never run migrations from two hosts at once."
RULE = "Never deploy the billing on Fridays."
MORNING = NOW - 3600


class Memory:
    """A workspace whose nights are at NOW, and its MEMORY.md."""

    def __init__(self, folder: Path) -> None:
        self._shop = Workshop(folder)
        lay_out(self._shop.root, missing(self._shop.root, DAY), DAY, "UTC")
        self.log("01", f"Remember: {GATEWAY}")
        self.log("02", f"Lesson: {HOSTS}")

    def log(self, day: str, told: str) -> None:
        self._shop.write(f"memory/2026-03-{day}.md", f"# 2026-03-{day}\n\n### 09:00 — Note\n\n{told}\n")

    @property
    def data(self) -> bytes:
        return (self._shop.root / PATH).read_bytes()

    def put(self, data: bytes) -> None:
        (self._shop.root / PATH).write_bytes(data)
        os.utime(self._shop.root / PATH, (MORNING, MORNING))

    def says(self, text: str) -> bool:
        return text.encode() in self.data

    def cut(self, *texts: str) -> None:
        lines = self.data.splitlines(keepends=True)
        self.put(b"".join(line for line in lines if not any(text.encode() in line for text in texts)))

    def groom(self, **how: bool) -> Groomed:
        with app.nights(self._shop.workspace, load(), ManualClock(NOW)) as nights:
            return nights.run(**how)

    def undo(self) -> None:
        with app.nights(self._shop.workspace, load(), ManualClock(NOW)) as nights:
            nights.undo()


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path)


def test_what_was_deleted_since_is_not_learned_again(memory: Memory) -> None:
    before = memory.data
    memory.groom()
    memory.cut(GATEWAY)
    memory.groom()
    memory.put(before)
    assert memory.groom().promoted == (HOSTS,)
    assert not memory.says(GATEWAY)
    assert not memory.groom().written, "the file says so itself by now"


def test_what_was_worded_anew_since_does_not_come_in_its_old_words(memory: Memory) -> None:
    before = memory.data
    memory.groom()
    memory.put(memory.data.replace(b"port 8443", b"port 9443"))
    memory.groom()
    memory.put(before)
    memory.groom()
    assert not memory.says(GATEWAY)


def test_what_was_taken_back_since_does_not_return(memory: Memory) -> None:
    before = memory.data
    memory.groom()
    memory.undo()
    memory.put(before)
    assert not memory.groom().promoted


def test_what_the_copy_has_was_put_back_and_stays(memory: Memory) -> None:
    memory.groom()
    copy = memory.data
    memory.cut(GATEWAY)
    memory.groom()
    memory.put(copy)
    assert not memory.groom().written
    assert memory.data == copy


def test_a_yet_older_copy_after_it(memory: Memory) -> None:
    empty = memory.data
    memory.groom()
    copy = memory.data
    memory.cut(GATEWAY)
    memory.groom()
    memory.put(copy)
    memory.groom()
    memory.log("03", f"Lesson: {RULE}")
    assert memory.groom().promoted == (RULE,), "into the copy, where the gateway stands"
    memory.put(empty)
    memory.groom()
    assert not memory.says(GATEWAY)


def test_a_person_may_take_a_tombstone_out(memory: Memory) -> None:
    memory.groom()
    memory.cut(GATEWAY)
    memory.groom()
    begin, _, rest = memory.data.partition(b" gone=")
    memory.put(begin + b" gone=" + rest[rest.index(b" -->") :])
    assert memory.groom().promoted == (GATEWAY,)


def test_a_region_that_is_asked_for_anew_begins_anew(memory: Memory) -> None:
    memory.groom()
    memory.cut(GATEWAY)
    memory.groom()
    memory.put(b"# Mine\n")
    night = memory.groom(adopt=True)
    assert set(night.promoted) == {GATEWAY, HOSTS}, night


def region(gone: Mapping[str, int], body: bytes = b"") -> Region:
    found = find(_file(gone, body))
    assert found is not None
    return found


def _file(gone: Mapping[str, int], body: bytes = b"") -> bytes:
    begin, end = marked(body, (), gone)
    return begin + b"\n" + body + end + b"\n"


def test_an_older_copy_is_told_by_its_two_markers() -> None:
    last = Tombs(region({}, b"- later\n").stamp, (region({}).stamp,), {"0123456789": 7})
    assert region({}).recalling(last).gone == last.gone
    assert region({}, b"- later\n").recalling(last).gone == {}
    assert region({}, b"- of another machine\n").recalling(last).gone == {}
    assert region({}).recalling(None).gone == {}
    tea = region({}, b"- tea <!-- nm:%s -->\n" % sig("tea").encode())
    assert tea.recalling(Tombs("ab", (tea.stamp,), {sig("tea"): 1})).gone == {}


def test_a_copy_with_other_line_endings_is_the_same_copy() -> None:
    found = find(_file({}).replace(b"\n", b"\r\n"))
    assert found is not None
    assert found.stamp == region({}).stamp


def test_as_many_are_kept_as_in_the_file(tmp_path: Path) -> None:
    many = {f"{number:010x}": number for number in range(MOST_GONE)}
    first, second = _file({}), _file(many, b"- one\n")
    with closing(Journal(tmp_path)) as journal:
        assert journal.tombs(PATH) is None
        bury(journal, PATH, first, second)
        assert journal.tombs(PATH) == Tombs(region(many, b"- one\n").stamp, (region({}).stamp,), many)
        bury(journal, PATH, first, _file({"ffffffffff": 1}))
        known = journal.tombs(PATH)
    assert known is not None
    assert list(known.gone) == [*list(many)[1:], "ffffffffff"]
    assert known.older == (region(many, b"- one\n").stamp, region({}).stamp)


@pytest.mark.parametrize("data", [b"", b"# Mine\n"])
def test_a_file_without_a_region_buries_nothing(tmp_path: Path, data: bytes) -> None:
    with closing(Journal(tmp_path)) as journal:
        bury(journal, PATH, data, data)
        assert journal.tombs(PATH) is None
        bury(journal, PATH, data, adopt(data))
        assert journal.tombs(PATH) == Tombs(region({}).stamp, (), {})
