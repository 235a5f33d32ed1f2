"""How we read SQLite while others write it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from neuromem_sync.sqlite import Reading, connect, read


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
        with pytest.raises(sqlite3.OperationalError):
            read(connection, failing())
        assert not connection.in_transaction
