"""A question to a Neo4j that does not answer costs its time limit once, for everybody."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from neuromem_sync.clock import SystemClock
from neuromem_sync.errors import LayerUnavailable, Rejected
from neuromem_sync.layers.asking_neo4j import PARTING_S, Asking
from neuromem_sync.layers.registry import circuit
from neuromem_sync.layers.server_neo4j import Neo4jServer
from neuromem_sync.servers import SemanticServer

LIMIT, SLACK = 0.1, 0.5


@pytest.fixture
def silent() -> Iterator[SemanticServer]:
    """Where connections are taken and nothing is ever said."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield SemanticServer(url=f"bolt://127.0.0.1:{listener.getsockname()[1]}", password="p")


def asking(login: SemanticServer, state: Path) -> Asking:
    return Asking(login, lambda: circuit(state, "neo4j"), SystemClock())


def test_a_question_has_so_long_altogether(silent: SemanticServer, tmp_path: Path) -> None:
    with closing(asking(silent, tmp_path)) as ask:
        ask.begin(LIMIT)
        began = time.monotonic()
        with pytest.raises(LayerUnavailable, match="takes too long"):
            ask("RETURN 1")
        assert LIMIT <= time.monotonic() - began < LIMIT + SLACK
        with pytest.raises(LayerUnavailable, match="takes too long"):
            ask("RETURN 1")  # its time is over: this costs nothing
        assert time.monotonic() - began < LIMIT + SLACK


def test_the_next_one_waits_for_nothing_whoever_asks_it(silent: SemanticServer, tmp_path: Path) -> None:
    with closing(asking(silent, tmp_path)) as one, closing(asking(silent, tmp_path)) as other:
        one.begin(LIMIT)
        with pytest.raises(LayerUnavailable):
            one("RETURN 1")
        for each in (one, other):
            with pytest.raises(LayerUnavailable, match="takes too long"):
                each.begin(LIMIT)


def test_taking_leave_of_one_that_hangs_takes_no_longer_than_that(silent: SemanticServer, tmp_path: Path) -> None:
    ask = asking(silent, tmp_path)
    ask.begin(LIMIT)
    with pytest.raises(LayerUnavailable):
        ask("RETURN 1")
    began = time.monotonic()
    ask.close()
    assert time.monotonic() - began < PARTING_S + SLACK


def test_one_that_does_not_take_a_question_leaves_it_to_the_index_and_is_asked_again(
    silent: SemanticServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_asked: object, **_values: object) -> None:
        raise Rejected("it does not take it")

    monkeypatch.setattr(Neo4jServer, "ask", refuse)
    with closing(asking(silent, tmp_path)) as ask:
        ask.begin(LIMIT)
        with pytest.raises(LayerUnavailable, match="does not take it"):
            ask("RETURN 1")
        ask.begin(LIMIT)
