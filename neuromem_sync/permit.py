"""Which files may be written, and whether anything stands against it now.

The list is in the code: no setting makes a file writable. Writes nothing.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path, PurePosixPath

from neuromem_sync.errors import WriteConflict
from neuromem_sync.files import Content, reason, remedy
from neuromem_sync.model import Route
from neuromem_sync.parsers import regions
from neuromem_sync.workspace import route

WRITABLE = frozenset({Route.MEMORY})
"""All else belongs to people alone: identity, instructions, logs, templates, notes."""
RESERVE = 1 << 20
"""Bytes that stay free on the disk after a write."""

# Emacs; Vim; LibreOffice
_LOCKS = r"\.#{name}|\.{name}\.sw[a-z]|\.~lock\.{name}#"
# Syncthing; Dropbox, Nextcloud; ours
_COPIES = r"{stem}\.sync-conflict-.*|{stem} \(.*conflicted copy.*\).*|{stem}\.neuromem-conflict-.*\.md"


def require_permitted(root: Path, path: str, *, asked: bool = False) -> Path:
    """Where `path` stands, if writing there is allowed at all. Raises WriteConflict.

    `asked`: a person saw the difference and agreed; then any document in the root is allowed.
    """
    parts = PurePosixPath(path).parts
    if not parts or path != "/".join(parts) or path.startswith("/") or ".." in parts:
        raise WriteConflict(f"{path!r} is no path in the workspace")
    kind = route(path)
    if kind in {Route.IGNORED, Route.DROPPING} or not (asked or kind in WRITABLE):
        raise WriteConflict(f"{path} is never written", "only MEMORY.md has a part that is kept for you")
    place = root
    for part in parts:
        place = place / part
        _require_no_link(place, path)
    return place


def _require_no_link(place: Path, path: str) -> None:
    try:
        linked = stat.S_ISLNK(os.lstat(place).st_mode)
    except OSError as error:
        raise unreadable(path, error) from error
    if linked:
        raise WriteConflict(f"{path} is reached through a link ({place.name})", "write to the file itself")


def require_plain(place: Path, path: str) -> None:
    """Raises WriteConflict unless it is a regular file with one name, and ours."""
    try:
        found = os.lstat(place)
    except OSError as error:
        raise unreadable(path, error) from error
    if not stat.S_ISREG(found.st_mode):
        raise WriteConflict(f"{path} is no regular file", "put a file of Markdown there")
    if found.st_nlink > 1:
        hint = "copy it and put the copy in its place"
        raise WriteConflict(f"{path} has {found.st_nlink} names (hard links): the others would keep the old text", hint)
    if stat.S_IMODE(found.st_mode) & (stat.S_IRUSR | stat.S_IWUSR) == stat.S_IRUSR:
        raise WriteConflict(f"{path} is read-only", f"if it is to be kept for you: chmod u+w {path}")
    if found.st_uid != os.geteuid():
        raise WriteConflict(f"{path} belongs to user {found.st_uid}", "run as its owner, or take it over with chown")


def require_unattended(place: Path, path: str) -> None:
    """Raises WriteConflict if an editor has it locked, or a copy in conflict with it lies beside it."""
    try:
        names = sorted(os.listdir(place.parent))
    except OSError as error:
        raise unreadable(path, error) from error
    locks = re.compile(_LOCKS.format(name=re.escape(place.name)))
    copies = re.compile(_COPIES.format(stem=re.escape(place.stem)), re.IGNORECASE)
    for name in names:
        if locks.fullmatch(name):
            hint = f"close it there; if nothing has it open, remove {name}"
            raise WriteConflict(f"{path} is open in an editor ({name})", hint, passes=True)
        if copies.fullmatch(name):
            raise WriteConflict(f"{path} has a copy in conflict with it: {name}", "bring the two together, remove one")


def require_settled(content: Content) -> None:
    """Raises WriteConflict if a merge of versions was left unfinished in these bytes."""
    path = content.state.path
    if regions.find(content.data).conflicts:
        raise WriteConflict(f"{path} has an unfinished merge in it", "keep one side and delete the marker lines")


def require_room(place: Path, path: str, size: int) -> None:
    """Raises WriteConflict if the disk has no room for so many bytes more."""
    try:
        found = os.statvfs(place.parent)
    except OSError as error:
        raise unreadable(path, error) from error
    if found.f_bavail * found.f_frsize < size + RESERVE:
        raise WriteConflict(f"{path}: the disk is full", "make room on it")


def unreadable(path: str, error: OSError) -> WriteConflict:
    """A failure of the system as a refusal; a file that is missing may just be being saved."""
    missing = isinstance(error, FileNotFoundError)
    hint = "try again when it is there" if missing else remedy(error)
    if error.errno == errno.EACCES:
        hint = "make it and its folder readable and writable for you"
    return WriteConflict(f"{path}: {reason(error)}", hint, passes=missing)
