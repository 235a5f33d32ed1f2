"""The agents as they stand, and what may be done to one that is watched."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuromem_sync import lock
from neuromem_sync.errors import LockHeld
from neuromem_sync.roster import remove_state, require_unwatched, roster
from tests.workshop import Workshop


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    shop = Workshop(tmp_path)
    shop.write("notes.md", "- one\n- two\n")
    return shop


def test_looking_makes_nothing(shop: Workshop) -> None:
    (member,) = roster([shop.workspace])
    assert (member.there, member.daemon, member.entries) == (True, None, None)
    assert not shop.workspace.state.exists()


def test_entries_are_those_of_the_index_as_it_stands(shop: Workshop) -> None:
    shop.sync()
    shop.write("more.md", "- three\n")
    assert roster([shop.workspace])[0].entries == 2


def test_an_index_that_cannot_be_read_has_no_number(shop: Workshop) -> None:
    shop.workspace.make_state()
    (shop.workspace.state / "index.db").write_bytes(b"no database" * 100)
    assert roster([shop.workspace])[0].entries is None


def test_a_watched_agent_is_left_alone(shop: Workshop) -> None:
    shop.sync()
    with lock.held(shop.workspace.state / lock.WATCH):
        assert roster([shop.workspace])[0].daemon is not None
        for forbidden in (require_unwatched, remove_state):
            with pytest.raises(LockHeld):
                forbidden(shop.workspace)
    require_unwatched(shop.workspace)
    assert roster([shop.workspace])[0].entries == 2


def test_one_that_cannot_be_looked_at_hides_no_other(shop: Workshop, tmp_path: Path) -> None:
    shop.sync()
    shut = Workshop(tmp_path / "shut")
    (shut.workspace.make_state() / lock.WATCH).symlink_to(lock.WATCH)
    troubled, member = roster([shut.workspace, shop.workspace])
    assert str(shut.workspace.state / lock.WATCH) in troubled.fault
    assert (troubled.daemon, member.fault, member.entries) == (None, "", 2)


def test_the_state_goes_and_the_files_stay(shop: Workshop) -> None:
    shop.sync()
    assert remove_state(shop.workspace) == ()
    assert not shop.workspace.state.exists()
    assert (shop.root / "notes.md").read_text(encoding="utf-8") == "- one\n- two\n"
    assert remove_state(shop.workspace) is None, "there is none any more"
