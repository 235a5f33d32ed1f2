"""The main job, shown: a workspace in a temporary folder, a real daemon, edits, and the answers they became.

Touches nothing outside its folder, not even the user's configuration.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from neuromem_sync import app, lock, scaffold
from neuromem_sync.answer import ask, run_blocking, wait
from neuromem_sync.clock import Clock
from neuromem_sync.config import Settings
from neuromem_sync.doors import BlockingDoors
from neuromem_sync.errors import NeuromemError
from neuromem_sync.files import write_atomic
from neuromem_sync.query import Answer, Query
from neuromem_sync.workspace import Workspace

STARTING = 20.0
"""Seconds the daemon may take to begin."""

DECISION = """
### 2026-03-02 — Ledger on PostgreSQL

- **Decision:** the ledger moves from SQLite to PostgreSQL 16
- **Rationale:** two services write to it at once
"""
ERROR = """
### Restarted the gateway without draining it

- **What happened:** forty requests were cut off in the middle
- **How to Avoid:** run `gateway drain` first and wait for zero open connections
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One edit and one question: seconds from the save to the answer that has it."""

    edit: str
    question: str
    answer: Answer
    seconds: float


def show(clock: Clock) -> Iterator[Step | bool]:
    """Yields each step as it is done, and last whether the index equals the files."""
    with tempfile.TemporaryDirectory(prefix="neuromem-demo-") as folder:
        workspace = _lay_out(Path(folder), clock)
        with _daemon(workspace, clock), closing(app.doors(workspace, Settings(), clock)) as doors:
            run_blocking(wait(doors, STARTING))
            _ask(doors, "anything yet")
            for edit, path, text, question in _edits(workspace, clock):
                yield _step(doors, edit, workspace.root / path, text, question)
            yield app.verify(workspace, Settings(), clock).equal


def _lay_out(folder: Path, clock: Clock) -> Workspace:
    root = folder / "ava"
    workspace = Workspace.at(root, state_home=folder / "state", agent="ava")
    day = datetime.fromtimestamp(clock.now(), ZoneInfo(workspace.zone)).date()
    scaffold.lay_out(root, scaffold.missing(root, day), day, workspace.zone)
    return workspace


def _edits(workspace: Workspace, clock: Clock) -> Iterator[tuple[str, str, str, str]]:
    """What is done, in which file, its new text, and what is asked then."""
    now = datetime.fromtimestamp(clock.now(), ZoneInfo(workspace.zone))
    log, root = f"memory/{now:%Y-%m-%d}.md", workspace.root
    noted = (root / log).read_text() + f"\n### {now:%H:%M} — Call with Nadia\n\nThe launch moves to 14 May.\n"
    decided = (root / "mind/DECISIONS.md").read_text() + DECISION
    yield "a line in today's log", log, noted, "when is the launch"
    yield "a decision", "mind/DECISIONS.md", decided, "which database for the ledger"
    erred = (root / "mind/ERRORS.md").read_text() + ERROR
    yield "an error to avoid", "mind/ERRORS.md", erred, "restart the gateway"
    yield "that line, corrected", log, noted.replace("14 May", "21 May"), "when is the launch"


def _step(doors: BlockingDoors, edit: str, place: Path, text: str, question: str) -> Step:
    write_atomic(place, text.encode())
    saved = doors.clock.monotonic()
    answer = _ask(doors, question)
    return Step(edit=edit, question=question, answer=answer, seconds=doors.clock.monotonic() - saved)


def _ask(doors: BlockingDoors, question: str) -> Answer:
    query = Query(text=question, limit=1, now=doors.clock.now(), zone=doors.workspace.zone)
    return run_blocking(ask(doors, query))


@contextmanager
def _daemon(workspace: Workspace, clock: Clock) -> Iterator[None]:
    """`neuromem watch` in a process of its own."""
    home = workspace.state.parent
    environment = {**os.environ, "NEUROMEM_STATE": str(home), "NEUROMEM_CONFIG": str(home.parent / "config")}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "neuromem_sync", "watch", str(workspace.root)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        _await_start(process, workspace, clock)
        yield
    finally:
        process.terminate()
        process.communicate()


def _await_start(process: subprocess.Popen[bytes], workspace: Workspace, clock: Clock) -> None:
    deadline = clock.monotonic() + STARTING
    while lock.holder(workspace.state / lock.WATCH) is None:
        if process.poll() is not None or clock.monotonic() > deadline:
            process.kill()
            said = process.communicate()[1].decode(errors="replace").strip()
            raise NeuromemError("the demo's daemon did not start", said)
        clock.sleep(0.01)
