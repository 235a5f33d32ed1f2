"""Cuts a YAML block off the top of a document and reads it as attributes.

Hands only the block to python-frontmatter's YAML handler, after an event check: its own `parse()` would strip the body
and break every span, and libyaml's composer can be crashed by nesting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

LARGEST = 16 * 1024
DEEPEST = 32

_OPEN = re.compile(rb"---[ \t]*\r?\n")
_QUOTED = re.compile(r" *'[^'\s]{4,}'")
_CLOSE = re.compile(rb"^(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)", re.M)


class Unreadable(Exception):  # noqa: N818 - a finding, not a failure of the program
    """Why a block is not read, and on which of its lines (0-based)."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Block:
    """A block at bytes `start:end`, both rulers included; `body` is what stands between them."""

    start: int
    end: int
    body: bytes


def cut(data: bytes, start: int) -> Block | None:
    """The block that begins at `start`, None if there is none or it is never closed."""
    opened = _OPEN.match(data, start)
    closed = _CLOSE.search(data, opened.end()) if opened else None
    if not opened or not closed:
        return None
    return Block(start, closed.end(), data[opened.end() : closed.start()])


def load(block: Block) -> dict[str, Any]:
    """Keys and values, every scalar as the text that was written. Raises Unreadable."""
    if len(block.body) > LARGEST:
        raise Unreadable(f"the frontmatter is larger than {LARGEST // 1024} KiB")
    import yaml
    from frontmatter.default_handlers import YAMLHandler

    text = block.body.decode()
    try:
        _check(text)
        values = YAMLHandler().load(text, Loader=_loader())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable(f"the frontmatter is no YAML: {_reason(error)}", mark.line if mark else 0) from None
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise Unreadable("the frontmatter is not a list of `key: value` lines")
    return {str(key): value for key, value in values.items()}


def _reason(error: Exception) -> str:
    """What is wrong, without the words of the file that some loaders repeat."""
    return _QUOTED.sub("", str(getattr(error, "problem", None) or error).splitlines()[0])


@cache
def _loader() -> Any:
    """A loader that leaves `10:30`, `no` and dates as they are written."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return type("PlainLoader", (base,), {"yaml_implicit_resolvers": {}})


def _check(text: str) -> None:
    """Walk the events, which need no stack, before anything is composed."""
    import yaml

    keys: list[set[str] | None] = []
    expects_key: list[bool] = []
    for event in yaml.parse(text, Loader=_loader()):
        line = event.start_mark.line if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable("the frontmatter uses an alias", line)
        if getattr(event, "tag", None) or getattr(event, "anchor", None):
            raise Unreadable("the frontmatter uses a tag or an anchor", line)
        if isinstance(event, yaml.CollectionEndEvent):
            keys.pop()
            expects_key.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        if keys and keys[-1] is not None:
            if expects_key[-1]:
                _unique(event, keys[-1], line)
            expects_key[-1] = not expects_key[-1]
        if isinstance(event, yaml.CollectionStartEvent):
            keys.append(set() if isinstance(event, yaml.MappingStartEvent) else None)
            expects_key.append(True)
            if len(keys) > DEEPEST:
                raise Unreadable(f"the frontmatter is nested deeper than {DEEPEST}", line)


def _unique(event: Any, seen: set[str], line: int) -> None:
    key = getattr(event, "value", None)
    if key is None:
        raise Unreadable("the frontmatter has a key that is no word", line)
    if key in seen:
        raise Unreadable(f"the frontmatter has the key `{key}` twice", line)
    seen.add(key)


def flat(value: Any) -> str:
    """A value as an attribute's text: lists with commas, mappings as `key: value`."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {flat(inner)}" for key, inner in value.items())
    return ", ".join(listed(value))


def listed(value: Any) -> Iterator[str]:
    """The words of a value that may be one or a list of them."""
    if isinstance(value, list):
        for inner in value:
            yield flat(inner)
    elif value is not None and value != "":
        yield str(value)
