"""Which file is which: the table of routes, the ignore rules, and a workspace's own folder of state."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyfakefs.fake_filesystem import FakeFilesystem

from neuromem_sync.errors import StateError, WorkspaceError
from neuromem_sync.model import Route
from neuromem_sync.workspace import IGNORE_FILE, Ignore, Workspace, agent_name, log_date, route, state_key

ROUTED = {
    Route.IGNORED: """
        memory/.dreams/2026-01-01.md | memory/dreaming/deep/a.md | DREAMS.md | dreams.md
        .obsidian/a.md | notes/.obsidian/plugins/b.md | .trash/a.md | a/.git/b.md | a/node_modules/b/README.md
        notes.txt | picture.png | md | .md.d/a.html""",
    Route.DROPPING: """
        a.sync-conflict-20260101-120000-ABC.md | notes/Plan (conflicted copy 2026-01-01).md
        Plan (Ann's conflicted copy 2026-01-01).md | mind/MEMORY.neuromem-conflict-1.md | mind/MEMORY.md.orig
        notes/a.md~ | .#a.md | notes/.a.md.swp | 4913 | notes/4913""",
    Route.OWN: "MEMORY.auto.md | mind/memory.auto.md",
    Route.REHEARSAL: "mind/RECALL.md",
    Route.TEMPLATE: "mind/TEMPLATES/a/b.md | decision-template.md | x/log-template.md | memory/YYYY-MM-DD.md",
    Route.LOG: """
        memory/2026-01-31.md | memory/2026-01-31-gateway.md | memory/2026/01/2026-01-31.md | Memory/2026-01-31.MD
        memory/2024-02-29.md | memory/2026-01-31-what we said.md | memory/2026-01-31.markdown""",
    Route.MEMORY: "mind/MEMORY.md | MEMORY.md | memory.md | Mind/Memory.md",
    Route.DECISIONS: "mind/DECISIONS.md | mind/decisions.md",
    Route.ERRORS: "mind/ERRORS.md",
    Route.LOOPS: "mind/LOOPS.md",
    Route.GOALS: "mind/GOALS.md",
    Route.PROJECTS: "mind/PROJECTS.md",
    Route.ROADMAP: "mind/ROADMAP/2026.md | mind/roadmap/q1/a.md",
    Route.PROFILE: "mind/PROFILE.md | USER.md | IDENTITY.md | SOUL.md | TOOLS.md | user.md",
    Route.SHARED: "mind/SHARED.md",
    Route.INBOX: "mind/INBOX.md",
    Route.PROCEDURES: """
        HEARTBEAT.md | mind/PROCEDURES.md | mind/PROCEDURES/a.md | skills/SKILL.md | skills/a/b/SKILL.md""",
    Route.CONTEXT: "mind/CONTEXT/a.md | mind/context/2026/b.md",
    Route.INSTRUCTIONS: "AGENTS.md | CLAUDE.md | BOOT.md | BOOTSTRAP.md",
    Route.NOTE: """
        README.md | notes/a.md | a.markdown | notes/MEMORY.md | notes/USER.md | notes/DREAMS.md | memory/todo.md
        memory/2026-02-30.md | memory/2025-02-29-leap.md | memory/2026-01-31x.md | notes/2026-01-31.md
        mind/OTHER.md | skills/a/NOTES.md | a\nb.md""",
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (path.strip(" "), name)
        for name, paths in ROUTED.items()
        for path in paths.replace("\n  ", "|").split("|")
        if path.strip()
    ],
)
def test_route(path: str, expected: Route) -> None:
    assert route(path) is expected


def test_every_route_has_an_example() -> None:
    assert set(ROUTED) == set(Route)


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("memory/2026-01-31.md", date(2026, 1, 31)),
        ("memory/2026-01-31-x.md", date(2026, 1, 31)),
        ("memory/2026-02-30.md", None),
        ("memory/2026-W01-1.md", None),
        ("memory/0000-01-01.md", None),
    ],
)
def test_day_of_a_log(path: str, day: date | None) -> None:
    assert log_date(path) == day


_NAMES = """
memory|mind|notes|.git|.Obsidian|node_modules|dreaming|.dreams|.trash|DREAMS.md|a.md|x.markdown|.#a.md|a.md~|4913
.a.swp|b.orig|a.sync-conflict-1.md|p (conflicted copy 1).md|2026-01-01.md|MEMORY.md|c.neuromem-conflict-2.md|plain.txt
"""
_paths = st.lists(st.sampled_from(_NAMES.strip().replace("\n", "|").split("|")), min_size=1, max_size=4).map("/".join)


@given(_paths)
def test_the_fast_rules_of_a_scan_are_the_table_of_routes(path: str) -> None:
    ignore, parts = Ignore(), path.split("/")
    reached = all(ignore.accepts_folder("/".join(parts[:depth])) for depth in range(1, len(parts)))
    expected = route(path)
    assert (reached and ignore.accepts_file(path)) == (expected not in (Route.IGNORED, Route.DROPPING))
    assert (reached and ignore.is_dropping(path)) == (expected is Route.DROPPING)


def test_ignore_file_has_gitignore_syntax(fs: FakeFilesystem) -> None:
    fs.create_file(f"/w/{IGNORE_FILE}", contents="# ours\n\n/drafts/\n*.private.md\n!keep.private.md\nold/**/*.md\n")
    ignore = Ignore.read(Path("/w"))
    assert not ignore.accepts_folder("drafts")
    assert ignore.accepts_folder("notes/drafts")
    assert not ignore.accepts_file("notes/a.private.md")
    assert ignore.accepts_file("keep.private.md")
    assert not ignore.accepts_file("old/deep/a.md")
    assert ignore.accepts_file("notes/a.md")


def test_what_is_ignored_is_no_dropping() -> None:
    assert Ignore().is_dropping("drafts/a.md~")
    assert not Ignore("drafts/\n").is_dropping("drafts/a.md~")


def test_comments_alone_load_no_matcher(fs: FakeFilesystem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pathspec", None)
    fs.create_file(f"/w/{IGNORE_FILE}", contents="# nothing yet\n\n")
    assert Ignore.read(Path("/w")).accepts_file("a.md")


@pytest.mark.parametrize("line", ["!", "\\", "[z-a]"])
def test_a_pattern_that_is_none_is_an_error_with_its_place(line: str) -> None:
    with pytest.raises(WorkspaceError, match=IGNORE_FILE):
        Ignore(f"{line}\n")


def test_ignore_file_that_is_a_folder_is_an_error_with_its_place(fs: FakeFilesystem) -> None:
    fs.create_dir(f"/w/{IGNORE_FILE}")
    with pytest.raises(WorkspaceError, match=IGNORE_FILE):
        Ignore.read(Path("/w"))


def test_key_is_of_the_real_path(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    state = tmp_path / "state"
    by_link = Workspace.at(tmp_path / "link", state_home=state)
    assert by_link == Workspace.at(tmp_path / "real", state_home=state)
    assert by_link.state == state / state_key(tmp_path / "real")
    assert len(by_link.state.name) == 16


def test_state_is_for_its_owner_alone(tmp_path: Path) -> None:
    workspace = Workspace.at(tmp_path / "w", state_home=tmp_path / "state")
    workspace.state.mkdir(parents=True, mode=0o755)
    assert stat.S_IMODE(workspace.make_state().stat().st_mode) == 0o700


def test_state_inside_the_workspace_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="lies in the workspace"):
        Workspace.at(tmp_path, state_home=tmp_path / "state").make_state()


def test_a_root_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no such folder"):
        Workspace.at(tmp_path / "gone", state_home=tmp_path / "state").require()


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("ava", "ava"),
        ("My Notes", "my-notes"),
        ("Été 2026", "ete-2026"),
        ("Große Ablage", "grosse-ablage"),
        ("日本語", "workspace"),
        ("---", "workspace"),
    ],
)
def test_a_folder_gives_its_agent_a_name(folder: str, name: str) -> None:
    assert agent_name(folder) == name
