"""What every embedded store must keep to, whatever it holds. A store's own test inherits `TableContract`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from neuromem_sync.changes import EntryChange, FileState
from neuromem_sync.index import Writer, open_index
from neuromem_sync.layers.base import Table
from neuromem_sync.model import Entry, Kind, Layer, Source, Span
from neuromem_sync.sqlite import transaction


def entry(text: str, line: int = 1, *, path: str = "memory/2026-03-01.md", **facts: object) -> Entry:
    """An episodic entry of one line, unless `facts` say otherwise."""
    span = Span(start=line * 100, end=line * 100 + 50, line=line, end_line=line)
    given = {"layer": Layer.EPISODIC, "kind": Kind.ENTRY, "text": text, "source": Source(path=path, span=span)}
    return Entry(**{**given, **facts})  # type: ignore[arg-type]


class World:
    """An index with some tables, and entries put into it the way a cycle does."""

    def __init__(self, path: Path, tables: Sequence[Table]) -> None:
        self.connection = open_index(path, tables)
        self.tables = tables
        self._made = 0

    def put(self, *new: Entry) -> list[int]:
        """Their keys."""
        with transaction(self.connection) as tx:
            writer = Writer(tx, self.tables)
            changes = [EntryChange(key=writer.next_key(), old=None, new=self._named(each)) for each in new]
            writer.apply(changes, self._documents(writer, new))
        return [change.key for change in changes]

    def edit(self, key: int, old: Entry, new: Entry | None) -> None:
        """Replace the entry of that key, or with None delete it."""
        with transaction(self.connection) as tx:
            writer = Writer(tx, self.tables)
            named = replace(new, id=f"kept{key}") if new else None
            documents = self._documents(writer, [new] if new else [])
            writer.apply([EntryChange(key=key, old=old, new=named)], documents)

    def again(self, *changes: EntryChange) -> None:
        with transaction(self.connection) as tx:
            for table in self.tables:
                table.apply(tx, changes)

    def canonical(self) -> list[str]:
        return sorted(line for table in self.tables for line in table.canonical(self.connection))

    def _named(self, each: Entry) -> Entry:
        self._made += 1
        return each if each.id else replace(each, id=f"e{self._made}")

    def _documents(self, writer: Writer, entries: Sequence[Entry]) -> dict[str, int]:
        paths = sorted({each.source.path for each in entries})
        return {path: writer.put_document(_state(path), "log", racy=False, unverified=None) for path in paths}


def _state(path: str) -> FileState:
    return FileState(path=path, dev=0, ino=0, size=0, mtime_ns=0, ctime_ns=0)


class TableContract:
    """`table` is the store; each of `samples` leaves a mark in it."""

    table: ClassVar[Table]
    samples: ClassVar[Sequence[Entry]]

    @pytest.fixture
    def world(self, tmp_path: Path) -> Iterator[World]:
        world = World(tmp_path / "index.db", [self.table])
        yield world
        world.connection.close()

    @pytest.fixture
    def other(self, tmp_path: Path) -> Iterator[World]:
        """A second index, to compare with."""
        world = World(tmp_path / "other.db", [self.table])
        yield world
        world.connection.close()

    def test_every_sample_leaves_a_mark_at_its_place(self, world: World) -> None:
        for sample in self.samples:
            world.put(sample)
            assert any(line.startswith(f"{sample.source}\t") for line in world.canonical())

    def test_applying_a_change_twice_changes_nothing(self, world: World) -> None:
        keys = world.put(*self.samples)
        once = world.canonical()
        world.again(*(EntryChange(key=key, old=None, new=each) for key, each in zip(keys, self.samples, strict=True)))
        assert world.canonical() == once

    def test_what_is_deleted_leaves_nothing(self, world: World) -> None:
        for key, sample in zip(world.put(*self.samples), self.samples, strict=True):
            world.edit(key, sample, None)
        assert world.canonical() == []

    def test_deleting_one_entry_leaves_what_the_others_support(self, world: World, other: World) -> None:
        keys = world.put(*self.samples)
        world.edit(keys[0], self.samples[0], None)
        other.put(*self.samples[1:])
        assert world.canonical() == other.canonical()

    def test_edits_in_any_order_equal_a_rebuild(self, world: World, other: World) -> None:
        samples = self.samples
        keys = world.put(*(entry("something else", each.source.span.line) for each in reversed(samples)))
        for key, sample in zip(reversed(keys), samples, strict=True):
            world.edit(key, entry("something else", sample.source.span.line), sample)
        other.put(*samples)
        assert world.canonical() == other.canonical()

    def test_an_entry_that_only_moved_is_held_at_its_new_line(self, world: World, other: World) -> None:
        sample = self.samples[0]
        span = Span(start=9000, end=9050, line=90, end_line=90)
        moved = replace(sample, source=replace(sample.source, span=span))
        (key,) = world.put(sample)
        world.edit(key, sample, moved)
        other.put(moved)
        assert world.canonical() == other.canonical()

    def test_an_entry_can_change_its_layer(self, world: World, other: World) -> None:
        sample = self.samples[0]
        moved = replace(sample, layer=next(layer for layer in Layer if layer is not sample.layer), kind=Kind.STATEMENT)
        (key,) = world.put(sample)
        world.edit(key, sample, moved)
        other.put(moved)
        assert world.canonical() == other.canonical()

    def test_upkeep_ends_and_changes_no_meaning(self, world: World) -> None:
        for sample in self.samples:
            world.put(sample)
        before = world.canonical()
        assert any(not self.table.tidy(world.connection, 0.0) for _ in range(1000))
        assert world.canonical() == before
