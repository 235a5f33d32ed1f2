"""Runs the transcripts beside this file (their form: tests/transcript.py), and holds their JSON to its shapes.

Each page has a home of its own, empty at first.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.served import SERVED, TRANSCRIPTS
from tests.shapes import printed, unlike
from tests.transcript import Step, agree, furnish, steps, untrue

HERE = Path(__file__).parent
PAGES = sorted(HERE.glob("*.md"))
SLOW = re.compile("takes too long|took nothing in|does not answer in time|has yet to be told of")
"""What is said of a server that a busy machine made slower than anybody waits: such a run shows nothing of the page."""
AT_MOST = 5
"""Runs of a page until one shows it, or the machine is too busy to be asked."""
WITHOUT_SERVERS = {"health", "predecessor", "project", "service", "settings"}
"""Pages that show what is said where no server is named: all settings, and all there is to know of a workspace."""


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, id=page.stem, marks=[pytest.mark.embedded] * (page.stem in WITHOUT_SERVERS)) for page in PAGES],
)
def test_transcript(page: Path, tmp_path: Path) -> None:
    as_shown(page, tmp_path)


@pytest.mark.parametrize("stores", SERVED, indirect=True)
@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_transcript_on_servers(name: str, tmp_path: Path) -> None:
    as_shown(HERE / f"{name}.md", tmp_path)


def as_shown(page: Path, folder: Path) -> None:
    shown = list(steps(page.read_text(encoding="utf-8")))
    assert shown, "the page runs nothing"
    for number in range(AT_MOST):
        home = furnish(folder / f"home{number}")
        difference = untrue(shown, home, page.name)
        if not SLOW.search(difference):
            break
    else:
        pytest.skip(f"a server is too slow here, {AT_MOST} times: {difference}")
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
