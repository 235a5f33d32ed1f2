"""Both servers over TLS, with certificates of a private authority: trusted where SSL_CERT_FILE names it, or refused."""

from __future__ import annotations

import gc
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from neuromem_sync import app
from neuromem_sync.config import load
from neuromem_sync.errors import LayerUnavailable
from neuromem_sync.layers.asking_neo4j import Asking
from neuromem_sync.layers.resp import Conversation
from neuromem_sync.layers.scripts_redis import TOUCHED
from neuromem_sync.layers.working_redis import RedisWorking
from tests.machines import Machine, patiently
from tests.missing import left_out
from tests.neo4j_server import Server, lacking, started
from tests.servers import free_port, serving
from tests.workshop import CLOCK

pytestmark = [
    pytest.mark.embedded("the server over TLS is its own"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
"""The driver leaves a connection whose handshake failed to the collector of garbage."""
PATIENT = 10.0  # seconds: what is tried here are answers, on machines that are busy
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
OVER_TLS = """server.bolt.tls_level=REQUIRED
dbms.ssl.policy.bolt.enabled=true
dbms.ssl.policy.bolt.base_directory={folder}
dbms.ssl.policy.bolt.private_key=server.key
dbms.ssl.policy.bolt.public_certificate=server.pem
dbms.ssl.policy.bolt.client_auth=NONE
"""


@dataclass(frozen=True, slots=True)
class Certified:
    """An authority, and a server's certificate and key that it vouches for."""

    authority: Path
    certificate: Path
    key: Path


@pytest.fixture(scope="session")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    if shutil.which("openssl") is None:
        left_out("openssl")
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], check=True, capture_output=True, cwd=folder)

    (folder / "names").write_text("subjectAltName=DNS:localhost\n", encoding="utf-8")
    openssl("req", "-x509", *CURVE, "-days", "2", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", *CURVE, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "server.pem")  # fmt: skip
    return Certified(folder / "ca.pem", folder / "server.pem", folder / "server.key")


@pytest.fixture
def redis_url(certified: Certified, tmp_path: Path) -> Iterator[str]:
    """Of a server that speaks TLS on this port."""
    port = free_port()
    options = ("--tls-port", port, "--tls-cert-file", certified.certificate, "--tls-key-file", certified.key,
               "--tls-auth-clients", "no")  # fmt: skip
    for server in serving(tmp_path / "redis", *map(str, options)):
        yield server.url.replace("redis://", "rediss://").replace(f"127.0.0.1:{server.port}", f"localhost:{port}")


@pytest.fixture(scope="session")
def neo4j_tls(certified: Certified, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that speaks nothing else; it was given its password before."""
    if lack := lacking():
        left_out(lack)
    server = started(tmp_path_factory.mktemp("neo4j-tls"))
    server.kill()
    with (server.home / "neo4j.conf").open("a", encoding="utf-8") as configuration:
        configuration.write(OVER_TLS.format(folder=certified.key.parent))
    server.again()
    yield server
    server.kill()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    monkeypatch.setattr(Asking, "begin", patiently)
    shop = Machine(tmp_path / "one", "ava")
    shop.write("notes/gateway.md", "# Gateway\n\n- [[Gateway]] uses [[Caddy]]\n")
    yield shop
    gc.collect()  # what the driver left, within the filter above


def told(shop: Machine) -> list[str]:
    """Why each server was not told everything, "" for one that was."""
    shop.sync()
    return [each.reason for each in app.project(shop.workspace, load(), CLOCK, 120.0, at_once=True)]


async def test_redis(redis_url: str, certified: Certified, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RedisWorking(redis_url, PATIENT)
    with closing(Conversation(redis_url, PATIENT)) as conversation:
        with pytest.raises(LayerUnavailable, match="certificate"):
            await store.check()
        with pytest.raises(LayerUnavailable, match="certificate"):
            conversation.run(TOUCHED, ("a", "b"), ("0", "2"))
        monkeypatch.setenv("SSL_CERT_FILE", str(certified.authority))
        assert (await store.check()).version
        assert conversation.run(TOUCHED, ("a", "b"), ("0", "2")) == []
    await store.close()


@pytest.mark.parametrize("scheme", ["bolt+s", "neo4j+s"])
def test_neo4j(
    scheme: str, shop: Machine, neo4j_tls: Server, certified: Certified, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part, value in (("URL", as_(neo4j_tls, scheme)), ("PASSWORD", neo4j_tls.password)):
        monkeypatch.setenv(f"NEUROMEM_NEO4J_{part}", value)
    (why,) = told(shop)
    assert "cannot be trusted: its certificate" in why
    monkeypatch.setenv("SSL_CERT_FILE", str(certified.authority))
    assert told(shop) == [""]
    assert shop.things("Gateway") == {"Caddy"}
    monkeypatch.setenv("NEUROMEM_NEO4J_URL", as_(neo4j_tls, "bolt"))
    (why,) = told(shop)
    assert "cannot be reached" in why


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_one_server_answers_to_either_scheme(
    scheme: str, shop: Machine, neo4j_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part, value in (("URL", neo4j_server.url.replace("bolt", scheme)), ("PASSWORD", neo4j_server.password)):
        monkeypatch.setenv(f"NEUROMEM_NEO4J_{part}", value)
    assert told(shop) == [""]
    assert shop.things("Gateway") == {"Caddy"}


def as_(server: Server, scheme: str) -> str:
    """Its address by the name in its certificate."""
    return server.url.replace("bolt://127.0.0.1", f"{scheme}://localhost")
