"""A real Neo4j for tests: the one the environment names, else one of our own from Maven's jars, on a free port.

The jars (128 MB, 10 s to fetch) are kept in a cache folder; the server's own folder is new each time.
"""

from __future__ import annotations

import hashlib
import os
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

SOURCES = Path(__file__).parent / "neo4j"
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
server.bolt.listen_address=127.0.0.1:{port}
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

    def pause(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


def lacking() -> str:
    """What to install before a server can be started here; "" for nothing."""
    wanted = {"java": "openjdk-17-jre-headless", "mvn": "maven"}
    missing = [package for program, package in wanted.items() if shutil.which(program) is None]
    return f"no Neo4j: apt-get install {' '.join(missing)}" if missing else ""


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for the whole run: tests keep apart by agents of their own."""
    if GIVEN[0]:
        yield Server(*GIVEN)
        return
    if lack := lacking():
        if os.environ.get("CI") == "true":
            pytest.fail(lack)
        pytest.skip(lack)
    server = started(tmp_path_factory.mktemp("neo4j"))
    yield server
    if server.process is not None:
        server.process.kill()
        server.process.wait()


def started(home: Path) -> Server:
    """A server of our own that answers, in a folder of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration = home / "neo4j.conf"
    configuration.write_text(CONFIGURATION.format(port=port))
    command = ["java", *OPTIONS, "-cp", f"{jars()}/*", str(SOURCES / "Neo4jForTests.java"), str(home)]

    def start() -> subprocess.Popen[bytes]:
        with (home / "output").open("ab") as output:
            process = subprocess.Popen([*command, str(configuration)], stdout=output, stderr=output)
        _until_it_listens(process, port, home / "output")
        return process

    server = Server(f"bolt://127.0.0.1:{port}", "neo4j", secrets.token_urlsafe(12), start(), start)
    _take_possession(server)
    return server


def jars() -> Path:
    """The folder of jars of the versions in pom.xml, fetched if they are not kept."""
    page = SOURCES / "pom.xml"
    kept = CACHE / f"neo4j-{hashlib.sha256(page.read_bytes()).hexdigest()[:16]}"
    if not kept.is_dir():
        fetched = CACHE / f"fetching-{os.getpid()}"
        fetch = ["mvn", "-q", "-B", "-f", str(page), "dependency:copy-dependencies", "-DincludeScope=runtime"]
        subprocess.run([*fetch, f"-DoutputDirectory={fetched}"], check=True, timeout=600)
        fetched.rename(kept)
    return kept


def _until_it_listens(process: subprocess.Popen[bytes], port: int, output: Path) -> None:
    end = time.monotonic() + UP
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    process.kill()
    process.wait()
    raise RuntimeError(f"Neo4j did not come up:\n{output.read_text()[-2000:]}")


def _take_possession(server: Server) -> None:
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
