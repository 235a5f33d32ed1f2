"""A small index over the three text layers, to ask."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "layers"))

from contract import World

from neuromem_sync.layers import registry
from neuromem_sync.pack import Found
from neuromem_sync.query import Query
from neuromem_sync.recall import recall
from neuromem_sync.sqlite import read

NOW = 1772366400.0  # 1 March 2026, noon UTC
LAYERS = registry.text_layers()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "index.db", [registry.working(), *LAYERS])
    yield world
    world.connection.close()


@pytest.fixture
def ask(world: World) -> Callable[..., Found]:
    def ask(text: str = "", working: frozenset[int] = frozenset(), **filters: object) -> Found:
        query = Query(text=text, now=NOW, **filters)  # type: ignore[arg-type]
        return read(world.connection, recall(query, LAYERS, working))

    return ask
