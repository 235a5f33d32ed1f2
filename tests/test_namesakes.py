"""Two agents of one name on one server: `health` names it. One agent on two machines is no such thing."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
import redis

from neuromem_sync import app, serving
from neuromem_sync.config import load
from neuromem_sync.finding import Code, Finding
from neuromem_sync.index import meta
from neuromem_sync.layers import working_redis
from neuromem_sync.sqlite import connect, read
from tests.held import on_redis
from tests.machines import Machine, copied, lost
from tests.workshop import CLOCK

pytestmark = pytest.mark.parametrize("stores", ["both"], indirect=True)


@pytest.fixture(autouse=True)
def _patiently(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried what is answered, not how fast."""
    monkeypatch.setattr(serving, "ASKED_S", 60.0)
    monkeypatch.setattr(working_redis.RedisWorking.__init__, "__defaults__", (5.0,))


def machine(folder: Path, about: str) -> Machine:
    made = Machine(folder, "ava")
    made.write("mind/USER.md", "# User\n\n- likes tea\n\n- lives in Vienna\n")  # both were laid out alike
    lines = "\n\n".join(f"- {about} number {number}" for number in range(20))
    made.write("notes/own.md", f"# Own\n\n{lines}\n")
    made.settle()
    return made


def warned(machine: Machine) -> list[Finding]:
    found = app.health(machine.workspace, load(), CLOCK).findings
    assert Code.SERVER_AWAY not in [each.code for each in found], found
    return [each for each in found if each.code is Code.NAMESAKE]


def test_both_are_warned_of_each_other_by_each_server(tmp_path: Path) -> None:
    one, two = machine(tmp_path / "one", "a gateway"), machine(tmp_path / "two", "a garden")
    one.write("notes/later.md", "# Later\n\n- likes cake\n")
    one.settle()
    for each in (two, one):
        working, graph = warned(each)
        told = "was told of 23 entries as ava" if each is two else "was told of 22 entries as ava"
        assert working.message.startswith(f"redis {told} by an index of other files")
        assert graph.message.startswith(f"neo4j {told} by an index of other files")
        assert f"neuromem init {each.workspace.spoken} --agent NAME" in working.hint
    one.rebuild()
    assert warned(one) == [], "as the hint says of one that is gone"


def test_one_agent_on_two_machines_is_none(tmp_path: Path) -> None:
    one = machine(tmp_path / "one", "a gateway")
    two = copied(one, tmp_path / "two")
    two.settle()
    assert warned(one) == warned(two) == []
    one.write("notes/own.md", "# Own\n\n- a gateway number 3\n")
    one.settle()
    assert warned(one) == warned(two) == [], "what is synced by and by"


def test_nor_is_one_whose_state_was_lost(tmp_path: Path) -> None:
    one = machine(tmp_path / "one", "a gateway")
    lost(one)
    one.settle()
    assert warned(one) == []


def test_where_most_was_edited_since_it_is_said_that_it_may_be_so(tmp_path: Path) -> None:
    """An index that is made anew gives what was edited other ids: nothing shows whose those of before are."""
    one = machine(tmp_path / "one", "a gateway")
    for more in ("with a door", "with a door and a bell"):
        lines = "\n\n".join(f"- a gateway number {number} {more}" for number in range(20))
        one.write("notes/own.md", f"# Own\n\n{lines}\n")
        one.settle()
    lost(one)
    one.settle()
    for each in warned(one):
        assert "was told of 22 entries as ava by an index that is lost, or is of other files" in each.message
        assert each.hint.startswith(f"if a state folder was lost: neuromem project {one.workspace.spoken} --rebuild")
    assert len(warned(one)) == 2
    one.rebuild()
    assert warned(one) == []


def test_so_it_is_of_an_agent_of_the_same_name_until_that_one_tells_something(tmp_path: Path) -> None:
    one, two = machine(tmp_path / "one", "a gateway"), machine(tmp_path / "two", "a garden")
    assert ["is lost, or" in each.message for each in (*warned(one), *warned(two))] == [False, False, True, True]
    one.write("notes/later.md", "# Later\n\n- likes cake\n")
    one.settle()
    assert ["is lost, or" in each.message for each in warned(two)] == [False, False]


def test_what_fell_silent_is_struck_off(tmp_path: Path) -> None:
    one, two = machine(tmp_path / "one", "a gateway"), machine(tmp_path / "two", "a garden")
    with redis.Redis.from_url(load().layers.working.url) as server:
        server.delete(*server.scan_iter(f"*:{epoch_of(two)}"))
    assert epoch_of(two) in on_redis()
    warned(one)
    assert epoch_of(two) not in on_redis()


def epoch_of(machine: Machine) -> str:
    with closing(connect(machine.workspace.state / "index.db", readonly=True)) as index:
        return read(index, meta("epoch")) or ""
