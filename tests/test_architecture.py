"""The house of docs/architecture.md, read from the imports themselves."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "neuromem_sync"
PAGE = ROOT / "docs" / "architecture.md"

# Files that belong to another one's subject and may know each other. Everything else has a row of its own.
WHOLES = {
    "health": "backlog nightly serving surroundings vitals",
    "mcp": "loopback shapes tools",
    "memory": "awaiting blocking opening verbs",
    "session": "briefing",
    "shield": "lessons likeness",
    "browse": "entities related show step tags timeline way",
    "tasks": "task",
    "migrate": "bequest legacy loose predecessor retelling",
    "homes": "connection insertion",
    "redact": "erase",
    "recall": "question when joined candidates ranking pack recent",
    "groom": "beliefs chores learn ledger managed rehearse rewrite themes undo why",
    "forget": "naming purge removal",
    "archive": "lifecycle",
    "consolidate": (
        "captions choose claims crop diction frames lexicon measures numerals passages pieces prose provenance rarity"
        " retold routine sheaf sift standing stated steering succession tenses topics trust turns units wording"
    ),
    "logbook": "append handwriting",
    "writeback": "alignment exchange permit staging weave",
    "merge": "body",
    "region": "item neutral",
}
PARTS = {part: whole for whole, parts in WHOLES.items() for part in parts.split()}

CEILING = 300  # lines: a file that passes it is about two things
CATALOGUES = {"output.py"}  # a list of like things, each read alone
SLOW = {
    "redis", "neo4j", "mcp", "rich", "watchdog", "aiosqlite", "asyncio", "markdown_it", "frontmatter", "yaml",
    "detect_secrets", "tomlkit", "pathspec", "platformdirs", "importlib.metadata",
    "secrets", "tiktoken", "traceback",
}  # fmt: skip
# What a command loads before it knows its question.
ALWAYS = (
    "cli", "app", "doors", "answer", "recall", "freshness", "sync", "index", "layers", "config", "agents",
    "browse", "session", "context", "shield", "tasks", "procedures", "bearings", "quota", "excerpt", "tokens", "health",
    "disclosures", "beliefs", "workspace", "files", "sqlite", "query", "changes",
)  # fmt: skip


def rows() -> dict[str, int]:
    """How far down each name stands on the page, in the block that begins with the command line."""
    block = re.search(r"^```text\n(cli\b.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert block, f"{PAGE} shows no rows"
    names = (re.split(r"\s{2,}", line)[0].split("|") for line in block[1].splitlines())
    return {name.strip(): depth for depth, row in enumerate(names) for name in row}


ROW = rows()


def modules() -> list[Path]:
    """Every file of the package but its two faces, which stand outside of the house."""
    faces = {PACKAGE / "__init__.py", PACKAGE / "__main__.py"}
    return sorted(path for path in PACKAGE.rglob("*.py") if path not in faces)


def about(*subjects: str) -> list[Path]:
    return [path for path in modules() if subject(name_of(path)) in subjects]


def subject(module: str) -> str:
    """`neuromem_sync.parsers.inline` is of the subject `parsers`."""
    name = module.split(".")[1]
    return PARTS.get(name, name)


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, *, always: bool = False) -> Iterator[tuple[str, int]]:
    """What a file imports of any package, with its line; with `always` only what importing the file itself loads."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in _executed(tree) if always else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            yield from ((_whole(node.module or "", alias.name), node.lineno) for alias in node.names)


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from _executed(child)


def _whole(module: str, name: str) -> str:
    """`from neuromem_sync import agents` imports the module `neuromem_sync.agents`."""
    at = PACKAGE.parent.joinpath(*module.split("."), name)
    return f"{module}.{name}" if at.is_dir() or at.with_suffix(".py").exists() else module


def ours(path: Path) -> Iterator[tuple[str, int]]:
    for module, line in imported(path):
        if module.startswith("neuromem_sync."):
            yield module, line


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_run_downward(path: Path) -> None:
    here = subject(name_of(path))
    assert here in ROW, f"{path.name} has no row: add it to docs/architecture.md"
    for module, line in ours(path):
        there = subject(module)
        assert there == here or ROW[there] > ROW[here], f"{path}:{line}: {here} may not import {module}"


@pytest.mark.parametrize("path", about("parsers"), ids=name_of)
def test_parsers_know_only_the_model(path: Path) -> None:
    allowed = ("neuromem_sync.model", "neuromem_sync.signature", "neuromem_sync.parsers")
    for module, line in ours(path):
        assert module.startswith(allowed), f"{path}:{line}: imports {module}"


@pytest.mark.parametrize("path", [path for path in modules() if path not in about("app", "layers")], ids=name_of)
def test_only_the_composition_root_knows_the_stores(path: Path) -> None:
    for module, line in ours(path):
        assert not re.match(r"neuromem_sync\.layers\.(registry$|.*_)", module), f"{path}:{line}: imports {module}"


@pytest.mark.parametrize("path", [path for path in modules() if path.name not in CATALOGUES], ids=name_of)
def test_files_are_about_one_thing(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= CEILING


def test_model_knows_nobody() -> None:
    for name in ("model", "errors"):
        assert list(ours(PACKAGE / f"{name}.py")) == []


def test_the_page_and_the_list_of_parts_name_real_files() -> None:
    there = {name_of(path).split(".")[1] for path in modules()}
    assert {*ROW, *PARTS, *PARTS.values()} <= there


def loaded_by(statement: str) -> set[str]:
    program = f"import sys\n{statement}\nprint('', *sys.modules, sep='\\nloaded ', file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return set(re.findall(r"^loaded (.+)$", done.stderr, re.MULTILINE))


def test_the_public_face_loads_nothing() -> None:
    assert {name for name in loaded_by("import neuromem_sync") if name.startswith("neuromem_sync")} == {"neuromem_sync"}


@pytest.mark.parametrize(
    "statement",
    [
        "import neuromem_sync.cli",
        "from neuromem_sync.cli import run; run(['--help'])",
        "from neuromem_sync.cli import run; run(['syncc'])",
        "from neuromem_sync.cli import run; run(['--version'])",
    ],
)
def test_help_and_mistakes_load_nothing_slow(statement: str) -> None:
    loaded = loaded_by(statement)
    assert loaded & SLOW == set()
    assert {name for name in loaded if name.startswith("neuromem_sync.")} <= {
        "neuromem_sync.cli",
        "neuromem_sync.cli.output",
        "neuromem_sync.cli.terminal",
        "neuromem_sync.errors",
        "neuromem_sync.fence",
    }


@pytest.mark.parametrize("path", about(*ALWAYS), ids=name_of)
def test_slow_packages_wait_for_their_first_use(path: Path) -> None:
    """A file that every command loads names no slow package at its top."""
    for module, line in imported(path, always=True):
        assert not {module, module.split(".")[0]} & SLOW, f"{path}:{line}: imports {module} at the top"
