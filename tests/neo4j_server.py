"""A real Neo4j for tests: the one the environment names, else one of our own from Maven's jars, on a free port.

The jars (128 MB, 10 s to fetch) are kept in a cache folder; the server's own folder is new each time.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.missing import left_out
from tests.network import LOOPBACK, Network
from tests.servers import free_port

SOURCES = Path(__file__).parent / "neo4j"
PAGE = SOURCES / "pom.xml"
JAVA = 17  # the oldest that runs Neo4j 5
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "neuromem-tests"
GIVEN = tuple(os.environ.get(f"NEUROMEM_NEO4J_{part}", "") for part in ("URL", "USER", "PASSWORD"))
"""Read before the tests put the user's own settings out of reach."""
UP = 120.0  # seconds until it must be up: 8 on an idle machine, 30 on two cores that are shared
OPTIONS = (
    "-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --add-opens=java.base/java.nio=ALL-UNNAMED"
    " --add-opens=java.base/java.io=ALL-UNNAMED --add-opens=java.base/sun.nio.ch=ALL-UNNAMED"
    " --add-opens=java.base/java.util.concurrent=ALL-UNNAMED"
).split()
CONFIGURATION = """server.bolt.enabled=true
server.bolt.listen_address={address}:{port}
dbms.security.auth_enabled=true
server.memory.pagecache.size=128m
dbms.usage_report.enabled=false
"""


@dataclass(slots=True)
class Server:
    """Where it is and who may enter. `process` is None for one that is not ours to end."""

    url: str
    user: str
    password: str
    home: Path = Path()
    process: subprocess.Popen[bytes] | None = None
    start: Callable[[], subprocess.Popen[bytes]] | None = None

    def kill(self) -> None:
        """As by a power cut; what was committed is there again after `again`."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def again(self) -> None:
        assert self.start is not None
        self.process = self.start()

    def answers(self) -> bool:
        """Whether it lets us in: it listens some seconds before that."""
        from neo4j import GraphDatabase
        from neo4j.exceptions import DriverError, Neo4jError

        try:
            with GraphDatabase.driver(self.url, auth=(self.user, self.password)) as driver:
                driver.execute_query("MATCH (n) RETURN n LIMIT 1")
        except (DriverError, Neo4jError):
            return False
        return True

    def pause(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


def lacking() -> str:
    """What to install before a server can be started here; "" for nothing. Maven is needed once, for the jars."""
    wanted = {"default-jdk-headless": _java_of_today(), "maven": kept().is_dir() or shutil.which("mvn") is not None}
    return " ".join(package for package, there in wanted.items() if not there)


def _java_of_today() -> bool:
    program = shutil.which("java")
    if program is None:
        return False
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    return version is not None and int(version[1]) >= JAVA


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for the whole run: tests keep apart by agents of their own."""
    if GIVEN[0]:
        yield Server(*GIVEN)
        return
    if lack := lacking():
        left_out(lack)
    server = started(tmp_path_factory.mktemp("neo4j"))
    yield server
    if server.process is not None:
        server.process.kill()
        server.process.wait()


def started(home: Path, network: Network = LOOPBACK) -> Server:
    """A server of our own that answers, in a folder of its own."""
    port = free_port()
    configuration = home / "neo4j.conf"
    configuration.write_text(CONFIGURATION.format(address=network.address, port=port))
    command = [*network.within, "java", *OPTIONS, "-cp", f"{jars()}/*", str(SOURCES / "Neo4jForTests.java"), str(home)]

    def start() -> subprocess.Popen[bytes]:
        with (home / "output").open("ab") as output:
            process = subprocess.Popen([*command, str(configuration)], stdout=output, stderr=output)
        _until_it_listens(process, (network.address, port), home / "output")
        return process

    server = Server(f"bolt://{network.address}:{port}", "neo4j", secrets.token_urlsafe(12), home, start(), start)
    take_possession(server)
    return server


def jars() -> Path:
    """The folder of jars of the versions in pom.xml, fetched if they are not kept."""
    if not kept().is_dir():
        fetched = CACHE / f"fetching-{os.getpid()}"
        fetch = ["mvn", "-q", "-B", "-f", str(PAGE), "dependency:copy-dependencies", "-DincludeScope=runtime"]
        subprocess.run([*fetch, f"-DoutputDirectory={fetched}"], check=True, timeout=600)
        fetched.rename(kept())
    return kept()


def kept() -> Path:
    """Where the jars of these versions are, or would be."""
    return CACHE / f"neo4j-{hashlib.sha256(PAGE.read_bytes()).hexdigest()[:16]}"


def _until_it_listens(process: subprocess.Popen[bytes], address: tuple[str, int], output: Path) -> None:
    end = time.monotonic() + UP
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(address) == 0:
                return
        time.sleep(0.1)
    process.kill()
    process.wait()
    raise RuntimeError(f"Neo4j did not come up:\n{output.read_text()[-2000:]}")


def take_possession(server: Server) -> None:
    """The first login has to change the password everybody knows."""
    from neo4j import GraphDatabase
    from neo4j.exceptions import DriverError, Neo4jError

    end = time.monotonic() + UP
    while True:
        try:
            with GraphDatabase.driver(server.url, auth=("neo4j", "neo4j")) as driver:
                statement = "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new"
                driver.execute_query(statement, new=server.password, database_="system")
            return
        except (DriverError, Neo4jError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
