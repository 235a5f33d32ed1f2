"""Appending: nothing that stands in a file is touched, no entry is lost or torn, whoever else writes."""

from __future__ import annotations

import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from neuromem_sync import logbook
from neuromem_sync.errors import NeuromemError, WorkspaceError
from neuromem_sync.logbook import Book, append, remember
from neuromem_sync.model import Origin
from neuromem_sync.scaffold import DAY
from tests.workshop import Workshop

NOW = datetime.fromisoformat("2026-03-01T12:05:00+00:00").timestamp()
TODAY = date(2026, 3, 1)
LOG = "memory/2026-03-01.md"


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_a_missing_log_is_begun_from_the_template(shop: Workshop) -> None:
    written = remember(shop.workspace, "The gateway is up", now=NOW)
    text = (shop.root / LOG).read_text()
    assert text.startswith("# 2026-03-01\n\n**Timezone:** UTC\n")
    assert text.endswith("later._\n\n### 12:05 — The gateway is up\n")
    assert text.splitlines()[written.line - 1] == "### 12:05 — The gateway is up"
    shop.sync()
    (entry,) = shop.entries()
    assert (str(entry.source), entry.title) == (str(written), "The gateway is up")


def test_the_workspace_s_own_template_comes_first(shop: Workshop) -> None:
    shop.write(DAY, "# Journal of YYYY-MM-DD ({zone})\n")
    remember(shop.workspace, "Up", now=NOW)
    assert (shop.root / LOG).read_text() == "# Journal of 2026-03-01 (UTC)\n\n### 12:05 — Up\n"


def test_today_is_the_agent_s(shop: Workshop) -> None:
    east = replace(shop.workspace, zone="Pacific/Auckland")
    assert remember(east, "Up", now=NOW).path == "memory/2026-03-02.md"
    assert (shop.root / "memory/2026-03-02.md").read_text().endswith("### 01:05 — Up\n")


def test_a_log_of_another_zone_is_told_the_offset(shop: Workshop) -> None:
    shop.write(LOG, "# Day\n\n**Timezone:** Asia/Tokyo\n")
    remember(shop.workspace, "Up", now=NOW)
    assert (shop.root / LOG).read_text().endswith("\n\n### 12:05 +00:00 — Up\n")
    shop.sync()
    assert shop.entries()[-1].instant == NOW


@pytest.mark.parametrize("title", ["# Web page", "## Tool output", "#### Imported from elsewhere"])
def test_what_is_written_below_the_words_of_others_is_not_theirs(shop: Workshop, title: str) -> None:
    shop.write(LOG, f"# 2026-03-01\n\n{title}\n\nBuy now.\n")
    remember(shop.workspace, "The gateway is up", now=NOW)
    remember(shop.workspace, "It is still up", now=NOW)
    shop.sync()
    assert [(each.title, each.origin) for each in shop.entries()] == [
        ("", Origin.UNTRUSTED), ("The gateway is up", Origin.AGENT), ("It is still up", Origin.AGENT),
    ]  # fmt: skip


def test_the_inbox(shop: Workshop) -> None:
    shop.write("mind/INBOX.md", "# Inbox\n\n- call Ana\n")
    written = remember(shop.workspace, "buy tea", now=NOW, to=Book.INBOX, tags=["home"])
    assert (shop.root / "mind/INBOX.md").read_text() == "# Inbox\n\n- call Ana\n- buy tea #home\n"
    assert str(written) == "mind/INBOX.md:4"


def test_a_missing_inbox_is_begun_from_the_template(shop: Workshop) -> None:
    remember(shop.workspace, "buy tea", now=NOW, to=Book.INBOX)
    assert (shop.root / "mind/INBOX.md").read_text().endswith("\n- _a thought, a link, a promise_\n- buy tea\n")
    shop.sync()
    assert [entry.text for entry in shop.entries()] == ["- buy tea"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"### 12:05 \xe2\x80\x94 Up\n"),
        (b"# Day", b"# Day\n\n### 12:05 \xe2\x80\x94 Up\n"),
        (b"# Day\n", b"# Day\n\n### 12:05 \xe2\x80\x94 Up\n"),
        (b"# Day\n\n", b"# Day\n\n### 12:05 \xe2\x80\x94 Up\n"),
        (b"# Day\r\n", b"# Day\r\n\r\n### 12:05 \xe2\x80\x94 Up\r\n"),
        (b"# Day\r\n\r\n", b"# Day\r\n\r\n### 12:05 \xe2\x80\x94 Up\r\n"),
        (b"# Day\r\nx", b"# Day\r\nx\r\n\r\n### 12:05 \xe2\x80\x94 Up\r\n"),
        (b"\xef\xbb\xbf# Day\n", b"\xef\xbb\xbf# Day\n\n### 12:05 \xe2\x80\x94 Up\n"),
        (b"latin \xe9\n", b"latin \xe9\n\n### 12:05 \xe2\x80\x94 Up\n"),
    ],
)
def test_what_stands_there_keeps_every_byte(shop: Workshop, before: bytes, after: bytes) -> None:
    place = shop.write(LOG, "")
    place.write_bytes(before)
    written = remember(shop.workspace, "Up", now=NOW)
    assert place.read_bytes() == after
    assert after.split(b"\n")[written.line - 1].startswith(b"### 12:05")


@pytest.mark.parametrize(
    ("before", "gap"),
    [("- one\n", ""), ("- one", "\n"), ("* one\n  two\n", ""), ("1. one\n", ""), ("words\n", "\n"), ("words", "\n\n")],
)
def test_an_item_goes_on_a_list_or_begins_one(shop: Workshop, before: str, gap: str) -> None:
    place = shop.write("mind/INBOX.md", before)
    append(shop.workspace, "mind/INBOX.md", "- new\n", TODAY)
    assert place.read_text() == f"{before}{gap}- new\n"


def test_capital_letters_make_no_second_file(shop: Workshop) -> None:
    shop.write("Mind/Inbox.md", "- one\n")
    assert str(remember(shop.workspace, "two", now=NOW, to=Book.INBOX)) == "Mind/Inbox.md:2"
    (shop.root / "Memory").mkdir()
    assert remember(shop.workspace, "two", now=NOW).path == "Memory/2026-03-01.md"


def test_the_mode_of_a_file_and_its_other_names_stay(shop: Workshop) -> None:
    place = shop.write(LOG, "# Day\n")
    place.chmod(0o640)
    os.link(place, shop.root / "second.md")
    before = place.stat()
    remember(shop.workspace, "Up", now=NOW)
    after = place.stat()
    assert (after.st_ino, after.st_mode, after.st_nlink) == (before.st_ino, before.st_mode, 2)


def link(shop: Workshop) -> None:
    shop.write("elsewhere.md", "x\n")
    (shop.root / "memory").mkdir()
    (shop.root / LOG).symlink_to(shop.root / "elsewhere.md")


def dangling(shop: Workshop) -> None:
    (shop.root / "memory").mkdir()
    (shop.root / LOG).symlink_to(shop.root / "nowhere.md")


def linked_folder(shop: Workshop) -> None:
    (shop.root / "real").mkdir()
    (shop.root / "memory").symlink_to(shop.root / "real")


def pipe(shop: Workshop) -> None:
    (shop.root / "memory").mkdir()
    os.mkfifo(shop.root / LOG)


def folder(shop: Workshop) -> None:
    (shop.root / LOG).mkdir(parents=True)


def nul(shop: Workshop) -> None:
    shop.write(LOG, "text\0")


def large(shop: Workshop) -> None:
    shop.write(LOG, "x\n" * (2 << 20))


def file_for_folder(shop: Workshop) -> None:
    shop.write("memory", "x\n")


def unreadable_template(shop: Workshop) -> None:
    (shop.root / DAY).mkdir(parents=True)


@pytest.mark.parametrize(
    ("arrange", "why"),
    [
        (link, "is a link"),
        (dangling, "is a link"),
        (linked_folder, "memory is a link"),
        (pipe, "no regular file"),
        (folder, "is a directory"),
        (nul, "NUL byte"),
        (large, "larger than 4 MiB"),
        (file_for_folder, "not a directory|file exists"),
        (unreadable_template, "cannot be read"),
    ],
)
def test_what_is_no_file_of_a_person_is_refused(shop: Workshop, arrange: Callable[[Workshop], None], why: str) -> None:
    arrange(shop)
    before = tree(shop.root)
    with pytest.raises(WorkspaceError, match=why) as told:
        remember(shop.workspace, "Up", now=NOW)
    assert told.value.hint
    assert tree(shop.root) == before


def tree(root: Path) -> dict[str, bytes]:
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def test_a_line_nobody_could_read_is_refused(shop: Workshop) -> None:
    place = shop.write(LOG, "# Day\n")
    with pytest.raises(WorkspaceError, match="longer than 64 KiB"):
        remember(shop.workspace, "x" * (64 << 10) + "y", now=NOW)
    assert place.read_text() == "# Day\n"


@pytest.mark.parametrize(
    "above",
    ["```\n", "# a\n\n<!-- open\n", "<private>\n", "<pre>\n"],
)
def test_what_is_left_open_above_is_told(shop: Workshop, above: str) -> None:
    shop.write(LOG, f"# Day\n\n{above}")
    written = remember(shop.workspace, "Up", now=NOW)
    assert [(problem.code, problem.line) for problem in written.problems] == [("open", written.line)]


@pytest.mark.parametrize("rule", ["memory/", "2026-03-01.md"])
def test_what_the_workspace_ignores_is_told(shop: Workshop, rule: str) -> None:
    shop.write(".neuromemignore", f"{rule}\n")
    assert [problem.code for problem in remember(shop.workspace, "Up", now=NOW).problems] == ["ignored"]


def test_a_mistake_in_the_ignore_file_is_told_before_anything_is_written(shop: Workshop) -> None:
    (shop.root / ".neuromemignore").mkdir()
    with pytest.raises(WorkspaceError, match="neuromemignore"):
        remember(shop.workspace, "Up", now=NOW)
    assert tree(shop.root) == {}


def test_a_secret_is_written_and_told_of(shop: Workshop) -> None:
    shop.write(LOG, "# Day\n")
    written = remember(shop.workspace, "Wifi\n\nThe wifi password is hunter2-and-more", now=NOW)
    assert "hunter2-and-more" in (shop.root / LOG).read_text()
    assert [(problem.code, problem.line) for problem in written.problems] == [("secret", 5)]
    assert "hunter2" not in str(written.problems)


def test_no_lock_lies_in_the_workspace(shop: Workshop) -> None:
    remember(shop.workspace, "Up", now=NOW)
    assert list(tree(shop.root)) == [LOG]
    assert (shop.workspace.state / logbook.LOCK).exists()


# A disk that fills up, and files that are replaced meanwhile.


@contextmanager
def room(size: int) -> Iterator[None]:
    """No file of this process can become larger than `size` bytes: what fits is written, the rest fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_no_part_of_an_entry(shop: Workshop) -> None:
    place = shop.write(LOG, "# Day\n" * 100)
    for more in range(1, 60):
        with room(600 + more), pytest.raises(WorkspaceError, match="file too large") as told:
            remember(shop.workspace, "word " * 100, now=NOW)
        assert told.value.hint.startswith("nothing was written")
        assert place.read_text() == "# Day\n" * 100


CALLS = ["listdir", "stat", "fstat", "pread", "ftruncate", "fsync", "lstat", "lseek", "pwrite"]


@pytest.mark.parametrize("name", CALLS)
def test_a_disk_that_fails_is_told_with_what_became_of_the_entry(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Each call of this name fails once: whoever reads that nothing was written may say it again."""
    call = getattr(os, name)
    for number in range(1, 30):
        place = shop.write(LOG, "# Day\n")
        numbers = count(1)

        def failing(*given: Any, numbers: Iterator[int] = numbers, number: int = number, **named: Any) -> Any:
            if next(numbers) == number:
                raise OSError(5, "Input/output error")
            return call(*given, **named)

        said = ""
        with monkeypatch.context() as patch:
            patch.setattr(os, name, failing)
            try:
                remember(shop.workspace, "Up", now=NOW)
            except NeuromemError as error:
                said = error.hint
        wrote = "Up" in place.read_text()
        assert wrote == (not said or said.startswith("the entry is written")), (number, said)
        if next(numbers) <= number:
            break


def test_what_others_wrote_behind_our_part_counts_more_than_its_form(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = shop.write(LOG, "# Day\n")
    write = os.write

    def interrupted(descriptor: int, data: bytes) -> int:
        monkeypatch.setattr(os, "write", refused)
        done = write(descriptor, data[:9])
        with place.open("a") as file:
            file.write("theirs\n")
        return done

    def refused(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", interrupted)
    with pytest.raises(WorkspaceError, match="no space left"):
        remember(shop.workspace, "Up", now=NOW)
    assert place.read_text() == "# Day\n\n### 12:0theirs\n"


def test_a_file_replaced_while_we_write_gets_the_entry_too(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    place = shop.write(LOG, "# Day\n")
    write = os.write

    def replaced(descriptor: int, data: bytes) -> int:
        if data.startswith(b"\n###") and not (saved := place.with_name("new")).exists():
            saved.write_text("# Day\n\nEdited.\n")
            os.link(saved, place.with_name("kept"))
            os.replace(saved, place)
            saved.touch()
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", replaced)
    written = remember(shop.workspace, "Up", now=NOW)
    assert place.read_text() == "# Day\n\nEdited.\n\n### 12:05 — Up\n"
    assert written.line == 5


# Many writers at once, in processes of their own.

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from neuromem_sync.handwriting import log_entry
from neuromem_sync.logbook import append
from neuromem_sync.workspace import Workspace
noon = datetime(2026, 3, 1, 12, 5, tzinfo=UTC)
root, home, name, count, size = sys.argv[1:]
workspace = Workspace.at(Path(root), state_home=Path(home), agent="ava")
for number in range(int(count)):
    text = f"{name} {number}\\n\\n{'word ' * int(size)}end"
    append(workspace, "memory/2026-03-01.md", log_entry(text, noon), noon.date())
    print(number, flush=True)
"""


def writer(shop: Workshop, name: str, count: int, size: int = 3) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WRITER, str(shop.root), str(shop.home), name, str(count), str(size)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def wholes(text: str, size: int = 3) -> list[tuple[str, int]]:
    """The entries of a log that is made of whole ones only."""
    whole = rf"\n### 12:05 — (\w+) (\d+)\n\n(?:word ){{{size}}}end\n"
    assert re.fullmatch(f"# Day\n(?:{whole})*", text), "something is torn"
    return [(name, int(number)) for name, number in re.findall(whole, text)]


def at_once(shop: Workshop, processes: int, count: int) -> None:
    place = shop.write(LOG, "# Day\n")
    running = [writer(shop, f"w{number}", count) for number in range(processes)]
    for process in running:
        process.communicate(timeout=600)
        assert process.returncode == 0
    found = wholes(place.read_text())
    for number in range(processes):
        assert [at for name, at in found if name == f"w{number}"] == list(range(count)), "each one's in its order"


def test_two_processes_lose_and_tear_nothing(shop: Workshop) -> None:
    at_once(shop, 2, 200)


def test_who_is_second_at_a_log_that_one_begins_loses_nothing(shop: Workshop) -> None:
    for round in range(10):
        at = NOW + round * 86400
        with ThreadPoolExecutor(6) as threads:
            written = list(threads.map(partial(remember, shop.workspace, now=at), "abcdef"))
        text = (shop.root / written[0].path).read_text()
        assert text.startswith("# 20")
        assert sorted(re.findall(r"^### .* — (\w)$", text, re.MULTILINE)) == list("abcdef")


def test_what_another_program_appends_meanwhile_stays(shop: Workshop) -> None:
    place = shop.write(LOG, "# Day\n")
    process = writer(shop, "ours", 50)
    with place.open("ab", buffering=0) as theirs:
        for number in range(20_000):
            theirs.write(b"theirs %d\n" % number)
            if number == 1_000 and process.stdout:
                process.stdout.readline()  # from now on both write
    process.communicate()
    assert process.returncode == 0
    text = place.read_text()
    assert re.findall(r"^theirs (\d+)$", text, re.MULTILINE) == [str(number) for number in range(20_000)]
    whole = re.findall(r"^### 12:05 — ours (\d+)\n\nword word word end$", text, re.MULTILINE)
    assert whole == [str(number) for number in range(50)]


@pytest.mark.long
@pytest.mark.parametrize(("processes", "count"), [(2, 5_000), (8, 250)])
def test_ten_thousand_entries_and_two_thousand_at_once(shop: Workshop, processes: int, count: int) -> None:
    at_once(shop, processes, count)


def killed(shop: Workshop, times: int, size: int) -> None:
    """Every entry a killed writer told of is there, and everything that is there is whole."""
    place = shop.write(LOG, "# Day\n")
    dice = random.Random(4)
    told: set[tuple[str, int]] = set()
    for name in (f"k{number}" for number in range(times)):
        process = writer(shop, name, 1_000_000, size)
        assert process.stdout
        lines = [process.stdout.readline()]
        time.sleep(dice.random() / 50)
        process.send_signal(signal.SIGKILL)
        lines += process.communicate()[0].splitlines(keepends=True)
        told |= {(name, int(line)) for line in lines if line.endswith(b"\n")}
        append(shop.workspace, LOG, "### 12:05 — after 0\n\n" + "word " * size + "end\n", TODAY)
        assert told <= set(wholes(place.read_text(), size))


def test_a_killed_writer_leaves_whole_entries(shop: Workshop) -> None:
    killed(shop, 3, 3)


@pytest.mark.long
@pytest.mark.parametrize("size", [3, 1_000])
def test_many_killed_writers_leave_whole_entries(shop: Workshop, size: int) -> None:
    killed(shop, 100, size)


def test_a_text_that_cannot_be_written_makes_no_file(shop: Workshop) -> None:
    with pytest.raises(NeuromemError):
        remember(shop.workspace, "\n", now=NOW)
    assert tree(shop.root) == {}
