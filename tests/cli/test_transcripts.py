"""Runs the transcripts beside this file (their form: tests/transcript.py), and holds their JSON to its shapes.

Each page has a home of its own, empty at first.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shapes import printed, unlike
from tests.transcript import Step, agree, furnish, steps, untrue

PAGES = sorted(Path(__file__).parent.glob("*.md"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return furnish(tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_transcript(page: Path, home: Path) -> None:
    shown = list(steps(page.read_text(encoding="utf-8")))
    assert shown, "the page runs nothing"
    difference = untrue(shown, home, page.name)
    if difference:
        pytest.fail(difference, pytrace=False)
    for words, value in printed(home):
        assert not unlike(words, value), " ".join(words)


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        (["a [..] c"], ["a b c"], True),
        (["a", "...", "z"], ["a", "b", "c", "z"], True),
        (["a", "...", "z"], ["a", "z"], True),
        (["a"], ["a", "b"], False),
        (["a."], ["ab"], False),
        ([], [], True),
    ],
)
def test_wildcards(expected: list[str], actual: list[str], same: bool) -> None:
    assert agree(expected, actual) is same


def test_steps() -> None:
    page = "```console\n$ one\n> two\n>\n> three\nout\n[1]\n$ last\n```\n```\n$ not this\n```\n"
    assert list(steps(page)) == [Step(2, "one\ntwo\n\nthree", ["out", "[1]"]), Step(8, "last", [])]
