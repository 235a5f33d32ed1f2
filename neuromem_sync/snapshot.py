"""Look at a workspace: walk it, look at some of its paths, compare two looks.

Reads no file and decides nothing: what a look means for the index is the work of a cycle.

No link is ever followed. A link to a file of the workspace is that file's second name, and its text is known
by the first; a link that leads out would take in what was not put here. Links that lead out are listed.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from neuromem_sync.changes import FileChange, FileState, Snapshot
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.files import file_state, reason

# the coarsest time stamp in use (FAT): two writes within it can leave the same state
RACY_NS = 2_000_000_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Ignore(Protocol):
    """Which paths, relative to the root and with `/`, belong to the workspace's memory."""

    def accepts_folder(self, path: str) -> bool: ...

    def accepts_file(self, path: str) -> bool: ...

    def is_dropping(self, path: str) -> bool:
        """Whether a file that is not accepted is another program's leftover."""
        ...


def scan(root: Path, ignore: Ignore) -> Snapshot:
    """All files of the workspace. Raises WorkspaceError if the root itself cannot be listed."""
    found = _Look(root, ignore)
    found.walk("")
    if "" in found.unknown:
        raise WorkspaceError(f"cannot list {root}: {found.unknown['']}", "is the disk mounted?")
    return found.snapshot()


def look(root: Path, paths: Iterable[str], ignore: Ignore) -> Snapshot:
    """The files at and below these paths and nothing else.

    Compare it with what is indexed at and below the same paths. Raises WorkspaceError if there is no root.
    """
    found = _Look(root, ignore)
    for path in _outermost(paths):
        found.visit(path)
    return found.snapshot()


def compare(old: Mapping[str, FileState], new: Snapshot) -> list[FileChange]:
    """What differs, by path: one merge of two sorted lists. What `new` does not know is no change.

    `old` is what was indexed of the paths that `new` covers. Equal identities are equal files, unless the old
    one was racy: that is the caller's to remember (`racy`).
    """
    changes = []
    for path, before, after in _merge(sorted(old.items()), sorted(new.files.items())):
        if before is not None and after is not None and before.identity == after.identity:
            continue
        if after is None and unknown_reason(path, new.unknown):
            continue
        changes.append(FileChange(path=path, old=before, new=after))
    return changes


def racy(state: FileState, looked_ns: int) -> bool:
    """Whether the file could change once more and keep its times; then its next look must hash it.

    `looked_ns` is the system's time (`time.time_ns()`) before the look: a clock set by hand knows no files.
    """
    return looked_ns - state.ctime_ns < RACY_NS or 0 <= looked_ns - state.mtime_ns < RACY_NS


def root_identity(root: Path) -> tuple[int, int] | None:
    """Device and inode of the root, None if there is no folder: mounted away, renamed, removed, replaced by a link.

    A root is a real path. A link in its place leads to what may be another agent's.
    """
    try:
        found = os.stat(root)
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISDIR(found.st_mode) and not _led_elsewhere(root) else None


def belongs(path: str, ignore: Ignore) -> bool:
    """Whether a file at this path would be looked at: its folders are asked first."""
    return all(map(ignore.accepts_folder, above(path))) and ignore.accepts_file(path)


@dataclass(slots=True)
class _Look:
    root: Path
    ignore: Ignore
    files: dict[str, FileState] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    droppings: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def snapshot(self) -> Snapshot:
        identity = root_identity(self.root)
        if identity is None:
            if _led_elsewhere(self.root):
                hint = "put the folder back, or change the root of the agent: links are not followed"
                raise WorkspaceError(f"{self.root} has become a link", hint)
            raise WorkspaceError(f"no folder at {self.root}", "is the disk mounted?")
        return Snapshot(
            root=identity,
            files=self.files,
            unknown=self.unknown,
            droppings=tuple(self.droppings),
            links=tuple(self.links),
        )

    def visit(self, path: str) -> None:
        """A path named by someone: its folders decide first whether it belongs to the workspace."""
        if not self._reachable(path):
            return
        try:
            mode = os.lstat(self.root / path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            self.unknown[path] = reason(error)
            return
        if stat.S_ISLNK(mode):
            self._link(path)
        elif not stat.S_ISDIR(mode):
            self._meet(path)
        elif not path or self.ignore.accepts_folder(path):
            self.walk(path)

    def _reachable(self, path: str) -> bool:
        accepts = self.ignore.accepts_folder
        return all(accepts(folder) and not os.path.islink(self.root / folder) for folder in above(path))

    def walk(self, folder: str) -> None:
        waiting = [folder]
        while waiting:
            folder = waiting.pop()
            try:
                waiting.extend(path for path in self._list(folder) if self.ignore.accepts_folder(path))
            except (FileNotFoundError, NotADirectoryError) as error:
                if not folder:
                    self.unknown[folder] = reason(error)
            except OSError as error:
                self.unknown[folder] = reason(error)

    def _list(self, folder: str) -> list[str]:
        prefix = f"{folder}/" if folder else ""
        folders = []
        with os.scandir(self.root / folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(prefix + entry.name)
                elif entry.is_symlink():
                    self._link(prefix + entry.name)
                else:
                    self._meet(prefix + entry.name, entry)
        return folders

    def _meet(self, path: str, entry: os.DirEntry[str] | None = None) -> None:
        if not self.ignore.accepts_file(path):
            if self.ignore.is_dropping(path):
                self.droppings.append(printable(path))
        elif why := _unreadable(path):
            self.unknown[printable(path)] = why
        else:
            self._add(path, entry)

    def _add(self, path: str, entry: os.DirEntry[str] | None) -> None:
        try:
            found = entry.stat(follow_symlinks=False) if entry else os.lstat(self.root / path)
        except FileNotFoundError:
            return
        except OSError as error:
            self.unknown[path] = reason(error)
            return
        if stat.S_ISREG(found.st_mode):
            self.files[path] = file_state(path, found)

    def _link(self, path: str) -> None:
        is_folder = os.path.isdir(self.root / path)  # a loop, or a target that may not be looked at, is none
        accepted = self.ignore.accepts_folder(path) if is_folder else self.ignore.accepts_file(path)
        if accepted and _leads_out(self.root, path):
            self.links.append(printable(path))


def _led_elsewhere(root: Path) -> bool:
    return os.path.realpath(root) != str(root)


def _outermost(paths: Iterable[str]) -> list[str]:
    """The paths that lie below no other one, sorted."""
    wanted = set(paths)
    if "" in wanted:
        return [""]
    return sorted(path for path in wanted if wanted.isdisjoint(above(path)))


def above(path: str) -> list[str]:
    """The folders a path lies in, outermost first, the root left out."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _merge(
    old: list[tuple[str, FileState]], new: list[tuple[str, FileState]]
) -> Iterator[tuple[str, FileState | None, FileState | None]]:
    left = right = 0
    while left < len(old) or right < len(new):
        if right == len(new) or (left < len(old) and old[left][0] < new[right][0]):
            yield (*old[left], None)
            left += 1
        elif left == len(old) or new[right][0] < old[left][0]:
            yield (new[right][0], None, new[right][1])
            right += 1
        else:
            yield (*old[left], new[right][1])
            left, right = left + 1, right + 1


def unknown_reason(path: str, unknown: Mapping[str, str]) -> str | None:
    """Why a look could not tell about this path: its own reason or that of a folder above it."""
    return next((unknown[place] for place in (path, *above(path)) if place in unknown), None)


def _leads_out(root: Path, path: str) -> bool:
    target = Path(os.path.realpath(root / path))
    return target != root and root not in target.parents


def _unreadable(path: str) -> str:
    """Why a name cannot stand in a line of an answer, or ""."""
    if path.isascii() and path.isprintable():
        return ""
    if _CONTROL.search(path):
        return "its name holds a line end or another control character"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    return ""


def printable(path: str) -> str:
    """A file name as one line of valid text: what is not UTF-8, and what controls a terminal, as `\\xNN`."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", os.fsencode(path).decode(errors="backslashreplace"))
