"""One agent never sees another's memory: canaries in eight workspaces, and no foreign one in anything that comes out.

The agents of one configuration are asked at once, in one process, for their own canaries and for those of the others.
"""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from mcp import Client, MCPError

from neuromem_sync import Memory, agents
from neuromem_sync.errors import NeuromemError
from neuromem_sync.mcp import Server

NAMES = ("ava", "ben", "cleo", "dora", "emil", "fay", "gus", "hana")
CANARY = re.compile(r"canary([a-z]+?)x[0-9]+")
SEED = 5


def canary(name: str, number: int) -> str:
    return f"canary{name}x{number}"


def document(name: str, numbers: range) -> Iterator[tuple[str, str]]:
    """Path and text of what one agent remembers: canaries in every layer and kind, as words, tags, names and fields."""
    words = [canary(name, number) for number in numbers]
    log = "\n\n".join(
        f"### {8 + at // 60:02}:{at % 60:02} — Saw {word} at the gateway\n\n[[{word}]] works with [[gateway]]. #{word}"
        for at, word in enumerate(words[0::4])
    )
    decisions = "\n\n".join(
        f"### 2026-03-01 — {word} goes first\n\n- **Decision:** deploy {word}" for word in words[1::4]
    )
    errors = "\n\n".join(
        f"## 2026-03-01 — {word} broke\n\n- **What happened:** deploy of the gateway broke {word}\n"
        f"- **Prevention Rule:** never deploy {word} on a Friday"
        for word in words[2::4]
    )
    how = "\n\n".join(f"## Deploy {word}\n\n**When:** the gateway is deployed\n\n1. Run {word}" for word in words[3::4])
    yield "memory/2026-03-01.md", f"# 2026-03-01\n\n{log}\n"
    yield "mind/DECISIONS.md", f"# Decisions\n\n{decisions}\n"
    yield "mind/ERRORS.md", f"# Errors\n\n{errors}\n"
    yield "mind/PROCEDURES.md", f"# Procedures\n\n{how}\n"
    yield f"notes/{words[0]}.md", f"The gateway of {words[0]}.\n"


def settle(folder: Path, canaries: int) -> None:
    """Eight registered agents, each with its canaries."""
    for name in NAMES:
        for path, text in document(name, range(canaries)):
            place = folder / name / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        agents.register(name, folder / name, "UTC")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEUROMEM_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("NEUROMEM_STATE", str(tmp_path / "state"))
    return tmp_path


def foreign(name: str, result: object) -> set[str]:
    """Whose canaries came out besides the agent's own."""
    return {found[1] for found in CANARY.finditer(str(result))} - {name}


def question(chance: random.Random, canaries: int) -> str:
    """A canary of anybody, alone or in a sentence, or a word that all have."""
    word = canary(chance.choice(NAMES), chance.randrange(canaries))
    return chance.choice((word, f"what about {word}", f"deploy {word} at the gateway", "gateway", "deploy the gateway"))


async def by_api(memory: Memory, chance: random.Random, asked: str) -> object:
    match chance.randrange(8):
        case 0:
            return await memory.context(asked, budget=500)
        case 1:
            related = await memory.related(asked.split()[-1])
            return related.facts, related.things, related.entries  # its name is the one that was asked for
        case 2:
            return await memory.how(asked)
        case 3:
            return await memory.shield(asked)
        case 4:
            return await own_page(memory, f"notes/{asked}.md")
        case 5:
            return await memory.recall(tags=[asked.split()[-1]])
        case _:
            return await memory.recall(asked)


async def own_page(memory: Memory, path: str) -> object:
    """A document of anybody: of another agent there is none, and the error repeats what was asked for."""
    try:
        return await memory.page(path)
    except NeuromemError as error:
        return error.message.replace(path, "")


async def by_mcp(client: Client, chance: random.Random, asked: str) -> object:
    other = chance.choice(NAMES)
    match chance.randrange(8):
        case 0:
            return await client.call_tool("context", {"query": asked, "budget": 500})
        case 1:
            return await client.call_tool("session", {"budget": 500})
        case 2:
            return await client.call_tool("how", {"situation": asked})
        case 3:
            return await client.call_tool("shield", {"plan": asked})
        case 4:
            return await client.list_resources()
        case 5:
            return await resource(client, f"neuromem://{other}/notes/{canary(other, 0)}.md")
        case _:
            return await client.call_tool("recall", {"query": asked})


async def resource(client: Client, uri: str) -> object:
    """The same as a resource."""
    try:
        return await client.read_resource(uri)
    except MCPError as error:
        return str(error).replace(uri, "")


async def ask(name: str, canaries: int, calls: int) -> int:
    """So many calls to one agent in three tasks, a third of them by MCP; how many gave something of its own."""
    found = 0

    async def several(seed: str, share: int) -> None:
        nonlocal found
        chance = random.Random(seed)
        for number in range(share):
            asked = question(chance, canaries)
            result = await (by_mcp(client, chance, asked) if number % 3 == 0 else by_api(memory, chance, asked))
            assert not foreign(name, result), f"{name} was asked: {asked}"
            found += CANARY.search(str(result)) is not None

    async with Memory.open(name) as memory, Client(Server(memory)) as client:
        await asyncio.gather(*(several(f"{SEED} {name} {task}", calls // 3) for task in range(3)))
    return found


async def everybody(canaries: int, calls: int) -> None:
    """All agents at once; every one of them finds something of its own in a good part of its answers."""
    found = await asyncio.gather(*(ask(name, canaries, calls // len(NAMES)) for name in NAMES))
    assert min(found) > calls / len(NAMES) / 4


def by_commands(canaries: int, calls: int) -> None:
    """Commands in processes of their own."""
    chance = random.Random(SEED)

    def words(name: str) -> tuple[str, ...]:
        asked = question(chance, canaries)
        return chance.choice(
            (("recall", name, asked), ("context", name, asked), ("shield", name, asked), ("how", name, asked))
        )

    given = [(name, words(name)) for name in (NAMES * calls)[:calls]]

    def told(call: tuple[str, Sequence[str]]) -> set[str]:
        name, typed = call
        done = subprocess.run(
            [sys.executable, "-m", "neuromem_sync", *typed], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode in (0, 1, 3), done.stderr
        return foreign(name, done.stdout + done.stderr)

    with ThreadPoolExecutor(2) as threads:
        assert set().union(*threads.map(told, given)) == set()


async def test_no_agent_sees_a_canary_of_another(home: Path) -> None:
    settle(home, 20)
    await everybody(20, 1200)


def test_no_command_shows_a_canary_of_another(home: Path) -> None:
    settle(home, 20)
    by_commands(20, 8)


@pytest.mark.long
async def test_no_agent_sees_a_canary_of_another_in_100_000_calls(home: Path) -> None:
    settle(home, 200)
    await everybody(200, 100_000)


@pytest.mark.long
def test_no_command_shows_a_canary_of_another_in_1_000_calls(home: Path) -> None:
    settle(home, 200)
    by_commands(200, 1000)


def test_a_canary_of_another_would_be_seen() -> None:
    """The check itself."""
    assert foreign("ben", f"a line of {canary('ava', 7)}") == {"ava"}
    assert foreign("ava", f"a line of {canary('ava', 7)}") == set()
