"""The pages: what they tell to type exists, and what they point at is there. Their blocks are run by tests/pages."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from inspect import iscoroutinefunction
from itertools import groupby
from pathlib import Path

import click
import pytest

from neuromem_sync import mcp, session
from neuromem_sync.cli import COMMANDS, application
from neuromem_sync.config import PLACES, SECTIONS, keys_of
from neuromem_sync.scaffold import TEMPLATES
from neuromem_sync.verbs import Verbs
from tests.pages.reading import PAGES, anchors, blocks, codes, links, name_of
from tests.transcript import ROOT

README = ROOT / "README.md"
INDEX = ROOT / "docs/README.md"
SHOWING_COMMANDS = [*PAGES, TEMPLATES / "AGENTS.md", TEMPLATES / "README.md"]

_SOURCE = re.compile(r"[a-z_/]+\.py")
EXAMPLES = {"gateway.py"}  # names that a page makes up


def shown(page: Path) -> Iterator[str]:
    """Every line of a page that could be a command: of blocks for a shell, and code within a line.

    Not those of transcripts: they are run, and may show a mistake.
    """
    for block in blocks(page):
        if block.language in ("", "sh"):
            yield from block.text.splitlines()
    yield from codes(page)


def programs(page: Path) -> Iterator[list[str]]:
    """The words of each program call on a page."""
    for line in shown(page):
        if re.search(r"\b(neuromem(-sync)?|python3?) ", line):
            for call in simple_commands(line):
                if re.fullmatch(r"(\S*/)?(neuromem(-sync)?|python3?)", call[0]) and len(call) > 1:
                    yield call


def simple_commands(line: str) -> Iterator[list[str]]:
    """What a shell would run one by one: the words between its operators."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    for operator, words in groupby(lexer, lambda word: bool(re.fullmatch(r"[();<>|&]+", word))):
        if not operator:
            yield list(words)


def calls(page: Path) -> list[list[str]]:
    """What follows `neuromem` where a page tells to type it."""
    return [words[1:] for words in programs(page) if Path(words[0]).name.startswith("neuromem")]


@pytest.mark.parametrize("page", [page for page in SHOWING_COMMANDS if calls(page)], ids=str)
def test_commands_on_the_pages_are_commands(page: Path) -> None:
    for name, *words in calls(page):
        if name.startswith("-") or name.isupper():
            continue
        assert name in COMMANDS, f"neuromem {name}"
        command = application.get_command(click.Context(application), name)
        assert command
        if words:
            # parsed as if it were typed: an unknown option or a value that is none raises, and nothing is invoked
            command.make_context(name, words, **application.context_settings)


def test_the_readme_shows_the_first_commands() -> None:
    text = README.read_text(encoding="utf-8")
    first = ("demo", "init", "watch", "recall", "remember", "groom", "undo", "session", "mcp", "health", "verify")
    assert [name for name in first if f"neuromem {name}" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_programs_of_the_repository_are_there(page: Path) -> None:
    for words in programs(page):
        if words[1] == "-m":
            assert find_spec(words[2]), " ".join(words)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        there = page.parent / path if path else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


def test_every_page_is_in_the_index() -> None:
    listed = {target.partition("#")[0] for target in links(INDEX)}
    assert listed == {page.name for page in INDEX.parent.glob("*.md")} - {INDEX.name}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_source_files_named_on_a_page_exist(page: Path) -> None:
    named = {code for code in codes(page) if _SOURCE.fullmatch(code)} - EXAMPLES
    sources = [path for top in ("neuromem_sync", "benchmarks", "tests") for path in (ROOT / top).rglob("*.py")]
    assert not {name for name in named if not any(path.match(name) for path in sources)}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pages_of_docs_named_on_a_page_exist(page: Path) -> None:
    named = set(re.findall(r"docs/[\w-]+\.md", page.read_text(encoding="utf-8")))
    assert not {name for name in named if not (ROOT / name).exists()}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_setting_has_its_row(section: str) -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    for setting in keys_of(section):
        default = setting.default if setting.default != "" else '""'
        assert f"| `{section}.{setting.name}` | {default} |" in page


def test_every_variable_has_its_row() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert {f"NEUROMEM_{name}" for name in re.findall(r"^\| `NEUROMEM_(\w+)` \|", page, re.MULTILINE)} == PLACES


@pytest.mark.parametrize(("part", "share"), session.SHARES.items())
def test_every_section_of_a_session_has_its_row(part: str, share: float) -> None:
    page = (ROOT / "docs/session.md").read_text(encoding="utf-8")
    assert f"| {part} | {share:.0%} |".replace("%", " %") in page


def test_every_verb_of_the_api_is_on_its_page() -> None:
    verbs = {name for name, verb in vars(Verbs).items() if iscoroutinefunction(verb) and not name.startswith("_")}
    named = {code.partition("(")[0] for code in codes(ROOT / "docs/api.md")}
    assert verbs
    assert not verbs - named


async def test_every_tool_of_the_server_is_on_its_page(tmp_path: Path) -> None:
    (tmp_path / "ava").mkdir()
    async with mcp.opened(str(tmp_path / "ava")) as server:
        tools = {tool.name for tool in await server.list_tools()}
    assert tools == set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/mcp.md").read_text(encoding="utf-8"), re.MULTILINE))
