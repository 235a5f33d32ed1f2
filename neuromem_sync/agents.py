"""Which agent is meant: one answer for commands, API and MCP, from what is registered and what was said.

Opens no workspace; registering writes the user's `config.toml` and nothing else.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from neuromem_sync.config import Settings, config_path, load, state_home
from neuromem_sync.errors import ConfigError, WorkspaceError
from neuromem_sync.files import create, reason, write_atomic
from neuromem_sync.workspace import SUFFIXES, Workspace

# The words of the command line, now and to come: an agent of that name could not be told from them.
_WORDS = """
    init sync watch recall verify wait stats problems demo completion
    session recent health agents config show timeline tags entities context task how procedure shield remember
    forget groom consolidate undo why diff related mcp migrate secrets status doctor install-service help
    start update complete abandon fail resume list add remove rename get set path record render
"""
RESERVED = frozenset(_WORDS.split())
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


def check_name(name: str) -> str:
    """`name`, if an agent may be called so; else WorkspaceError."""
    if not _NAME.fullmatch(name):
        raise WorkspaceError(
            f"{name!r} is no name for an agent",
            "use lower-case letters, digits, - and _, a letter or digit first",
        )
    if name in RESERVED:
        raise WorkspaceError(f"{name!r} is a word of the command line", "choose another name: --agent NAME")
    return name


def registered(settings: Settings) -> dict[str, Workspace]:
    """The workspaces of the configuration, by agent."""
    home = state_home()
    return {
        name: Workspace.at(agent.root, state_home=home, agent=name, zone=agent.zone, registered=True)
        for name, agent in settings.agents.items()
    }


def one(
    agent: str | None, words: tuple[str, ...], known: Mapping[str, Workspace], cwd: Path
) -> tuple[Workspace, tuple[str, ...]]:
    """The agent that is meant, and the words that are left when the first one named it.

    `agent` (the option) before the first word before NEUROMEM_AGENT before the workspace we stand in before
    the only one there is. Raises WorkspaceError naming them.
    """
    if agent:
        return named(agent, known, cwd), words
    if words and (words[0] in known or is_path(words[0])):
        return named(words[0], known, cwd), words[1:]
    found = default(known, cwd)
    if found is None:
        raise WorkspaceError(*_which(known))
    return found, words


def several(
    agent: str | None, words: tuple[str, ...], known: Mapping[str, Workspace], cwd: Path
) -> tuple[Workspace, ...]:
    """Every agent that is meant, each once; all of them where nothing says which.

    Raises WorkspaceError if there is none.
    """
    names = ((agent,) if agent else ()) + words
    if names:
        found: Iterable[Workspace] = (named(name, known, cwd) for name in names)
    else:
        here = default(known, cwd)
        found = (here,) if here else known.values()
    unique = tuple({workspace.root: workspace for workspace in found}.values())
    if not unique:
        raise WorkspaceError(*_which(known))
    return unique


def named(name: str, known: Mapping[str, Workspace], cwd: Path) -> Workspace:
    """The workspace of a registered agent, or of a folder given by its path; of a file, the workspace it lies in."""
    if name in known:
        return known[name]
    if name != "." and "/" not in name:
        import difflib

        near = difflib.get_close_matches(name, known, 1, 0.6)
        hint = f"did you mean {near[0]}?" if near else f"to register it: neuromem init PATH --agent {name}"
        raise WorkspaceError(f"no agent is called {name!r}", hint)
    path = Path(os.path.realpath(cwd / os.path.expanduser(name)))
    names_document = path.suffix.lower() in SUFFIXES  # it may just have been deleted
    found = around(path, known) if names_document or path.is_dir() else None
    if found is None and not path.is_dir():
        raise WorkspaceError(f"{name}: no such folder", "name a folder, or a registered agent")
    return found or Workspace.at(path, state_home=state_home())


def default(known: Mapping[str, Workspace], cwd: Path) -> Workspace | None:
    """The agent that is meant when no word says so."""
    said = os.environ.get("NEUROMEM_AGENT")
    if said:
        return named(said, known, cwd)
    here = around(Path(os.path.realpath(cwd)), known)
    return here or (next(iter(known.values())) if len(known) == 1 else None)


def around(folder: Path, known: Mapping[str, Workspace]) -> Workspace | None:
    """The innermost registered workspace that `folder` (a real path) is or lies in."""
    holding = [workspace for workspace in known.values() if folder.is_relative_to(workspace.root)]
    return max(holding, key=lambda workspace: len(workspace.root.parts), default=None)


def is_path(word: str) -> bool:
    """Whether a first word names a folder. `and/or` in a question does not, unless there is such a folder."""
    return word == "." or ("/" in word and (word.startswith(("/", "./", "../", "~/")) or Path(word).is_dir()))


def _which(known: Mapping[str, Workspace]) -> tuple[str, str]:
    if not known:
        return "no agent is registered", "begin with: neuromem init PATH --agent NAME"
    return f"which agent? there are {', '.join(sorted(known))}", f"say --agent {min(known)}"


def register(name: str, root: Path, zone: str) -> Workspace:
    """Put an agent into `config.toml`, comments and order kept; one that stands there already keeps its zone.

    One agent, one root, none inside another: WorkspaceError if that would not hold.
    """
    check_name(name)
    path = config_path()
    wanted = Workspace.at(root, state_home=state_home(), agent=name, zone=zone, registered=True)
    wanted.require_apart()
    with _alone(path):
        known = registered(load(environment={}))
        if name in known and known[name].root == wanted.root:
            return known[name]
        _require_free(wanted, known.values())
        _write(path, _with_agent(_text(path), wanted))
    return wanted


def _require_free(wanted: Workspace, known: Iterable[Workspace]) -> None:
    for other in known:
        if other.agent == wanted.agent:
            moved = f"if it has moved, change its root in {config_path()}"
            hint = "choose another name: --agent NAME" if other.root.is_dir() else moved
            raise WorkspaceError(f"agent {other.agent!r} lives in {other.root}", hint)
        if other.root == wanted.root:
            raise WorkspaceError(
                f"{other.root} is the workspace of {other.agent!r}", f"use that name: --agent {other.agent}"
            )
        if other.root.is_relative_to(wanted.root) or wanted.root.is_relative_to(other.root):
            raise WorkspaceError(
                f"{wanted.root} and the workspace of {other.agent!r}, {other.root}, lie one in the other",
                "an agent never sees another's memory: choose a folder beside it",
            )


def _with_agent(text: str, wanted: Workspace) -> str:
    import tomlkit

    document = tomlkit.parse(text)
    agents = document.setdefault("agents", tomlkit.table(is_super_table=True))
    table = tomlkit.table()
    table.update({"root": str(wanted.root), "zone": wanted.zone})
    agents[wanted.agent] = table
    return tomlkit.dumps(document)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig") if path.exists() else ""


def _write(path: Path, text: str) -> None:
    """Replace the file whole, or not at all, for its owner's eyes only; a link to it stays a link."""
    target = Path(os.path.realpath(path))
    try:
        create(target, b"")
        target.chmod(0o600)
        write_atomic(target, text.encode())
    except WorkspaceError as error:
        raise ConfigError(error.message, "set NEUROMEM_CONFIG to a folder of yours") from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep other processes of ours from changing the configuration between our reading and writing."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise ConfigError(f"{path}: {reason(error)}", "set NEUROMEM_CONFIG to a folder of yours") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
