"""Other programs: where their memory is, that nobody of ours writes there, and what is put into their settings."""

from __future__ import annotations

import json
import os
import tomllib
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuromem_sync import agents, app
from neuromem_sync.agents import register, registered
from neuromem_sync.config import load
from neuromem_sync.connection import Connection, connect, connections
from neuromem_sync.errors import ConfigError, WorkspaceError, WriteConflict
from neuromem_sync.groom import READ_ONLY
from neuromem_sync.homes import Around, Home, Program, home, is_foreign, settings
from neuromem_sync.insertion import into_json, into_toml
from neuromem_sync.logbook import Book, remember
from neuromem_sync.migrate import migrate
from neuromem_sync.workspace import Workspace
from tests.predecessor import whole
from tests.rights import somebody_else
from tests.workshop import CLOCK

SERVER = {"command": "neuromem", "args": ["mcp", "ava"]}


@pytest.fixture
def around(tmp_path: Path) -> Around:
    (tmp_path / "project" / ".git").mkdir(parents=True)
    return Around(environment={}, home=tmp_path, cwd=tmp_path / "project")


def moved(around: Around, cwd: Path | None = None, **environment: str) -> Around:
    return Around(environment=environment, home=around.home, cwd=cwd or around.cwd)


def claude_memory(around: Around, folder: str = ".claude") -> Path:
    slug = "".join(char if char.isalnum() else "-" for char in str(around.home / "project"))
    place = around.home / folder / "projects" / slug / "memory"
    place.mkdir(parents=True)
    return place


# --- where it is


def test_claude_code_remembers_by_project(around: Around) -> None:
    place = claude_memory(around)
    assert home(Program.CLAUDE_CODE, around) == Home(root=place, agent="project-claude", readonly=True)
    (around.cwd / "src").mkdir()
    assert home(Program.CLAUDE_CODE, moved(around, around.cwd / "src")).root == place


def test_a_work_tree_shares_the_memory_of_its_repository(around: Around) -> None:
    place = claude_memory(around)
    tree = around.home / "tree"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {around.cwd}/.git/worktrees/tree\n", encoding="utf-8")
    assert home(Program.CLAUDE_CODE, moved(around, tree)).root == place


def test_a_place_that_may_not_be_read_is_named(somebody: Path) -> None:
    shut, project = somebody / "shut", somebody / "project"
    around = Around(environment={}, home=somebody, cwd=project)
    with somebody_else():
        project.mkdir()
        (project / ".git").write_text("gitdir: elsewhere", encoding="utf-8")
        (project / ".git").chmod(0)
        shut.mkdir(0)
        with pytest.raises(WorkspaceError, match="permission denied"):
            home(Program.CLAUDE_CODE, around)
        with pytest.raises(WorkspaceError, match="permission denied"):
            home(Program.CLAUDE_CODE, moved(around, shut / "below"))
        (left_alone,) = connected(moved(around, CODEX_HOME=str(shut)), Program.CODEX)[:1]
        assert left_alone.fault.endswith("permission denied")
        shut.chmod(0o700)


def test_places_that_were_moved(around: Around) -> None:
    place = claude_memory(around, "elsewhere")
    assert home(Program.CLAUDE_CODE, moved(around, CLAUDE_CONFIG_DIR=str(around.home / "elsewhere"))).root == place
    memories = around.home / "other"
    memories.mkdir()
    (around.home / ".claude").mkdir()
    (around.home / ".claude/settings.json").write_text(json.dumps({"autoMemoryDirectory": str(memories)}))
    assert home(Program.CLAUDE_CODE, around).root == memories
    (around.home / "codex/memories").mkdir(parents=True)
    assert home(Program.CODEX, moved(around, CODEX_HOME=str(around.home / "codex"))).readonly


def test_openclaw_s_workspace_is_the_agent_s_own(around: Around) -> None:
    usual = around.home / ".openclaw/workspace"
    usual.mkdir(parents=True)
    assert home(Program.OPENCLAW, around) == Home(root=usual, agent="openclaw", readonly=False)
    other = around.home / "claw"
    other.mkdir()
    config = {"agents": {"defaults": {"workspace": str(other)}}}
    (around.home / ".openclaw/openclaw.json").write_text(json.dumps(config))
    assert home(Program.OPENCLAW, around).root == other


@pytest.mark.parametrize("program", Program)
def test_no_memory_yet(around: Around, program: Program) -> None:
    with pytest.raises(WorkspaceError, match="remembers nothing there yet") as error:
        home(program, around)
    assert f"--for {program}" in error.value.hint


def test_what_lies_in_another_program_s_folder_is_foreign(around: Around) -> None:
    place = claude_memory(around)
    assert is_foreign(place, around)
    assert is_foreign(around.home / ".codex/memories", around)
    assert not is_foreign(around.home / ".openclaw/workspace", around)
    assert not is_foreign(around.cwd, around)


# --- nothing is written there


@pytest.fixture
def foreign(tmp_path: Path) -> Workspace:
    root = tmp_path / "foreign"
    (root / "mind").mkdir(parents=True)
    (root / "MEMORY.md").write_text("# Memory\n\n- Use pnpm\n", encoding="utf-8")
    (root / "mind/INBOX.md").write_text("# Inbox\n", encoding="utf-8")
    return Workspace.at(root, state_home=tmp_path / "state", agent="cc", registered=True, readonly=True)


def test_nothing_of_ours_writes_into_it(foreign: Workspace, tmp_path: Path) -> None:
    def look() -> dict[Path, tuple[bytes, int]]:
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in foreign.root.rglob("*.md")}

    before = look()
    for book in Book:
        with pytest.raises(WorkspaceError, match="only read"):
            remember(foreign, "hello", now=CLOCK.now(), to=book)
    with pytest.raises(WorkspaceError, match="only read"):
        migrate(foreign, whole(tmp_path / "old"))
    with app.nights(foreign, load(), CLOCK) as nights:
        for adopt in (False, True):
            groomed = nights.run(adopt=adopt)
            assert (groomed.reason, groomed.blocked, groomed.written) == (READ_ONLY, False, False)
        with pytest.raises(WriteConflict):
            nights.undo()
    assert look() == before


def test_it_is_read_like_any_other(foreign: Workspace) -> None:
    with closing(app.engine(foreign, load(), CLOCK)) as engine:
        assert engine.cycle().entries == 1


def test_the_configuration_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROMEM_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("NEUROMEM_STATE", str(tmp_path / "state"))
    register("cc", tmp_path / "cc", "UTC", readonly=True)
    register("ava", tmp_path / "ava", "UTC")
    known = registered(load())
    assert (known["cc"].readonly, known["ava"].readonly) == (True, False)
    assert (tmp_path / "config/config.toml").read_text(encoding="utf-8").count("readonly") == 1


def test_a_configuration_that_says_it_otherwise_than_true_or_false(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUROMEM_CONFIG", str(tmp_path))
    (tmp_path / "config.toml").write_text('[agents.cc]\nroot = "/x"\nreadonly = "yes"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"agents\.cc\.readonly is true or false"):
        load()


def test_named_by_its_path_it_is_read_only_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEX_HOME", str(tmp_path / "codex"))
    (tmp_path / "codex/memories").mkdir(parents=True)
    assert agents.named(str(tmp_path / "codex/memories"), {}, tmp_path).readonly
    assert not agents.named(str(tmp_path), {}, tmp_path).readonly


# --- what is put into the settings of others


def connected(around: Around, program: Program, agent: str = "ava") -> list[Connection]:
    found = list(connections(settings(program, agent, around)))
    for each in found:
        connect(each)
    return found


@pytest.mark.parametrize("program", Program)
def test_settings_are_installed_once(around: Around, program: Program) -> None:
    assert all(each.diff for each in connected(around, program))
    before = {each.file: each.file.read_bytes() for each in connected(around, program)}
    assert not any(each.diff for each in connected(around, program))
    assert {file: file.read_bytes() for file in before} == before


def test_what_each_program_reads(around: Around) -> None:
    for program in Program:
        connected(around, program)
    claude = json.loads((around.cwd / ".claude/settings.local.json").read_bytes())["hooks"]
    codex = json.loads((around.home / ".codex/hooks.json").read_bytes())["hooks"]
    assert claude == codex
    assert claude["SessionStart"][0]["hooks"][0]["command"] == "neuromem session ava"
    assert claude["PreToolUse"][0]["matcher"] == "Bash"
    assert claude["PreToolUse"][0]["hooks"][0]["command"] == "neuromem shield ava --hook"
    assert json.loads((around.cwd / ".mcp.json").read_bytes()) == {"mcpServers": {"neuromem": SERVER}}
    assert tomllib.loads((around.home / ".codex/config.toml").read_text()) == {"mcp_servers": {"neuromem": SERVER}}
    openclaw = json.loads((around.home / ".openclaw/openclaw.json").read_bytes())
    assert openclaw == {"mcp": {"servers": {"neuromem": SERVER}}}


def test_two_agents_of_one_program(around: Around) -> None:
    connected(around, Program.CODEX, "ava")
    connected(around, Program.CODEX, "bo")
    assert not any(each.diff for agent in ("ava", "bo") for each in connected(around, Program.CODEX, agent))
    servers = tomllib.loads((around.home / ".codex/config.toml").read_text())["mcp_servers"]
    assert [servers[name]["args"] for name in ("neuromem", "neuromem-bo")] == [["mcp", "ava"], ["mcp", "bo"]]


def test_a_hook_with_other_limits_is_the_same_hook(around: Around) -> None:
    file = around.cwd / ".claude/settings.local.json"
    file.parent.mkdir()
    hook = {"type": "command", "command": "neuromem session ava", "timeout": 60}
    file.write_text(json.dumps({"hooks": {"SessionStart": [{"matcher": "startup", "hooks": [hook]}]}}))
    connected(around, Program.CLAUDE_CODE)
    assert len(json.loads(file.read_bytes())["hooks"]["SessionStart"]) == 1


def test_a_link_stays_a_link_and_a_mode_a_mode(around: Around) -> None:
    dotfiles = around.home / "dotfiles.toml"
    dotfiles.write_text("# mine\n", encoding="utf-8")
    dotfiles.chmod(0o600)
    (around.home / ".codex").mkdir()
    (around.home / ".codex/config.toml").symlink_to(dotfiles)
    connected(around, Program.CODEX)
    assert (around.home / ".codex/config.toml").is_symlink()
    assert dotfiles.read_text(encoding="utf-8").startswith("# mine\n\n[mcp_servers.neuromem]\n")
    assert dotfiles.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text",
    [
        "{\n  // mine\n}",
        "{mcp: {}}",
        '{"mcp": {"servers": {},}}',
        '{"mcp": []}',
        '{"mcp": {"a": 1}, "mcp": {"servers": {}}}',
        "[]",
        "\ufeff{}",
        "[" * 100000,
    ],
)
def test_what_is_no_plain_json_is_left_alone(around: Around, text: str) -> None:
    file = around.home / ".openclaw/openclaw.json"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    (connection,) = connected(around, Program.OPENCLAW)
    assert connection.fault.startswith(f"{file} was left alone: ")
    assert connection.hint == f"put this at mcp.servers.neuromem yourself: {json.dumps(SERVER)}"
    assert file.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("text", ["= no\n", "mcp_servers = {}\n", 'mcp_servers = "x"\n', "[[mcp_servers]]\n"])
def test_toml_that_cannot_be_added_to_is_left_alone(around: Around, text: str) -> None:
    file = around.home / ".codex/config.toml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    toml, hooks = connected(around, Program.CODEX)
    assert "config.toml was left alone" in toml.fault
    assert not hooks.fault
    assert file.read_text(encoding="utf-8") == text


def test_hooks_that_are_no_list_are_named(around: Around) -> None:
    file = around.cwd / ".claude" / "settings.local.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('{"hooks": {"SessionStart": {}}}')
    _, hooks = connections(settings(Program.CLAUDE_CODE, "ava", around))
    assert hooks.fault == f"{file} was left alone: hooks.SessionStart is no list"


def test_what_is_no_file_is_not_waited_for(around: Around) -> None:
    file = around.cwd / ".mcp.json"
    os.mkfifo(file)
    server, _ = connections(settings(Program.CLAUDE_CODE, "ava", around))
    assert server.fault == f"{file}: it is no regular file"


def test_a_file_that_changed_meanwhile_is_left_alone(around: Around) -> None:
    (connection,) = connections(settings(Program.OPENCLAW, "ava", around))
    connection.file.parent.mkdir()
    connection.file.write_text('{"mine": 1}', encoding="utf-8")
    with pytest.raises(ConfigError, match="changed just now"):
        connect(connection)
    assert os.listdir(connection.file.parent) == ["openclaw.json"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '{\n  "a": {\n    "b": 1\n  }\n}\n'),
        ("{}", '{\n  "a": {\n    "b": 1\n  }\n}'),
        ('{"x": 1}', '{"x": 1, "a": {"b": 1}}'),
        ('{\n\t"x": 1\n}\n', '{\n\t"x": 1,\n\t"a": {\n\t\t"b": 1\n\t}\n}\n'),
        ('{\r\n    "x": 1\r\n}', '{\r\n    "x": 1,\r\n    "a": {\r\n        "b": 1\r\n    }\r\n}'),
        ('{\n  "a": {\n    "c": [ 1,2 ]\n  }\n}', '{\n  "a": {\n    "c": [ 1,2 ],\n    "b": 1\n  }\n}'),
        ('{"a":{}}', '{"a":{\n  "b": 1\n}}'),
    ],
)
def test_a_value_is_laid_out_as_its_neighbours_are(before: str, after: str) -> None:
    assert into_json(before, ("a", "b"), 1) == after


_KEYS = st.text('ab"\\{}[],:\n é', min_size=1, max_size=4)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(_KEYS, _JSON, max_size=4), _KEYS, _KEYS, st.sampled_from([None, 0, 1, 4, "\t"]))
def test_whatever_stands_there_stays(there: dict[str, object], outer: str, inner: str, indent: int | None) -> None:
    text = json.dumps(there, indent=indent)
    above = there.get(outer, {})
    if not isinstance(above, dict) or inner in above:
        return
    found = into_json(text, (outer, inner), SERVER)
    assert json.loads(found) == {**there, outer: {**above, inner: SERVER}}
    left = iter(found)
    assert all(char in left for char in text if not char.isspace())


def test_toml_keeps_every_byte() -> None:
    text = '# mine\nmodel = "x"  # yes\n\n[mcp_servers.other]\ncommand = "y"\n[tui]\nnotify=true'
    found = into_toml(text, ("mcp_servers", "my server"), SERVER)
    assert found == f'{text}\n\n[mcp_servers."my server"]\ncommand = "neuromem"\nargs = ["mcp", "ava"]\n'
