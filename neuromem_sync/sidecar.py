"""A file of our own beside one that cannot be written safely: `MEMORY.auto.md`.

Never replaces a file that is not ours by its first line.
"""

from __future__ import annotations

from pathlib import Path

from neuromem_sync import permit
from neuromem_sync.errors import WriteConflict
from neuromem_sync.files import Content, Unreadable, Vanished, digest, flush_folder, stable_read, write_atomic
from neuromem_sync.writeback import Written

HEADER = (
    b"<!-- neuromem: this file is written anew as a whole, edits are lost; it stands in for our part of the file"
    b" it is named after -->\n"
)


def write_sidecar(root: Path, path: str, data: bytes) -> Written:
    """Make `data`, below a first line that says whose it is, the whole of the sidecar of `path`: as open as that is.

    Raises WriteConflict if people have a file of that name, WorkspaceError if it cannot be written.
    """
    name, found = _found(root, path)
    before = found.data if found else b""
    wanted = HEADER + data
    if before != wanted:
        write_atomic(root / name, wanted, like=root / path)
    return Written(path=name, written=before != wanted, before=digest(before), after=digest(wanted))


def remove_sidecar(root: Path, path: str) -> bool:
    """Take away the sidecar of `path`, for what it says is in the file again. False if none of ours can be removed."""
    try:
        name, found = _found(root, path)
        if found:
            (root / name).unlink(missing_ok=True)
            flush_folder((root / name).parent)
    except (WriteConflict, OSError):
        return False
    return found is not None


def _found(root: Path, path: str) -> tuple[str, Content | None]:
    place = permit.require_permitted(root, path)
    name = place.with_name(f"{place.stem}.auto.md").relative_to(root).as_posix()
    found = stable_read(root, name)
    if isinstance(found, Unreadable):
        raise WriteConflict(f"{name}: {found.reason}", "make it readable, or move it away")
    if isinstance(found, Vanished):
        return name, None
    if not found.data.startswith(HEADER):
        raise WriteConflict(f"{name} is not ours", "give it another name")
    return name, found
