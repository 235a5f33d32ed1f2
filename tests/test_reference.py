"""The reference of commands: it is what the commands say of themselves."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest

from neuromem_sync.cli import COMMANDS, application
from tests.reference import page
from tests.shapes import commands
from tests.transcript import ROOT

EXAMPLE = re.compile(r"^ *(?:\w+: +)?(?:cat \S+ \| )?neuromem(?:-sync)? (.+)$", re.MULTILINE)
KNOWN = dict(commands())
EXAMPLES = [(name, typed) for name, command in KNOWN.items() for typed in EXAMPLE.findall(command.help or "")]


def test_the_reference_is_as_the_commands_are() -> None:
    """Asked in a process of its own: click keeps the help option of who asked a command first."""
    told = subprocess.run([sys.executable, "-m", "tests.reference"], cwd=ROOT, capture_output=True, check=True)
    written = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    assert written == told.stdout.decode(), "make it anew: python -m tests.reference > docs/commands.md"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_it(name: str) -> None:
    assert f"\n### neuromem {name}\n" in page()


@pytest.mark.parametrize(("name", "typed"), EXAMPLES)
def test_an_example_of_a_help_is_a_call(name: str, typed: str) -> None:
    """Parsed as if it were typed: an unknown option or a value that is none raises, and nothing is invoked."""
    words = shlex.split(re.split(r" {3,}| \| | > | >> | < | && |\)\"' >", typed)[0])
    pair = " ".join(words[:2])
    whole = pair if pair in KNOWN else words[0]
    KNOWN[whole].make_context(whole, words[whole.count(" ") + 1 :], **application.context_settings)
