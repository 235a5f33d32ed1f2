"""A plugin: every test with its working memory on a real Redis, emptied before each. `pytest -p tests.on_redis`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from neuromem_sync.config import Settings
from neuromem_sync.servers import Layers, WorkingServer
from tests.servers import RedisServer, serving


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    folder: Path = tmp_path_factory.mktemp("redis")
    yield from serving(folder)


@pytest.fixture(autouse=True)
def _working_memory_on_redis(_server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process by the settings' own default, so that a test that asks for no server at all still gets none."""
    _server.command("FLUSHALL")
    layers, made = Layers(working=WorkingServer(url=_server.url)), Settings.__init__

    @wraps(made)
    def make(settings: Settings, **given: Any) -> None:
        made(settings, **{"layers": layers, **given})

    monkeypatch.setattr(Settings, "__init__", make)
