"""Transcripts: what a page shows is what a person would see.

In a block marked `console`, a line `$ command` is run by bash in a home of its own, with `> ` for its further lines.
Below it stand its output and errors, and its exit code as `[code]` if that is not 0. `[..]` stands for anything within
a line, a line `...` for any number of lines. It is nine in the morning of the first of March 2026 in Vienna.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from tests.recorded import FOLDER

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Step:
    """A command with what the page says it prints."""

    line: int
    command: str
    expected: list[str]


def steps(page: str) -> Iterator[Step]:
    """Those of every block of a page, in their order."""
    for block in re.finditer(r"^```console\n(.*?)^```$", page, re.MULTILINE | re.DOTALL):
        yield from typed(block[1], page.count("\n", 0, block.start(1)) + 1)


def typed(block: str, first: int) -> Iterator[Step]:
    """Those of a block that begins on line `first`."""
    command, expected, start = "", [], first
    for number, line in enumerate(block.splitlines(), first):
        if line.startswith("$ "):
            if command:
                yield Step(start, command, expected)
            command, expected, start = line[2:], [], number
        elif (line == ">" or line.startswith("> ")) and not expected:
            command += "\n" + line[2:]
        else:
            expected.append(line)
    if command:
        yield Step(start, command, expected)


def furnish(home: Path) -> Path:
    """Make an empty folder a home in which `neuromem` and `neuromem-sync` are this repository's."""
    programs = home / ".bin"
    (programs / "json").mkdir(parents=True)
    for name in ("neuromem", "neuromem-sync"):
        script = f"import sys; sys.argv[0] = {name!r}; from tests.recorded import recorded; recorded()"
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{script}" "$@"\n', encoding="utf-8")
        (programs / name).chmod(0o755)
    return home


def environment(home: Path) -> dict[str, str]:
    return {
        "PATH": f"{home / '.bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "TZ": "Europe/Vienna",
        "NEUROMEM_CONFIG": str(home / ".config"),
        "NEUROMEM_STATE": str(home / ".state"),
        "NEUROMEM_NOW": "2026-03-01T09:00+01:00",
        FOLDER: str(home / ".bin/json"),
        **servers(),
    }


def servers() -> dict[str, str]:
    """The variables that say on which servers a test stands."""
    return {name: value for name, value in os.environ.items() if name.startswith(("NEUROMEM_REDIS", "NEUROMEM_NEO4J"))}


def run(command: str, home: Path) -> list[str]:
    """What a command prints, line by line, and its exit code behind it if that is not 0."""
    done = subprocess.run(
        ["bash", "-c", command],
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


def untrue(shown: Iterable[Step], home: Path, page: str) -> str:
    """Run the steps up to the first that prints something else; the difference, "" if there is none."""
    for step in shown:
        actual = run(step.command, home)
        if not agree(step.expected, actual):
            difference = unified_diff(step.expected, actual, f"{page}:{step.line}", "what happened", lineterm="")
            return f"$ {step.command}\n" + "\n".join(difference)
    return ""
