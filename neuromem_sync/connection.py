"""Puts settings into the files of other programs: only what is missing, with every other byte kept.

Which settings is decided by homes.py, how they get into a text by insertion.py. Nothing is written before it is asked
for, and no workspace is touched.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from neuromem_sync.difference import difference
from neuromem_sync.errors import ConfigError
from neuromem_sync.files import reason, write_atomic
from neuromem_sync.homes import Setting
from neuromem_sync.insertion import into_json, into_toml, value_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A file that is to change: its bytes before, None if it is not there yet, and after.

    `fault` says why it is left alone, "" if it need not be, and `hint` what a person can do.
    """

    file: Path
    before: bytes | None = None
    after: bytes = b""
    fault: str = ""
    hint: str = ""

    @property
    def diff(self) -> str:
        """A unified diff; empty if nothing is missing."""
        return difference(str(self.file), self.before or b"", self.after)


def connections(settings: Iterable[Setting]) -> Iterator[Connection]:
    """What each file lacks of the settings; one that cannot be added to says so."""
    for file, wanted in groupby(settings, key=lambda setting: setting.file):
        try:
            before = _read(file)
            text = (before or b"").decode()
            for setting in wanted:
                text = _added(text, setting)
        except ConfigError as error:
            yield Connection(file=file, fault=error.message, hint=error.hint)
        else:
            yield Connection(file=file, before=before, after=text.encode())


def connect(connection: Connection) -> None:
    """Write the file whole or not at all; a link to it stays a link. One with a fault is left alone.

    Raises ConfigError if it changed meanwhile, or cannot be written.
    """
    if connection.fault:
        return
    if _read(connection.file) != connection.before:
        raise ConfigError(f"{connection.file} changed just now", "repeat the command")
    if connection.before == connection.after:
        return
    target = Path(os.path.realpath(connection.file))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{target.parent}: {reason(error)}", "make it a folder of yours") from error
    write_atomic(target, connection.after)


def _read(file: Path) -> bytes | None:
    try:
        if file.exists() and not (file.is_file() or file.is_dir()):  # to open a pipe would wait for its writer
            raise ConfigError(f"{file}: it is no regular file", "put a file in its place")
        data = file.read_bytes()
        data.decode()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{file}: {reason(error)}", "make it readable") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: {error}", "save it as UTF-8") from error
    return data


def _added(text: str, setting: Setting) -> str:
    toml = setting.file.suffix == ".toml"
    try:
        there = _parsed(text, toml=toml)
        setting = _free(there, setting)
        if _holds(value_at(there, setting.keys), setting):
            return text
        if toml:
            return into_toml(text, setting.keys, setting.value)
        known = value_at(there, setting.keys)
        if setting.listed and not isinstance(known, list | None):
            raise ConfigError(f"{'.'.join(setting.keys)} is no list")
        begun = setting.listed and known is None
        return into_json(text, setting.keys, [setting.value] if begun else setting.value)
    except ConfigError as error:
        hint = f"put this at {'.'.join(setting.keys)} yourself: {json.dumps(setting.value)}"
        raise ConfigError(f"{setting.file} was left alone: {error.message}", hint) from error


def _parsed(text: str, *, toml: bool) -> object:
    try:
        return tomllib.loads(text) if toml else json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"it is no plain {'TOML' if toml else 'JSON'} ({error})") from error


def _holds(there: object, setting: Setting) -> bool:
    """Whether it is set: a hook counts by its command, which a person may have given other limits."""
    if not setting.listed:
        return there == setting.value
    return bool(_commands(setting.value) & _commands(there))


def _free(there: object, setting: Setting) -> Setting:
    """Under a name of its own, if the usual one is another server's: one for each agent, not one for the last."""
    known = value_at(there, setting.keys)
    if setting.listed or known is None or known == setting.value:
        return setting
    return replace(setting, keys=(*setting.keys[:-1], f"{setting.keys[-1]}-{setting.agent}"))


def _commands(value: object) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_commands, value))
    if isinstance(value, dict):
        own = {value["command"]} if isinstance(value.get("command"), str) else set[str]()
        return own.union(*map(_commands, value.values()))
    return set()
