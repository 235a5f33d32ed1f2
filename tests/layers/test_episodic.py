"""L2: dated entries, their search, and the archive mark."""

from __future__ import annotations

from dataclasses import replace

from contract import TableContract, World, entry

from neuromem_sync.layers.episodic_sqlite import EpisodicTable, archive
from neuromem_sync.sqlite import read, transaction

TABLE = EpisodicTable()
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

    def test_what_is_old_is_marked_and_nothing_else(self, world: World) -> None:
        keys = world.put(MARCH, APRIL, entry("undated", 3))
        with transaction(world.connection) as tx:
            assert archive(tx, before=1774000000.0) == 1  # 20 March 2026
            assert archive(tx, before=1774000000.0) == 0
        assert read(world.connection, TABLE.faded(keys)) == {keys[0]}

    def test_another_date_takes_the_mark_away(self, world: World) -> None:
        (key,) = world.put(MARCH)
        with transaction(world.connection) as tx:
            archive(tx, before=1774000000.0)
        world.edit(key, MARCH, replace(MARCH, at="2026-05-01T09:00:00+00:00"))
        assert read(world.connection, TABLE.faded([key])) == set()

    def test_the_mark_is_not_canonical(self, world: World) -> None:
        world.put(MARCH)
        before = world.canonical()
        with transaction(world.connection) as tx:
            archive(tx, before=1774000000.0)
        assert world.canonical() == before
