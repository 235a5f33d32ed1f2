"""A real Redis server for a test: of its own, on a free loopback port, with a folder and a password of its own.

NEUROMEM_TEST_REDIS names the program (a `redis-server` or a `valkey-server`) where it is not on the PATH.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests.missing import left_out
from tests.network import LOOPBACK, Network

PASSWORD = "s3same-öffne"  # not ASCII: it goes through a URL, and over the wire
PACKAGE = "redis-server"
NAMED = os.environ.get("NEUROMEM_TEST_REDIS")
"""Read before the tests put the variables of the user out of reach."""
PATIENCE = 10.0
_PORTS = islice(cycle(range(12_000, 32_000)), os.getpid() * 37 % 20_000, None)


def free_port() -> int:
    """Below those that the system gives to connections: a server that is killed finds its own again."""
    for port in _PORTS:
        with suppress(OSError), closing(socket.create_server(("127.0.0.1", port))):
            return port
    raise AssertionError("no port is free")


def program() -> str | None:
    return NAMED or shutil.which("redis-server") or shutil.which("valkey-server")


class RedisServer:
    """One server process, which can be killed, paused and started again with what it had on its disk."""

    def __init__(self, folder: Path, *options: str, network: Network = LOOPBACK) -> None:
        self.folder = folder
        self.network = network
        self.port, self.bus = free_port(), free_port()
        self.options = options
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        from urllib.parse import quote

        return f"redis://:{quote(PASSWORD)}@{self.network.address}:{self.port}/0"

    def start(self) -> None:
        found = program()
        assert found is not None, PACKAGE
        self.folder.mkdir(parents=True, exist_ok=True)
        given = {"port": self.port, "bind": self.network.address, "dir": self.folder, "requirepass": PASSWORD,
                 "save": "", "appendonly": "yes", "appendfsync": "everysec"}  # fmt: skip
        if "--cluster-enabled" in self.options:
            given["cluster-port"] = self.bus
        words = [word for name, value in given.items() for word in (f"--{name}", str(value))]
        with (self.folder / "log").open("ab") as log:
            command = [*self.network.within, found, *words, *self.options]
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert self.process.poll() is None, (self.folder / "log").read_text(encoding="utf-8")
            assert time.monotonic() < deadline, "the server did not start"

    def _answers(self) -> bool:
        try:
            return self.command("PING") == b"+PONG"
        except OSError:
            return False

    def command(self, *words: str, password: str = PASSWORD) -> bytes:
        """The first line of what it answers, on a connection of its own."""
        with closing(socket.create_connection((self.network.address, self.port), 5.0)) as link:
            reader = link.makefile("rb")
            said = b""
            for each in (("AUTH", password), words):
                parts = [word.encode() for word in each]
                link.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
                said = reader.readline().rstrip()
            return said

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, number)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.resume()
            self.kill()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    yield from serving(tmp_path / "redis")


@pytest.fixture
def redis_cluster(tmp_path: Path) -> Iterator[RedisServer]:
    """A cluster of one node: it refuses commands whose keys belong to several slots."""
    for server in serving(tmp_path / "redis", "--cluster-enabled", "yes"):
        server.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
        while server.command("SET", "ready", "1") != b"+OK":
            pass
        yield server


@pytest.fixture
def two_nodes(tmp_path: Path) -> Iterator[tuple[RedisServer, RedisServer]]:
    """A cluster whose nodes have half of the slots each."""
    for one in serving(tmp_path / "one", "--cluster-enabled", "yes"):
        for two in serving(tmp_path / "two", "--cluster-enabled", "yes"):
            one.command("CLUSTER", "ADDSLOTSRANGE", "0", "8191")
            two.command("CLUSTER", "ADDSLOTSRANGE", "8192", "16383")
            one.command("CLUSTER", "MEET", "127.0.0.1", str(two.port), str(two.bus))
            while not all(node.command("GET", key)[:1] in (b"$", b"-") and b"DOWN" not in node.command("GET", key)
                          for node in (one, two) for key in ("a", "b", "c", "d")):  # fmt: skip
                time.sleep(0.05)
            yield one, two


def serving(folder: Path, *options: str, network: Network = LOOPBACK) -> Iterator[RedisServer]:
    """A server for a block, or a test that is left out, with what to install."""
    if program() is None:
        left_out(PACKAGE)
    server = RedisServer(folder, *options, network=network)
    server.start()
    try:
        yield server
    finally:
        server.close()
