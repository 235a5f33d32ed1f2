"""The daemon in a process of its own: after every kind of edit, the next question from another process is right."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from neuromem_sync.query import Answer
from tests.workshop import Workshop, eventually, stop

LOG = """# 2026-03-01

### 09:00 — Standup

The gateway works again.

### 11:30 — Lunch

With Nadia at the harbour.
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    shop = Workshop(tmp_path)
    shop.write("memory/2026-03-01.md", LOG)
    shop.write("notes/deep/one.md", "Otters sleep holding hands.\n")
    with shop.daemon():
        yield shop


def texts(answer: Answer) -> list[str]:
    """What was found. The daemon itself vouched: a cycle of the asking process would prove nothing here."""
    assert answer.freshness.state == "fresh", answer.freshness
    assert answer.freshness.unverified == ()
    return [hit.text for hit in answer.hits]


def test_an_append_is_in_the_next_answer(shop: Workshop) -> None:
    with (shop.root / "memory/2026-03-01.md").open("a") as log:
        log.write("\n### 15:00 — Call\n\nThe zeppelin lands on Friday.\n")
    assert "zeppelin" in texts(shop.recall("zeppelin"))[0]


def test_an_edit_in_the_middle_keeps_the_id(shop: Workshop) -> None:
    before = {entry.title: entry.id for entry in shop.entries()}
    shop.write("memory/2026-03-01.md", LOG.replace("works again", "burned down"))
    hit = shop.recall("burned gateway").hits[0]
    assert "burned down" in hit.text
    assert hit.entry.id == before["Standup"]


def test_a_deleted_entry_and_a_deleted_file_are_gone(shop: Workshop) -> None:
    shop.write("memory/2026-03-01.md", LOG[: LOG.index("### 11:30")])
    assert texts(shop.recall("harbour")) == []
    (shop.root / "notes/deep/one.md").unlink()
    assert shop.recall("otters").hits == ()
    assert eventually(lambda: len(shop.entries()) == 1)


def test_an_atomic_save_is_an_edit(shop: Workshop) -> None:
    before = shop.ids()
    beside = shop.write("memory/.2026-03-01.md.tmp~", LOG.replace("Nadia", "Ingrid"))
    os.replace(beside, shop.root / "memory/2026-03-01.md")
    assert "Ingrid" in texts(shop.recall("lunch harbour"))[0]
    assert set(shop.ids().values()) == set(before.values())


def test_a_save_that_keeps_a_backup_is_an_edit(shop: Workshop) -> None:
    place, before = shop.root / "memory/2026-03-01.md", shop.ids()
    os.rename(place, place.with_name("2026-03-01.md~"))
    shop.write("memory/2026-03-01.md", LOG.replace("Nadia", "Ingrid"))
    assert "Ingrid" in texts(shop.recall("lunch harbour"))[0]
    assert set(shop.ids().values()) == set(before.values())


def test_a_renamed_file_keeps_its_ids(shop: Workshop) -> None:
    before = shop.ids()
    os.rename(shop.root / "notes/deep/one.md", shop.root / "notes/otters.md")
    hit = shop.recall("otters").hits[0]
    assert hit.path == "notes/otters.md"
    assert len(shop.recall("otters").hits) == 1
    assert shop.ids() == before


def test_a_renamed_folder_keeps_its_ids(shop: Workshop) -> None:
    before = shop.ids()
    os.rename(shop.root / "notes", shop.root / "pages")
    assert [hit.path for hit in shop.recall("otters").hits] == ["pages/deep/one.md"]
    assert shop.ids() == before
    shop.write("pages/deep/one.md", "Otters juggle stones.\n")
    assert texts(shop.recall("otters")) == ["Otters juggle stones."]


def test_a_folder_moved_out_and_in_again(shop: Workshop) -> None:
    outside = shop.root.parent / "outside"
    shutil.move(shop.root / "notes", outside)
    assert shop.recall("otters").hits == ()
    assert eventually(lambda: len(shop.entries()) == 2)
    (outside / "deep/one.md").write_text("Otters came home.\n")
    shutil.move(outside, shop.root / "back")
    assert texts(shop.recall("otters")) == ["Otters came home."]
    shop.write("back/deep/two.md", "Otters have pockets.\n")
    assert len(texts(shop.recall("otters"))) == 2


def test_two_hundred_files_at_once(shop: Workshop) -> None:
    for number in range(200):
        shop.write(f"many/{number % 7}/{number}.md", f"Marker{number} stands here.\n")
    assert texts(shop.recall("marker199")) == ["Marker199 stands here."]
    assert texts(shop.recall("marker0")) == ["Marker0 stands here."]
    assert len(shop.entries()) == 203
    assert shop.verify().equal


def test_a_disk_mounted_over_a_folder_is_seen_by_the_next_question(shop: Workshop) -> None:
    mount = subprocess.run(["mount", "-t", "tmpfs", "none", shop.root / "notes"], capture_output=True, check=False)
    if mount.returncode:
        pytest.skip("mounting a disk takes more rights than these")
    try:
        shop.write("notes/new.md", "Badgers dig.\n")
        assert [hit.text for hit in shop.recall("badgers").hits] == ["Badgers dig."]
        assert shop.recall("otters").freshness.unverified == ("notes/deep/one.md",)
    finally:
        subprocess.run(["umount", "-l", shop.root / "notes"], check=True)
    answer = shop.recall("otters")
    assert [hit.text for hit in answer.hits] == ["Otters sleep holding hands."]
    assert "notes/deep/one.md" not in answer.freshness.unverified


def test_a_name_that_is_not_utf8_is_named_and_stops_nothing(shop: Workshop) -> None:
    place = os.fsencode(shop.root) + b"/non\xff.md"
    Path(os.fsdecode(place)).write_text("Zebras have stripes.\n")
    answer = shop.recall("zebras")
    assert (answer.freshness.state, answer.freshness.unverified) == ("fresh", (r"non\xff.md",))
    os.rename(place, os.fsencode(shop.root / "named.md"))
    assert texts(shop.recall("zebras")) == ["Zebras have stripes."]


def test_a_second_daemon_is_refused_with_the_first_ones_pid(shop: Workshop) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "neuromem_sync", "watch", str(shop.root)],
        env={**os.environ, "NEUROMEM_STATE": str(shop.home)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert "watched already, by process" in done.stderr


def test_an_edit_made_while_no_daemon_lives(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write("a.md", "One thing.\n")
    process = shop.start()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not shop.watched()
    shop.write("a.md", "Another thing.\n")
    assert [hit.text for hit in shop.recall("thing").hits] == ["Another thing."]
    shop.write("a.md", "A third thing.\n")
    with shop.daemon():
        assert texts(shop.recall("thing")) == ["A third thing."]
        assert shop.verify().equal


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    shop = Workshop(tmp_path)
    shop.write("a.md", "One thing.\n")
    process = shop.start()
    process.send_signal(number)
    said, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "event=stopped" in said
    assert not shop.watched()


def test_one_process_for_several_workspaces(tmp_path: Path) -> None:
    first, second = Workshop(tmp_path / "1"), Workshop(tmp_path / "2")
    command = [sys.executable, "-m", "neuromem_sync", "watch", str(first.root), str(second.root)]
    with subprocess.Popen(
        command, env={**os.environ, "NEUROMEM_STATE": str(tmp_path / "state")}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        fresh = [line for _, line in zip(range(2), _fresh(process.stdout), strict=False)]
        said = stop(process)
    assert len(fresh) == 2
    assert said.count("event=stopped") == 2


def _fresh(lines: Iterable[str]) -> Iterator[str]:
    return (line for line in lines if " event=fresh " in line)


def test_an_edit_by_another_name_of_the_file(tmp_path: Path) -> None:
    """No event tells of it: the other name stands outside of the workspace."""
    shop = Workshop(tmp_path)
    shop.write("one.md", "Otters sleep holding hands.\n")
    os.link(shop.root / "one.md", tmp_path / "elsewhere.md")
    with shop.daemon():
        (tmp_path / "elsewhere.md").write_text("Lemurs sing at dawn.\n")
        assert texts(shop.recall("lemurs")) == ["Lemurs sing at dawn."]


def test_a_first_index_is_given_up_at_once(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    for number in range(3000):
        shop.write(f"notes/{number}.md", f"Note {number}.\n\n" * 20)
    process = subprocess.Popen(
        [sys.executable, "-m", "neuromem_sync", "watch", str(shop.root)],
        env={**os.environ, "NEUROMEM_STATE": str(shop.home)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "event=watching" in process.stdout.readline()
    assert "event=stopped" in stop(process)
    assert shop.entries() == []
    assert shop.sync().entries == 3000 * 20
