"""Cycles over real files: what is added, kept, believed, refused."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from neuromem_sync import app, intake, snapshot
from neuromem_sync.changes import Batch
from neuromem_sync.config import load
from neuromem_sync.errors import Cancelled, Halted, StateError
from neuromem_sync.files import Vanished
from neuromem_sync.sqlite import connect
from tests.workshop import CLOCK, Workshop

LOG = "# 2026-03-01\n\n### 09:00 — Standup\n\nGateway works again.\n\n### 11:30 — Lunch\n\nWith Nadia at the harbour.\n"


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_a_second_run_does_nothing(shop: Workshop) -> None:
    shop.write("memory/2026-03-01.md", LOG)
    first, second = shop.sync(), shop.sync()
    assert (first.added, first.entries, first.generation) == (2, 2, 1)
    assert (second.added, second.changed, second.deleted, second.entries, second.generation) == (0, 0, 0, 2, 1)


def test_a_dry_run_tells_the_same_and_writes_nothing(shop: Workshop) -> None:
    shop.write("memory/2026-03-01.md", LOG)
    planned = shop.sync(dry_run=True)
    assert planned.documents == {"memory/2026-03-01.md": (2, 0, 0)}
    assert shop.entries() == []
    assert shop.sync().documents == planned.documents


def test_an_id_survives_an_edit_in_the_middle(shop: Workshop) -> None:
    shop.write("memory/2026-03-01.md", LOG)
    shop.sync()
    before = {entry.title: entry.id for entry in shop.entries()}
    shop.write("memory/2026-03-01.md", LOG.replace("works again", "is down again").replace("### 09", "New.\n\n### 09"))
    report = shop.sync()
    after = {entry.title: entry.id for entry in shop.entries()}
    assert (report.added, report.changed, report.deleted) == (1, 1, 0)
    assert before.items() <= after.items()


def test_an_entry_that_only_moved_down_is_no_change(shop: Workshop) -> None:
    shop.write("memory/2026-03-01.md", LOG)
    shop.sync()
    shop.write("memory/2026-03-01.md", "\n\n" + LOG)
    report = shop.sync()
    assert (report.added, report.changed, report.deleted) == (0, 0, 0)
    assert [entry.source.span.line for entry in shop.entries()] == [5, 9]
    assert shop.verify().equal


def test_ids_survive_the_rename_of_a_file_and_of_a_folder(shop: Workshop) -> None:
    shop.write("notes/a/one.md", "One thing.\n")
    shop.write("notes/a/two.md", "Another thing.\n")
    shop.sync()
    before = shop.ids()
    os.rename(shop.root / "notes/a/one.md", shop.root / "notes/a/uno.md")
    os.rename(shop.root / "notes/a", shop.root / "notes/b")
    report = shop.sync()
    assert shop.ids() == before
    assert (report.added, report.deleted) == (0, 0)
    assert {entry.source.path for entry in shop.entries()} == {"notes/b/uno.md", "notes/b/two.md"}
    assert shop.verify().equal


def test_an_entry_carried_to_another_file_keeps_its_id(shop: Workshop) -> None:
    shop.write("a.md", "Stays.\n\nGoes.\n")
    shop.write("b.md", "Other.\n")
    shop.sync()
    before = shop.ids()
    shop.write("a.md", "Stays.\n")
    shop.write("b.md", "Other.\n\nGoes.\n")
    shop.sync()
    assert shop.ids() == before


def test_a_new_file_at_an_old_name_never_takes_an_id(shop: Workshop) -> None:
    shop.write("a.md", "Same words.\n")
    shop.sync()
    os.rename(shop.root / "a.md", shop.root / "b.md")
    shop.sync()
    shop.write("a.md", "Same words.\n")
    shop.sync()
    assert len({entry.id for entry in shop.entries()}) == len(shop.entries()) == 2


def test_a_deleted_file_is_forgotten(shop: Workshop) -> None:
    shop.write("a.md", "One.\n")
    shop.write("b.md", "Two.\n")
    shop.sync()
    (shop.root / "a.md").unlink()
    report = shop.sync()
    assert (report.deleted, report.entries) == (1, 1)
    assert shop.verify().equal


def test_a_folder_of_25_moved_away_is_no_mass_loss(shop: Workshop) -> None:
    for number in range(25):
        shop.write(f"logs/{number}.md", f"Entry {number}.\n")
    shop.write("a.md", "Stays.\n")
    shop.sync()
    shutil.move(shop.root / "logs", shop.root.parent / "elsewhere")
    assert shop.sync().deleted == 25
    shutil.move(shop.root.parent / "elsewhere", shop.root / "logs")
    assert shop.sync().added == 25


def test_25_files_gone_one_by_one_halt_until_confirmed(shop: Workshop) -> None:
    for number in range(30):
        shop.write(f"logs/{number}.md", f"Entry {number}.\n")
    shop.sync()
    for number in range(25):
        (shop.root / f"logs/{number}.md").unlink()
    with pytest.raises(Halted, match="25 of 30"):
        shop.sync()
    assert len(shop.entries()) == 30
    assert shop.sync(confirm_loss=True).entries == 5


def test_an_emptied_root_halts_and_keeps_everything(shop: Workshop) -> None:
    shop.write("a.md", "One.\n")
    shop.sync()
    (shop.root / "a.md").unlink()
    with pytest.raises(Halted, match="empty"):
        shop.sync()
    answer = shop.recall("one")
    assert answer.freshness.state == "degraded"
    assert "empty" in answer.freshness.reason


def replace_root(shop: Workshop) -> None:
    """Another folder with the same files, as after a restore."""
    copy = shop.root.with_name("copy")
    shutil.copytree(shop.root, copy)
    shutil.rmtree(shop.root)
    os.rename(copy, shop.root)


def test_a_replaced_root_with_all_its_files_is_accepted(shop: Workshop) -> None:
    shop.write("a.md", "One.\n")
    shop.write("b.md", "Two.\n")
    shop.sync()
    replace_root(shop)
    assert shop.sync().entries == 2
    (shop.root / "a.md").unlink()
    assert shop.sync().entries == 1


def test_a_replaced_root_that_lacks_a_file_halts(shop: Workshop) -> None:
    shop.write("a.md", "One.\n")
    shop.write("b.md", "Two.\n")
    shop.sync()
    replace_root(shop)
    (shop.root / "a.md").unlink()
    with pytest.raises(Halted, match="replaced"):
        shop.sync()


def test_a_broken_file_keeps_its_last_good_entries(shop: Workshop) -> None:
    place = shop.write("a.md", "A good thing.\n")
    shop.sync()
    place.write_bytes(b"A good \xff thing, now broken beyond reading.\n")
    report = shop.sync()
    assert report.unverified == ("a.md",)
    assert [problem.path for problem in report.problems] == ["a.md"]
    assert [entry.text for entry in shop.entries()] == ["A good thing."]
    assert shop.recall("good thing").freshness.unverified == ("a.md",)
    shop.write("a.md", "A mended thing.\n")
    assert shop.sync().unverified == ()
    assert shop.verify().equal


def test_an_ignored_file_is_forgotten_at_once(shop: Workshop) -> None:
    shop.write("drafts/a.md", "A draft.\n")
    shop.write("b.md", "Kept.\n")
    shop.sync()
    shop.write(".neuromemignore", "drafts/\n")
    assert shop.sync().entries == 1
    assert shop.verify().equal


def test_the_zone_is_part_of_what_the_index_is_made_from(shop: Workshop) -> None:
    from dataclasses import replace

    shop.write("memory/2026-03-01.md", LOG)
    shop.sync()
    shop.workspace = replace(shop.workspace, zone="Asia/Tokyo")
    assert shop.sync().changed == 2
    assert {entry.at for entry in shop.entries()} == {"2026-03-01T09:00:00+09:00", "2026-03-01T11:30:00+09:00"}


def test_the_state_folder_can_be_lost(shop: Workshop) -> None:
    shop.write("memory/2026-03-01.md", LOG)
    shop.sync()
    before, ids = shop.verify().digest, shop.ids()
    shutil.rmtree(shop.home)
    shop.sync()
    assert (shop.verify().digest, shop.ids()) == (before, ids)


def test_nothing_in_the_workspace_is_touched(shop: Workshop) -> None:
    place = shop.write("memory/2026-03-01.md", LOG)
    before = (place.read_bytes(), os.stat(place))
    shop.sync()
    shop.recall("gateway")
    shop.verify()
    after = os.stat(place)
    assert place.read_bytes() == before[0]
    assert (after.st_mtime_ns, after.st_ctime_ns) == (before[1].st_mtime_ns, before[1].st_ctime_ns)
    assert sorted(path.name for path in shop.root.rglob("*")) == ["2026-03-01.md", "memory"]


def test_a_place_that_cannot_be_looked_at_is_named_until_it_can(shop: Workshop) -> None:
    shop.write("a.md", "One thing.\n")
    strange = os.fsencode(shop.root) + b"/d\xff"
    os.mkdir(strange)
    Path(os.fsdecode(strange + b"/b.md")).write_text("Another thing.\n")
    report = shop.sync()
    assert report.unverified == (r"d\xff/b.md",)
    assert [(problem.code, problem.unverified) for problem in report.problems] == [("unseen", True)]
    assert shop.sync().problems == report.problems
    assert shop.verify().equal
    os.rename(strange, os.fsencode(shop.root / "d"))
    report = shop.sync()
    assert (report.added, report.unverified, report.problems) == (1, (), ())


def test_a_damaged_index_says_what_to_do(shop: Workshop) -> None:
    shop.write("a.md", "One thing.\n")
    shop.sync()
    with closing(connect(shop.workspace.state / "index.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET rootpage = 9999 WHERE name = 'documents'")
    with pytest.raises(StateError) as raised:
        shop.sync()
    assert "malformed" in raised.value.message
    assert raised.value.hint == "remove the state folder and run: neuromem sync"


def test_the_log_is_bounded_though_it_is_never_quiet(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neuromem_sync.sync.HUGE_LOG", 200_000)
    log, largest = shop.workspace.state / "index.db-wal", 0
    with closing(shop.engine()) as engine:
        for number in range(60):
            shop.write("a.md", f"Fact {number} is another one.\n")
            engine.cycle()
            largest = max(largest, log.stat().st_size)
    assert largest < 600_000


def test_an_engine_opens_while_another_writes(shop: Workshop) -> None:
    shop.write("a.md", "One thing.\n")
    shop.sync()
    with closing(connect(shop.workspace.state / "index.db")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        shop.engine().close()


A_GONE = Batch(paths=frozenset({"d/a.md"}), gone=frozenset({"d/a.md"}))


def test_what_another_process_forgot_is_not_waited_for(shop: Workshop) -> None:
    """A doubt that nothing ends would wake the daemon 20 times a second for good."""
    place = shop.write("d/a.md", "One otter.\n")
    shop.write("b.md", "One badger.\n")
    with closing(shop.engine(one_shot=False)) as engine:
        engine.cycle()
        place.unlink()
        assert engine.cycle(A_GONE).pending == ("d/a.md",)
        assert shop.sync().total == 1
        engine.cycle(Batch())
        assert engine.next_look() is None


def test_what_cannot_be_looked_at_is_not_waited_for(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    place = shop.write("d/a.md", "One otter.\n")
    shop.write("b.md", "One badger.\n")

    def refuse(self: snapshot._Look, path: str) -> None:
        self.unknown[path] = "permission denied"

    with closing(shop.engine(one_shot=False)) as engine:
        engine.cycle()
        place.unlink()
        assert engine.cycle(A_GONE).pending == ("d/a.md",)
        with monkeypatch.context() as patch:
            patch.setattr(snapshot._Look, "visit", refuse)
            assert engine.cycle(Batch()).unverified == ("d/a.md",)
            assert engine.next_look() is None
        engine.cycle()
        time.sleep(0.25)
        assert engine.cycle(A_GONE).deleted == 1


def test_a_file_that_vanishes_before_it_is_read_is_unverified(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write("a.md", "One otter.\n")
    shop.sync()
    shop.write("a.md", "Two badgers, and more.\n")
    with monkeypatch.context() as patch:
        patch.setattr(intake, "stable_read", lambda root, path, most: Vanished(path=path))
        report = shop.sync()
    assert (report.pending, report.unverified) == (("a.md",), ("a.md",))
    assert shop.sync().unverified == ()
    assert shop.verify().equal


def test_a_file_of_any_size_is_named_and_not_read(shop: Workshop) -> None:
    """A log of a terabyte that was given the wrong name would take all memory, and with it all other files."""
    with open(shop.root / "trace.md", "wb") as file:
        file.truncate(1 << 40)
    shop.write("a.md", "One otter.\n")
    report = shop.sync()
    assert (report.added, report.unverified) == (1, ("trace.md",))
    (problem,) = report.problems
    assert str(problem) == "trace.md:1: cannot be read: larger than 4 MiB"
    assert problem.hint == "split it; its last good entries stand until then"
    (shop.root / "trace.md").rename(shop.root / "moved.md")
    assert shop.sync().unverified == ("moved.md",)


class Named(frozenset[str]):
    """Names that may be looked up, and not searched through."""

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("every absence would be compared with every name: 40 s for 20,000 files")


def test_an_absence_is_looked_up_among_those_named(shop: Workshop) -> None:
    names = [f"d/{number}.md" for number in range(30)]
    for name in names:
        shop.write(name, f"Otter {name}.\n")
    shop.write("keep.md", "One badger.\n")
    with closing(shop.engine(one_shot=False)) as engine:
        engine.cycle()
        for name in names:
            (shop.root / name).unlink()
        engine.cycle(Batch(gone=Named(names)))
        time.sleep(0.25)
        assert engine.cycle(Batch(gone=Named(names))).deleted == 30


def test_entries_made_by_other_rules_are_not_taken_for_ours(shop: Workshop) -> None:
    """A command with another zone wrote the index between two cycles of a daemon that remembers the document."""
    shop.write("memory/2026-03-01.md", LOG)
    with closing(shop.engine(one_shot=False)) as engine:
        engine.cycle()
        with closing(app.engine(replace(shop.workspace, zone="Asia/Tokyo"), load(), CLOCK)) as other:
            assert other.cycle().changed == 2
        assert engine.cycle().changed == 2
    assert shop.verify().equal


def test_a_cancelled_engine_forgets_nothing(shop: Workshop) -> None:
    place = shop.write("a.md", "One otter.\n")
    shop.sync()
    place.unlink()
    with closing(shop.engine()) as engine:
        engine.cancel()
        with pytest.raises(Cancelled):
            engine.cycle(confirm_loss=True)
    assert len(shop.entries()) == 1


def test_upkeep_that_fails_says_what_to_do(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything but an error of ours would end the daemon."""
    shop.write("a.md", "One otter.\n")
    with closing(shop.engine()) as engine:
        engine.cycle()

        def fail(*_: object) -> int:
            raise sqlite3.OperationalError("disk I/O error")

        monkeypatch.setattr(type(engine.tables[0]), "tidy", fail)
        with pytest.raises(StateError):
            engine.tidy()


def test_what_an_edit_would_do_can_be_asked_and_leaves_nothing(shop: Workshop) -> None:
    shop.write("tea.md", "Ana drinks black tea.\n")
    shop.write("cups.md", "The cups are blue.\n")
    with closing(shop.engine()) as engine:
        engine.cycle()
        before = shop.entries()
        with engine.imagined("tea.md", b"Ana drinks green tea.\n\nBruno drinks coffee.\n") as tx:
            texts = [text for (text,) in tx.execute("SELECT text FROM entries ORDER BY text")]
        assert texts == ["Ana drinks green tea.", "Bruno drinks coffee.", "The cups are blue."]
        assert shop.entries() == before
        assert not engine.cycle().documents
    assert shop.verify().equal
