"""Where other programs keep what their agents remember, and how each of them is told of ours.

Knows places and formats; docs/agents.md says what each was checked against. Reads their settings where those say
where the memory is, and writes nothing (connection.py).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from shlex import quote

from neuromem_sync.errors import WorkspaceError
from neuromem_sync.files import reason
from neuromem_sync.insertion import value_at
from neuromem_sync.workspace import agent_name

HOOK_SECONDS = 10
"""Seconds after which a hook of ours is given up: it takes below one, and a session must not wait for it."""


class Program(StrEnum):
    """A program whose agents can use our memory."""

    OPENCLAW = "openclaw"
    CLAUDE_CODE = "claude-code"
    CODEX = "codex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where a program keeps its memory. `readonly`: it manages that folder itself, and nobody else may write there."""

    root: Path
    agent: str
    readonly: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a program is to have for `agent` in a file of its own: at `keys`; the end of a list there, if `listed`."""

    agent: str
    file: Path
    keys: tuple[str, ...]
    value: Mapping[str, object]
    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the places depend on: variables, the user's home, and the folder we stand in."""

    environment: Mapping[str, str]
    home: Path
    cwd: Path

    @classmethod
    def now(cls, cwd: Path) -> Around:
        return cls(environment=os.environ, home=Path(os.path.expanduser("~")), cwd=cwd)

    def folder(self, variable: str, usual: str) -> Path:
        """A folder that a variable moves."""
        return Path(os.path.expanduser(self.environment.get(variable) or self.home / usual))


def home(program: Program, around: Around) -> Home:
    """The program's own memory. Raises WorkspaceError if it has none yet."""
    found = _HOMES[program](around)
    if not os.path.isdir(found.root):
        hint = f"or connect a workspace of your own: neuromem init ~/ava --agent ava --for {program}"
        raise WorkspaceError(f"{found.root}: {_TITLES[program]} remembers nothing there yet", hint)
    return found


def is_foreign(root: Path, around: Around) -> bool:
    """Whether a folder is managed by one of the programs: nothing of ours may be written there."""
    owners = (around.folder("CLAUDE_CONFIG_DIR", ".claude"), around.folder("CODEX_HOME", ".codex"))
    return any(root.is_relative_to(os.path.realpath(owner)) for owner in owners)


def title(program: Program) -> str:
    return _TITLES[program]


def settings(program: Program, agent: str, around: Around, command: str = "neuromem") -> tuple[Setting, ...]:
    """What makes the program's agents use the memory of `agent`; `command` starts us."""
    return _SETTINGS[program](agent, around, command)


def advice(program: Program, agent: str, command: str = "neuromem") -> tuple[str, ...]:
    """What is left for a person to do, or does the same by hand."""
    mcp = f"{quote(command)} mcp {agent}"
    if program is Program.OPENCLAW:
        server = json.dumps(_server(agent, command))
        return (
            f"by hand: openclaw mcp set neuromem '{server}'",
            f"in AGENTS.md, for every session: run `{quote(command)} session {agent}` first",
        )
    if program is Program.CODEX:
        return (f"by hand: codex mcp add neuromem -- {mcp}", "Codex runs a new hook only once you trust it: /hooks")
    return (f"for every project instead: claude mcp add --scope user neuromem -- {mcp}",)


def _openclaw(around: Around) -> Home:
    """The workspace that is configured; that of a named profile is given by its path."""
    given = around.environment.get("OPENCLAW_WORKSPACE_DIR") or value_at(
        _json(_openclaw_config(around)), ("agents", "defaults", "workspace")
    )
    usual = around.folder("OPENCLAW_STATE_DIR", ".openclaw") / "workspace"
    root = Path(os.path.expanduser(given)) if isinstance(given, str) and given else usual
    return Home(root=root, agent="openclaw", readonly=False)


def _claude_code(around: Around) -> Home:
    """The memory of the project we stand in: one for all work trees of a repository."""
    project = _project(around.cwd)
    folder = around.folder("CLAUDE_CONFIG_DIR", ".claude")
    moved = value_at(_json(folder / "settings.json"), ("autoMemoryDirectory",))
    usual = folder / "projects" / re.sub(r"[^A-Za-z0-9]", "-", str(project)) / "memory"
    root = Path(os.path.expanduser(moved)) if isinstance(moved, str) and moved else usual
    return Home(root=root, agent=agent_name(f"{project.name}-claude"), readonly=True)


def _codex(around: Around) -> Home:
    return Home(root=around.folder("CODEX_HOME", ".codex") / "memories", agent="codex", readonly=True)


def _openclaw_settings(agent: str, around: Around, command: str) -> tuple[Setting, ...]:
    server = _server(agent, command)
    return (Setting(agent=agent, file=_openclaw_config(around), keys=("mcp", "servers", "neuromem"), value=server),)


def _claude_code_settings(agent: str, around: Around, command: str) -> tuple[Setting, ...]:
    """The server for the project, which is shared; the hooks for its user alone, whose memory it is."""
    project = _project(around.cwd)
    server = _server(agent, command)
    return (
        Setting(agent=agent, file=project / ".mcp.json", keys=("mcpServers", "neuromem"), value=server),
        *_hooks(project / ".claude" / "settings.local.json", agent, command),
    )


def _codex_settings(agent: str, around: Around, command: str) -> tuple[Setting, ...]:
    folder = around.folder("CODEX_HOME", ".codex")
    server = _server(agent, command)
    return (
        Setting(agent=agent, file=folder / "config.toml", keys=("mcp_servers", "neuromem"), value=server),
        *_hooks(folder / "hooks.json", agent, command),
    )


def _server(agent: str, command: str) -> dict[str, object]:
    return {"command": command, "args": ["mcp", agent]}


def _hooks(file: Path, agent: str, command: str) -> tuple[Setting, ...]:
    """What a session begins with, and a look at what failed before a command of the shell is run."""

    def hook(words: str) -> list[dict[str, object]]:
        return [{"type": "command", "command": f"{quote(command)} {words}", "timeout": HOOK_SECONDS}]

    start: dict[str, object] = {"hooks": hook(f"session {agent}")}
    before: dict[str, object] = {"matcher": "Bash", "hooks": hook(f"shield {agent} --hook")}
    return (
        Setting(agent=agent, file=file, keys=("hooks", "SessionStart"), value=start, listed=True),
        Setting(agent=agent, file=file, keys=("hooks", "PreToolUse"), value=before, listed=True),
    )


def _openclaw_config(around: Around) -> Path:
    given = around.environment.get("OPENCLAW_CONFIG_PATH")
    return Path(given) if given else around.folder("OPENCLAW_STATE_DIR", ".openclaw") / "openclaw.json"


def _project(cwd: Path) -> Path:
    """The repository that a folder lies in, of a work tree the main one; the folder itself if it lies in none.

    Raises WorkspaceError if that cannot be seen: another project's memory is not taken for this one's.
    """
    for folder in (cwd, *cwd.parents):
        mark = folder / ".git"
        try:
            if mark.is_file():
                found = re.match(r"gitdir: (.+)/\.git/worktrees/", mark.read_text(encoding="utf-8", errors="replace"))
                return Path(found[1]) if found else folder
            if mark.exists():
                return folder
        except OSError as error:
            raise WorkspaceError(f"{mark}: {reason(error)}", "make it readable for you") from error
    return cwd


def _json(path: Path) -> object:
    """Settings that can be read without further ado; None for all others."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


_TITLES = {Program.OPENCLAW: "OpenClaw", Program.CLAUDE_CODE: "Claude Code", Program.CODEX: "Codex"}
_HOMES: Mapping[Program, Callable[[Around], Home]] = {
    Program.OPENCLAW: _openclaw,
    Program.CLAUDE_CODE: _claude_code,
    Program.CODEX: _codex,
}
_SETTINGS: Mapping[Program, Callable[[str, Around, str], tuple[Setting, ...]]] = {
    Program.OPENCLAW: _openclaw_settings,
    Program.CLAUDE_CODE: _claude_code_settings,
    Program.CODEX: _codex_settings,
}
