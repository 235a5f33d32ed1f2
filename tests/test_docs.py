"""The pages: what they tell to type exists, what they point at is there, and the README's examples do what it shows."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from neuromem_sync.cli import COMMANDS, application
from neuromem_sync.config import PLACES, SECTIONS, keys_of
from neuromem_sync.scaffold import TEMPLATES

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = [README, *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md"))]
PAGES += sorted((ROOT / "docs").glob("*.md"))
SHOWING_COMMANDS = [*PAGES, TEMPLATES / "AGENTS.md", TEMPLATES / "README.md"]

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^ {4}(?=\S)(.+)$", re.MULTILINE)
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_SOURCE = re.compile(r"[a-z_/]+\.py")
EXAMPLES = {"gateway.py"}  # names that a page makes up
DECISION = "\n### 2026-03-01 — The gateway moves behind the proxy\n\n- **Decision:** Caddy in front of everything\n"


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[tuple[str, str]]:
    """The fenced blocks of a page: language and text."""
    return [(language, text) for _, language, text in _FENCE.findall(page.read_text(encoding="utf-8"))]


def shown(page: Path) -> Iterator[str]:
    """Every line of a page that could be a command: of blocks for a shell, and code within a line."""
    for language, text in blocks(page):
        if language in ("", "console", "sh", "shell", "bash"):
            yield from text.splitlines()
    rest = _FENCE.sub("", page.read_text(encoding="utf-8"))
    yield from _INDENTED.findall(rest)
    yield from _CODE.findall(rest)


def programs(page: Path) -> Iterator[list[str]]:
    """The words of each program call on a page."""
    for line in shown(page):
        bare = re.sub(r"(^|\s)#.*|^\$ ", "", line)
        for call in re.split(r"&&|;|\|", bare):
            if re.match(r"\s*(\S*/)?(neuromem(-sync)?|python3?) ", call):
                yield shlex.split(call)


def calls(page: Path) -> list[list[str]]:
    """What follows `neuromem` where a page tells to type it."""
    return [words[1:] for words in programs(page) if Path(words[0]).name.startswith("neuromem")]


@pytest.mark.parametrize("page", [page for page in SHOWING_COMMANDS if calls(page)], ids=name_of)
def test_commands_on_the_pages_are_commands(page: Path) -> None:
    for name, *words in calls(page):
        if name.startswith("-") or name.isupper():
            continue
        assert name in COMMANDS, f"neuromem {name}"
        command = application.get_command(click.Context(application), name)
        assert command
        if words:
            # parsed as if it were typed: an unknown option or a value that is none raises, and nothing is invoked
            command.make_context(name, words)


def test_commands_are_shown_at_all() -> None:
    assert {words[0] for words in calls(README)} >= {"init", "sync", "watch", "recall", "verify", "problems", "demo"}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_programs_of_the_repository_are_there(page: Path) -> None:
    for words in programs(page):
        if words[1] == "-m":
            assert find_spec(words[2]), " ".join(words)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    shown = _FENCED.sub("", page.read_text(encoding="utf-8"))
    targets = [target for target in _LINK.findall(shown) if "://" not in target]
    missing = [target for target in targets if not (page.parent / target.partition("#")[0]).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_source_files_named_on_a_page_exist(page: Path) -> None:
    named = {code for code in _CODE.findall(page.read_text(encoding="utf-8")) if _SOURCE.fullmatch(code)} - EXAMPLES
    sources = [path for top in ("neuromem_sync", "benchmarks", "tests") for path in (ROOT / top).rglob("*.py")]
    assert not {name for name in named if not any(path.match(name) for path in sources)}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pages_of_docs_named_on_a_page_exist(page: Path) -> None:
    named = set(re.findall(r"docs/\w+\.md", page.read_text(encoding="utf-8")))
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


def typed(*words: str) -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "neuromem_sync", *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout


@pytest.fixture
def ava(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workspace that the README speaks of, with its decision written down."""
    monkeypatch.setenv("NEUROMEM_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("NEUROMEM_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("NEUROMEM_AGENT", raising=False)
    root = tmp_path / "ava"
    typed("init", str(root), "--agent", "ava")
    with (root / "mind/DECISIONS.md").open("a", encoding="utf-8") as file:
        file.write(DECISION)
    return root


@pytest.mark.usefixtures("ava")
def test_the_answer_of_the_readme_is_what_recall_prints() -> None:
    question = next(words for words in calls(README) if words[0] == "recall")
    answer = next(text for _, text in blocks(README) if text.startswith("mind/DECISIONS.md:"))
    assert typed(*question).splitlines()[:2] == answer.splitlines()[:2]


@pytest.mark.usefixtures("ava")
def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = (text for language, text in blocks(README) if language == "python")
    code = compile(program, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    running = eval(code, {})
    assert inspect.iscoroutine(running)
    asyncio.run(running)
    assert capsys.readouterr().out.startswith("mind/DECISIONS.md:12 [procedural] ### 2026-03-01 — The gateway")
