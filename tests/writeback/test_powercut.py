"""The power goes, at every moment of a write: after it the file is the old or the new version, complete."""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from neuromem_sync.files import digest
from tests.writeback import disk
from tests.writeback.bench import OLD, PATH, Bench, body, die, in_child, linux_only, version
from tests.writeback.steps import MOMENTS, at_moment

pytestmark = linux_only

KINDS = tuple(disk.MAKE)
CUTS = 200


@pytest.fixture(params=KINDS)
def mounted(request: pytest.FixtureRequest, tmp_path: Path):  # type: ignore[no-untyped-def]
    if why := disk.missing(request.param):
        if os.environ.get("CI") == "true" and "is missing" in why:
            pytest.fail(f"no {request.param}, and with it no proof: {why}")
        pytest.skip(f"no {request.param}: {why}")
    try:
        with disk.mounted(request.param, tmp_path) as found:
            yield found
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no {request.param} in a file here: {error.stderr.decode().strip()}")


def bench_on(mounted: disk.Disk) -> Bench:
    """A workspace and its state on that disk, all of it down there."""
    bench = Bench.at(mounted.folder)
    with bench.desk():
        os.sync()
    return bench


def cut_during(mounted: disk.Disk, work: Callable[[], object]) -> None:
    assert in_child(work) == -signal.SIGKILL, "the power did not go"
    mounted.unmount()
    mounted.mount()


def require_whole(bench: Bench, number: int) -> bytes:
    """One of two versions, told rightly by the journal, with nothing left and a file that can be written on."""
    found = bench.data
    assert found in (version(number - 1)(OLD), version(number)(OLD)), found
    with bench.desk() as desk:
        desk.writeback.recover()
        assert desk.journal.ours(PATH, digest(found)) or number == 1
    bench.wait_out()
    assert bench.data == found
    assert bench.names == [PATH]
    return found


def test_at_every_moment(mounted: disk.Disk) -> None:
    bench = bench_on(mounted)
    old = new = 0
    for number, (step, when) in enumerate(MOMENTS, 1):

        def work(step: str = step, when: str = when, number: int = number) -> None:
            at_moment(step, when, lambda: (mounted.cut(), die()))
            bench.write(number)

        cut_during(mounted, work)
        new += require_whole(bench, number) == version(number)(OLD)
        old += 1
        bench.write(number)
        assert bench.data == version(number)(OLD)
        os.sync()
    assert 0 < new < old, "both versions were seen"


@pytest.mark.long
def test_at_any_time(mounted: disk.Disk) -> None:
    """Writes without a pause, in a process that is cut off at a random call of the system's clock."""
    bench = bench_on(mounted)
    chance = random.Random(1)
    reached = 0
    for _ in range(CUTS):
        length, first = chance.uniform(0.001, 0.1), reached

        def work(length: float = length, first: int = first) -> None:
            signal.signal(signal.SIGALRM, lambda *_: (mounted.cut(), die()))
            signal.setitimer(signal.ITIMER_REAL, length)
            with bench.desk() as desk:
                number = first
                while True:
                    number += 1
                    desk.writeback.write(PATH, version(number), body=body)

        cut_during(mounted, work)
        found = bench.data
        reached = int(body(found).split()[-1])
        assert found == version(reached)(OLD)
        assert reached >= first
        bench.wait_out()
        assert bench.data == found
        assert bench.names == [PATH]
        os.sync()
    assert reached > CUTS
