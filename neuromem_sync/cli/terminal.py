"""What commands print, for people and for programs, in which no recalled byte can move the cursor.

Decides nothing about content.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import click

from neuromem_sync.cli.output import ErrorDetail, ErrorJson
from neuromem_sync.fence import UNSEEN, clean

Style = Literal["plain", "strong", "faint", "good", "warn", "bad"]
_STYLES: Mapping[str, Mapping[str, Any]] = {
    "strong": {"bold": True},
    "faint": {"dim": True},
    "good": {"fg": "green"},
    "warn": {"fg": "yellow"},
    "bad": {"fg": "red"},
}


def emit(value: Mapping[str, Any]) -> None:
    """Print one JSON value as the whole of stdout. Characters a terminal would obey, or nobody sees, are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None)
    click.echo(_HALF.sub(_escaped, UNSEEN.sub(_escaped, text)))


def emit_agents(values: Sequence[Mapping[str, Any]]) -> None:
    """Print `{"agents": […]}`, for a command that may mean several; where it means one, `emit` its object."""
    emit({"agents": list(values)})


def fail(code: str, message: str, hint: str, *, as_json: bool) -> None:
    """An error: message and hint on stderr, or as the JSON value on stdout."""
    if as_json:
        emit(ErrorJson(error=ErrorDetail(code=code, message=message, hint=hint)))
        return
    say(f"error: {message}", "bad", err=True)
    if hint:
        say(f"  {hint}", err=True)


def say(text: str, style: Style = "plain", *, err: bool = False) -> None:
    """Print a line for people, cleaned; click drops the colours where there is no terminal."""
    click.echo(styled(text, style), err=err)


def counted(number: int, what: str) -> str:
    """`1 entry`, `2 entries`."""
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{number} {what if number == 1 else plural}"


def styled(text: str, style: Style) -> str:
    """A piece of a line: cleaned, then coloured; of nothing, nothing. Give such pieces to `line`."""
    return click.style(clean(text), **_STYLES[style]) if text and style != "plain" else clean(text)


def line(*pieces: str) -> None:
    """Print pieces made by `styled`, with a space between; what is empty is left out."""
    click.echo(" ".join(filter(None, pieces)))


def difference(diff: str) -> None:
    """Print a unified diff."""
    for text in diff.splitlines():
        say(text, "good" if text.startswith("+") else "bad" if text.startswith("-") else "faint")


_HALF = re.compile(r"[\ud800-\udfff]")


def _escaped(found: re.Match[str]) -> str:
    """A character as JSON writes it in ASCII, one beyond U+FFFF as its two halves."""
    return re.sub("....", r"\\u\g<0>", found[0].encode("utf-16-be", "surrogatepass").hex())
