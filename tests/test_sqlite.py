"""How we read SQLite while others write it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from neuromem_sync.errors import StateError
from neuromem_sync.sqlite import (
    LARGE_LOG,
    Reading,
    checkpoint,
    connect,
    failure,
    migrate,
    read,
    rehearsal,
    transaction,
)


def test_a_reading_sees_one_commit_though_others_write_between_its_statements(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "a.db")) as writer, closing(connect(tmp_path / "a.db", readonly=True)) as reader:
        writer.execute("CREATE TABLE numbers (number INTEGER)")
        writer.execute("INSERT INTO numbers VALUES (1)")

        def twice() -> Reading[tuple[int, int]]:
            first = yield "SELECT count(*) FROM numbers", ()
            writer.execute("DELETE FROM numbers")
            second = yield "SELECT count(*) FROM numbers", ()
            return first[0][0], second[0][0]

        assert read(reader, twice()) == (1, 1)
        assert read(reader, twice()) == (0, 0)


def test_a_reading_that_fails_leaves_no_transaction_behind(tmp_path: Path) -> None:
    def failing() -> Reading[None]:
        yield "SELECT * FROM nowhere", ()

    with closing(connect(tmp_path / "a.db")) as connection:
        with pytest.raises(StateError, match="no such table"):
            read(connection, failing())
        assert not connection.in_transaction


def test_a_log_that_was_moved_into_its_database_does_not_keep_its_size(tmp_path: Path) -> None:
    place = tmp_path / "a.db"
    with closing(connect(place)) as connection:
        connection.execute("CREATE TABLE bytes (of BLOB)")
        connection.execute("INSERT INTO bytes VALUES (zeroblob(?))", (2 * LARGE_LOG,))
        checkpoint(place)
        connection.execute("INSERT INTO bytes VALUES (NULL)")
        assert place.with_name("a.db-wal").stat().st_size <= LARGE_LOG


@pytest.mark.parametrize("how", [transaction, rehearsal])
def test_a_full_disk_is_told_as_such_though_it_ended_the_transaction(tmp_path: Path, how: type[transaction]) -> None:
    with closing(connect(tmp_path / "some.db")) as connection:
        connection.execute("CREATE TABLE things (thing BLOB)")
        connection.execute("PRAGMA max_page_count = 4")
        rows = [(bytes(3000),)] * 9
        with pytest.raises(sqlite3.Error) as caught, how(connection) as tx:
            tx.executemany("INSERT INTO things VALUES (?)", rows)
        assert "make room" in failure(tmp_path, caught.value).hint
        assert not connection.in_transaction


def test_a_disk_that_fails_is_no_reason_to_remove_the_state(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    assert "disk" in failure(tmp_path, error).hint


def test_two_processes_may_make_the_same_schema_at_once(tmp_path: Path) -> None:
    steps = ("CREATE TABLE a (number INTEGER);", "CREATE TABLE b (number INTEGER);")
    with closing(connect(tmp_path / "a.db")) as one, closing(connect(tmp_path / "a.db")) as other:

        class Overtaken(tuple[str, ...]):
            """Steps that another process has taken by the time they are looked at."""

            __slots__ = ()

            def __getitem__(self, key: Any) -> Any:
                migrate(other, "part", steps)
                return super().__getitem__(key)

        migrate(one, "part", Overtaken(steps))
        assert one.execute("SELECT step FROM migrations WHERE part = 'part'").fetchall() == [(2,)]
