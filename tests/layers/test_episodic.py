"""L2: dated entries, their search, and the archive mark."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from contract import TableContract, World, entry

from neuromem_sync.index import open_index
from neuromem_sync.layers.episodic_sqlite import EpisodicTable
from neuromem_sync.layers.shelf_sqlite import SqliteShelf
from neuromem_sync.model import Layer
from neuromem_sync.sqlite import read, transaction

TABLE = EpisodicTable()
SHELF = SqliteShelf()
MARCH = entry("fixed auth_gateway.py", 1, at="2026-03-01T09:00:00+00:00", tags=("work/infra",))
APRIL = entry("lunch with Ada", 2, at="2026-04-01T12:00:00+00:00", title="lunch")


class TestEpisodic(TableContract):
    table = TABLE
    samples = (MARCH, APRIL)

    def test_tokens_are_found_newest_first(self, world: World) -> None:
        keys = world.put(MARCH, replace(MARCH, id="again"))
        assert read(world.connection, TABLE.newest(["auth_gateway.py", "fix"], 10, 0, 99)) == keys[::-1]

    def test_a_tag_is_found_by_its_parent(self, world: World) -> None:
        keys = world.put(MARCH, APRIL)
        assert read(world.connection, TABLE.newest(["#work"], 10, 0, 99)) == keys[:1]

    def test_size_follows_edits(self, world: World) -> None:
        key, _ = world.put(MARCH, APRIL)
        world.edit(key, MARCH, replace(MARCH, text="two words"))
        world.edit(key, replace(MARCH, text="two words"), None)
        size = read(world.connection, TABLE.size())
        ((length, _),) = read(world.connection, TABLE.token_strings([key, key + 1])).values()
        assert (size.entries, size.tokens) == (1, length)

    def test_what_is_dated_ages_from_its_date(self, world: World) -> None:
        march, april, _ = world.put(MARCH, APRIL, entry("undated", 3))
        assert read(world.connection, SHELF.due(2e9, 10)) == [march, april]
        assert read(world.connection, SHELF.due(1774000000.0, 10)) == [march]  # 20 March 2026

    def test_what_is_archived_has_faded_and_ages_no_more(self, world: World) -> None:
        march, april = world.put(MARCH, APRIL)
        with transaction(world.connection) as tx:
            SHELF.archive(tx, [march])
        assert read(world.connection, TABLE.faded([march, april])) == {march}
        assert read(world.connection, SHELF.due(2e9, 10)) == [april]
        with transaction(world.connection) as tx:
            SHELF.keep(tx, {march: 1.9e9})
        assert read(world.connection, TABLE.faded([march, april])) == set()
        assert read(world.connection, SHELF.due(2e9, 10)) == [april, march]

    def test_another_date_takes_the_mark_away(self, world: World) -> None:
        (key,) = world.put(MARCH)
        with transaction(world.connection) as tx:
            SHELF.archive(tx, [key])
        world.edit(key, MARCH, replace(MARCH, at="2026-05-01T09:00:00+00:00"))
        assert read(world.connection, TABLE.faded([key])) == set()
        assert read(world.connection, SHELF.due(2e9, 10)) == [key]

    def test_a_mark_leaves_with_its_entry(self, world: World) -> None:
        march, april = world.put(MARCH, APRIL)
        with transaction(world.connection) as tx:
            SHELF.archive(tx, [march])
        world.edit(march, MARCH, None)
        world.edit(april, APRIL, replace(APRIL, layer=Layer.SEMANTIC))
        assert read(world.connection, TABLE.faded([march, april])) == set()
        assert read(world.connection, SHELF.due(2e9, 10)) == []

    def test_the_index_of_an_older_version_ages_on(self, world: World, tmp_path: Path) -> None:
        march, april, _ = world.put(MARCH, APRIL, entry("undated", 3))
        with transaction(world.connection) as tx:
            SHELF.archive(tx, [march])
            tx.execute("DROP TABLE episodic_ageing")
            tx.execute("UPDATE migrations SET step = 2 WHERE part = 'episodic'")
        open_index(tmp_path / "index.db", [TABLE]).close()
        assert read(world.connection, SHELF.due(2e9, 10)) == [april]
        assert read(world.connection, TABLE.faded([march, april])) == {march}

    def test_the_mark_is_not_canonical(self, world: World) -> None:
        keys = world.put(MARCH)
        before = world.canonical()
        with transaction(world.connection) as tx:
            SHELF.archive(tx, keys)
        assert world.canonical() == before
