"""Machines that meet on servers and nowhere else: a folder of files, a state folder and processes of their own each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from neuromem_sync import app
from neuromem_sync.answer import run_blocking
from neuromem_sync.config import load
from neuromem_sync.layers.asking_neo4j import Asking
from neuromem_sync.related import Related, related
from neuromem_sync.way import Way, way
from neuromem_sync.workspace import Workspace
from tests.served import Stand
from tests.workshop import CLOCK, Workshop, eventually

SOON = 60.0
"""Seconds in which a server that is well has been told by a daemon: one, on a machine with nothing else to do."""
PATIENT = 30.0
"""Seconds that a question waits for the server here: the index, which would answer instead, knows of nobody else."""

_begin = Asking.begin


def patiently(asking: Asking, seconds: float) -> None:
    """`Asking.begin` where it is tried what is answered, not how fast."""
    _begin(asking, max(seconds, PATIENT))


@pytest.fixture
def alone_on_servers(neo4j_stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What was shared would be seen by the agents of other tests."""
    monkeypatch.setattr(Asking, "begin", patiently)
    yield
    neo4j_stand.empty()


class Machine(Workshop):
    """One agent on one machine; where the servers are, the environment says."""

    def __init__(self, folder: Path, agent: str) -> None:
        self.home = folder / "state"
        self.workspace = Workspace.at(folder / agent, state_home=self.home, agent=agent)
        self.root = self.workspace.root
        self.root.mkdir(parents=True)

    def age(self, hours: float) -> None:
        """Let all files have been written so long ago."""
        for path in self.root.rglob("*.md"):
            moment = path.stat().st_mtime - hours * 3600
            os.utime(path, (moment, moment))

    def settle(self) -> None:
        """Sync, and see that the servers were told everything."""
        self.sync()
        for told in app.project(self.workspace, load(), CLOCK, 60.0, at_once=True):
            assert not told.lag.letters, told

    def rebuild(self) -> None:
        for told in app.project(self.workspace, load(), CLOCK, 60.0, rebuild=True):
            assert not told.lag.letters, told

    def related(self, entity: str, hops: int = 2) -> Related:
        """From the graph's server: the index alone knows of nobody else."""
        return self._served(lambda doors: related(doors, entity, hops=hops))

    def way(self, start: str, goal: str) -> Way:
        return self._served(lambda doors: way(doors, start, goal))

    def _served(self, ask: Callable[[Any], Any]) -> Any:
        answers: list[Any] = []

        def served() -> bool:
            with closing(app.doors(self.workspace, load(), CLOCK)) as doors:
                answers.append(run_blocking(ask(doors)))
            return bool(answers[-1].store == "neo4j")

        assert eventually(served, SOON), answers[-1].problems
        return answers[-1]

    def things(self, entity: str) -> set[str]:
        return {thing.name for thing in self.related(entity).things}

    def said_by(self, entity: str, thing: str) -> Sequence[str]:
        """The places that say how a thing is joined to it, each with whose it is if it is another's."""
        return [str(told) for each in self.related(entity).things if each.name == thing for told in each.step.told]

    def at_hand(self) -> int:
        """How many entries are in working memory."""
        with closing(app.doors(self.workspace, load(), CLOCK)) as doors:
            return len(run_blocking(doors.working()))


def copied(machine: Machine, folder: Path) -> Machine:
    """The same agent with the same files on another machine."""
    other = Machine(folder, machine.workspace.agent)
    synced(machine, other)
    return other


def synced(source: Machine, target: Machine) -> None:
    """What a file synchroniser does: the target's files are the source's."""
    there = {path.relative_to(source.root) for path in source.root.rglob("*.md")}
    for path in sorted(there):
        target.write(str(path), (source.root / path).read_text(encoding="utf-8"))
    for path in [path for path in target.root.rglob("*.md") if path.relative_to(target.root) not in there]:
        path.unlink()


def lost(machine: Machine) -> None:
    """Its state folder is gone, and the next process makes a new one."""
    shutil.rmtree(machine.workspace.state)
