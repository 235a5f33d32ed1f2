"""Which agent is meant: one answer for commands, API and MCP, from what is registered and what was said.

Opens no workspace; registering, renaming and removing write the user's `config.toml` and nothing else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from neuromem_sync import configfile
from neuromem_sync.config import Settings, config_path, load, state_home
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.workspace import SUFFIXES, Workspace

# The words of the command line, now and to come: an agent of that name could not be told from them.
_WORDS = """
    init sync watch recall verify wait stats problems project demo completion
    session recent health agents config show timeline tags entities context task how procedure shield remember
    forget groom consolidate undo why diff related path mcp migrate secrets status doctor install-service help
    start update pause complete abandon fail resume list add remove rename get set path record render
"""
RESERVED = frozenset(_WORDS.split())
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_AGENTS = "agents"


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


def here() -> Path:
    """The current folder; `/` when it has been removed under us."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path("/")


def registered(settings: Settings) -> dict[str, Workspace]:
    """The workspaces of the configuration, by agent."""
    home = state_home()
    return {
        name: Workspace.at(
            agent.root, state_home=home, agent=name, zone=agent.zone, registered=True, readonly=agent.readonly
        )
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
        found, rest = named(agent, known, cwd), words
    elif words and (words[0] in known or is_path(words[0])):
        found, rest = named(words[0], known, cwd), words[1:]
    elif meant := default(known, cwd):
        found, rest = meant, words
    else:
        raise WorkspaceError(*_which(known))
    _require_alone(found, known.values())
    return found, rest


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
    for workspace in unique:
        _require_alone(workspace, known.values())
    return unique


def named(name: str, known: Mapping[str, Workspace], cwd: Path) -> Workspace:
    """The workspace of a registered agent, or of a folder given by its path; of a file, the workspace it lies in."""
    if name in known:
        return known[name]
    if name != "." and "/" not in name:
        raise WorkspaceError(*_nobody(name, known))
    path = Path(os.path.realpath(cwd / os.path.expanduser(name)))
    names_document = path.suffix.lower() in SUFFIXES  # it may just have been deleted
    found = around(path, known) if names_document or os.path.isdir(path) else None
    if found is None and not os.path.isdir(path):
        raise WorkspaceError(f"{name}: no such folder", "name a folder, or a registered agent")
    if found:
        return found
    from neuromem_sync.homes import Around, is_foreign

    return Workspace.at(path, state_home=state_home(), readonly=is_foreign(path, Around.now(cwd)))


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
    return word == "." or ("/" in word and (word.startswith(("/", "./", "../", "~/")) or os.path.isdir(word)))


def _which(known: Mapping[str, Workspace]) -> tuple[str, str]:
    if not known:
        return "no agent is registered", "begin with: neuromem init PATH --agent NAME"
    return f"which agent? there are {', '.join(sorted(known))}", f"say --agent {min(known)}"


def register(name: str, root: Path, zone: str, *, readonly: bool = False) -> Workspace:
    """Put an agent into `config.toml`, comments and order kept; one that stands there already stays as it is.

    One agent, one root, none inside another: WorkspaceError if that would not hold.
    """
    check_name(name)
    path = config_path()
    home = state_home()
    wanted = Workspace.at(root, state_home=home, agent=name, zone=zone, registered=True, readonly=readonly)
    wanted.require_apart()
    with configfile.alone(path):
        known = registered(load(environment={}))
        if name in known and known[name].root == wanted.root:
            return known[name]
        _require_free(wanted, known.values())
        section = {"root": str(wanted.root), "zone": zone, **({"readonly": True} if readonly else {})}
        configfile.change(
            path,
            lambda text: configfile.with_section(text, (_AGENTS, name), section),
            lambda said: said.setdefault(_AGENTS, {}).update({name: section}),
        )
    return wanted


def unregister(name: str) -> Workspace:
    """Take an agent out of `config.toml`; its files and its state stay. Raises WorkspaceError if there is none."""
    path = config_path()
    with configfile.alone(path):
        gone = called(name, registered(load(environment={})))
        configfile.change(
            path,
            lambda text: configfile.without_section(text, (_AGENTS, name)),
            lambda said: said[_AGENTS].pop(name),
        )
    return gone


def rename(old: str, new: str) -> Workspace:
    """Call an agent otherwise; its files and its state, which go by its root, stay. Raises WorkspaceError."""
    check_name(new)
    path = config_path()
    with configfile.alone(path):
        known = registered(load(environment={}))
        renamed = called(old, known)
        if new in known:
            raise WorkspaceError(f"there is an agent {new!r} already", "choose another name")
        configfile.change(
            path,
            lambda text: configfile.renamed_section(text, (_AGENTS, old), new),
            lambda said: said[_AGENTS].update({new: said[_AGENTS].pop(old)}),
        )
    return replace(renamed, agent=new)


def called(name: str, known: Mapping[str, Workspace]) -> Workspace:
    """The registered agent of that name. Raises WorkspaceError with the nearest if there is none."""
    if name not in known:
        raise WorkspaceError(*_nobody(name, known))
    return known[name]


def _nobody(name: str, known: Iterable[str]) -> tuple[str, str]:
    import difflib

    near = difflib.get_close_matches(name, known, 1, 0.6)
    hint = f"did you mean {near[0]}?" if near else f"to register it: neuromem init PATH --agent {name}"
    return f"no agent is called {name!r}", hint


def _require_alone(meant: Workspace, known: Iterable[Workspace]) -> None:
    """What was true when they were registered may not be so now: a root becomes a link, a configuration is edited.

    Raises WorkspaceError, naming the agent whose memory would be read.
    """
    for other in known:
        if meant.registered and other.agent == meant.agent:
            continue
        if other.root.is_relative_to(meant.root) or meant.root.is_relative_to(other.root):
            what = f"the folder of {meant.agent!r}" if meant.registered else "that folder"
            where = f"{meant.root}, and that of {other.agent!r}, {other.root}, are one or lie one in the other"
            raise WorkspaceError(f"{what}, {where}", "an agent never sees another's memory: neuromem agents list")


def _require_free(wanted: Workspace, known: Iterable[Workspace]) -> None:
    for other in known:
        if other.agent == wanted.agent:
            moved = f"if it has moved, change its root in {config_path()}"
            hint = "choose another name: --agent NAME" if os.path.isdir(other.root) else moved
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
