"""Machines that share a Redis and a Neo4j: what an agent shares is seen by all, what is its own by none of them.

Daemons in processes of their own, each with its own files and state; they meet on the servers alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from neuromem_sync import agents, app
from neuromem_sync.config import load
from neuromem_sync.layers.projection_neo4j import ABANDONED_S, SILENT_S
from tests import test_isolation as isolated
from tests.canaries import common
from tests.held import asked
from tests.machines import SOON, Machine, copied, lost, synced
from tests.test_isolation import NAMES
from tests.workshop import CLOCK, eventually

pytestmark = [
    pytest.mark.parametrize("stores", ["both"], indirect=True),
    pytest.mark.usefixtures("alone_on_servers"),
]

ROOT = Path(__file__).parent.parent
SHARED = "mind/SHARED.md"
OWN = "notes/gateway.md"


@pytest.fixture
def ava(tmp_path: Path) -> Machine:
    """She shares one thing about the gateway, and keeps two to herself."""
    ava = Machine(tmp_path / "one", "ava")
    ava.write(SHARED, "# Shared\n\n- [[Gateway]] uses [[Caddy]]\n")
    ava.write(OWN, "# Notes\n\n- [[Gateway]] hides [[Treasure]]\n\n- [[Gateway]] (aka [[Wicket]]) uses [[Varnish]]\n")
    return ava


@pytest.fixture
def ben(tmp_path: Path) -> Machine:
    ben = Machine(tmp_path / "two", "ben")
    ben.write("notes/ben.md", "# Ben\n\n- [[Ben]] works on [[Gateway]]\n")
    return ben


def test_what_is_shared_is_seen_with_whose_it_is_until_it_is_gone(ava: Machine, ben: Machine) -> None:
    with ava.daemon(), ben.daemon():
        assert eventually(lambda: "Caddy" in ben.things("Gateway"), SOON)
        assert ben.said_by("Gateway", "Caddy") == [f"ava: {SHARED}:3"]
        assert ava.said_by("Gateway", "Caddy") == [f"{SHARED}:3"]
        assert [step.end for step in ben.way("Ben", "Caddy").steps or ()] == ["Gateway", "Caddy"]
        ava.write(SHARED, "# Shared\n\n- [[Caddy]] depends on [[Linux]]\n")
        assert eventually(lambda: "Linux" in ben.things("Caddy"), SOON)
        assert "Caddy" not in ben.things("Gateway")
        (ava.root / SHARED).unlink()
        assert eventually(lambda: not ben.things("Caddy"), SOON)


def test_what_is_not_shared_is_never_seen(ava: Machine, ben: Machine) -> None:
    ava.settle()
    ben.settle()
    assert {thing.name for thing in ben.related("Gateway", hops=4).things} == {"Ben", "Caddy"}
    for name in ("Treasure", "Wicket", "Varnish"):
        found = ben.related(name)
        assert (found.things, found.entries, found.similar) == ((), (), ())
        assert ben.way("Ben", name).steps is None


def test_what_is_shared_is_no_ones_own(ava: Machine, ben: Machine) -> None:
    """It is found by asking for the thing it is about; what a question about one's own memory finds stays the same."""
    ava.write(SHARED, "# Shared\n\n- [[Gateway]] uses [[Caddy]]\n\n- [[Gateway]] status:: broken since May\n")
    for machine in (ava, ben):
        machine.settle()
    found = ben.related("Gateway")
    assert [str(hit.entry.source) for hit in found.entries] == ["notes/ben.md:3"]
    assert found.facts == ()
    assert not ben.recall("Caddy").hits
    assert {str(hit.entry.source) for hit in ben.recall("gateway", limit=9).hits} == {"notes/ben.md:3"}
    assert not ben.verify().differences


def test_others_neither_rename_nor_crowd_out_what_one_has(ava: Machine, ben: Machine) -> None:
    crowd = "\n\n".join(f"- [[Gateway]] uses [[A{number:03}]]" for number in range(200))
    renamed = "- we run Vault (aka Gateway) here\n\n- the team likes @vault (aka Ben)\n\n- @gateway and @Gateway fell"
    ava.write(SHARED, f"# Shared\n\n{renamed}\n\n{crowd}\n")
    ben.write("notes/more.md", "# More\n\n- [[Gateway]] uses [[Zoo]]\n\n- [[Gateway]] wants [[Zoom]]\n")
    ben.settle()
    alone = ben.related("Gateway", hops=1)
    ava.settle()
    beside = ben.related("Gateway", hops=1)
    assert (beside.key, beside.name, beside.type) == (alone.key, alone.name, alone.type)
    assert beside.things[: len(alone.things)] == alone.things
    assert len(beside.things) > len(alone.things)
    assert [ben.related(name).name for name in ("Ben", "Vault")] == ["Ben", "Vault"]
    assert {thing.name for thing in ben.related("Vault", hops=1).things} == {"Gateway", "Ben"}  # in a line of hers


class TestOneAgentOnTwoMachines:
    @pytest.fixture
    def second(self, ava: Machine, tmp_path: Path) -> Machine:
        return copied(ava, tmp_path / "three")

    def test_what_both_say_counts_once(self, ava: Machine, second: Machine, ben: Machine) -> None:
        for machine in (ava, second, ben):
            machine.settle()
        (thing,) = [thing for thing in ben.related("Gateway").things if thing.name == "Caddy"]
        assert [str(told) for told in thing.step.told] == [f"ava: {SHARED}:3"]
        assert thing.step.weight == 1
        for machine in (ava, second):
            assert {thing.step.weight for thing in machine.related("Gateway", hops=1).things} == {1}

    def test_what_one_of_them_touches_is_at_hand_on_the_other(self, ava: Machine, second: Machine) -> None:
        for machine in (ava, second):
            machine.age(hours=1)  # what was just written is at hand by itself
            machine.settle()
        with ava.daemon(), second.daemon():
            ava.recall("treasure")
            assert ava.at_hand() == 0
            second.recall("treasure")
            assert ava.at_hand() == second.at_hand() > 0

    def test_a_line_removed_on_one_is_gone_for_others_at_once_and_for_the_other_with_its_file(
        self, ava: Machine, second: Machine, ben: Machine
    ) -> None:
        with ava.daemon(), second.daemon(), ben.daemon():
            assert eventually(lambda: "Caddy" in ben.things("Gateway"), SOON)
            (ava.root / SHARED).unlink()
            assert eventually(lambda: "Caddy" not in ben.things("Gateway"), SOON)
            assert "Caddy" in second.things("Gateway")
            assert "Caddy" not in ava.things("Gateway")
            synced(ava, second)
            assert eventually(lambda: "Caddy" not in second.things("Gateway"), SOON)
            assert ben.things("Gateway") == {"Ben"}
            assert second.things("Gateway") == ava.things("Gateway")
            ava.write(SHARED, "# Shared\n\n- [[Gateway]] uses [[Caddy]]\n")
            synced(ava, second)
            assert eventually(lambda: ben.said_by("Gateway", "Caddy") == [f"ava: {SHARED}:3"], SOON)

    def test_what_a_lost_index_had_told_is_out_of_sight(self, ava: Machine, ben: Machine) -> None:
        for machine in (ava, ben):
            machine.settle()
        lost(ava)
        ava.write(SHARED, "# Shared\n\n- [[Gateway]] uses [[Nginx]]\n")
        ava.settle()
        assert {"Caddy", "Nginx"} & ava.things("Gateway") == {"Nginx"}
        assert ben.things("Gateway") == {"Ben", "Nginx"}
        lost(ava)
        (ava.root / SHARED).unlink()
        ava.settle()
        assert ben.things("Gateway") == {"Ben"}


def test_two_agents_of_one_name_keep_their_own_apart(ava: Machine, ben: Machine, tmp_path: Path) -> None:
    other = Machine(tmp_path / "four", "ava")
    other.write(SHARED, "# Shared\n\n- [[Gateway]] uses [[Apache]]\n")
    other.write(OWN, "# Notes\n\n- [[Gateway]] hides [[Gold]]\n")
    for machine in (ava, other, ben):
        machine.settle()
    assert ava.things("Gateway") == {"Caddy", "Treasure", "Wicket", "Varnish"}
    assert other.things("Gateway") == {"Apache", "Gold"}
    assert ben.things("Gateway") == {"Ben", "Apache"}  # of the one that told something last
    other.rebuild()
    ava.settle()
    assert ava.things("Gateway") == {"Caddy", "Treasure", "Wicket", "Varnish"}


def test_of_an_agent_that_is_called_otherwise_now_nothing_stays_under_its_old_name(ava: Machine, ben: Machine) -> None:
    for machine in (ava, ben):
        machine.settle()
    ava.workspace = replace(ava.workspace, agent="eva")
    ava.settle()
    assert ben.said_by("Gateway", "Caddy") == [f"eva: {SHARED}:3"]
    assert "ava" not in {agent for (agent,) in asked("MATCH (n:Epoch|Statement) RETURN n.agent")}


def test_an_index_that_was_silent_for_long_is_taken_for_lost(ava: Machine) -> None:
    ava.settle()
    lost(ava)
    asked("MATCH (e:Epoch) SET e.told = timestamp() - $silent", silent=1000 * (SILENT_S + 1))
    ava.settle()
    assert len(asked("MATCH (e:Epoch) RETURN e")) == 1
    assert len(asked("MATCH (s:Statement) RETURN s")) == len(ava.entries())


def test_what_nobody_tells_of_any_more_goes_by_and_by_whoever_it_was(ava: Machine, ben: Machine) -> None:
    """A state folder that was lost, then the agent renamed: nobody goes by the old name, or knows of it."""
    for machine in (ava, ben):
        machine.settle()
    lost(ava)
    ava.workspace = replace(ava.workspace, agent="eva")
    ava.settle()
    of_ava = "MATCH (n:Epoch|Statement {agent: 'ava'}) RETURN n"
    for seconds, left in ((SILENT_S, True), (ABANDONED_S, False)):
        asked("MATCH (e:Epoch) WHERE e.agent <> 'ben' SET e.told = timestamp() - $silent", silent=1000 * (seconds + 1))
        ben.write("notes/own.md", f"# Own\n\n- it is {seconds} s later\n")
        ben.settle()
        assert bool(asked(of_ava)) is left, "what somebody shares who seldom writes stays in sight"
    ava.settle()
    assert ben.said_by("Gateway", "Caddy") == [f"eva: {SHARED}:3"], "who is there after all begins anew"


def test_a_server_is_filled_anew_with_one_agent_and_keeps_the_others(
    ava: Machine, ben: Machine, tmp_path: Path
) -> None:
    second = copied(ava, tmp_path / "three")
    for machine in (ava, second, ben):
        machine.settle()
    ben.recall("gateway")
    ben.recall("gateway")
    at_hand = ben.at_hand()
    ava.rebuild()
    assert ben.at_hand() == at_hand == 1
    assert ben.things("Gateway") == {"Ben", "Caddy"}
    second.settle()  # it is one agent, which was to be told from nothing: the other machine does so too
    assert second.things("Gateway") == ava.things("Gateway")


def settle(home: Path, canaries: int) -> None:
    """The eight agents of test_isolation.py, each with something that it shares, all told to the servers."""
    isolated.settle(home, canaries)
    known = agents.registered(load())
    for name in NAMES:
        lines = "\n\n".join(f"- [[gateway]] uses [[{common(name, number)}]]" for number in range(3))
        shared = home / name / SHARED
        shared.write_text(f"# Shared\n\n{lines}\n", encoding="utf-8")
        with closing(app.engine(known[name], load(), CLOCK)) as engine:
            engine.cycle()
        for told in app.project(known[name], load(), CLOCK, 600.0):
            assert not told.lag.letters, told


def asked_at_once(processes: int, calls: int, canaries: int) -> Counter[str]:
    """So many questions of eight agents from several processes; each agent is asked in all of them."""
    each = str(calls // processes // len(NAMES))
    commands = [
        [sys.executable, "-m", "tests.canaries", str(seed), each, str(canaries), *NAMES] for seed in range(processes)
    ]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for command in commands]
    counts = Counter[str]()
    for process in running:
        said, _ = process.communicate()
        assert process.returncode == 0
        counts.update(json.loads(said))
    return counts


@pytest.mark.parametrize(("calls", "canaries"), [(2_048, 20), pytest.param(100_000, 100, marks=pytest.mark.long)])
def test_no_agent_sees_a_private_canary_of_another(
    calls: int, canaries: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUROMEM_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("NEUROMEM_STATE", str(tmp_path / "state"))
    settle(tmp_path, canaries)
    counts = asked_at_once(2, calls, canaries)
    print(dict(counts))
    assert counts["asked"] == calls
    assert {name for name in counts if name.startswith("foreign")} == set()
    assert counts["own"] > calls / 4
    assert counts["shared"] > calls / 40
    assert counts["by neo4j"] > counts["by sqlite"]
