"""What commands print: every JSON shape, and text for people, in which no recalled byte can move the cursor.

Decides nothing about content, and loads `rich` only for a progress bar that is due.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, NotRequired, Protocol, TypedDict

import click

if TYPE_CHECKING:
    from rich.progress import Progress

Style = Literal["plain", "strong", "faint", "good", "warn", "bad"]
_STYLES: Mapping[str, Mapping[str, Any]] = {
    "strong": {"bold": True},
    "faint": {"dim": True},
    "good": {"fg": "green"},
    "warn": {"fg": "yellow"},
    "bad": {"fg": "red"},
}
PROGRESS_AFTER = 1.0  # seconds; a bar that flashes by tells nobody anything


class ErrorDetail(TypedDict):
    code: str
    message: str
    hint: str


class ErrorJson(TypedDict):
    """Any command that fails, with exit code 2."""

    error: ErrorDetail


class ProblemJson(TypedDict):
    """`unverified`: the file's last good entries stand in for it."""

    path: str
    line: int
    code: str
    message: str
    hint: str
    unverified: bool


class FreshnessJson(TypedDict):
    state: str
    generation: int
    as_of: str
    unverified: list[str]
    reason: NotRequired[str]


class InitJson(TypedDict):
    """Paths are relative to `root`; `missing` could be laid out and was not."""

    agent: str
    root: str
    zone: str
    registered: bool
    created: list[str]
    missing: list[str]


class SyncJson(TypedDict):
    """Counts are entries, `entries` the total after; `problems` a count, listed by `neuromem problems`."""

    agent: str
    added: int
    changed: int
    deleted: int
    entries: int
    problems: int
    generation: int
    seconds: float


class FailedJson(TypedDict):
    """In the place of a workspace's SyncJson, where several are meant and this one could not be synced."""

    agent: str
    error: ErrorDetail


class HitJson(TypedDict):
    """`path` is relative to the workspace, lines 1-based, `end_line` inclusive, `at` ISO 8601 with offset."""

    path: str
    line: int
    end_line: int
    layer: str
    kind: str
    text: str
    at: str | None
    score: float
    tags: list[str]
    working: bool
    why: Mapping[str, float]


class RecallJson(TypedDict):
    hits: list[HitJson]
    freshness: FreshnessJson
    problems: list[ProblemJson]


class ProblemsJson(TypedDict):
    agent: str
    problems: list[ProblemJson]


class VerifyJson(TypedDict):
    """`differences` begin with `path:line`; `unverified` could not be read, and was not compared."""

    equal: bool
    digest: str
    differences: list[str]
    unverified: NotRequired[list[str]]


class WaitJson(TypedDict):
    agent: str
    done: bool
    freshness: FreshnessJson


class LayersJson(TypedDict):
    working: int
    episodic: int
    semantic: int
    procedural: int


class StatsJson(TypedDict):
    agent: str
    files: int
    entries: int
    layers: LayersJson


class StepJson(TypedDict):
    """One edit of the demo, one question after it, and the seconds from save to answer."""

    edit: str
    question: str
    seconds: float
    hits: list[HitJson]


class DemoJson(TypedDict):
    steps: list[StepJson]
    equal: bool


def emit(value: Mapping[str, Any]) -> None:
    """Print one JSON value as the whole of stdout. Characters a terminal would obey are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None)
    click.echo(_ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


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
    """A piece of a line: cleaned, then coloured. Give such pieces to `line`."""
    return click.style(clean(text), **_STYLES[style]) if style != "plain" else clean(text)


def line(*pieces: str) -> None:
    """Print pieces made by `styled`, with a space between."""
    click.echo(" ".join(pieces))


_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
# Control characters but tab and newline, what turns the direction of a line around, and what has no encoding.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_ESCAPED = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    """`text` without anything a terminal would obey: escape sequences, control and direction characters."""
    return _CONTROL.sub("", _SEQUENCE.sub("", text))


def table(rows: Iterable[Sequence[object]], header: Sequence[str] = ()) -> None:
    """Print rows in columns, numbers to the right. Nothing is cut off: a terminal wraps what is too long.

    The header is for people and so for terminals only.
    """
    cells = [[clean(str(cell)).replace("\n", " ") for cell in row] for row in rows]
    numeric = [all(cell.replace(",", "").isdigit() for cell in column) for column in zip(*cells, strict=True)]
    shown = ([list(header)] if header and sys.stdout.isatty() else []) + cells
    widths = [max(map(width, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        padded = (
            " " * (most - width(cell)) + cell if right else cell + " " * (most - width(cell))
            for cell, most, right in zip(row, widths, numeric, strict=True)
        )
        click.echo("  ".join(padded).rstrip())


def width(text: str) -> int:
    """Columns of a terminal that `text` takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


class Advance(Protocol):
    """Tell how far the work is: `done` of `total` pieces."""

    def __call__(self, done: int, total: int) -> None: ...


@contextmanager
def progress(label: str, monotonic: Any, *, quiet: bool = False) -> Iterator[Advance]:
    """A bar on a terminal's stderr once the work has taken PROGRESS_AFTER; nothing elsewhere, or if `quiet`.

    `monotonic` is a clock's.
    """
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    bar = _Bar(label, monotonic)
    try:
        yield bar.advance
    finally:
        bar.close()


class _Bar:
    def __init__(self, label: str, monotonic: Any) -> None:
        self._label, self._monotonic, self._start = label, monotonic, monotonic()
        self._progress: Progress | None = None

    def advance(self, done: int, total: int) -> None:
        if self._progress is None:
            if self._monotonic() - self._start < PROGRESS_AFTER:
                return
            self._progress = self._open(total)
        self._progress.update(self._progress.task_ids[0], completed=done, total=total)

    def _open(self, total: int) -> Progress:
        from rich.console import Console
        from rich.progress import Progress

        opened = Progress(console=Console(stderr=True), transient=True)
        opened.add_task(self._label, total=total)
        opened.start()
        return opened

    def close(self) -> None:
        if self._progress:
            self._progress.stop()
