"""A workspace: its root, its state folder, which files are documents and what shape each has.

The routes are those of docs/grammar.md. Reads no document, knows no settings, and does not decide which
agent is meant (agents.py).
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from neuromem_sync.errors import StateError, WorkspaceError
from neuromem_sync.model import Route

if TYPE_CHECKING:
    import pathspec

IGNORE_FILE = ".neuromemignore"
SUFFIXES = (".md", ".markdown")

# First match wins. `**` is any number of folders, `*` stays inside a name, DATE must be a real YYYY-MM-DD.
ROUTES: tuple[tuple[Route, tuple[str, ...]], ...] = (
    (
        Route.IGNORED,
        (
            "memory/.dreams/**",
            "memory/dreaming/**",
            "DREAMS.md",
            "**/.obsidian/**",
            "**/.trash/**",
            "**/.git/**",
            "**/node_modules/**",
        ),
    ),
    (
        Route.DROPPING,
        (
            "**/*.sync-conflict-*",
            "**/* (*conflicted copy *)*",
            "**/*.neuromem-conflict-*.md",
            "**/*.orig",
            "**/*~",
            "**/.#*",
            "**/.*.swp",
            "**/4913",
        ),
    ),
    (Route.OWN, ("**/MEMORY.auto.md",)),
    (Route.REHEARSAL, ("mind/RECALL.md",)),
    (Route.TEMPLATE, ("mind/TEMPLATES/**.md", "**/*-template.md", "memory/YYYY-MM-DD.md")),
    (Route.LOG, ("memory/**/DATE.md", "memory/**/DATE-*.md")),
    (Route.MEMORY, ("mind/MEMORY.md", "MEMORY.md")),
    (Route.DECISIONS, ("mind/DECISIONS.md",)),
    (Route.ERRORS, ("mind/ERRORS.md",)),
    (Route.LOOPS, ("mind/LOOPS.md",)),
    (Route.GOALS, ("mind/GOALS.md",)),
    (Route.PROJECTS, ("mind/PROJECTS.md",)),
    (Route.ROADMAP, ("mind/ROADMAP/**.md",)),
    (Route.PROFILE, ("mind/PROFILE.md", "USER.md", "IDENTITY.md", "SOUL.md", "TOOLS.md")),
    (Route.SHARED, ("mind/SHARED.md",)),
    (Route.INBOX, ("mind/INBOX.md",)),
    (
        Route.PROCEDURES,
        ("HEARTBEAT.md", "mind/HEARTBEAT.md", "mind/PROCEDURES.md", "mind/PROCEDURES/**.md", "skills/**/SKILL.md"),
    ),
    (Route.CONTEXT, ("mind/CONTEXT/**.md",)),
    (Route.INSTRUCTIONS, ("AGENTS.md", "CLAUDE.md", "BOOT.md", "BOOTSTRAP.md")),
    (Route.NOTE, ("**.md",)),
)

_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "DATE": "(?:[0-9]{4}-[0-9]{2}-[0-9]{2})"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?=[-.])")
_FOLDERS = frozenset({".obsidian", ".trash", ".git", "node_modules"})
_DREAMS = frozenset({"memory/.dreams", "memory/dreaming"})


def _pattern(glob: str) -> str:
    parts = re.split(r"(\*\*/|\*\*|\*|DATE)", glob)
    return "".join(_WILD.get(part) or re.escape(part) for part in parts)


_ROUTER = re.compile(
    "|".join(f"(?P<{name}>{'|'.join(map(_pattern, globs))})" for name, globs in ROUTES),
    re.IGNORECASE | re.DOTALL,
)
_DROPPING = re.compile(
    "|".join(_pattern(glob) for name, globs in ROUTES for glob in globs if name is Route.DROPPING),
    re.IGNORECASE | re.DOTALL,
)
_DROPPING_SIGNS = ("sync-conflict-", "conflicted copy", ".neuromem-conflict-", "/.#")


def route(path: str) -> Route:
    """The shape of the document at `path` (relative to the root, with `/`); IGNORED for what is no document.

    Knows nothing of `.neuromemignore`: see `Ignore`.
    """
    found = _ROUTER.fullmatch(_plain_suffix(path))
    if not found:
        return Route.IGNORED
    name = Route(str(found.lastgroup))
    return Route.NOTE if name is Route.LOG and log_date(path) is None else name


def log_date(path: str) -> date | None:
    """The day in the file's name; None if it names none, or one that never was."""
    named = _DAY.match(path.rpartition("/")[2])
    try:
        return date.fromisoformat(named[0]) if named else None
    except ValueError:
        return None


def _plain_suffix(path: str) -> str:
    return path[: -len("arkdown")] + "d" if path.lower().endswith(".markdown") else path


class Ignore:
    """Which folders and files of a workspace are looked at: the fixed rules, and `.neuromemignore` on top.

    `lines` are in gitignore syntax. Paths are relative to the root, with `/`; a file is asked about only if
    its folders were accepted.
    """

    def __init__(self, lines: str = "") -> None:
        self._spec = _spec(lines)
        self._known: dict[str, bool] = {}

    @classmethod
    def read(cls, root: Path) -> Ignore:
        """The rules of the workspace at `root`. Raises WorkspaceError if its ignore file cannot be read."""
        path = root / IGNORE_FILE
        try:
            return cls(path.read_text(encoding="utf-8-sig", errors="replace"))
        except FileNotFoundError:
            return cls()
        except OSError as error:
            raise WorkspaceError(f"{path}: {error.strerror}", "make it readable, or remove it") from error

    def accepts_folder(self, path: str) -> bool:
        lower = path.lower()
        if lower.rpartition("/")[2] in _FOLDERS or lower in _DREAMS:
            return False
        return self._spec is None or not self._matches(path + "/")

    def accepts_file(self, path: str) -> bool:
        lower = path.lower()
        if not lower.endswith(SUFFIXES) or lower == "dreams.md":
            return False
        suspect = lower.startswith(".#") or any(sign in lower for sign in _DROPPING_SIGNS)
        if suspect and _DROPPING.fullmatch(path):
            return False
        return self._spec is None or not self._matches(path)

    def is_dropping(self, path: str) -> bool:
        """Whether an editor or a sync tool left this file behind; it is reported and never read."""
        return _DROPPING.fullmatch(path) is not None and not (self._spec and self._matches(path))

    def _matches(self, path: str) -> bool:
        found = self._known.get(path)
        if found is None and self._spec is not None:
            found = self._known[path] = self._spec.match_file(path)
        return bool(found)


def _spec(lines: str) -> pathspec.GitIgnoreSpec | None:
    """The patterns, or None if there are none: loading the matcher costs more than most scans."""
    rules = [line for line in lines.splitlines() if line.strip() and not line.startswith("#")]
    if not rules:
        return None
    import pathspec

    try:
        return pathspec.GitIgnoreSpec.from_lines(rules)
    except (ValueError, re.error) as error:
        raise WorkspaceError(f"{IGNORE_FILE}: {error}", "write it as in a .gitignore") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """One agent's folder: `root` is its real path, `state` where its index lives, `zone` an IANA name.

    `registered` is False for a folder that was named by its path and is in nobody's configuration. One that is
    `readonly` belongs to another program: it is read, and never written.
    """

    agent: str
    root: Path
    state: Path
    zone: str = "UTC"
    registered: bool = False
    readonly: bool = False

    @classmethod
    def at(
        cls,
        root: Path,
        *,
        state_home: Path,
        agent: str = "",
        zone: str = "UTC",
        registered: bool = False,
        readonly: bool = False,
    ) -> Workspace:
        """The workspace at `root`, which need not exist; without `agent` it is called after its folder."""
        real = Path(os.path.realpath(root))
        name, state = agent or agent_name(real.name), state_home / state_key(real)
        return cls(agent=name, root=real, state=state, zone=zone, registered=registered, readonly=readonly)

    @property
    def name(self) -> str:
        """What names it to a command: the agent, or the folder of one that is registered nowhere."""
        return self.agent if self.registered else str(self.root)

    @property
    def spoken(self) -> str:
        """Its name as it is typed in a shell."""
        return quote(self.name)

    def require(self) -> Workspace:
        """Itself, if its root is a folder; else WorkspaceError."""
        if not os.path.isdir(self.root):
            again = f"if it was moved: neuromem agents remove {self.agent}, then add"
            hint = f"is its disk there? {again if self.registered else 'was it moved?'}"
            raise WorkspaceError(f"{self.root}: no such folder", hint)
        return self

    def require_writable(self) -> None:
        """Raises WorkspaceError if it is another program's."""
        if self.readonly:
            hint = "write into a workspace of your own: neuromem init PATH --agent NAME"
            raise WorkspaceError(f"{self.root} belongs to another program and is only read", hint)

    def require_apart(self) -> None:
        """Raises StateError if the state lies in the root: it would be copied, shared and committed with it."""
        if self.state.is_relative_to(self.root):
            hint = "choose a folder further down, or set NEUROMEM_STATE to one outside of it"
            raise StateError(f"the state folder {self.state} lies in the workspace {self.root}", hint)

    def make_state(self) -> Path:
        """The state folder, made if need be, for its owner's eyes only (0700; files in it are 0600)."""
        self.require_apart()
        try:
            self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.state.chmod(0o700)
        except OSError as error:
            hint = "set NEUROMEM_STATE to a folder of yours"
            raise StateError(f"{self.state}: {error.strerror}", hint) from error
        return self.state


def state_key(real: Path) -> str:
    """16 hex digits of the SHA-256 of a real path: a workspace's name in the state folder."""
    return hashlib.sha256(os.fsencode(real)).hexdigest()[:16]


def agent_name(folder: str) -> str:
    """A folder's name as an agent's: lower case without accents; all but letters, digits, `-` and `_` a `-`."""
    if not folder.isascii():
        from unicodedata import combining, normalize

        folder = "".join(sign for sign in normalize("NFKD", folder.casefold()) if not combining(sign))
    return re.sub(r"[^a-z0-9_-]+", "-", folder.lower()).strip("-_") or "workspace"
