"""Brings what the predecessor remembered into a workspace, as Markdown, once.

Every document is made whole and exclusively: none that is there is opened for writing, and a run that was interrupted
is completed by the next. What the databases say is read by predecessor.py, what the Markdown looks like is decided by
retelling.py.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from neuromem_sync import bequest, predecessor, retelling
from neuromem_sync.bequest import Bequest
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.files import Content, Vanished, create, reason, stable_read
from neuromem_sync.lock import held
from neuromem_sync.model import Route
from neuromem_sync.predecessor import Estate, Recollection
from neuromem_sync.retelling import Retold
from neuromem_sync.workspace import Ignore, Workspace, route

LOCK = "migrate.lock"
IN_FILES = "are read from a file that is in the workspace"
ELSEWHERE = "belong to another agent"
UNREAD = frozenset({Route.IGNORED, Route.DROPPING, Route.TEMPLATE, Route.REHEARSAL})
"""Documents that become no entries: what was read from them is nowhere else."""
TWICE = "say at the same time what another one says"


class Fate(StrEnum):
    """What became of a document."""

    MADE = "made"
    THERE = "there"
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`entries` are what it is to hold, `lacking` those of them that a document which is there does not hold."""

    path: str
    entries: int
    fate: Fate
    lacking: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """What was found (`stores`, `memories`, `procedures`) and where it went.

    By reason and number: `kept`, memories that need no writing; `lost`, what could not be read or written down;
    `left`, what has no place in Markdown.
    """

    stores: tuple[str, ...]
    memories: int
    procedures: int
    documents: tuple[Document, ...]
    kept: Mapping[str, int]
    lost: Mapping[str, int]
    left: Mapping[str, int]
    bequest: Bequest

    @property
    def whole(self) -> bool:
        """Whether everything is in the workspace now."""
        return not self.lost and not any(document.lacking for document in self.documents)


def migrate(workspace: Workspace, folder: Path, others: Collection[str] = (), *, dry_run: bool = False) -> Migrated:
    """Write down what the stores in `folder` hold; `others` are agents whose memories are not this workspace's.

    Raises WorkspaceError if there is nothing to migrate, `folder` may not be entered, or a document cannot be made:
    those made before it stay, and the next run goes on. LockHeld if another migration into the workspace is under way.
    """
    workspace.require_writable()
    try:
        estate, will = predecessor.read(folder), bequest.read(folder)
    except PermissionError as error:
        raise WorkspaceError(f"{error.filename}: permission denied", "make it readable for you") from error
    if not estate.stores and not will.agents and not will.settings and not will.left and not will.fault:
        names = ", ".join((predecessor.EPISODIC, predecessor.PROCEDURAL, bequest.CONFIG))
        raise WorkspaceError(f"{folder} holds nothing to migrate", f"name the folder that has {names}")
    strangers = {*others, *will.agents} - {workspace.agent}
    memories, kept = _sorted_out(estate, workspace, will, strangers)
    unwritable = list[str]()
    retold = retelling.memories(memories, workspace.zone, unwritable)
    if routines := retelling.procedures(estate.routines, unwritable):
        retold.append(routines)
    documents = _carried(workspace, retold, dry_run=dry_run)
    lost = estate.lost + Counter(f"a memory that cannot be written down: {why}" for why in unwritable)
    if will.fault:
        lost[will.fault] += 1
    return Migrated(
        stores=(*estate.stores, *([bequest.CONFIG] if (folder / bequest.CONFIG).is_file() else ())),
        memories=len(estate.memories),
        procedures=len(estate.routines),
        documents=documents,
        kept=+kept,
        lost=+lost,
        left=+estate.left,
        bequest=will,
    )


def _sorted_out(
    estate: Estate, workspace: Workspace, will: Bequest, strangers: Collection[str]
) -> tuple[list[Recollection], Counter[str]]:
    """The memories that are to be written, and why the others are not."""
    places = _Places(workspace, will)
    written, kept, said = list[Recollection](), Counter[str](), set[tuple[int | None, str]]()
    for memory in estate.memories:
        minute = None if memory.at is None else int(memory.at // 60)
        if memory.agent in strangers:
            kept[f"{ELSEWHERE}: {memory.agent}"] += 1
        elif memory.source and places.holds(memory.source):
            kept[IN_FILES] += 1
        elif (minute, memory.text) in said:
            kept[TWICE] += 1
        else:
            said.add((minute, memory.text))
            written.append(memory)
    return written, kept


class _Places:
    """Which of the predecessor's source files are documents of the workspace."""

    def __init__(self, workspace: Workspace, will: Bequest) -> None:
        self._root = workspace.root
        self._ignore = Ignore.read(workspace.root)
        before = will.agents.get(workspace.agent)
        self._before = Path(os.path.realpath(before)) if before else workspace.root
        self._known: dict[str, bool] = {}

    def holds(self, source: str) -> bool:
        if source not in self._known:
            self._known[source] = self._look(source)
        return self._known[source]

    def _look(self, source: str) -> bool:
        """A path from either root; of a workspace that has moved since, the same path below the new one."""
        named = Path(os.path.expanduser(source))
        if named.is_absolute():
            roots = [root for root in (self._root, self._before) if named.is_relative_to(root)]
            if not roots:
                return False
            named = named.relative_to(roots[0])
        path = Path(os.path.normpath(named))
        folders = [parent.as_posix() for parent in path.parents if parent.name]
        read = all(map(self._ignore.accepts_folder, folders)) and self._ignore.accepts_file(path.as_posix())
        place = self._root / path
        try:
            # no link is followed by those who read documents
            there = place.is_file() and os.path.realpath(place) == str(place)
        except (OSError, ValueError):
            return False
        return there and read and ".." not in path.parts and route(path.as_posix()) not in UNREAD


def _carried(workspace: Workspace, retold: Sequence[Retold], *, dry_run: bool) -> tuple[Document, ...]:
    if dry_run:
        return tuple(_looked_at(workspace.root, each) for each in retold)
    with held(workspace.make_state() / LOCK):
        return tuple(_made(workspace.root, each) for each in retold)


def _made(root: Path, each: Retold) -> Document:
    found = _looked_at(root, each)
    if found.fate is Fate.THERE:
        return found
    place = root / each.path
    if not place.parent.resolve().is_relative_to(root):
        raise WorkspaceError(f"{place.parent} leads out of the workspace", "put a folder in the link's place")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceError(f"{place.parent}: {reason(error)}", "make room for a folder of that name") from error
    if create(place, each.text.encode()):
        return Document(path=each.path, entries=len(each.entries), fate=Fate.MADE)
    return _looked_at(root, each)  # somebody was faster


def _looked_at(root: Path, each: Retold) -> Document:
    outcome = stable_read(root, each.path)
    if isinstance(outcome, Vanished):
        return Document(path=each.path, entries=len(each.entries), fate=Fate.DUE)
    text = outcome.data.decode(errors="replace") if isinstance(outcome, Content) else ""
    lacking = sum(entry.strip() not in text for entry in each.entries)
    return Document(path=each.path, entries=len(each.entries), fate=Fate.THERE, lacking=lacking)
