"""The user's `config.toml` as a file: changed under a lock, replaced whole; what a person wrote around a change stays.

Knows sections and keys, not what they mean (config.py). Lines are edited where tomlkit would move a comment that
stands above the next section; each change is proved by reading the result back.
"""

from __future__ import annotations

import fcntl
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from neuromem_sync.errors import ConfigError, WorkspaceError
from neuromem_sync.files import create, reason, write_atomic

Section: TypeAlias = tuple[str, ...]
"""`("agents", "ava")` is `[agents.ava]`."""


@contextmanager
def alone(path: Path) -> Iterator[None]:
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


def change(path: Path, edit: Callable[[str], str], expected: Callable[[dict[str, Any]], None]) -> None:
    """Write what `edit` makes of the text, if that says exactly what `expected` makes of what it said.

    Raises ConfigError if it does not: the file is written in a way that has to be changed by hand.
    """
    text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
    wanted = tomllib.loads(text)
    expected(wanted)
    changed = edit(text)
    if not _says(changed, wanted):
        raise ConfigError(f"{path} is written in a way that cannot be changed safely", "change it there by hand")
    _write(path, changed)


def with_section(text: str, section: Section, values: Mapping[str, Any]) -> str:
    """A new section at the end."""
    lines = [f"[{'.'.join(section)}]", *(f"{key} = {_toml(value)}" for key, value in values.items())]
    return "".join(
        [text, "" if text.endswith("\n") or not text else "\n", "\n" if text else "", "\n".join(lines), "\n"]
    )


def without_section(text: str, section: Section) -> str:
    """The text without a section; comments after its last key are of what follows, and stay."""
    lines, extent = _extent(text, section)
    if extent is None:
        return text
    start, end = extent
    if end == len(lines) or not lines[end].strip():
        while start and not lines[start - 1].strip():
            start -= 1
    return "".join([*lines[:start], *lines[end:]])


def renamed_section(text: str, section: Section, name: str) -> str:
    """The text with the last part of a section's name replaced; a comment beside it stays."""
    lines, extent = _extent(text, section)
    if extent is None:
        return text
    header = lines[extent[0]]
    lines[extent[0]] = f"[{'.'.join((*section[:-1], name))}]{header[header.index(']') + 1 :]}"
    return "".join(lines)


def with_value(text: str, section: str, key: str, value: Any) -> str:
    """The text with a key of a section (`a.b` for `[a.b]`) set: in its place, else after the last key there is."""
    names = tuple(section.split("."))
    known = _inner(tomllib.loads(text), names)
    if known is None:
        return with_section(text, names, {key: value})
    lines, extent = _extent(text, names)
    if key in known or extent is None:
        return _replaced(text, names, key, value)
    above = lines[: extent[1]]
    if not above[-1].endswith("\n"):
        above[-1] += "\n"
    return "".join([*above, f"{key} = {_toml(value)}\n", *lines[extent[1] :]])


def without_value(text: str, section: str, key: str) -> str:
    """The text without a key of a section, and without the section if that was all it said."""
    names = tuple(section.split("."))
    known = _inner(tomllib.loads(text), names)
    if known is None or key not in known:
        return text
    lines, extent = _extent(text, names)
    if len(known) == 1 and extent is not None and extent[1] - extent[0] == 2:
        return without_section(text, names)
    for number in range(*(extent or (0, 0))):
        shorter = "".join([*lines[:number], *lines[number + 1 :]])
        if _parsed(lines[number]).keys() == {key} and key not in (_inner(_parsed(shorter), names) or {}):
            return shorter
    return _removed(text, names, key)


def _inner(table: Any, names: Section) -> Any:
    for name in names:
        table = table.get(name) if isinstance(table, Mapping) else None
    return table


def _replaced(text: str, section: Section, key: str, value: Any) -> str:
    import tomlkit

    document: Any = tomlkit.parse(text)
    _inner(document, section)[key] = value
    changed: str = tomlkit.dumps(document)
    return changed


def _removed(text: str, section: Section, key: str) -> str:
    import tomlkit

    document: Any = tomlkit.parse(text)
    _inner(document, section).pop(key)
    changed: str = tomlkit.dumps(document)
    return changed


def _extent(text: str, section: Section) -> tuple[list[str], tuple[int, int] | None]:
    """All lines, and which of them are a section: from its header to after its last key. None without a header."""
    lines = text.splitlines(keepends=True)
    start = next((number for number, line in enumerate(lines) if _header(line) == section), None)
    if start is None:
        return lines, None
    end = start + 1
    for number in range(start + 1, len(lines)):
        line = lines[number].strip()
        if line.startswith("["):
            break
        if line and not line.startswith("#"):
            end = number + 1
    return lines, (start, end)


def _header(line: str) -> Section | None:
    if not line.lstrip().startswith("["):
        return None
    try:
        found: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None
    names: list[str] = []
    while isinstance(found, dict) and found:
        name, found = next(iter(found.items()))
        names.append(name)
    return tuple(names)


def _parsed(text: str) -> dict[str, Any]:
    """What it says; nothing if it is no TOML by itself."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _toml(value: Any) -> str:
    import tomlkit

    written: str = tomlkit.item(value).as_string()
    return written


def _says(text: str, wanted: dict[str, Any]) -> bool:
    try:
        return _filled(tomllib.loads(text)) == _filled(wanted)
    except tomllib.TOMLDecodeError:
        return False


def _filled(table: dict[str, Any]) -> dict[str, Any]:
    """Without empty tables: the last section to leave may take `[agents]` with it."""
    inner = {key: _filled(value) if isinstance(value, dict) else value for key, value in table.items()}
    return {key: value for key, value in inner.items() if value != {}}


def _write(path: Path, text: str) -> None:
    """Replace the file whole, or not at all, for its owner's eyes only; a link to it stays a link."""
    target = Path(os.path.realpath(path))
    try:
        create(target, b"")
        target.chmod(0o600)
        write_atomic(target, text.encode())
    except WorkspaceError as error:
        raise ConfigError(error.message, "set NEUROMEM_CONFIG to a folder of yours") from error
