"""Settings one by one: what each is, where it comes from, and how the user's `config.toml` is told another value.

Never writes a workspace's own `.neuromem.toml`: that is its author's.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from neuromem_sync import configfile
from neuromem_sync.config import (
    SECTIONS,
    WORKSPACE_FILE,
    Settings,
    config_path,
    keys_of,
    load,
    section_of,
    table_of,
    users,
    variables,
)
from neuromem_sync.errors import ConfigError
from neuromem_sync.servers import shown
from neuromem_sync.values import checked, literal

DEFAULT = "default"
Value: TypeAlias = int | float | str | list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`key` is `section.name`; `source`: `default`, the path of a file, or the variable that gives the value.

    Of what is secret the `value` is hidden.
    """

    key: str
    value: Value
    default: Value
    source: str


def keys() -> tuple[str, ...]:
    """Every setting, as it is named to `config`."""
    return tuple(f"{section}.{key.name}" for section in SECTIONS for key in keys_of(section))


def settings(root: Path | None = None, environment: Mapping[str, str] = os.environ) -> tuple[Setting, ...]:
    """Every setting as it holds for the user, or in the workspace at `root`. Raises ConfigError as `config.load`."""
    held, defaults = load(root, environment), Settings()
    paths = [config_path()] if root is None else [config_path(), root / WORKSPACE_FILE]
    places = [(str(path), table_of(path)) for path in paths]
    found = []
    for section, key in ((part, key) for part in SECTIONS for key in keys_of(part)):
        given = [place for place, table in places if key.name in _table(table, section)]
        given += [each for each in variables(section, key) if each in environment]
        found.append(
            Setting(
                key=f"{section}.{key.name}",
                value=_visible(key, getattr(section_of(held, section), key.name)),
                default=_plain(getattr(section_of(defaults, section), key.name)),
                source=given[-1] if given else DEFAULT,
            )
        )
    return tuple(found)


def setting(key: str, root: Path | None = None, environment: Mapping[str, str] = os.environ) -> Setting:
    """One of them. Raises ConfigError with the nearest name if there is none of that name."""
    _require(key)
    return next(each for each in settings(root, environment) if each.key == key)


def set_value(key: str, text: str) -> Value:
    """Write a setting into `config.toml`, `text` as it is typed; gives the value.

    Raises ConfigError, nothing written, for an unknown key, a value the setting cannot have, or a file that is broken
    elsewhere.
    """
    section, name, field = _named(key)
    number = isinstance(field.default, int | float)
    value = _plain(checked(field, literal(text) if number else text, key))

    def says(table: dict[str, Any]) -> None:
        _table(table, section)[name] = value

    _change(lambda found: configfile.with_value(found, section, name, value), says)
    return _visible(field, value)


def unset(key: str) -> Value:
    """Take a setting out of `config.toml`, so that its default holds; gives that. Raises ConfigError as `set_value`."""
    section, name, field = _named(key)

    def says(table: dict[str, Any]) -> None:
        _table(table, section).pop(name, None)

    _change(lambda found: configfile.without_value(found, section, name), says)
    return _visible(field, getattr(section_of(Settings(), section), name))


def _change(edit: Callable[[str], str], says: Callable[[dict[str, Any]], None]) -> None:
    """What is wrong in the file and mended by this is no reason to refuse it; what else is wrong there is."""
    path = config_path()
    with configfile.alone(path):
        table = table_of(path)
        says(table)
        users(table, path)
        configfile.change(path, edit, says)


def _named(key: str) -> tuple[str, str, Field[Any]]:
    _require(key)
    section, _, name = key.rpartition(".")
    return section, name, next(field for field in keys_of(section) if field.name == name)


def _require(key: str) -> None:
    known = keys()
    if key in known:
        return
    import difflib

    near = [each for each in known if each.endswith(f".{key}")] or difflib.get_close_matches(key, known, 1, 0.6)
    hint = f"did you mean {near[0]}?" if near else "to see them all: neuromem config"
    raise ConfigError(f"there is no setting {key!r}", hint)


def _table(tables: dict[str, Any], section: str) -> dict[str, Any]:
    """What a file says of a section; made where it is not there."""
    for name in section.split("."):
        tables = tables.setdefault(name, {})
    return tables


def _visible(key: Field[Any], value: Any) -> Value:
    return shown(key, value) if isinstance(value, str) else _plain(value)


def _plain(value: Any) -> Value:
    """As TOML and JSON write it: several words are a list."""
    found: Value = list(value) if isinstance(value, tuple) else value
    return found
