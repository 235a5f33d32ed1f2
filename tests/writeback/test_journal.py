"""What the journal keeps, for how long, and what it tells of a body that is found in a file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from neuromem_sync.errors import StateError
from neuromem_sync.files import digest
from neuromem_sync.journal import CONFLICT, FILE, KEPT_SECONDS, KEPT_VERSIONS, LATE_LOOKS, RETURN, Journal, Plan
from tests.writeback.bench import NEW, OLD, PATH, START, Bench

DAY = 86400.0


@pytest.fixture
def journal(tmp_path: Path):  # type: ignore[no-untyped-def]
    with closing(Journal(tmp_path)) as journal:
        yield journal


def plan(number: int, *, at: float = START, found: bytes | None = None, daemon: bool = False) -> Plan:
    return Plan(
        path=PATH,
        spare=f".{PATH}.{number:02}.neuromem",
        before=digest(b"%d" % (number - 1)),
        after=digest(b"%d" % number),
        lines=b"",
        found=text(number - 1) if found is None else found,
        body=text(number),
        daemon=daemon,
        at=at,
    )


def text(number: int) -> bytes:
    return b"- version %d\n" % number


def wrote(journal: Journal, number: int, **how: object) -> None:
    made = journal.begin(plan(number, **how))  # type: ignore[arg-type]
    journal.swapped(made, made.at)


def test_a_plan_is_on_the_disk_before_the_file_is_touched(journal: Journal, tmp_path: Path) -> None:
    made = journal.begin(plan(1))
    with closing(Journal(tmp_path)) as another:
        assert another.plans() == (made,)
    journal.abandon(made)
    assert journal.plans() == ()
    assert not journal.ours(PATH, made.after)
    assert journal.versions(PATH) == ()


def test_every_commit_waits_for_the_disk(journal: Journal) -> None:
    assert journal._connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_own_writes_are_known_by_their_hash(journal: Journal) -> None:
    wrote(journal, 1)
    assert journal.ours(PATH, digest(b"1"))
    wrote(journal, 2)
    assert journal.ours(PATH, digest(b"2"))
    assert not journal.ours(PATH, digest(b"1")), "that somebody put an older one back is no echo"
    assert not journal.ours("mind/MEMORY.md", digest(b"2"))


def test_versions_are_kept_for_a_week_and_the_last_for_ever(journal: Journal) -> None:
    for number in range(1, 6):
        wrote(journal, number, at=START + number * DAY)
    wrote(journal, 6, at=START + 3 * DAY + KEPT_SECONDS)
    assert [version.body for version in journal.versions(PATH)] == [text(6), text(5), text(4), text(3)]
    wrote(journal, 7, at=START + 300 * DAY)
    assert [(version.found, version.body) for version in journal.versions(PATH)] == [(text(6), text(7))]


def test_no_more_than_some_versions_are_kept(journal: Journal) -> None:
    for number in range(1, KEPT_VERSIONS + 6):
        wrote(journal, number)
    assert len(journal.versions(PATH)) == KEPT_VERSIONS
    assert journal.versions(PATH)[0].body == text(KEPT_VERSIONS + 5)


def test_the_base_of_a_body(journal: Journal) -> None:
    assert journal.base(PATH, text(0)) is None
    wrote(journal, 1)
    wrote(journal, 2)
    assert journal.base(PATH, b"- a person's\n") == text(2)
    assert journal.base(PATH, text(2)) == text(2)
    assert journal.base(PATH, text(1)) == text(1), "a stale buffer deleted nothing"


def test_an_older_version_that_comes_back_twice_freezes_until_people_change_it(journal: Journal) -> None:
    wrote(journal, 1)
    wrote(journal, 2)
    assert not journal.frozen(PATH, text(2))
    assert journal.stale(PATH, text(1))
    assert not journal.frozen(PATH, text(1)), "ours is written once more"
    wrote(journal, 3, found=text(1))
    assert journal.frozen(PATH, text(1))
    assert journal.frozen(PATH, text(2)), "any older one"
    assert not journal.frozen(PATH, text(2), since=1e12), "it ends when nothing came back for a while"
    assert not journal.frozen(PATH, text(3))
    wrote(journal, 4, found=text(3))
    assert journal.frozen(PATH, text(1)), "a write of ours alone proves nothing about the editor"
    wrote(journal, 5, found=b"- a person's\n")
    assert journal.marks(PATH, RETURN) == 0
    assert not journal.frozen(PATH, text(1))


def test_an_undone_version_is_no_older_one(journal: Journal) -> None:
    wrote(journal, 1)
    wrote(journal, 2)
    wrote(journal, 1, found=text(2))
    assert not journal.stale(PATH, text(1))
    assert journal.stale(PATH, text(2))


def test_looks_at_a_displaced_file(journal: Journal) -> None:
    wrote(journal, 1)
    waits = []
    for _ in range(6):
        (displaced,) = journal.displaced()
        waits.append(displaced.due - START)
        journal.looked(displaced, displaced.due)
    assert waits == [*LATE_LOOKS, 120.0, 180.0]
    (displaced,) = journal.displaced()
    assert journal.taken_in(displaced, b"digest", b"lines") == journal.displaced()[0]
    journal.released(displaced)
    assert journal.displaced() == ()


def test_conflicts_are_counted_within_a_window(journal: Journal) -> None:
    journal.mark_conflict(PATH, START)
    journal.mark_conflict(PATH, START + 60)
    assert journal.marks(PATH, CONFLICT, START - 1) == 2
    assert journal.marks(PATH, CONFLICT, START) == 1
    assert journal.marks("mind/MEMORY.md", CONFLICT) == 0


def test_nothing_from_outside_the_region_is_in_the_state(tmp_path: Path) -> None:
    bench = Bench.at(tmp_path, OLD.replace(b"A line", b"SECRET-OUTSIDE"))
    assert bench.write(1)
    held = b"".join(path.read_bytes() for path in bench.state.iterdir())
    assert b"- version 1" in held
    assert b"SECRET-OUTSIDE" not in held
    assert bench.data != NEW


def test_a_damaged_journal_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(StateError, match="not a database"):
        Journal(tmp_path)


def test_a_newer_journal_is_refused(tmp_path: Path) -> None:
    Journal(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE)) as connection, connection:
        connection.execute("UPDATE migrations SET step = 99")
    with pytest.raises(StateError, match="newer version"):
        Journal(tmp_path)
