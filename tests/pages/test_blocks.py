"""Every block of code on a page for people is run, from the first to the last of the page, in one home of its own.

By its language: `console` is a transcript (tests/transcript.py); `sh` are commands, none of which may end with an
error; `python` is a program, in which `await` may stand; `toml` is what `config.toml` holds from there on; `json` is a
file of settings, whose own commands are run as its program would; `markdown` stands word for word in a file by then.
`text` is for people alone. `NAME.sh` beside this file prepares the home of page NAME.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.pages.reading import PAGES, Block, blocks, name_of
from tests.transcript import agree, furnish, run, typed, untrue

pytestmark = pytest.mark.embedded

HERE = Path(__file__).parent
UNRUN = {
    "python3 -m venv": "installs from the network; .ci/run runs these very lines of the README",
    ".venv/bin/pip install": "installs from the network; .ci/run does so",
    "apt-get install": "installs on the machine; .ci/run does so",
    "pytest": "is what runs this",
    "ruff check": "is run by .ci/run",
    "mypy": "is run by .ci/run",
    "python -m pytest": "is what runs this",
    "python -m benchmarks": "lasts minutes; tests/test_docs.py proves that the program is there",
    "python -m neuromem_sync.parsers.nothing": "changes the repository; tests/test_packaging.py proves the list",
    "mv lines.txt": "changes the repository",
    "python -m tests.": "changes the repository; tests/test_reference.py and tests/test_picture.py compare",
    "claude mcp add": "is another program's",
    "npx ": "is another program's; tests/mcp runs it where it is installed",
    "neuromem watch": "lasts until it is stopped; tests/cli/watching.md runs it",
    "neuromem mcp ava --http": "lasts until it is stopped; tests/mcp runs it",
    "neuromem-sync install-service": "would start a service of this machine; tests/cli/service.md runs it",
    "pip uninstall": "would uninstall what runs this",
}
"""How a line begins that is not run, and why."""
ENDS_WELL = ("[1]", "[3]")
"""Exit codes that answer: no, and a warning. All others but 0 are errors."""
FOR_PEOPLE = {
    "docs/architecture.md": "drawings, and the rows that tests/test_architecture.py reads",
    "docs/servers.md": "drawings; rules, schema and question are tried by tests/layers/test_redis_access.py and"
    " test_servers_page.py, what health says by tests/test_switching.py",
    "docs/commands.md": "help, made from the commands by tests/reference.py",
}
"""Pages that may hold `text`, and what it is."""

RUNNER = """
import ast, asyncio, inspect, sys
program = compile(sys.argv[1], "the page", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
running = eval(program, {})
if inspect.iscoroutine(running):
    asyncio.run(running)
"""
A_TOOL_CALL = json.dumps({"tool_name": "Bash", "tool_input": {"command": "git push --force origin main"}})


def home_of(page: Path) -> Path:
    """What prepares the home of a page, if it needs that."""
    name = name_of(page).removeprefix("docs/").replace("/", "-")
    return HERE / name.replace(".md", ".sh")


def lines(block: Block) -> list[str]:
    """The commands of a block for a shell."""
    return [line for line in block.text.splitlines() if line and not line.startswith("#")]


def of_console(block: Block, home: Path) -> str:
    return untrue(typed(block.text, block.line + 1), home, "line")


def of_shell(block: Block, home: Path) -> str:
    for line in lines(block):
        if not line.startswith(tuple(UNRUN)):
            said = run(line, home)
            if said and re.fullmatch(r"\[\d+\]", said[-1]) and said[-1] not in ENDS_WELL:
                return "\n".join([f"$ {line}", *said])
    return ""


def of_python(block: Block, home: Path) -> str:
    said = run(shlex.join([sys.executable, "-W", "error", "-c", RUNNER, block.text]), home)
    return "\n".join(said) if said and said[-1].startswith("[1]") else ""


def of_settings(block: Block, home: Path) -> str:
    place = home / ".config/config.toml"
    place.parent.mkdir(exist_ok=True)
    place.write_text(block.text, encoding="utf-8")
    said = run("neuromem config show", home)
    return "\n".join(said) if said[-1] == "[2]" else ""


def of_json(block: Block, home: Path) -> str:
    for command in programs(json.loads(block.text)):
        said = run(f"echo {shlex.quote(A_TOOL_CALL)} | {command}", home)
        if said and re.fullmatch(r"\[\d+\]", said[-1]):
            return "\n".join([f"$ {command}", *said])
    return ""


def programs(value: Any) -> Iterator[str]:
    """The commands that settings tell another program to run."""
    if isinstance(value, dict):
        if isinstance(value.get("command"), str):
            yield f"{value['command']} {shlex.join(value.get('args', []))}"
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from programs(each)


def of_markdown(block: Block, home: Path) -> str:
    wanted = ["...", *block.text.splitlines(), "..."]
    held = (path.read_text(encoding="utf-8") for path in home.rglob("*.md"))
    return "" if any(agree(wanted, text.splitlines()) for text in held) else f"in no file:\n{block.text}"


def of_text(_block: Block, _home: Path) -> str:
    return ""


RUNS: dict[str, Callable[[Block, Path], str]] = {
    "console": of_console,
    "sh": of_shell,
    "python": of_python,
    "toml": of_settings,
    "json": of_json,
    "markdown": of_markdown,
    "text": of_text,
}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_says_what_it_is(page: Path) -> None:
    """Indented blocks say nothing, so there are none."""
    assert [f"{name_of(page)}:{block.line}" for block in blocks(page) if block.language not in RUNS] == []
    assert name_of(page) in FOR_PEOPLE or not [block for block in blocks(page) if block.language == "text"]


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=name_of)
def test_the_blocks_of_a_page(page: Path, tmp_path: Path) -> None:
    home = furnish(tmp_path)
    prepared = home_of(page)
    if prepared.exists():
        assert run(f"set -eu; . {prepared}", home) == []
    for block in blocks(page):
        wrong = RUNS[block.language](block, home)
        if wrong:
            pytest.fail(f"{name_of(page)}:{block.line}: {block.language}\n{wrong}", pytrace=False)


def test_what_is_not_run_is_on_a_page() -> None:
    typed = [line for page in PAGES for block in blocks(page) if block.language == "sh" for line in lines(block)]
    assert [begins for begins in UNRUN if not any(line.startswith(begins) for line in typed)] == []


def test_homes_are_those_of_pages() -> None:
    known = {page.stem for page in PAGES if page.parent.name == "docs"} | {
        "README",
        "CONTRIBUTING",
        "benchmarks-README",
    }
    assert {path.stem for path in HERE.glob("*.sh")} <= known


@pytest.mark.parametrize(
    "block",
    [
        Block(1, "console", "$ echo one\ntwo\n"),
        Block(1, "sh", "exit 2\n"),
        Block(1, "sh", "no-such-program\n"),
        Block(1, "python", "1 / 0\n"),
        Block(1, "toml", "[recall]\nlimmit = 3\n"),
        Block(1, "json", '{"command": "false"}\n'),
        Block(1, "markdown", "nobody wrote this\n"),
    ],
    ids=lambda block: block.language,
)
def test_a_block_that_is_wrong_is_told(block: Block, tmp_path: Path) -> None:
    assert RUNS[block.language](block, furnish(tmp_path))
