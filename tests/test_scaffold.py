"""`init` below its command: what is laid out, what is left alone, and what the templates promise."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path

import pytest
from pyfakefs.fake_filesystem import FakeFilesystem

from neuromem_sync import scaffold
from neuromem_sync.cli import COMMANDS
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.model import Route
from neuromem_sync.parsers import nothing
from neuromem_sync.scaffold import TEMPLATES, is_new, lay_out, layout, local_zone, missing
from neuromem_sync.workspace import Ignore, route

DAY = date(2026, 3, 1)
ZONE = "Europe/Vienna"
ROOT = Path("/w")
PROMISED = """
AGENTS.md SOUL.md IDENTITY.md USER.md TOOLS.md HEARTBEAT.md README.md .neuromemignore
mind/MEMORY.md mind/PROFILE.md mind/PROJECTS.md mind/GOALS.md mind/DECISIONS.md mind/ERRORS.md mind/LOOPS.md
mind/INBOX.md mind/SHARED.md mind/PROCEDURES.md memory/YYYY-MM-DD.md memory/2026-03-01.md
"""


@pytest.fixture
def disk(fs: FakeFilesystem) -> FakeFilesystem:
    """A fake disk with the real templates on it."""
    fs.add_real_directory(TEMPLATES)
    return fs


def test_layout_has_every_promised_file(disk: FakeFilesystem) -> None:
    assert set(PROMISED.split()) <= set(layout(DAY))


def test_a_new_folder_is_laid_out_whole(disk: FakeFilesystem) -> None:
    assert is_new(ROOT)
    made = lay_out(ROOT, missing(ROOT, DAY), DAY, ZONE)
    assert set(made) == set(layout(DAY))
    assert (
        (ROOT / "memory/2026-03-01.md")
        .read_text(encoding="utf-8")
        .startswith("# 2026-03-01\n\n**Timezone:** Europe/Vienna\n")
    )
    assert (ROOT / "memory/YYYY-MM-DD.md").read_text(encoding="utf-8").startswith("# YYYY-MM-DD\n")
    assert (ROOT / "SOUL.md").read_bytes() == (TEMPLATES / "SOUL.md").read_bytes()


def test_nothing_is_missing_afterwards_nor_the_day_after(disk: FakeFilesystem) -> None:
    lay_out(ROOT, missing(ROOT, DAY), DAY, ZONE)
    assert not is_new(ROOT)
    assert missing(ROOT, DAY) == missing(ROOT, date(2026, 3, 2)) == ()


def test_no_fill_in_is_left(disk: FakeFilesystem) -> None:
    for path in lay_out(ROOT, missing(ROOT, DAY), DAY, ZONE):
        assert not re.search(r"\{(agent|date|zone)\}", (ROOT / path).read_text(encoding="utf-8")), path


def test_what_is_there_is_left_alone(disk: FakeFilesystem) -> None:
    disk.create_file("/w/user.md", contents="mine")
    disk.create_file("/w/MEMORY.md", contents="mine too")
    disk.create_file("/w/memory/2025-12-24-eve.md", contents="and this")
    lacking = missing(ROOT, DAY)
    assert not {"USER.md", "mind/MEMORY.md", "memory/2026-03-01.md"} & set(lacking)
    assert "SOUL.md" in lacking
    lay_out(ROOT, lacking, DAY, ZONE)
    assert (ROOT / "user.md").read_text(encoding="utf-8") == "mine"
    assert not (ROOT / "mind/MEMORY.md").exists()


def test_a_file_that_appears_meanwhile_is_not_overwritten(disk: FakeFilesystem) -> None:
    lacking = missing(ROOT, DAY)
    disk.create_file("/w/SOUL.md", contents="faster")
    assert "SOUL.md" not in lay_out(ROOT, lacking, DAY, ZONE)
    assert (ROOT / "SOUL.md").read_text(encoding="utf-8") == "faster"


def test_a_repository_just_begun_is_still_new(disk: FakeFilesystem) -> None:
    disk.create_file("/w/.git/HEAD")
    assert is_new(ROOT)
    disk.create_file("/w/a.txt")
    assert not is_new(ROOT)


def test_a_link_out_of_the_root_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "mind").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WorkspaceError, match="leads out of the workspace"):
        lay_out(tmp_path / "w", ("mind/ROADMAP/QUARTER.md",), DAY, ZONE)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_in_a_folders_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "mind").touch()
    with pytest.raises(WorkspaceError, match="mind"):
        lay_out(tmp_path, ("mind/GOALS.md",), DAY, ZONE)


@pytest.mark.parametrize(
    ("given", "zone"),
    [
        ("Europe/Vienna", "Europe/Vienna"),
        (":Asia/Tokyo", "Asia/Tokyo"),
        (":/usr/share/zoneinfo/America/Lima", "America/Lima"),
        ("/usr/share/zoneinfo/posix/America/Lima", "America/Lima"),
    ],
)
def test_zone_of_the_environment(given: str, zone: str) -> None:
    assert local_zone({"TZ": given}) == zone


@pytest.mark.parametrize(
    ("files", "zone"),
    [
        ({}, "UTC"),
        ({"/etc/timezone": "Europe/Vienna\n"}, "Europe/Vienna"),
        ({"/etc/timezone": "Mars/Olympus\n"}, "UTC"),
    ],
)
def test_zone_of_the_system(files: dict[str, str], zone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "timezone"
    named.write_text(files.get("/etc/timezone", ""), encoding="ascii")
    monkeypatch.setattr(scaffold, "_NAMED", named)
    monkeypatch.setattr(scaffold, "_LINK", tmp_path / "localtime")
    assert local_zone({"TZ": "Mars/Olympus"}) == zone


def test_zone_of_the_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "localtime").symlink_to("/usr/share/zoneinfo/Australia/Hobart")
    monkeypatch.setattr(scaffold, "_LINK", tmp_path / "localtime")
    assert local_zone({}) == "Australia/Hobart"


# --- what the templates promise


def template_texts() -> list[tuple[str, str]]:
    return [(path, file.read_text(encoding="utf-8")) for path, file in layout(DAY).items()]


@pytest.mark.parametrize(("path", "text"), template_texts())
def test_every_command_named_in_a_template_exists(path: str, text: str) -> None:
    named = re.findall(r"`neuromem(?:-sync)? ([^`\s]+)", text)
    assert set(named) <= set(COMMANDS), path


def test_some_template_names_commands() -> None:
    assert any("`neuromem recall" in text for _, text in template_texts())


@pytest.mark.parametrize(("path", "text"), template_texts())
def test_every_file_a_template_names_is_laid_out(path: str, text: str) -> None:
    for named in re.findall(r"`([^`\s]+(?:\.md|/))`", text):
        assert any(file == named or file.startswith(named) for file in layout(DAY)), (path, named)


def test_every_mind_file_has_its_own_route() -> None:
    notes = [path for path in layout(DAY) if path.endswith(".md") and route(path) is Route.NOTE]
    assert notes == ["README.md"]


def test_the_ignore_file_ignores_nothing_yet() -> None:
    ignore = Ignore((TEMPLATES / ".neuromemignore").read_text(encoding="utf-8"))
    assert all(ignore.accepts_file(path) for path in layout(DAY) if path.endswith(".md"))


def test_the_managed_region_is_empty_and_says_so() -> None:
    text = (TEMPLATES / "mind/MEMORY.md").read_text(encoding="utf-8")
    begin = f"<!-- neuromem:begin memory v=1 sha256={hashlib.sha256(b'').hexdigest()} -->"
    assert f"\n{begin}\n<!-- neuromem:end memory kept= gone= -->\n" in text


def test_the_list_of_template_lines_is_current() -> None:
    """A line of a template is no memory: the parsers know each by its sign, once shipped for ever."""
    listed = set((Path(nothing.__file__).parent / nothing.LIST).read_text(encoding="ascii").split())
    texts = [path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.md")]
    assert texts
    assert {sign for text in texts for sign in nothing.signs(text)} <= listed
