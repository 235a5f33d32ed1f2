"""No byte of a secret stands in the state folder, and none comes out of a command, the daemon or an error.

Every file of the state folder is searched as bytes, free pages and write-ahead logs too. A piece of ten characters
counts as the secret.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from benchmarks.secrets.dice import HEX, Dice
from benchmarks.secrets.score import pieces
from benchmarks.secrets.seeds import SECTION, documents, seeds

DICE = Dice(7)
KEYS = ["gh" + "p_" + DICE.run(HEX + "GHJK", 36) for _ in range(20)]
WORDS = ["Wal" + DICE.run(HEX, 12) + "7!" for _ in range(20)]

# Places where something goes wrong, and is told.
BROKEN = {
    "alias.md": f"---\npassword: *{WORDS[0]}\n---\n\ntext\n",
    "tag.md": f"---\npassword: !{WORDS[1]} x\n---\n\ntext\n",
    "quote.md": f'---\npassword: "{WORDS[2]}\n---\n\ntext\n',
    "table.md": f"# T\n\n| a | password |\n|---|\n| x | {WORDS[3]} | y | z |\n",
    "conflict.md": f"<<<<<<< ours\npassword: {WORDS[4]}\n=======\npassword: {WORDS[5]}\n>>>>>>> theirs\n",
    "mind/RECALL.md": f"# Recall\n\n- Is the password {KEYS[0]}? → [[tag]]\n- password: {WORDS[6]} => notes/x.md\n",
    "mind/GOALS.md": f"# Goals\n\n### New password: {WORDS[7]}\n\n- **Due:** 2026-01-01\n- **Next:** try {KEYS[1]}\n",
    "skills/a/SKILL.md": f"---\nname: deploy\ndescription: deploys\n---\n\n1. `deploy --token {KEYS[2]}`\n",
    f"note {KEYS[3]}.sync-conflict-20260228-101500-ABC.md": "x",
    f"note {KEYS[4]}.md~": "x",
    f"{KEYS[5]}/a.md": "x",
}
REGION = "<!-- neuromem:end"


class House:
    """A home with one agent, and all that was ever printed there."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.root = home / "ava"
        self.state = home / ".state"
        self.said: list[str] = []

    def __call__(self, *words: str, given: str = "") -> None:
        command = [sys.executable, "-P", "-m", "neuromem_sync", *words]
        done = subprocess.run(
            command, cwd=self.home, env=self._environment(), input=given, capture_output=True, text=True, timeout=120
        )
        assert "Traceback" not in done.stderr, done.stderr
        self.said.append(f"{words[0]}: {done.stdout}{done.stderr}")

    def _environment(self) -> dict[str, str]:
        places = {"HOME": self.home, "NEUROMEM_CONFIG": self.home / ".config", "NEUROMEM_STATE": self.state}
        return {**os.environ, **{name: str(place) for name, place in places.items()}}

    def write(self, path: str, text: str) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def model(self, *calls: tuple[str, dict[str, str]]) -> None:
        """What a model is told over MCP."""
        start = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
        asked = [("initialize", start), *(("tools/call", {"name": name, "arguments": given}) for name, given in calls)]
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "neuromem_sync", "mcp", "ava"],
            cwd=self.home, env=self._environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        with process:
            for number, (method, given) in enumerate(asked):
                request = {"jsonrpc": "2.0", "id": number, "method": method, "params": given}
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
                reply = process.stdout.readline()
                assert '"result"' in reply
                self.said.append(f"mcp: {reply}")
                if number == 0:
                    process.stdin.write('{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
            process.stdin.close()

    @contextmanager
    def daemon(self) -> Iterator[None]:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "neuromem_sync", "watch", "ava"],
            cwd=self.home,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        try:
            for line in process.stdout:
                self.said.append(line)
                if " event=fresh " in line:
                    break
            yield
        finally:
            process.terminate()
            self.said.append(process.communicate(timeout=30)[0])

    def leaks(self) -> set[str]:
        """Pieces of secrets in what was said and kept, with where."""
        places = [(text.partition(":")[0], text.encode()) for text in self.said]
        places += [(file.name, file.read_bytes()) for file in sorted(self.state.rglob("*")) if file.is_file()]
        return {f"{name}: {piece}" for name, data in places for piece in found_in(data)}


def found_in(data: bytes) -> set[str]:
    """The pieces of secrets that stand there."""
    return {piece.decode() for piece in _found(data.lower(), _pieces())}


@cache
def _pieces() -> frozenset[bytes]:
    found = {piece for secret in (*(key[4:] for key in KEYS), *WORDS) for piece in pieces(secret)}
    for seed in seeds():
        found |= {seed.secret.casefold()} if seed.kind == SECTION else pieces(seed.secret)
    return frozenset(piece.encode() for piece in found if len(piece) >= 7)


def _found(data: bytes, wanted: frozenset[bytes]) -> set[bytes]:
    lengths = sorted({len(piece) for piece in wanted})
    return {piece for size in lengths for at in range(len(data)) if (piece := data[at : at + size]) in wanted}


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    made("init", "ava")
    for path, text in {**documents(seeds()), **BROKEN}.items():
        made.write(path, text)
    os.symlink("/etc/hostname", made.root / f"link {KEYS[6]}.md")
    return made


def test_the_search_would_find_one(house: House) -> None:
    house.state.mkdir()
    (house.state / "leak").write_bytes(b"\0\1" + KEYS[0].upper().encode() + b"\2")
    assert house.leaks()


def test_no_byte_of_a_secret_is_kept_or_told(house: House) -> None:
    house("sync")
    house("remember", f"### {KEYS[7]}\n\nwifi password: {WORDS[8]}")
    house("recall", "password", "token", "--json", "--explain", "--limit", "500")
    for name in ("problems", "secrets", "health", "session"):
        house(name, "--json")
    assert house.leaks() == set()


QUESTIONS = ("password", "token", "wifi password router", "api key", KEYS[0], WORDS[9])
LISTINGS = ("recent", "timeline", "tags", "entities", "session", "health", "problems", "secrets", "stats", "verify")


@pytest.mark.long
def test_nor_by_any_command_with_a_daemon_and_nights(house: House) -> None:
    with house.daemon():
        house.write("live.md", f"# L\n\nthe password is {WORDS[10]}\n")
        house("wait")
        house.write("live.md", "# L\n\ngone\n")
        house("wait")
        house("remember", "-", given=f"my token is {KEYS[8]}")
        for text in ("Ava always prefers tea", "Ava always prefers tea to coffee", "We always deploy on Tuesday") * 2:
            house("remember", text)
        _night(house)
        for question in QUESTIONS:
            house("recall", question, "--limit", "50")
            house("context", question)
            house("shield", question)
        for name in LISTINGS:
            house(name)
            house(name, "--json")
        house.model(*(("recall", {"query": question}) for question in QUESTIONS), ("session", {}))
        house("diff", "--since", "7d")
        house("how", "deploy")
        house("show", "notes/s0.md:3")
        house("task", "start", f"rotate {KEYS[9]}")
        house("task", "list")
        house("forget", "notes/s0.md:3")
        house("forget", "notes/s0.md:3", "--edit", given="n\n")
    assert house.leaks() == set()


def _night(house: House) -> None:
    """Secrets of people beside our region, and in it."""
    memory = house.root / "mind/MEMORY.md"
    text = memory.read_text(encoding="utf-8")
    memory.write_text(f"wifi password: {WORDS[11]}\n\n{text}", encoding="utf-8")
    house("groom", "--adopt")
    text = memory.read_text(encoding="utf-8")
    memory.write_text(text.replace(REGION, f"- the alarm password is {WORDS[12]}\n{REGION}", 1), encoding="utf-8")
    house("remember", "We always deploy on Wednesday")
    os.utime(memory, (0, 0))  # it has to be untouched for a while before it is written
    for words in (("groom", "--json"), ("groom", "--explain"), ("undo",)):
        house(*words)
