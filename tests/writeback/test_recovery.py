"""A write that was cut short, at every moment: what became of it is told by the bytes that stand there."""

from __future__ import annotations

import errno
import os
import signal
from contextlib import closing
from pathlib import Path

import pytest

from neuromem_sync.aftercare import AGAIN, Aftercare
from neuromem_sync.clock import ManualClock
from neuromem_sync.files import digest
from neuromem_sync.journal import Plan
from neuromem_sync.lock import WRITER, held
from neuromem_sync.staging import part_of
from neuromem_sync.weave import line_digests
from tests.writeback.bench import NEW, OLD, PATH, START, Bench, die, in_child, linux_only, version
from tests.writeback.steps import MOMENTS, at_moment

pytestmark = linux_only

SPARE = f".{PATH}.00.neuromem"
THEIRS = OLD.replace(b"Ada's", b"Ada's own")
LATE = OLD + b"Written late.\n"


@pytest.mark.parametrize(("step", "when"), MOMENTS)
def test_killed_at_any_moment(tmp_path: Path, step: str, when: str) -> None:
    bench = Bench.at(tmp_path)

    def work() -> None:
        at_moment(step, when, die)
        bench.write(1)

    assert in_child(work) == -signal.SIGKILL
    assert bench.data in (OLD, NEW)
    bench.wait_out()
    assert bench.data in (OLD, NEW)
    assert bench.names == [PATH]
    assert bench.write(2)
    assert bench.data == version(2)(OLD)


@pytest.mark.parametrize(
    ("standing", "beside", "written", "then"),
    [
        pytest.param(OLD, None, False, OLD, id="nothing was staged"),
        pytest.param(OLD, NEW, False, OLD, id="staged, not exchanged"),
        pytest.param(NEW, OLD, True, NEW, id="exchanged"),
        pytest.param(NEW, LATE, True, NEW + b"Written late.\n", id="exchanged, then written late"),
        pytest.param(NEW, None, True, NEW, id="exchanged, the old one is gone"),
        pytest.param(THEIRS, NEW, False, THEIRS, id="staged, then saved by a person"),
        pytest.param(THEIRS, OLD, True, THEIRS, id="exchanged, then saved by a person"),
        pytest.param(THEIRS, LATE, True, THEIRS + b"Written late.\n", id="exchanged, written late and saved"),
        pytest.param(OLD, LATE, True, LATE, id="exchanged, written late, and the save undone"),
        pytest.param(THEIRS, None, False, THEIRS, id="a person's file, and nothing beside it"),
        pytest.param(None, OLD, True, None, id="exchanged, then deleted by a person"),
    ],
)
def test_by_hashes_alone(
    tmp_path: Path, standing: bytes | None, beside: bytes | None, written: bool, then: bytes | None
) -> None:
    bench = Bench.at(tmp_path)
    _begin(bench)
    for place, data in ((bench.place, standing), (bench.root / SPARE, beside)):
        place.unlink(missing_ok=True)
        if data is not None:
            place.write_bytes(data)
    part_of(bench.root / SPARE).write_bytes(NEW[:7])

    with bench.desk() as desk:
        (recovered,) = desk.writeback.recover()
        assert recovered.written is written
        assert desk.journal.ours(PATH, digest(NEW)) is written
        assert desk.writeback.recover() == ()
    bench.wait_out()
    assert bench.names == ([PATH] if then is not None else [])
    assert then is None or bench.data == then


def test_what_cannot_be_read_now_stays_for_the_next_time(tmp_path: Path) -> None:
    bench = Bench.at(tmp_path)
    _begin(bench)
    spare = bench.root / SPARE
    os.mkfifo(spare)
    with bench.desk() as desk:
        assert desk.writeback.recover() == ()
        spare.unlink()
        spare.write_bytes(OLD)
        assert [recovered.written for recovered in desk.writeback.recover()] == [True]


def test_what_cannot_be_done_now_is_not_tried_again_and_again(tmp_path: Path) -> None:
    """A daemon would do so 20 times a second for as long as the disk may only be read."""
    bench = Bench.at(tmp_path)
    _begin(bench)
    os.mkfifo(bench.root / SPARE)
    clock = ManualClock(START)
    with closing(Aftercare(bench.root, bench.state, clock)) as care, held(bench.state / WRITER):
        assert care.next_due() == 0.0
        care.look(START)
        assert care.next_due() == START + AGAIN
        (bench.root / SPARE).unlink()
        care.look(START + AGAIN)
        assert care.next_due() is None


def test_a_write_that_a_disk_refused_from_the_start_leaves_nothing_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench.at(tmp_path)
    _begin(bench)

    def refused(*_given: object, **_named: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    with bench.desk() as desk, monkeypatch.context() as patch:
        patch.setattr(os, "unlink", refused)
        patch.setattr(Path, "unlink", refused)
        assert [recovered.written for recovered in desk.writeback.recover()] == [False]
        assert desk.journal.plans() == ()


def test_a_write_recovers_first(tmp_path: Path) -> None:
    bench = Bench.at(tmp_path)
    _begin(bench)
    (bench.root / SPARE).write_bytes(NEW)
    assert bench.write(2)
    assert bench.root / SPARE not in bench.spares


def _begin(bench: Bench) -> None:
    with bench.desk(ManualClock(START)) as desk:
        desk.journal.begin(
            Plan(
                path=PATH,
                spare=SPARE,
                before=digest(OLD),
                after=digest(NEW),
                lines=line_digests(OLD),
                found=b"- version 0\n",
                body=b"- version 1\n",
                daemon=False,
                at=START,
            )
        )
