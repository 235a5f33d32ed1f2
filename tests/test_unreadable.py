"""What may not be read is unknown, never empty: its last good entries stand, and every answer names it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from neuromem_sync.errors import WorkspaceError
from neuromem_sync.intake import Intake
from neuromem_sync.snapshot import look
from neuromem_sync.surroundings import strays
from neuromem_sync.workspace import Ignore
from tests.rights import NOBODY, somebody_else
from tests.workshop import Workshop


def load_everything(folder: Path) -> None:
    """What is imported on first use may lie where only root reads."""
    shop = Workshop(folder)
    shop.write("a.md", "One [[thing]].\n")
    shop.recall("thing")
    shop.verify()
    Intake("UTC").prepare()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    load_everything(tmp_path)
    folder = Path(tempfile.mkdtemp(prefix="unreadable-"))
    monkeypatch.setenv("NEUROMEM_CONFIG", str(folder))
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    with somebody_else():
        shop = Workshop(folder)
        shop.write("notes/a.md", "Otters hold hands.\n")
        shop.write("b.md", "Badgers dig.\n")
        shop.sync()
        yield shop
    shutil.rmtree(folder)


def test_a_root_below_a_folder_that_may_not_be_entered_is_not_there(shop: Workshop) -> None:
    shop.root.parent.chmod(0)
    try:
        with pytest.raises(WorkspaceError, match="no such folder"):
            shop.workspace.require()
    finally:
        shop.root.parent.chmod(0o700)


def test_a_file_that_may_not_be_read(shop: Workshop) -> None:
    (shop.root / "notes/a.md").chmod(0)
    report = shop.sync()
    assert report.unverified == ("notes/a.md",)
    assert [(problem.code, str(problem)) for problem in report.problems] == [
        ("unreadable", "notes/a.md:1: cannot be read: permission denied")
    ]
    answer = shop.recall("otters")
    assert [hit.text for hit in answer.hits] == ["Otters hold hands."]
    assert answer.freshness.unverified == ("notes/a.md",)
    (shop.root / "notes/a.md").chmod(0o644)
    assert shop.sync().unverified == ()
    assert shop.recall("otters").freshness.unverified == ()


def test_a_folder_that_may_not_be_listed(shop: Workshop) -> None:
    (shop.root / "notes").chmod(0)
    assert shop.sync().unverified == ("notes", "notes/a.md")  # what else may stand in it is not known
    assert len(shop.entries()) == 2
    (shop.root / "notes").chmod(0o755)
    assert shop.sync().unverified == ()
    assert shop.verify().equal


def test_a_new_file_that_may_not_be_read_is_named_too(shop: Workshop) -> None:
    shop.write("c.md", "Cats purr.\n").chmod(0)
    assert shop.sync().unverified == ("c.md",)
    assert shop.recall("cats").freshness.unverified == ("c.md",)
    (shop.root / "c.md").chmod(0o644)
    assert [hit.text for hit in shop.recall("cats").hits] == ["Cats purr."]


def test_a_link_to_where_nobody_may_look_hides_nothing_else(shop: Workshop) -> None:
    away = shop.root.parent / "away"
    away.mkdir()
    (shop.root / "link.md").symlink_to(away / "private.md")
    away.chmod(0)
    shop.write("c.md", "Cats purr.\n")
    assert (shop.sync().added, shop.sync().unverified) == (1, ())
    assert strays(shop.root, Ignore()).links == ["link.md"]
    away.chmod(0o700)


def test_an_edit_below_a_folder_that_may_not_be_entered_is_unknown(shop: Workshop) -> None:
    """An event may name it before its folder was closed: one such name must not end the look at all others."""
    shop.write("notes/deep/c.md", "Cats purr.\n")
    (shop.root / "notes").chmod(0)
    found = look(shop.root, ["notes/deep/c.md", "b.md"], Ignore())
    assert (list(found.files), found.unknown) == (["b.md"], {"notes/deep/c.md": "permission denied"})
    (shop.root / "notes").chmod(0o755)
