"""The server over HTTP: on the loopback alone, for who has the token, and for no page that a browser shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from neuromem_sync.errors import ConfigError, NeuromemError
from neuromem_sync.loopback import listening, token_of
from tests.mcp.serving import command, environment, told
from tests.workshop import Workshop

HELLO = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}  # fmt: skip


class Place(NamedTuple):
    """Where a server listens, and the token it showed."""

    url: str
    host: str
    token: str


@contextmanager
def serving(shop: Workshop) -> Iterator[Place]:
    """A server on a free port, until the block ends."""
    process = subprocess.Popen(
        command(shop.root, "--http", "127.0.0.1:0"),
        env={**os.environ, **environment(shop)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        where, token = process.stderr.readline(), process.stderr.readline()
        found = re.search(r"http://(127\.0\.0\.1:\d+)/mcp", where)
        assert found, where
        yield Place(found[0], found[1], token.removeprefix("token: ").strip())
    finally:
        process.terminate()
        rest = process.communicate(timeout=20)[1]
    assert "Traceback" not in rest


def status(place: Place, **headers: str) -> int:
    """What the server says to a first message with these headers."""
    given = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "Authorization": f"Bearer {place.token}",
    }
    given |= {name.title(): value for name, value in headers.items()}
    message = urllib.request.Request(place.url, json.dumps(HELLO).encode(), given)
    try:
        with urllib.request.urlopen(message, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


async def test_over_http(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write("a.md", "The gateway is behind the proxy.\n")
    with serving(shop) as place:
        port = place.host.rpartition(":")[2]
        assert status(place) == 200
        assert status(place, host=f"localhost:{port}", origin=f"http://localhost:{port}") == 200
        assert status(place, authorization="") == 401
        assert status(place, authorization="Bearer guessed") == 401
        assert status(place, authorization=f"Basic {place.token}") == 401
        assert status(place, host="evil.example") == 421
        assert status(place, host="127.0.0.1:1") == 421
        assert status(place, origin="http://evil.example") == 403
        assert status(place, origin="http://localhost:1") == 403
        assert status(place, origin="null") == 403
        headers = {"Authorization": f"Bearer {place.token}"}
        async with (
            create_mcp_http_client(headers=headers) as http,
            Client(streamable_http_client(place.url, http_client=http)) as ava,
        ):
            (entry,) = told(await ava.call_tool("recall", {"query": "gateway"}))["entries"]
            assert entry["path"] == "a.md"


@pytest.mark.parametrize("address", ["0.0.0.0:0", "192.0.2.1:0", "[::]:0", "example.org:0", "8765", "127.0.0.1:x", ""])
def test_no_address_but_the_loopback_is_listened_on(address: str) -> None:
    with pytest.raises(NeuromemError, match=r"is no HOST:PORT|is not of the loopback"):
        listening(address)


def test_a_port_that_is_taken_is_an_error_that_says_what_to_do() -> None:
    with listening("127.0.0.1:0") as taken, pytest.raises(NeuromemError) as refused:
        listening(f"127.0.0.1:{taken.getsockname()[1]}")
    assert "any that is free" in refused.value.hint


def test_a_token_file_is_its_owners_alone_and_holds_enough(tmp_path: Path) -> None:
    place = tmp_path / "token"
    with pytest.raises(ConfigError, match="no such file"):
        token_of(place)
    place.write_text("0123456789abcdef" * 4 + "\n", encoding="ascii")
    place.chmod(0o644)
    with pytest.raises(ConfigError, match="can be read by others"):
        token_of(place)
    place.chmod(0o600)
    assert token_of(place) == "0123456789abcdef" * 4
    place.write_text("short\n", encoding="ascii")
    with pytest.raises(ConfigError, match="holds no token of 32 characters"):
        token_of(place)


def test_without_a_file_every_start_has_a_token_of_its_own() -> None:
    assert len({token_of(None) for _ in range(10)}) == 10
    assert len(token_of(None)) == 64
