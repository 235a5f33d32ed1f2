"""Working memory on a real Redis: the same answers as the embedded table, and what its failures mean."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest
from contract import entry

from neuromem_sync.clock import ManualClock
from neuromem_sync.errors import Emptied, LayerUnavailable
from neuromem_sync.layers.circuit_sqlite import Circuit
from neuromem_sync.layers.projection import Projected
from neuromem_sync.layers.resp import Conversation
from neuromem_sync.layers.scripts_redis import DROP, TOUCHED, key
from neuromem_sync.layers.touches_redis import RedisTouches
from neuromem_sync.layers.touches_sqlite import SqliteTouches
from neuromem_sync.layers.working_redis import RedisWorking
from neuromem_sync.sqlite import connect
from tests.servers import PASSWORD, RedisServer, redis_cluster, redis_server, two_nodes

__all__ = ["redis_cluster", "redis_server", "two_nodes"]

TTL = 300.0
MakeTouches = Callable[..., RedisTouches]


def there(each: str, version: int = 1, characters: int = 4) -> Projected:
    return Projected(id=each, version=version, entry=entry("x" * characters, id=each))


def gone(each: str, version: int) -> Projected:
    return Projected(id=each, version=version, entry=None)


def held(server: RedisServer, each: str, agent: str = "ava") -> bytes:
    """What the server knows of an entry, as the length of its answer."""
    return server.command("HGET", key(agent, "entries", "E"), each)


@pytest.fixture
def make(tmp_path: Path, redis_server: RedisServer) -> Iterator[MakeTouches]:
    made = []

    def make(machine: str = "one", *, agent: str = "ava", budget: int = 8000, url: str = "") -> RedisTouches:
        live = connect(tmp_path / f"{machine}.db")
        touches = RedisTouches(
            SqliteTouches(live, TTL), Conversation(url or redis_server.url), Circuit(live, "redis", Random(1)),
            ManualClock(1000.0), agent=agent, epoch=lambda: "E", ttl=TTL, budget=budget,
        )  # fmt: skip
        made.append((touches, live))
        return touches

    yield make
    for touches, live in made:
        touches.close()
        live.close()


class TestProjection:
    async def test_a_row_told_twice_and_an_older_one_change_nothing(self, redis_server: RedisServer) -> None:
        store = RedisWorking(redis_server.url, limit=2.0)
        await store.begin("E", "ava")
        await store.project("E", "ava", [there("a", 5, 40), there("b", 5)])
        await store.project("E", "ava", [there("a", 5, 40), there("a", 4, 9)])
        assert await store.reached("E", "ava") == 5
        assert await store._do(lambda redis: redis.hget(key("ava", "entries", "E"), "a")) == "5 40"
        await store.close()

    async def test_what_is_gone_stays_gone_when_an_older_row_comes_late(self, redis_server: RedisServer) -> None:
        store = RedisWorking(redis_server.url, limit=2.0)
        await store.begin("E", "ava")
        await store.project("E", "ava", [there("a", 1), gone("a", 3), there("a", 2)])
        assert held(redis_server, "a") == b"$-1"
        await store.project("E", "ava", [there("a", 4)])
        assert held(redis_server, "a") != b"$-1"
        await store.close()

    async def test_a_server_that_was_emptied_says_so(self, redis_server: RedisServer) -> None:
        store = RedisWorking(redis_server.url, limit=2.0)
        assert await store.reached("E", "ava") is None
        with pytest.raises(Emptied):
            await store.project("E", "ava", [there("a")])
        await store.begin("E", "ava")
        await store.project("E", "ava", [there("a")])
        redis_server.command("FLUSHALL")
        assert await store.reached("E", "ava") is None
        with pytest.raises(Emptied):
            await store.project("E", "ava", [there("b")])
        await store.close()

    async def test_agents_and_epochs_are_apart(self, redis_server: RedisServer) -> None:
        store = RedisWorking(redis_server.url, limit=2.0)
        for epoch, agent in (("E", "ava"), ("F", "ava"), ("E", "bo")):
            await store.begin(epoch, agent)
            await store.project(epoch, agent, [there("a")])
        await store.begin("F", "ava")
        reached = [await store.reached(epoch, agent) for epoch, agent in (("E", "ava"), ("F", "ava"), ("E", "bo"))]
        assert reached == [1, 0, 1]
        await store.clear("ava")
        reached = [await store.reached(epoch, agent) for epoch, agent in (("E", "ava"), ("F", "ava"), ("E", "bo"))]
        assert reached == [None, None, 1]
        await store.close()

    async def test_no_text_is_on_the_server(self, redis_server: RedisServer) -> None:
        store = RedisWorking(redis_server.url, limit=2.0)
        await store.begin("E", "ava")
        await store.project("E", "ava", [Projected(id="a", version=1, entry=entry("canary-7319", id="a"))])
        await store.close()
        redis_server.command("BGREWRITEAOF")
        written = b"".join(path.read_bytes() for path in redis_server.folder.rglob("*") if path.is_file())
        assert b"ava" in written
        assert b"canary" not in written

    async def test_it_says_its_version_and_how_long_it_took(self, redis_server: RedisServer) -> None:
        store = RedisWorking(redis_server.url, limit=2.0)
        served = await store.check()
        await store.close()
        assert served.version.split()[0] in ("redis", "valkey")
        assert 0 < served.latency_ms < 2000

    async def test_every_step_stays_in_one_slot_of_a_cluster(self, redis_cluster: RedisServer, tmp_path: Path) -> None:
        store = RedisWorking(redis_cluster.url, limit=2.0)
        await store.begin("E", "ava of {x}")
        await store.project("E", "ava of {x}", [there("a")])
        assert await store.reached("E", "ava of {x}") == 1
        await store.clear("ava of {x}")
        await store.close()
        live = connect(tmp_path / "live.db")
        touches = RedisTouches(
            SqliteTouches(live, TTL), Conversation(redis_cluster.url, 2.0), Circuit(live, "redis", Random(1)),
            ManualClock(1000.0), agent="ava of {x}", epoch=lambda: "E", ttl=TTL, budget=100,
        )  # fmt: skip
        touches.touch(["a"], 1000.0, written=True)
        assert (touches.touched(1000.0), touches.problems) == (["a"], ())
        touches.close()
        live.close()

    async def test_a_node_that_has_not_the_slot_says_who_has(
        self, two_nodes: tuple[RedisServer, RedisServer], tmp_path: Path
    ) -> None:
        for number, node in enumerate((*two_nodes, *two_nodes)):
            agent = "ava" if number < 2 else "bo"  # in one half each
            store = RedisWorking(node.url, limit=2.0)
            await store.begin(f"E{number}", agent)
            await store.project(f"E{number}", agent, [there("a", 7)])
            assert await store.reached(f"E{number}", agent) == 7
            await store.close()
            said = Conversation(node.url, 2.0)
            said.run(DROP, (key(agent, "touched"), key(agent, "streaks")), ("x",))
            assert said.run(TOUCHED, (key(agent, "touched"), key(agent, "streaks")), ("0", "2")) == []
            said.close()


class TestTouches:
    """The tests of tests/layers/test_working.py again, on the server: the table is another machine's."""

    @pytest.fixture
    def touches(self, make: MakeTouches) -> tuple[RedisTouches, RedisTouches]:
        return make("one"), make("two")

    def test_recalled_once_is_not_enough(self, touches: tuple[RedisTouches, RedisTouches]) -> None:
        here, elsewhere = touches
        here.touch(["a"], at=1000)
        assert elsewhere.touched(now=1001) == []

    def test_recalled_once_here_and_once_elsewhere_is(self, touches: tuple[RedisTouches, RedisTouches]) -> None:
        here, elsewhere = touches
        here.touch(["a"], at=1000)
        elsewhere.touch(["a"], at=1300)
        assert here.touched(now=1600) == elsewhere.touched(now=1600) == ["a"]
        assert here.touched(now=1601) == []

    def test_a_touch_after_the_ttl_begins_anew(self, touches: tuple[RedisTouches, RedisTouches]) -> None:
        here, elsewhere = touches
        here.touch(["a"], at=1000)
        elsewhere.touch(["a"], at=1301)
        assert here.touched(now=1302) == []

    def test_just_written_is_at_once_and_the_latest_comes_first(
        self, touches: tuple[RedisTouches, RedisTouches]
    ) -> None:
        here, elsewhere = touches
        here.touch(["a", "c"], at=1000.25, written=True)
        here.touch(["b"], at=1001, written=True)
        assert elsewhere.touched(now=1003) == ["b", "a", "c"]
        here.touch(["a"], at=1002.5)
        assert elsewhere.touched(now=1003) == ["a", "b", "c"]

    def test_heat_is_this_machines(self, touches: tuple[RedisTouches, RedisTouches]) -> None:
        here, elsewhere = touches
        here.touch(["a"], at=1000)
        assert here.heat(["a"])["a"].count == 1
        assert elsewhere.heat(["a"]) == {}

    def test_one_that_was_emptied_is_told_again_what_was_touched_here(
        self, touches: tuple[RedisTouches, RedisTouches], redis_server: RedisServer
    ) -> None:
        here, elsewhere = touches
        here.touch(["a"], at=1000, written=True)
        here.touch(["b"], at=1001, written=True)
        redis_server.command("FLUSHALL")
        assert here.touched(now=1002) == elsewhere.touched(now=1002) == ["b", "a"]
        redis_server.command("FLUSHALL")
        here.touch(["c"], at=1003, written=True)
        assert elsewhere.touched(now=1003) == here.touched(now=1003) == ["c", "b", "a"]

    def test_what_is_dropped_is_dropped_for_all(self, touches: tuple[RedisTouches, RedisTouches]) -> None:
        here, elsewhere = touches
        here.touch(["a", "b"], at=1000, written=True)
        elsewhere.drop(["a"])
        assert here.touched(now=1000) == ["b"]

    def test_a_night_may_drop_any_number(self, touches: tuple[RedisTouches, RedisTouches]) -> None:
        here, elsewhere = touches
        here.touch(["a", "b"], at=1000, written=True)
        elsewhere.drop([f"gone-{number}" for number in range(10_000)] + ["a"])
        assert here.touched(now=1000) == ["b"]

    def test_agents_do_not_see_each_other(self, make: MakeTouches) -> None:
        make("one", agent="ava").touch(["a"], at=1000, written=True)
        assert make("two", agent="bo").touched(now=1000) == []

    async def test_the_budget_drops_the_least_recently_touched(
        self, make: MakeTouches, redis_server: RedisServer
    ) -> None:
        store = RedisWorking(redis_server.url, limit=2.0)
        await store.begin("E", "ava")
        await store.project("E", "ava", [there(each, 1, 400) for each in "abc"])
        here = make(budget=200)
        for moment, each in enumerate("abc"):
            here.touch([each], at=1000 + moment, written=True)
        assert here.touched(now=1003) == ["c", "b"]
        await store.project("E", "ava", [gone("c", 2)])
        assert here.touched(now=1003) == ["b"]
        await store.close()

    async def test_sixteen_at_once_never_pass_the_budget(self, make: MakeTouches, redis_server: RedisServer) -> None:
        store = RedisWorking(redis_server.url, limit=2.0)
        await store.begin("E", "ava")
        await store.project("E", "ava", [there(f"{each:02}", 1, 40) for each in range(50)])
        await store.close()
        touches = [make(f"m{number}", budget=100) for number in range(8)]

        def work(number: int) -> int:
            random, most = Random(number), 0
            for step in range(60):
                touches[number].touch([f"{random.randrange(50):02}"], at=1000 + step / 100, written=True)
                most = max(most, len(touches[number].touched(now=1000 + step / 100)))
            return most

        with ThreadPoolExecutor(8) as pool:
            assert max(pool.map(work, range(8))) == 10
        assert [each.problems for each in touches] == [()] * 8

    def test_the_server_forgets_by_itself(self, make: MakeTouches, redis_server: RedisServer) -> None:
        make().touch(["a"], at=1000, written=True)
        for kind in ("touched", "streaks"):
            assert 0 < int(redis_server.command("PTTL", key("ava", kind))[1:]) <= TTL * 1000


class TestFailures:
    def said(self, touches: RedisTouches) -> str:
        assert touches.touched(now=1000) == ["a"]
        (problem,) = touches.problems
        assert PASSWORD not in problem.message + problem.hint
        return f"{problem.message}; {problem.hint}"

    def test_a_server_that_was_killed_is_named_and_the_table_answers(
        self, make: MakeTouches, redis_server: RedisServer
    ) -> None:
        touches = make()
        touches.touch(["a"], at=1000, written=True)
        redis_server.kill()
        assert "cannot be reached" in self.said(touches) or "Connection" in self.said(touches)

    def test_one_that_stands_still_is_waited_for_once(self, make: MakeTouches, redis_server: RedisServer) -> None:
        touches, other = make(), make()
        touches.touch(["a"], at=1000, written=True)
        redis_server.pause()
        began = time.monotonic()
        assert "does not answer in time" in self.said(touches)
        assert 0.2 < time.monotonic() - began < 0.4
        began = time.monotonic()
        assert "does not answer in time" in self.said(other)  # another process of the same state folder
        assert time.monotonic() - began < 0.1

    @pytest.mark.parametrize(("who", "code"), [(":wrong", "WRONGPASS"), ("", "NOAUTH"), ("nobody:x", "WRONGPASS")])
    def test_a_wrong_password_says_where_to_mend_it(
        self, make: MakeTouches, redis_server: RedisServer, who: str, code: str
    ) -> None:
        touches = make(
            url=f"redis://{who}@127.0.0.1:{redis_server.port}" if who else f"redis://127.0.0.1:{redis_server.port}"
        )
        touches.touch(["a"], at=1000, written=True)
        said = self.said(touches)
        assert code in said
        assert "redis://user:password@" in said or "layers.working.url" in said

    async def test_a_full_server_that_does_not_evict(self, redis_server: RedisServer) -> None:
        store = RedisWorking(redis_server.url, limit=2.0)
        await store.begin("E", "ava")
        redis_server.command("CONFIG", "SET", "maxmemory", "1")
        with pytest.raises(LayerUnavailable, match="OOM") as error:
            await store.project("E", "ava", [there("a")])
        assert "maxmemory" in error.value.hint
        redis_server.command("CONFIG", "SET", "maxmemory", "0")
        await store.project("E", "ava", [there("a")])
        assert held(redis_server, "a") != b"$-1"
        await store.close()

    async def test_a_full_server_that_evicts_is_begun_anew(self, redis_server: RedisServer) -> None:
        store = RedisWorking(redis_server.url, limit=2.0)
        await store.begin("E", "ava")
        await store.project("E", "ava", [there("a")])
        redis_server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        redis_server.command("CONFIG", "SET", "maxmemory", "1")
        redis_server.command("SET", "another", "x")
        assert await store.reached("E", "ava") is None
        await store.close()

    def test_a_replica_that_is_read_only(self, make: MakeTouches, redis_server: RedisServer) -> None:
        redis_server.command("REPLICAOF", "127.0.0.1", str(redis_server.port + 1 if redis_server.port < 65535 else 1))
        touches = make()
        touches.touch(["a"], at=1000, written=True)
        assert "READONLY" in self.said(touches)

    async def test_the_driver_gives_up_as_soon(self, redis_server: RedisServer) -> None:
        store = RedisWorking(redis_server.url)
        redis_server.pause()
        began = time.monotonic()
        with pytest.raises(LayerUnavailable, match="in time"):
            await store.reached("E", "ava")
        assert time.monotonic() - began < 1.0  # the first use imports the driver
        redis_server.resume()
        store = RedisWorking(redis_server.url.replace("s3same", "other"))
        with pytest.raises(LayerUnavailable, match="WRONGPASS") as error:
            await store.check()
        assert not error.value.passes
        await store.close()

    async def test_a_network_that_drops_packets(self, make: MakeTouches) -> None:
        """A listener whose queue is full: the kernel drops further requests to connect, and says nothing."""
        with ExitStack() as stack:
            port = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0)).getsockname()[1]
            for _ in range(4):
                link = stack.enter_context(socket.socket())
                link.setblocking(False)
                link.connect_ex(("127.0.0.1", port))
            touches = make(url=f"redis://127.0.0.1:{port}")
            began = time.monotonic()
            touches.touch(["a"], at=1000, written=True)
            assert 0.2 < time.monotonic() - began < 0.5
            assert "in time" in self.said(touches)
            store = RedisWorking(f"redis://127.0.0.1:{port}")
            with pytest.raises(LayerUnavailable, match="in time"):
                await store.reached("E", "ava")
            await store.close()

    async def test_an_address_where_nobody_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        store = RedisWorking(f"redis://127.0.0.1:{port}")
        with pytest.raises(LayerUnavailable, match="cannot be reached"):
            await asyncio.wait_for(store.check(), 2.0)
        await store.close()


async def test_a_connection_that_cannot_be_closed_in_time_ends_nothing(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from redis.asyncio import Redis
    from redis.exceptions import TimeoutError as Overdue

    async def overdue(_: Redis) -> None:
        raise Overdue("Timed out closing connection after 0.25")

    store = RedisWorking(redis_server.url, 2.0)
    await store.check()
    driver = store._driver
    assert driver is not None
    with monkeypatch.context() as patch:
        patch.setattr(Redis, "aclose", overdue)
        await store.close()
    await driver.aclose()
