"""No byte of a secret reaches a server, and no password of a server comes out of a command or the state folder.

What goes to the servers is read on its way, byte by byte, and looked for again in what they hold: keys, values,
properties, logs and store files.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread
from urllib.parse import quote, urlsplit

import pytest

from benchmarks.secrets.seeds import documents, seeds
from tests.held import held, on_redis
from tests.missing import left_out
from tests.neo4j_server import Server, lacking, started
from tests.secrets.test_raw import BROKEN, KEYS, WORDS, House, found_in
from tests.servers import PASSWORD, RedisServer, redis_server
from tests.workshop import eventually

__all__ = ["redis_server"]

PLAIN = "a heliotrope blooms behind the gateway"
"""Nothing secret: where this is not found, a search finds nothing."""
BUSY = 120.0
"""Seconds in which a server that is well has been told everything, on a machine that is not."""
RUN = re.compile(rb"[^\0\r\n]{7,}")


class Tap:
    """A port that leads to another one; what goes there is kept."""

    def __init__(self, port: int) -> None:
        self._there = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.heard = bytearray()
        Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                there = socket.create_connection(("127.0.0.1", self._there))
                for source, target, kept in ((here, there, self.heard), (there, here, bytearray())):
                    Thread(target=_pour, args=(source, target, kept), daemon=True).start()

    def close(self) -> None:
        self._listener.close()


def _pour(source: socket.socket, target: socket.socket, kept: bytearray) -> None:
    with suppress(OSError), closing(target):
        while data := source.recv(1 << 16):
            kept += data
            target.sendall(data)


@pytest.fixture
def taps(redis_server: RedisServer, neo4j_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Tap, Tap]]:
    yield from tapped(redis_server, neo4j_server, monkeypatch)


def tapped(redis: RedisServer, neo4j: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Tap, Tap]]:
    """On the way to both servers, which the environment names."""
    redis.command("CONFIG", "SET", "slowlog-log-slower-than", "0")
    redis.command("CONFIG", "SET", "slowlog-max-len", "100000")
    with closing(Tap(redis.port)) as one, closing(Tap(urlsplit(neo4j.url).port or 7687)) as two:
        monkeypatch.setenv("NEUROMEM_REDIS_URL", redis.url.replace(str(redis.port), str(one.port)))
        monkeypatch.setenv("NEUROMEM_NEO4J_URL", f"bolt://127.0.0.1:{two.port}")
        monkeypatch.setenv("NEUROMEM_NEO4J_USER", neo4j.user)
        monkeypatch.setenv("NEUROMEM_NEO4J_PASSWORD", neo4j.password)
        yield one, two


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    made("init", "ava")
    for path, text in {**documents(seeds()), **BROKEN}.items():
        made.write(path, text)
    made.write("notes/plain.md", f"# Plain\n\n- {PLAIN} of [[Nadia]]\n")
    return made


def live(house: House, *passwords: str) -> None:
    """A daemon that tells both, edits with secrets, questions."""
    with house.daemon():
        house.write("live.md", f"# L\n\nthe password of [[Nadia]] is {WORDS[10]}\n")
        house.write("mind/SHARED.md", f"# Shared\n\n- [[Nadia]] has the token {KEYS[8]}\n\n## Keys\n\n- {KEYS[9]}\n")
        house("sync")
        for words in (("recall", "password of Nadia", "--explain"), ("related", "ava", "Nadia"), ("project",),
                      ("health",), ("config",), ("stats",), ("project", "--rebuild", "--json")):  # fmt: skip
            house(*words)
        assert eventually(lambda: told(house), BUSY)
        argv = b"".join(line for line in _command_lines() if b"neuromem_sync" in line)
        assert not [password for password in passwords if password.encode() in argv]


def told(house: House) -> bool:
    """Whether both have been told everything."""
    house("project", "--json")
    servers = json.loads(house.said[-1].removeprefix("project: "))["servers"]
    return [each["reason"] or each["left"] for each in servers] == [0, 0]


def _command_lines() -> Iterator[bytes]:
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            yield (process / "cmdline").read_bytes()


def leaks(house: House, *places: bytes) -> set[str]:
    """Of secrets, in what the house said and kept, and in these."""
    runs = {run for data in places for run in RUN.findall(data)}  # store files are zeros and repetitions
    return house.leaks() | found_in(b"\0".join(sorted(runs)))


def slow(redis: RedisServer) -> str:
    """What a server that keeps every command in its log of slow ones says."""
    import redis as driver

    with driver.Redis.from_url(redis.url) as client:
        return str(client.slowlog_get(100_000))


def test_no_byte_of_a_secret_goes_to_a_server(
    house: House, taps: tuple[Tap, Tap], redis_server: RedisServer, neo4j_server: Server
) -> None:
    passwords = (PASSWORD, quote(PASSWORD), neo4j_server.password)
    live(house, *passwords)
    assert PLAIN.encode() in taps[1].heard
    assert PLAIN in held()
    assert on_redis()
    on_disk = b"".join(file.read_bytes() for file in redis_server.folder.rglob("*") if file.is_file())
    said = [bytes(tap.heard) for tap in taps]
    assert leaks(house, *said, held().encode(), slow(redis_server).encode(), on_disk) == set()
    kept = b"".join(file.read_bytes() for file in house.state.rglob("*") if file.is_file())
    told = "".join(house.said).encode() + kept
    assert not [password for password in passwords if password.encode() in told]


@pytest.mark.long
def test_nor_is_one_in_the_files_of_the_servers(
    house: House, tmp_path: Path, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    if lack := lacking():
        left_out(lack)
    (tmp_path / "neo4j").mkdir()
    server = started(tmp_path / "neo4j")
    try:
        for _ in tapped(redis_server, server, monkeypatch):
            live(house)
            redis_server.command("SAVE")
            redis_server.command("BGREWRITEAOF")
            assert eventually(lambda: list(redis_server.folder.rglob("*.base.*")))
            stopped(server)
            folders = (tmp_path / "neo4j", redis_server.folder)  # stores, indexes, logs of all kinds
            files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
            assert any(PLAIN.encode() in file.read_bytes() for file in files)
            assert leaks(house, *(file.read_bytes() for file in files)) == set()
    finally:
        server.kill()


def stopped(server: Server) -> None:
    """As by its service: it writes all it has to its files."""
    assert server.process is not None
    server.process.terminate()
    server.process.wait(60)
