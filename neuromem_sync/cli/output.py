"""What commands print: every JSON shape, and text for people, in which no recalled byte can move the cursor.

Decides nothing about content.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import click

Style = Literal["plain", "strong", "faint", "good", "warn", "bad"]
_STYLES: Mapping[str, Mapping[str, Any]] = {
    "strong": {"bold": True},
    "faint": {"dim": True},
    "good": {"fg": "green"},
    "warn": {"fg": "yellow"},
    "bad": {"fg": "red"},
}


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


class RememberJson(TypedDict):
    """Where the first line of what was written stands."""

    agent: str
    path: str
    line: int


class ProblemsJson(TypedDict):
    agent: str
    problems: list[ProblemJson]


class VerifyJson(TypedDict):
    """`differences` begin with `path:line`; `unverified` could not be read, and was not compared."""

    equal: bool
    digest: str
    differences: list[str]
    unverified: NotRequired[list[str]]


class ForgottenJson(TypedDict):
    """One place that holds it; `forgotten`: no more."""

    id: str
    path: str
    line: int
    end_line: int
    text: str
    forgotten: bool


class ForgetJson(TypedDict):
    """Without --edit nothing is `edited`. `refused`: path to reason. `left`: places that say the same again."""

    agent: str
    entries: list[ForgottenJson]
    edited: list[str]
    refused: Mapping[str, str]
    left: list[str]


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


class MissJson(TypedDict):
    """What came nearest to being learned, and the gate that held it back."""

    path: str
    line: int
    text: str
    gate: str
    score: float


class GroomJson(TypedDict):
    """Counts are items, but `archived` entries, and `held_back` claims of the files: `gates` says by which gate.

    `reason` says why nothing was written, "" if something was; `diff` what was, or would be, changed in `path`.
    """

    agent: str
    written: bool
    promoted: int
    demoted: int
    archived: int
    held_back: int
    reason: str
    path: str
    gates: Mapping[str, int]
    nearest: list[MissJson]
    diff: str


class UndoJson(TypedDict):
    """`left` and `returned` are the texts of items."""

    agent: str
    path: str
    written: bool
    left: list[str]
    returned: list[str]
    diff: str


class EvidenceJson(TypedDict):
    path: str
    line: int
    at: str | None
    text: str


class WhyJson(TypedDict):
    """`why` has the share of each part of the score; without `evidence` nothing supports the item any more."""

    agent: str
    path: str
    line: int
    text: str
    edited: bool
    section: str
    score: float
    why: Mapping[str, float]
    evidence: list[EvidenceJson]


class BeliefJson(TypedDict):
    """`what` is item, fact or decision; `old` is believed no more, `new` now; `place` is the path:line that says so."""

    what: str
    old: str
    new: str
    place: str
    at: str | None


class DiffJson(TypedDict):
    agent: str
    beliefs: list[BeliefJson]


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


def difference(diff: str) -> None:
    """Print a unified diff."""
    for text in diff.splitlines():
        say(text, "good" if text.startswith("+") else "bad" if text.startswith("-") else "faint")


_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
# Control characters but tab and newline, what turns the direction of a line around, and what has no encoding.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_ESCAPED = re.compile(r"[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    """`text` without anything a terminal would obey: escape sequences, control and direction characters."""
    return _CONTROL.sub("", _SEQUENCE.sub("", text))
