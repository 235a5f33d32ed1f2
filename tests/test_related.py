"""What is known around a thing that is named."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from neuromem_sync import app
from neuromem_sync.answer import run_blocking
from neuromem_sync.config import load
from neuromem_sync.errors import NeuromemError
from neuromem_sync.related import Related, related
from tests.workshop import CLOCK, Workshop, eventually

NOTE = """# Gateway

- **Port:** 8443
- runs_on [[Harbour]]
- replaced by [[Caddy Proxy]]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    shop = Workshop(tmp_path)
    shop.write("Gateway.md", NOTE)
    shop.write("Harbour.md", "# Harbour\n\n- owned_by [[Nadia]]\n")
    shop.sync()
    return shop


def around(shop: Workshop, entity: str, **more: int) -> Related:
    with closing(app.doors(shop.workspace, load(), CLOCK)) as doors:
        return run_blocking(related(doors, entity, **more))


def test_things_within_one_hop_and_two(shop: Workshop) -> None:
    near = {thing.key: thing for thing in around(shop, "Gateway", hops=1).things}
    assert {"harbour", "caddy proxy"} <= set(near)
    assert "nadia" not in near
    assert (near["harbour"].hops, near["harbour"].via.kind) == (1, "runs on")
    far = {thing.key: thing.hops for thing in around(shop, "Gateway", hops=2).things}
    assert far["nadia"] == 2


def test_the_entries_are_the_latest_by_their_own_time(shop: Workshop) -> None:
    days = [f"memory/2026-02-0{day}.md" for day in (7, 2, 5, 1, 6, 3, 4)]
    for path in days:  # first seen in another order than they happened in
        shop.write(path, "### 09:00 — Restart\n\n[[Harbour]] came back.\n")
        shop.sync()
    assert [hit.path for hit in around(shop, "Harbour").entries] == sorted(days, reverse=True)[:5]


def test_any_spelling_of_a_name_will_do(shop: Workshop) -> None:
    for name in ("gateway", "GATEWAY", " Gateway "):
        found = around(shop, name)
        assert (found.key, found.name) == ("gateway", "Gateway")
        assert [(fact.name, fact.value) for fact in found.facts] == [("port", "8443")]
        assert {hit.path for hit in found.entries} == {"Gateway.md"}


def test_of_what_nobody_mentions_nothing_is_known(shop: Workshop) -> None:
    found = around(shop, "Zeppelin")
    assert (found.name, found.type, found.facts, found.things, found.entries) == ("Zeppelin", "", (), (), ())
    assert found.freshness.state == "fresh"


@pytest.mark.parametrize("name", ["@gateway", "[[Gateway]]", " GATEWAY "])
def test_a_name_may_be_written_as_in_a_note(shop: Workshop, name: str) -> None:
    assert around(shop, name).name == "Gateway"


@pytest.mark.parametrize("hops", [0, 5])
def test_hops_that_mean_nothing_are_refused(shop: Workshop, hops: int) -> None:
    with pytest.raises(NeuromemError, match="hops are not from 1 to 4"):
        around(shop, "Gateway", hops=hops)


def test_the_server_answers_where_there_is_one(shop: Workshop) -> None:
    """At last: on a busy machine it may be slower than a question waits, and is left alone for a while then."""
    expected = "neo4j" if load().layers.semantic.url else "sqlite"

    def answered() -> bool:
        shop.tell()
        found = around(shop, "Gateway")
        return (found.store, found.problems) == (expected, ())

    assert eventually(answered, 60.0)
