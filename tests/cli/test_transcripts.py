"""Runs the transcripts beside this file: what the page shows is what a person would see.

In a block marked `console`, a line `$ command` is run by bash in an empty home, with `> ` for its further lines. Below
it stand its output and errors, and its exit code as `[code]` if that is not 0. `[..]` stands for anything within a
line, a line `...` for any number of lines. Each page has a home of its own, and it is nine in the morning of the first
of March 2026 in Vienna.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGES = sorted(HERE.glob("*.md"))


@dataclass(frozen=True, slots=True)
class Step:
    """A command with what the page says it prints."""

    line: int
    command: str
    expected: list[str]


def steps(text: str) -> Iterator[Step]:
    inside, command, expected, start = False, "", [], 0
    for number, line in enumerate([*text.splitlines(), "```"], 1):
        ends = line.startswith(("$ ", "```"))
        if inside and ends and command:
            yield Step(start, command, expected)
            command = ""
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and line.startswith("$ "):
            command, expected, start = line[2:], [], number
        elif inside and (line == ">" or line.startswith("> ")) and not expected:
            command += "\n" + line[2:]
        elif inside:
            expected.append(line)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home in which `neuromem` and `neuromem-sync` are this repository's."""
    programs = tmp_path / ".bin"
    programs.mkdir()
    for name in ("neuromem", "neuromem-sync"):
        script = f"import sys; sys.argv[0] = {name!r}; from neuromem_sync.cli import main; main()"
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{script}" "$@"\n', encoding="utf-8")
        (programs / name).chmod(0o755)
    return tmp_path


def environment(home: Path) -> dict[str, str]:
    return {
        "PATH": f"{home / '.bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(HERE.parent.parent),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "TZ": "Europe/Vienna",
        "NEUROMEM_CONFIG": str(home / ".config"),
        "NEUROMEM_STATE": str(home / ".state"),
        "NEUROMEM_NOW": "2026-03-01T09:00+01:00",
    }


def run(step: Step, home: Path) -> list[str]:
    done = subprocess.run(
        ["bash", "-c", step.command],
        cwd=home,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return [*done.stdout.splitlines(), *([f"[{done.returncode}]"] if done.returncode else [])]


def agree(expected: list[str], actual: list[str]) -> bool:
    pattern = "".join(
        r"(?:.*\n)*" if line == "..." else re.escape(line).replace(r"\[\.\.\]", ".*") + "\n" for line in expected
    )
    return re.fullmatch(pattern, "".join(line + "\n" for line in actual)) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_transcript(page: Path, home: Path) -> None:
    shown = list(steps(page.read_text(encoding="utf-8")))
    assert shown, "the page runs nothing"
    for step in shown:
        actual = run(step, home)
        if not agree(step.expected, actual):
            difference = unified_diff(step.expected, actual, f"{page.name}:{step.line}", "what happened", lineterm="")
            pytest.fail(f"$ {step.command}\n" + "\n".join(difference), pytrace=False)


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
