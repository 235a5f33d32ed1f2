"""An agent that is called otherwise: on a server its memory goes with it, and nothing stays under the old name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from neuromem_sync.layers import resp
from neuromem_sync.layers.scripts_redis import key
from tests.held import on_redis
from tests.machines import Machine, copied

pytestmark = pytest.mark.parametrize("stores", ["redis"], indirect=True)


@pytest.fixture
def ava(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Whose working memory is what she recalled twice."""
    monkeypatch.setattr(resp, "QUESTION", 5.0)  # it is tried what is answered, not how fast
    ava = Machine(tmp_path / "one", "ava")
    ava.write("notes/gateway.md", "# Notes\n\n- the gateway hides treasure\n")
    ava.age(hours=48)  # what was just written is at hand by itself
    ava.settle()
    for _ in range(2):
        ava.recall("treasure")
    assert ava.at_hand() == 1
    return ava


def renamed(machine: Machine, name: str) -> None:
    machine.workspace = replace(machine.workspace, agent=name)


def test_what_was_at_hand_stays_at_hand(ava: Machine) -> None:
    renamed(ava, "eva")
    assert ava.at_hand() == 1
    ava.settle()
    assert ava.at_hand() == 1


def test_it_does_where_something_else_is_touched_first(ava: Machine) -> None:
    renamed(ava, "eva")
    ava.write("notes/later.md", "# Later\n\n- a door of oak\n")
    ava.settle()
    ava.age(hours=48)
    assert "touched" in on_redis()
    ava.recall("oak")
    ava.recall("oak")
    assert ava.at_hand() == 2


def test_nothing_stays_under_the_old_name(ava: Machine) -> None:
    renamed(ava, "eva")
    ava.settle()
    assert key("ava") not in on_redis()
    assert key("eva") in on_redis()


def test_of_another_machine_that_has_the_old_name_nothing_is_lost(ava: Machine, tmp_path: Path) -> None:
    second = copied(ava, tmp_path / "two")
    second.age(hours=48)
    second.settle()
    renamed(ava, "eva")
    ava.settle()
    assert second.at_hand() == ava.at_hand() == 1
