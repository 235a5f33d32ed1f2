"""The JSON of commands: each command names its shapes, each shape is some command's, and a page shows each at work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, is_typeddict

import pytest

from neuromem_sync.cli import output
from neuromem_sync.cli.options import JsonOption
from tests.shapes import below, commands, faults, json_option_of
from tests.transcript import ROOT, steps

OPTIONS = {name: option for name, command in commands() if (option := json_option_of(command))}
EVERYWHERE = {output.ErrorJson, output.ErrorDetail, output.FailedJson}
"""What any command prints that fails."""


class Inner(TypedDict):
    line: int


class Outer(TypedDict):
    name: str
    at: str | None
    share: float
    inner: list[Inner]
    why: Mapping[str, float]
    reason: NotRequired[str]


GOOD = {"name": "a", "at": None, "share": 1, "inner": [{"line": 1}], "why": {"x": 0.5}}


@pytest.mark.parametrize(("name", "option"), OPTIONS.items(), ids=str)
def test_a_command_with_json_says_what_it_prints(name: str, option: JsonOption) -> None:
    assert option.shapes
    assert all(is_typeddict(shape) for shape in option.shapes)


def test_json_is_never_offered_without_a_shape() -> None:
    plain = {name for name, command in commands() if any("--json" in option.opts for option in command.params)}
    assert plain == set(OPTIONS)


def test_every_shape_is_printed_by_a_command() -> None:
    declared = {shape for shape in vars(output).values() if is_typeddict(shape)}
    printed = {each for option in OPTIONS.values() for shape in option.shapes for each in below(shape)}
    assert declared == printed | EVERYWHERE


def test_every_shape_that_is_read_alone_says_what_is_not_plain_in_it() -> None:
    """A docstring may name only keys that there are."""
    for shape in (shape for shape in vars(output).values() if is_typeddict(shape)):
        named = set(re.findall(r"`(\w+)`", shape.__doc__ or ""))
        keys = {key for each in below(shape) for key in each.__annotations__} | {"neuromem"}
        assert named <= keys, shape.__name__


@pytest.mark.parametrize("name", OPTIONS)
def test_the_json_of_every_command_is_seen_in_a_transcript(name: str) -> None:
    """There its form is held against the shape."""
    typed = [step.command for page in (ROOT / "tests/cli").glob("*.md") for step in steps(page.read_text("utf-8"))]
    assert any(re.search(rf"neuromem(-sync)? {name}\b[^|]*--json", command) for command in typed)


def test_what_is_as_declared_has_no_fault() -> None:
    assert not list(faults(GOOD, Outer))
    assert not list(faults({**GOOD, "at": "x", "reason": "y"}, Outer))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": 1},
        {"at": 3},
        {"share": True},
        {"inner": {"line": 1}},
        {"inner": [{"line": "1"}]},
        {"inner": [{}]},
        {"why": {"x": "y"}},
        {"reason": None},
        {"more": 1},
    ],
    ids=str,
)
def test_what_is_not_as_declared_is_a_fault(wrong: Mapping[str, Any]) -> None:
    assert len(list(faults(GOOD | wrong, Outer))) == 1


def test_a_key_that_is_missing_is_a_fault() -> None:
    assert list(faults({key: value for key, value in GOOD.items() if key != "at"}, Outer)) == [
        "$.at of Outer is missing"
    ]
