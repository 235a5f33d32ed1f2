"""The rules of docs/servers.md for who may do what on a Redis, tried on one; and the same over TLS."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from contract import entry

from neuromem_sync.clock import ManualClock
from neuromem_sync.errors import LayerUnavailable
from neuromem_sync.layers.circuit_sqlite import Circuit
from neuromem_sync.layers.projection import Projected, Told
from neuromem_sync.layers.resp import Conversation
from neuromem_sync.layers.scripts_redis import TOUCHED
from neuromem_sync.layers.touches_redis import RedisTouches
from neuromem_sync.layers.touches_sqlite import SqliteTouches
from neuromem_sync.layers.working_redis import RedisWorking
from neuromem_sync.sqlite import connect
from tests.missing import left_out
from tests.servers import RedisServer, free_port, redis_server, serving

__all__ = ["redis_server"]

PAGE = Path(__file__).parents[2] / "docs/servers.md"


def rules(agent: str) -> list[str]:
    """What the page says to type for an agent, without the words before its name."""
    (found,) = re.findall(r"^ACL SETUSER ava (.*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [word.replace("{ava}", f"{{{agent}}}").replace("PASSWORD", "mine") for word in found.split()]


async def everything(url: str, agent: str, folder: Path) -> list[str]:
    """All that we ever ask of a server; what is on the table then."""
    store = RedisWorking(url, limit=2.0)
    await store.begin("E", agent)
    await store.project("E", agent, [Projected(id="a", version=1, entry=entry("text", id="a"))])
    assert await store.reached("E", agent) == 1
    await store.check()
    live = connect(folder / f"{agent}.db")
    touches = RedisTouches(
        SqliteTouches(live, 300.0), Conversation(url, 2.0), Circuit(live, "redis", Random(1)), ManualClock(1000.0),
        agent=agent, epoch=lambda: "E", ttl=300.0, budget=100,
    )  # fmt: skip
    touches.touch(["a", "b"], 1000.0, written=True)
    touches.drop(["b"])
    found = list(touches.touched(1000.0))
    assert touches.problems == ()
    await store.begin("F", agent)
    await store.project("F", agent, [Projected(id="a", version=1, entry=entry("text", id="a"))])
    assert await store.others("F", agent, ["a", "b"]) == [Told(entries=1, held=1, since=False)]
    await store.leave("E", agent)
    assert await store.others("F", agent, ["a", "b"]) == []
    await store.clear(agent)
    await store.close()
    touches.close()
    live.close()
    return found


async def test_the_rules_of_the_page_are_enough_and_no_other_agent_is_reached(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    assert redis_server.command("ACL", "SETUSER", "ava", *rules("ava")) == b"+OK"
    url = f"redis://ava:mine@127.0.0.1:{redis_server.port}/0"
    assert await everything(url, "ava", tmp_path) == ["a"]
    store = RedisWorking(url, limit=2.0)
    with pytest.raises(LayerUnavailable, match="NOPERM") as error:
        await store.begin("E", "bo")
    assert not error.value.passes
    with pytest.raises(LayerUnavailable, match="NOPERM"):
        await store.reached("E", "bo")
    await store.leave("E", "bo")  # of a name it had before: what is there ends by itself
    await store.close()


@pytest.fixture
def over_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that speaks nothing else; its certificate is the one this process trusts."""
    if shutil.which("openssl") is None:
        left_out("openssl")
    certificate, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", private, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    port = free_port()
    options = ("--tls-port", str(port), "--tls-cert-file", certificate, "--tls-key-file", private,
               "--tls-auth-clients", "no")  # fmt: skip
    for server in serving(tmp_path / "redis", *map(str, options)):
        yield server.url.replace("redis://", "rediss://").replace(f"127.0.0.1:{server.port}", f"localhost:{port}")


async def test_tls(over_tls: str, tmp_path: Path) -> None:
    assert await everything(over_tls, "ava", tmp_path) == ["a"]


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    over_tls: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    store = RedisWorking(over_tls, limit=2.0)
    with pytest.raises(LayerUnavailable, match="self-signed"):
        await store.check()
    await store.close()
    with pytest.raises(LayerUnavailable, match="self-signed"):
        Conversation(over_tls, 2.0).run(TOUCHED, ("a", "b"), ("0", "2"))
