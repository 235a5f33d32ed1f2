"""A person edits all the time while the region is rewritten all the time: no line of theirs is lost or doubled."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from neuromem_sync.clock import SystemClock
from neuromem_sync.errors import WriteConflict
from tests.writeback import human
from tests.writeback.bench import PATH, Bench, Desk, linux_only, version

pytestmark = linux_only

NAP = 0.01  # seconds, at most, between two edits: without any, the file is open or changed most of the time
EDITS = 400  # in one file
HASTE = 20.0


class Haste(SystemClock):
    """A clock that runs faster, so that a minute's watch over what was displaced lasts three seconds."""

    def __init__(self) -> None:
        self._start = time.time()

    def now(self) -> float:
        return self._start + (time.time() - self._start) * HASTE


def soak(bench: Bench, edits: int, seed: int) -> tuple[Counter[bytes], int]:
    """How often each line of the person's stands in the file at the end, and how often it was exchanged."""
    clock, swaps = Haste(), 0
    command = [sys.executable, human.__file__, str(bench.place), str(edits), str(seed), str(NAP)]
    with bench.desk(clock) as desk, at_work(command) as person:
        while person.poll() is None:
            swaps += rewrite(desk, swaps + 1)
            desk.watch.look(clock.now())
        assert person.returncode == 0
        while (due := desk.journal.next_due()) is not None:
            assert not desk.watch.look(due)
    assert bench.names == [PATH], "no copy in conflict, nothing left beside it"
    return Counter(line for line in bench.data.splitlines(keepends=True) if line.startswith(b"- person")), swaps


@contextmanager
def at_work(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command) as person:
        try:
            yield person
        finally:
            person.kill()


def rewrite(desk: Desk, number: int) -> bool:
    try:
        return desk.writeback.write(PATH, version(number), asked=True).written
    except WriteConflict as conflict:
        if not conflict.passes:
            raise
        return False


def prove(folder: Path, edits: int, least: int) -> None:
    """So many edits, and more on a busy machine, until there were enough exchanges.

    In many files of some hundred lines: a long one takes so long to read that a busy person is always in the way.
    """
    made = swaps = 0
    for seed in itertools.count():
        (folder / str(seed)).mkdir()
        found, swapped = soak(Bench.at(folder / str(seed)), EDITS, seed)
        wanted = {human.line_of(number) for number in range(EDITS)}
        assert wanted - set(found) == set(), f"lost, seed {seed}"
        assert [line for line, times in found.items() if times > 1] == [], f"doubled, seed {seed}"
        made, swaps = made + EDITS, swaps + swapped
        if made >= edits and swaps >= least:
            break
        assert made < 10 * edits, f"only {swaps} exchanges"
    print(f"{made} edits, {swaps} exchanges, 0 lost, 0 doubled")


def test_some_hundred_edits(tmp_path: Path) -> None:
    prove(tmp_path, 400, least=20)


@pytest.mark.long
def test_twenty_thousand_edits(tmp_path: Path) -> None:
    prove(tmp_path, 20_000, least=1000)
