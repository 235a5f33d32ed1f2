"""The JSON of commands held against the typed dicts that are declared for it (`cli/output.py`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

import click

from neuromem_sync.cli import application
from neuromem_sync.cli.options import JsonOption
from neuromem_sync.cli.output import ErrorJson, FailedJson


def fields(shape: type) -> dict[str, tuple[Any, bool]]:
    """Key → its type, and whether it is always there."""
    # not __required_keys__: it takes every key for required where annotations are texts
    hints = get_type_hints(shape, include_extras=True)
    optional = {name for name, hint in hints.items() if get_origin(hint) is NotRequired}
    return {
        name: (get_args(hint)[0] if name in optional else hint, name not in optional) for name, hint in hints.items()
    }


def faults(value: object, shape: Any, at: str = "$") -> Iterator[str]:
    """Where a JSON value is not what its type says."""
    if is_typeddict(shape):
        yield from _faults_of_keys(value, shape, at)
    elif get_origin(shape) is UnionType:
        tried = [list(faults(value, each, at)) for each in get_args(shape)]
        if all(tried):
            yield from min(tried, key=len)
    elif get_origin(shape) is list and isinstance(value, list):
        for number, each in enumerate(value):
            yield from faults(each, get_args(shape)[0], f"{at}[{number}]")
    elif get_origin(shape) is Mapping and isinstance(value, dict):
        for name, each in value.items():
            yield from faults(each, get_args(shape)[1], f"{at}.{name}")
    elif not _is(value, shape):
        yield f"{at}: {value!r} is no {shape}"


def _faults_of_keys(value: object, shape: type, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: {value!r} is no {shape.__name__}"
        return
    known = fields(shape)
    yield from (f"{at}.{name} is not declared in {shape.__name__}" for name in value.keys() - known.keys())
    for name, (hint, always) in known.items():
        if name in value:
            yield from faults(value[name], hint, f"{at}.{name}")
        elif always:
            yield f"{at}.{name} of {shape.__name__} is missing"


def _is(value: object, kind: type) -> bool:
    if kind is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return type(value) is (NoneType if kind is None else kind)


def json_option_of(command: click.Command) -> JsonOption | None:
    return next((option for option in command.params if isinstance(option, JsonOption)), None)


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command by its whole name, a group before those in it."""
    for name in application.list_commands(click.Context(application)):
        command = application.get_command(click.Context(application), name)
        assert command
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {each}", below) for each, below in command.commands.items())


def below(shape: Any) -> Iterator[type]:
    """A shape and every other that it is made of."""
    if is_typeddict(shape):
        yield shape
        for hint, _ in fields(shape).values():
            yield from below(hint)
    for part in get_args(shape):
        yield from below(part)


def printed(home: Path) -> Iterator[tuple[Sequence[str], Any]]:
    """What commands printed with --json in this home: the words of the command, and the value."""
    for place in sorted((home / ".bin/json").iterdir()):
        kept = json.loads(place.read_text(encoding="utf-8"))
        if kept["printed"]:  # nothing where another option has an answer of its own, or somebody pressed Ctrl-C
            yield kept["words"], json.loads(kept["printed"])


def unlike(words: Sequence[str], value: Any) -> list[str]:
    """What is wrong with the value a command printed: nothing if it is of one of the shapes the command declares."""
    if "error" in value and "agent" not in value:
        return list(faults(value, ErrorJson))
    option = json_option_of(_called(words))
    assert option, f"{words} has no --json"
    if option.each_agent and "agents" in value:
        return [fault for one in value["agents"] for fault in _least(one, (*option.shapes, FailedJson))]
    return _least(value, option.shapes)


def _least(value: Any, shapes: Sequence[type]) -> list[str]:
    return min((list(faults(value, shape)) for shape in shapes), key=len)


def _called(words: Sequence[str]) -> click.Command:
    known = dict(commands())
    plain = [word for word in words if not word.startswith("-")]
    pair = " ".join(plain[:2])
    return known.get(pair) or known[plain[0]]
