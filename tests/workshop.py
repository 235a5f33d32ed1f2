"""A workspace to try things on: files, an engine, and the proof that the index equals the files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from neuromem_sync import app, index, lock
from neuromem_sync.answer import ask, run_blocking
from neuromem_sync.clock import SystemClock
from neuromem_sync.config import load
from neuromem_sync.model import Entry
from neuromem_sync.query import Answer, Query
from neuromem_sync.sqlite import connect, read
from neuromem_sync.sync import Sync
from neuromem_sync.verify import Verification
from neuromem_sync.workspace import Workspace

CLOCK = SystemClock()
PATIENCE = 5.0
"""Seconds for which servers are told what changed, as by the command."""


class Workshop:
    """A folder `root` and what we know of it. Every method opens what it needs and closes it again."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "state"
        self.workspace = Workspace.at(folder / "ava", state_home=self.home, agent="ava")
        self.root = self.workspace.root
        self.root.mkdir(parents=True)

    def write(self, path: str, text: str) -> Path:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="")
        return place

    def engine(self, *, one_shot: bool = True) -> Sync:
        return app.engine(self.workspace, load(), CLOCK, one_shot=one_shot)

    def sync(self, **how: bool):  # type: ignore[no-untyped-def]
        """Like the command: servers are told too, where tests stand on some."""
        with closing(self.engine()) as engine:
            report = engine.cycle(**how)
        self.tell()
        return report

    def tell(self) -> None:
        """Tell the servers what they have yet to be told: on a thread, since a test may run an event loop itself."""
        settings = load()
        if app.registry.projections(settings):
            with ThreadPoolExecutor(1) as thread:
                thread.submit(app.project, self.workspace, settings, CLOCK, PATIENCE).result()

    def entries(self) -> list[Entry]:
        with closing(connect(self.workspace.state / "index.db", readonly=True)) as connection:
            keys = [key for (key,) in connection.execute("SELECT key FROM entries")]
            found = read(connection, index.entries_of(keys)).values()
        return sorted(found, key=lambda entry: (entry.source.path, entry.source.span.start))

    def ids(self) -> dict[str, str]:
        """Text → id."""
        return {entry.text: entry.id for entry in self.entries()}

    def recall(self, text: str, **more: object) -> Answer:
        with closing(app.doors(self.workspace, load(), CLOCK)) as doors:
            query = Query(text=text, now=CLOCK.now(), **more)  # type: ignore[arg-type]
            return run_blocking(ask(doors, query))

    def verify(self) -> Verification:
        return app.verify(self.workspace, load(), CLOCK)

    @contextmanager
    def daemon(self) -> Iterator[subprocess.Popen[str]]:
        """`neuromem watch` in a process of its own, until the block ends."""
        process = self.start()
        try:
            yield process
        finally:
            stop(process)

    def start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "neuromem_sync", "watch", str(self.root)],
            env={**os.environ, "NEUROMEM_STATE": str(self.home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            if " event=fresh " in line:
                return process
        raise AssertionError(f"the daemon did not start: exit {process.wait()}")

    def watched(self) -> bool:
        return lock.holder(self.workspace.state / lock.WATCH) is not None


def stop(process: subprocess.Popen[str]) -> str:
    """End a daemon as a person would; what it said."""
    process.terminate()
    return process.communicate(timeout=20)[0]


def eventually(true: object, seconds: float = 10.0) -> bool:
    """Whether a callable becomes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():  # type: ignore[operator]
            return True
        time.sleep(0.01)
    return False
