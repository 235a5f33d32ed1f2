"""A short conversation with what may be no Redis at all: every wait has an end, and every failure is told in words."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread

import pytest

from neuromem_sync.errors import LayerUnavailable
from neuromem_sync.layers.resp import Conversation
from neuromem_sync.layers.scripts_redis import TOUCHED

LIMIT = 0.1
SLACK = 0.4
"""Seconds that a busy machine may add."""


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """The URL of a server that does this with each connection."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    link, _ = listener.accept()
                    with link, suppress(OSError):
                        answer(link)

        serving = Thread(target=serve, daemon=True)
        serving.start()
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        serving.join(5)


def failure(url: str) -> LayerUnavailable:
    """What asking it ends in, within the time limit."""
    began = time.monotonic()
    with closing(Conversation(url, LIMIT)) as conversation, pytest.raises(LayerUnavailable) as met:
        conversation.run(TOUCHED, ("a", "b"), ("0", "2"))
    assert time.monotonic() - began < LIMIT + SLACK
    return met.value


@pytest.mark.parametrize("host", ["redis..example", "a" * 64])
def test_a_name_that_no_host_can_have_is_told_as_any_that_is_not_known(host: str) -> None:
    assert failure(f"redis://{host}:6379").message.endswith("cannot be reached: no host can be called so")


def test_one_that_sends_byte_by_byte_gets_no_more_time_for_it() -> None:
    over = Event()

    def drip(link: socket.socket) -> None:
        while not over.wait(LIMIT / 4):
            link.sendall(b"+")

    with answering(drip) as url:
        assert "does not answer in time" in failure(url).message
        over.set()


@pytest.mark.parametrize(
    "said",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"$many\r\n", b"*1\r\n*1\r\n", b"\r\n", b"+\xff\xfe\r\n"],
    ids=["http", "a size that is none", "a list of lists", "nothing", "no text"],
)
def test_what_speaks_another_protocol_is_no_redis(said: bytes) -> None:
    with answering(lambda link: link.sendall(said * 2)) as url:
        found = failure(url)
    assert found.message.startswith("what answers is no redis at 127.0.0.1")
    assert not found.passes


def test_one_that_hangs_up_cannot_be_reached() -> None:
    with answering(lambda link: None) as url:
        assert "cannot be reached" in failure(url).message


def test_a_name_that_nobody_looks_up_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the network is away, and the one who knows names with it."""
    over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(5) and [])
    assert failure("redis://db.example").message == "redis at db.example:6379 does not answer in time"
    over.set()


def test_a_name_that_nobody_knows_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert failure("redis://db.example").message.endswith("cannot be reached: Name or service not known")
