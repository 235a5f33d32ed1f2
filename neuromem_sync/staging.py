"""Lay a new version of a file beside it: complete, durable, and like it in mode, owner and attributes.

Never touches the file itself.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Set
from contextlib import suppress
from glob import escape
from pathlib import Path

_ABSENT = frozenset({errno.EOPNOTSUPP, errno.ENODATA})


def spare_name(name: str, token: str) -> str:
    """What a new version is called until it stands. No document by its ending, and no editor's dropping either."""
    return f".{name}.{token}.neuromem"


def spares(place: Path) -> list[Path]:
    """Every complete version that stands beside a file, also of a journal that is lost."""
    return sorted(place.parent.glob(f".{escape(place.name)}.*.neuromem"))


def part_of(spare: Path) -> Path:
    """Where the new version grows: what stands at `spare` itself is complete, always."""
    return spare.with_name(f"{spare.name}-part")


def stage(place: Path, spare: Path, data: bytes) -> None:
    """A file of these bytes at `spare`. Raises OSError; then at most its part is left."""
    part = part_of(spare)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        _resemble(descriptor, place)
        os.fsync(descriptor)
    os.rename(part, spare)


def _resemble(descriptor: int, place: Path) -> None:
    """The owner first: a change of owner takes bits from the mode, and an access list has the last word on it."""
    wanted, found = os.lstat(place), os.fstat(descriptor)
    if (wanted.st_uid, wanted.st_gid) != (found.st_uid, found.st_gid):
        os.fchown(descriptor, wanted.st_uid, wanted.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(wanted.st_mode))
    names = _attributes(place)
    for name in sorted(_attributes(descriptor) - names):  # a folder's default access list
        with suppress(PermissionError):
            os.removexattr(descriptor, name)
    for name in sorted(names):
        _copy_attribute(name, place, descriptor)


def _attributes(file: Path | int) -> Set[str]:
    try:
        return frozenset(os.listxattr(file))
    except OSError as error:
        if error.errno in _ABSENT:
            return frozenset()
        raise


def _copy_attribute(name: str, place: Path, descriptor: int) -> None:
    value = os.getxattr(place, name)
    try:
        os.setxattr(descriptor, name, value)
    except PermissionError:  # the system's own labels: set by it, and equal for files of one folder
        if name not in _attributes(descriptor) or os.getxattr(descriptor, name) != value:
            raise
