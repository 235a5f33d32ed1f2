"""Puts one value into a JSON or TOML text that somebody else wrote; every other byte stays as it is.

Reads and writes no file, and knows nobody's settings (homes.py).
"""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from neuromem_sync.errors import ConfigError

_SPACE = re.compile(r"[ \t\r\n]*")
_INDENT = re.compile(r"^([ \t]+)\S", re.MULTILINE)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_DECODER = json.JSONDecoder()


def into_json(text: str, keys: Sequence[str], value: object) -> str:
    """The text with `value` as the member `keys` lead to; objects on the way are made, and a list gets it at its end.

    Raises ConfigError for a text that is no plain JSON: comments and commas at an end cannot be kept by us.
    """
    text = text if text.strip() else "{}\n"
    try:
        wanted = _inserted(json.loads(text), keys, value)
        found = _edited(text, keys, value)
        if json.loads(found) == wanted:
            return found
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"it is no plain JSON ({error})") from error
    raise ConfigError("it says the same thing twice")


def into_toml(text: str, keys: Sequence[str], value: Mapping[str, object]) -> str:
    """The text with a table at its end, for which the same holds: what stands before it cannot be touched by it.

    Raises ConfigError for a text that is no TOML, or one that has a table there which cannot be added to.
    """
    header = ".".join(key if _BARE.fullmatch(key) else json.dumps(key) for key in keys)
    # strings and lists of strings are written in TOML as in JSON
    lines = (f"[{header}]", *(f"{key} = {json.dumps(each, ensure_ascii=False)}" for key, each in value.items()))
    gap = "" if not text.strip() else "\n" if text.endswith("\n") else "\n\n"
    found = f"{text}{gap}{chr(10).join(lines)}\n"
    try:
        if tomllib.loads(found) == _inserted(tomllib.loads(text), keys, value):
            return found
    except ValueError as error:
        raise ConfigError(f"it is no TOML that a table can be added to ({error})") from error
    raise ConfigError("it cannot be added to without changing what it says")


def value_at(settings: object, keys: Sequence[str]) -> object:
    """What parsed settings say there; None if nothing."""
    for key in keys:
        settings = settings.get(key) if isinstance(settings, dict) else None
    return settings


def _inserted(settings: Any, keys: Sequence[str], value: object) -> Any:
    """The parsed settings as they should be afterwards."""
    settings = copy.deepcopy(settings)
    above = settings
    for key in keys[:-1]:
        above = above.setdefault(key, {}) if isinstance(above, dict) else None
    if not isinstance(above, dict):
        raise ValueError(f"{'.'.join(keys[:-1])} is no object")
    if isinstance(above.get(keys[-1]), list):
        above[keys[-1]].append(value)
    else:
        above[keys[-1]] = value
    return settings


def _edited(text: str, keys: Sequence[str], value: object) -> str:
    at, left = _skip(text, 0), list(keys)
    while left and text[at] == "{":
        inner = next((start for name, start, _ in _members(text, at) if name == left[0]), None)
        if inner is None:
            break
        at, left = inner, left[1:]
    for key in reversed(left[1:]):
        value = {key: value}
    return _with_member(text, at, left[0] if left else None, value)


def _with_member(text: str, at: int, name: str | None, value: object) -> str:
    """The text with one more member in the container that begins at `at`, laid out as its others are."""
    unit = found[1] if (found := _INDENT.search(text)) else "  "
    members = list(_members(text, at))
    outer = re.match(r"[ \t]*", text[text.rfind("\n", 0, at) + 1 :])
    assert outer is not None
    indent = outer[0] + unit
    label = f"{json.dumps(name, ensure_ascii=False)}: " if name is not None else ""
    if members and "\n" not in text[at : members[-1][2]]:
        end = members[-1][2]
        return f"{text[:end]}, {label}{json.dumps(value, ensure_ascii=False)}{text[end:]}"
    shown = label + json.dumps(value, ensure_ascii=False, indent=unit).replace("\n", f"\n{indent}")
    line = "\r\n" if "\r\n" in text else "\n"
    shown = shown.replace("\n", line)
    if members:
        end = members[-1][2]
        return f"{text[:end]},{line}{indent}{shown}{text[end:]}"
    end = _skip(text, at + 1)
    return f"{text[: at + 1]}{line}{indent}{shown}{line}{outer[0]}{text[end:]}"


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """The members of the object or list that begins at `at`: name ("" in a list), where the value begins and ends."""
    named = text[at] == "{"
    at = _skip(text, at + 1)
    while text[at] not in "}]":
        name = ""
        if named:
            name, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        _, end = _DECODER.raw_decode(text, at)
        yield name, at, end
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
