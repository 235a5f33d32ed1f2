"""Any edits in any order, with a daemon, without, or killed: made again from nothing, the index is the same.

The machine edits a small workspace the way people, editors and tools do. It knows what stands in every file; after
every step it may ask whether the live index, brought up to date only the way a query does it, equals the files.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.workshop import Workshop, stop

PATHS = (
    "memory/2026-03-01.md",
    "memory/2026-03-02.md",
    "notes/a.md",
    "notes/deep/b.md",
    "mind/DECISIONS.md",
    "MEMORY.md",
)
GARBAGE = (b"\xff\xfe", b"a\0b", b"\xef\xbb\xbfok\r\n", b"x" * 70_000)
FOLDERS = ("notes", "notes/deep", "memory", "pages")
PIECES = (
    "### 09:00 — Standup\n\nThe [[Gateway]] works again. #ops\n",
    "### 09:00 — Standup\n\nThe [[Gateway]] works again. #ops\n\n- uses [[Redis]]\n",
    "### 2026-03-01 — Ledger on PostgreSQL\n\n- **Decision:** PostgreSQL\n- **Rationale:** two writers\n",
    "- **Editor:** vim\n- **Food:** noodles\n",
    "| ID | Loop | Opened |\n|---|---|---|\n| L1 | Ask Nadia | 2026-03-01 |\n",
    "Plain words about Ana and Bo.\n",
    "Plain words about Ana and Bo.\n",
    "- task:: build\n  state:: started\n",
    "---\ntitle: x\n---\n",
    "```\ncode\n",
    "<!-- a comment",
    "## A heading\n",
    "\n",
)
texts = st.lists(st.sampled_from(PIECES), max_size=6).map("\n".join)


class Machine(RuleBasedStateMachine):
    """Without a daemon: every question makes its own cycle."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self.shop = Workshop(self.folder)
        self.shop.write("README.md", "Always here.\n")
        self.process: subprocess.Popen[str] | None = None
        self.changed = True

    def teardown(self) -> None:
        if self.process:
            stop(self.process)
        shutil.rmtree(self.folder)

    def place(self, path: str) -> Path:
        place = self.shop.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    @rule(path=st.sampled_from(PATHS), text=texts)
    def save(self, path: str, text: str) -> None:
        self.shop.write(path, text)
        self.changed = True

    @rule(path=st.sampled_from(PATHS), text=texts)
    def append(self, path: str, text: str) -> None:
        with self.place(path).open("a", encoding="utf-8") as file:
            file.write(text)
        self.changed = True

    @rule(path=st.sampled_from(PATHS), text=texts)
    def save_atomically(self, path: str, text: str) -> None:
        beside = self.shop.write(f"{path}.tmp~", text)
        os.replace(beside, self.place(path))
        self.changed = True

    @rule(path=st.sampled_from(PATHS), text=texts)
    def save_in_two_writes(self, path: str, text: str) -> None:
        with self.place(path).open("w", encoding="utf-8") as file:
            file.write(text[: len(text) // 2])
            file.flush()
            file.write(text[len(text) // 2 :])
        self.changed = True

    @rule(path=st.sampled_from(PATHS), garbage=st.sampled_from(GARBAGE))
    def spoil(self, path: str, garbage: bytes) -> None:
        self.place(path).write_bytes(garbage)
        self.changed = True

    @rule(path=st.sampled_from(PATHS))
    def delete(self, path: str) -> None:
        self.place(path).unlink(missing_ok=True)
        self.changed = True

    @rule(old=st.sampled_from(PATHS), new=st.sampled_from(PATHS))
    def rename(self, old: str, new: str) -> None:
        if self.place(old).exists():
            os.replace(self.place(old), self.place(new))
            self.changed = True

    @rule(old=st.sampled_from(FOLDERS), new=st.sampled_from(FOLDERS))
    def rename_folder(self, old: str, new: str) -> None:
        here, there = self.shop.root / old, self.shop.root / new
        if here.is_dir() and not there.exists() and there.parent.is_dir() and not there.is_relative_to(here):
            os.rename(here, there)
            self.changed = True

    @rule(name=st.sampled_from(FOLDERS))
    def move_out(self, name: str) -> None:
        here, there = self.shop.root / name, self.folder / "outside"
        if here.is_dir() and not there.exists():
            os.rename(here, there)
            self.changed = True

    @rule(name=st.sampled_from(FOLDERS))
    def move_in(self, name: str) -> None:
        here, there = self.folder / "outside", self.shop.root / name
        if here.is_dir() and not there.exists() and there.parent.is_dir():
            os.rename(here, there)
            self.changed = True

    @rule()
    def sync(self) -> None:
        self.shop.sync()

    @precondition(lambda self: self.changed)
    @rule()
    def verify(self) -> None:
        found = self.shop.verify()
        assert found.equal, found.differences
        self.changed = False

    @rule()
    def entries_have_one_id_each(self) -> None:
        self.shop.sync()
        entries = self.shop.entries()
        assert len({entry.id for entry in entries}) == len(entries)


class Watched(Machine):
    """With a daemon that starts, stops and is killed at any moment."""

    @precondition(lambda self: self.process is None)
    @rule()
    def start(self) -> None:
        self.process = self.shop.start()

    @precondition(lambda self: self.process is not None)
    @rule()
    def stop(self) -> None:
        assert self.process
        stop(self.process)
        self.process = None

    @precondition(lambda self: self.process is not None)
    @rule()
    def kill(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()
        self.process = None


@pytest.mark.parametrize("machine", [Machine, Watched])
def test_a_rebuild_from_nothing_equals_the_live_index(machine: type[Machine]) -> None:
    _run(machine, examples=8, steps=12)


@pytest.mark.long
@pytest.mark.parametrize("machine", [Machine, Watched])
def test_a_rebuild_equals_the_live_index_many_times(machine: type[Machine]) -> None:
    _run(machine, examples=400, steps=40)


def _run(machine: type[Machine], examples: int, steps: int) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
