"""Writes the reference of commands from the commands themselves: `python -m tests.reference > docs/commands.md`.

Says nothing of its own but the few lines at its head: what a command does is told by its help, what it prints by the
typed dicts of `cli/output.py`.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, is_typeddict

import click

from neuromem_sync.cli import SECTIONS, application
from neuromem_sync.cli.output import ErrorJson, FailedJson
from tests.shapes import below, commands, fields, json_option_of

HEAD = """\
# Commands

Made by `python -m tests.reference`, and held to the commands by a test: edit their help, not this page.

`neuromem` and `neuromem-sync` are two names of one program. `[AGENT]` is a registered name or a folder; it may be left
out inside of a workspace, where `NEUROMEM_AGENT` names it, or where only one is registered. Exit codes are 0 for yes,
1 for no, 2 for an error, where a command says nothing else. With `--json` it prints one JSON value with the
keys that are told below it, and an [error](#error) as one; a `?` behind a key says that it is not always there.
"""
WIDTH = 100
SETTINGS: dict[str, Any] = {**application.context_settings, "max_content_width": WIDTH, "terminal_width": WIDTH}
PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


def page() -> str:
    """The whole reference, as Markdown."""
    parts = [HEAD, *(_contents()), *(text for title, names in SECTIONS.items() for text in _section(title, names))]
    return "\n".join([*parts, *_forms()]).rstrip() + "\n"


def _contents() -> Iterator[str]:
    for title, names in SECTIONS.items():
        yield f"* **{title}:** " + ", ".join(f"[{name}](#neuromem-{name})" for name in names)
    yield ""


def _section(title: str, names: Mapping[str, str]) -> Iterator[str]:
    yield f"## {title}\n"
    for name, command in commands():
        if name.split()[0] in names:
            yield from _command(name, command)


def _command(name: str, command: click.Command) -> Iterator[str]:
    yield f"### neuromem {name}\n"
    yield f"```text\n{_help(name, command)}\n```\n"
    option = json_option_of(command)
    if option is None:
        return
    shared = _shared()
    for shape in option.shapes:
        yield f"**JSON:** {_link(shape) if shape in shared else _shape(shape)}\n"
    if option.each_agent:
        yield f"Of several agents: `agents`, a list of these, or of {_link(FailedJson)} for one that failed.\n"


def _help(name: str, command: click.Command) -> str:
    context = click.Context(application, info_name="neuromem", **SETTINGS)
    for word in name.split():
        context = click.Context(_found(context, word), context, word, **SETTINGS)
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())


def _found(context: click.Context, word: str) -> click.Command:
    group = context.command
    assert isinstance(group, click.Group)
    command = group.get_command(context, word)
    assert command
    return command


def _shape(shape: type) -> str:
    """Its keys with their types, and what its docstring says."""
    keys = (f"`{key}`{'' if always else '?'}: {_type(hint)}" for key, (hint, always) in fields(shape).items())
    return "\n\n".join(filter(None, (", ".join(keys), _told(shape))))


def _told(shape: type) -> str:
    return " ".join(inspect.cleandoc(shape.__doc__ or "").split()) if "__doc__" in vars(shape) else ""


def _type(hint: Any) -> str:
    origin, inner = get_origin(hint), get_args(hint)
    if is_typeddict(hint):
        return _link(hint)
    if origin is UnionType:
        return " or ".join(map(_type, inner))
    if origin is list:
        return f"list of {_type(inner[0])}"
    if origin is Mapping:
        return f"object of {_type(inner[1])}"
    return PLAIN[hint]


def _forms() -> Iterator[str]:
    yield "## Forms\n"
    for shape in sorted(_shared(), key=_name):
        yield f"### {_name(shape)}\n\n{_shape(shape)}\n"


def _shared() -> set[type]:
    """Shapes that are part of another one, or that more than one command prints."""
    options = list(filter(None, map(json_option_of, dict(commands()).values())))
    whole = Counter([ErrorJson, FailedJson, *(shape for option in options for shape in option.shapes)])
    parts = {part for shape in whole for hint, _ in fields(shape).values() for part in below(hint)}
    return parts | {ErrorJson, FailedJson} | {shape for shape, often in whole.items() if often > 1}


def _name(shape: type) -> str:
    return shape.__name__.removesuffix("Json")


def _link(shape: type) -> str:
    return f"[{_name(shape)}](#{_name(shape).lower()})"


if __name__ == "__main__":
    print(page(), end="")
