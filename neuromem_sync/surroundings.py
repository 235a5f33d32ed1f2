"""What stands around the memory: its state folder and disk, what other programs left between the files, links that lead
out, and how many more folders the system would watch.

Opens no file of the workspace and changes nothing.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote

from neuromem_sync.finding import Code, Finding, among
from neuromem_sync.snapshot import printable
from neuromem_sync.workspace import Ignore

FULL, LOW = 50 << 20, 500 << 20
"""Bytes free on a disk. A cycle wants a few times the edited documents, a first index about as much as the files."""
LARGE = 1 << 30
"""Bytes of a state folder that are worth a word."""
NEARLY = 0.9
"""Share of the watched folders that the system allows."""
LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")
OURS, SYNCED = ".neuromem-conflict-", ("sync-conflict-", "conflicted copy")
SPARES = (".neuromem", ".neuromem-part")
"""How the names end of what a write puts aside (staging.py)."""


@dataclass(slots=True)
class Strays:
    """Paths that are no documents: what other programs left, links that lead out, and what writes put aside."""

    left: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    spares: list[str] = field(default_factory=list)


def strays(root: Path, ignore: Ignore) -> Strays:
    """All there are, by name alone: with a daemon nobody stats the files, and that would cost most of the time."""
    found, waiting = Strays(), [""]
    while waiting:
        prefix = waiting.pop()
        try:
            entries = os.scandir(root / prefix)
        except OSError:
            continue  # a cycle says which folder cannot be listed
        with entries:
            for entry in entries:
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting += [f"{path}/"] if ignore.accepts_folder(path) else []
                elif entry.is_symlink():
                    found.links += _leading_out(root, path, entry, ignore)
                elif not ignore.accepts_file(path):
                    _sort(found, path, ignore)
    return Strays(_told(found.left), _told(found.links), sorted(found.spares))


def _told(paths: list[str]) -> list[str]:
    if not paths:
        return []
    from neuromem_sync.redact import masked  # 11 ms

    return sorted(map(masked, paths))


def _leading_out(root: Path, path: str, entry: os.DirEntry[str], ignore: Ignore) -> list[str]:
    accepted = ignore.accepts_folder(path) if os.path.isdir(entry.path) else ignore.accepts_file(path)
    return [printable(path)] if accepted and not Path(os.path.realpath(entry.path)).is_relative_to(root) else []


def _sort(found: Strays, path: str, ignore: Ignore) -> None:
    name = path.rpartition("/")[2]
    if name.startswith(".") and name.endswith(SPARES):
        found.spares.append(printable(path))
    elif ignore.is_dropping(path):
        found.left.append(printable(path))


def between(found: Strays) -> Iterator[Finding]:
    """What stands between the files and is not read."""
    rest = []
    for path in found.left:
        if OURS in path:
            message, whose = f"{path} is another version of a file that was edited in two places at once", "the file"
        elif any(sign in path for sign in SYNCED):
            message, whose = f"{path} is a second version that a sync tool left", "the other one"
        else:
            rest.append(path)
            continue
        hint = f"take over into {whose} what is missing, then remove it; until then it is not read"
        yield Finding(code=Code.CONFLICT_COPY, message=message, hint=hint, place=path)
    if rest:
        message = f"left behind by editors, not read: {among(rest)}"
        hint = "remove what no open editor needs"
        yield Finding(code=Code.LEFTOVERS, message=message, hint=hint, place=rest[0])
    if found.links:
        message = f"leads out of the workspace, so it is not read: {among(found.links)}"
        hint = "put the file itself here, or name the link in .neuromemignore"
        yield Finding(code=Code.LINK_OUT, message=message, hint=hint, place=found.links[0])


def state_size(state: Path) -> int:
    """Bytes of disk that the state folder takes; 0 if there is none, or it may not be looked into."""
    with suppress(PermissionError):
        return sum(found.st_blocks * 512 for _, found in _files(state))
    return 0


def state_folder(state: Path) -> Iterator[Finding]:
    """Who else can read it, and how large it is. To be asked before anybody opens it: opening closes it to others."""
    opened = [path for path, found in _files(state) if stat.S_IMODE(found.st_mode) & 0o077]
    if opened:
        message = f"others can read the state folder, which holds all entries: {among(opened)}"
        yield Finding(code=Code.STATE_OPEN, message=message, hint=f"chmod -R go= {quote(str(state))}", place=opened[0])
    size = state_size(state)
    if size > LARGE:
        message = f"the state folder takes {size / (1 << 30):.1f} GB"
        hint = f"it can be made anew at any time: stop the daemon, rm -r {quote(str(state))}, neuromem sync"
        yield Finding(code=Code.STATE_LARGE, message=message, hint=hint, place=str(state))


def _files(state: Path) -> Iterator[tuple[str, os.stat_result]]:
    try:
        yield str(state), state.stat()
        with os.scandir(state) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # a write-ahead log that left while we looked
                    yield entry.path, entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return  # nothing was ever indexed


def disks(places: Iterable[Path]) -> Iterator[Finding]:
    """Disks, of those that these folders are on, with little room."""
    seen = set()
    for place in places:
        if not place.exists() or (device := place.stat().st_dev) in seen:
            continue
        seen.add(device)
        disk = os.statvfs(place)
        free = disk.f_bavail * disk.f_frsize
        if free < LOW:
            code = Code.DISK_FULL if free < FULL else Code.DISK_LOW
            message = f"{free >> 20} MB are free on the disk of {place}"
            hint = "make room: edits are not indexed, and nothing is written, when it is full"
            yield Finding(code=code, message=message, hint=hint, place=str(place))


def watches(pid: int, limit: Path = LIMIT, processes: Path = Path("/proc")) -> Iterator[Finding]:
    """How near the daemon is to the number of folders that the system watches. Nothing where no system says so."""
    try:
        most = int(limit.read_text())
        infos = [info.read_text() for info in (processes / str(pid) / "fdinfo").iterdir()]
    except (OSError, ValueError):
        return
    watched = sum(info.count("\ninotify wd:") for info in infos)
    if watched >= NEARLY * most:
        message = f"the daemon watches {watched:,} folders, and the system allows {most:,} to all programs together"
        hint = f"raise it: sudo sysctl fs.inotify.max_user_watches={2 * most}"
        yield Finding(code=Code.WATCHES_LOW, message=message, hint=hint)
