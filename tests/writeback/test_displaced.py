"""What is written into a file after it was put aside: it arrives, once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from neuromem_sync import exchange
from neuromem_sync.clock import ManualClock
from neuromem_sync.journal import LATE_LOOKS
from neuromem_sync.weave import line_digests, weave
from tests.writeback.bench import BEGIN, NEW, OLD, PATH, START, Bench, Desk, linux_only, version

pytestmark = linux_only

# Holds the file itself, not its name, and opens it for writing only when told to: so no lease can know of it.
LATE_WRITER = """
import os, sys
held = os.open(sys.argv[1], os.O_PATH)
print("ready", flush=True)
file = None
for line in sys.stdin:
    how, _, text = line.rstrip("\\n").partition(" ")
    if how == "close":
        file.close(); file = None
    else:
        file = file or open(f"/proc/self/fd/{held}", "ab" if how == "append" else "wb")
        file.write(text.encode().replace(b"|", b"\\n")); file.flush()
        if how == "append":
            file.close(); file = None
    print("done", flush=True)
"""


class Late:
    """A process that writes into the file it knew, wherever it is now."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, command: str) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"


@contextmanager
def late_writer(bench: Bench) -> Iterator[Late]:
    command = [sys.executable, "-c", LATE_WRITER, str(bench.place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield Late(process)
        assert process.stdin
        process.stdin.close()
        assert process.wait(timeout=20) == 0


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench.at(tmp_path)


def swap(desk: Desk, number: int = 1) -> None:
    assert desk.writeback.write(PATH, version(number)).written


def run_out(bench: Bench, desk: Desk, clock: ManualClock) -> None:
    """Look whenever it is due, until nothing is under watch."""
    while (due := desk.journal.next_due()) is not None:
        assert due < START + 20 * LATE_LOOKS[-1]
        clock.shift(max(0.0, due - clock.now()))
        assert desk.watch.look(clock.now()) == ()
    assert bench.names == [PATH]


def test_lines_arrive_once_whenever_they_are_written(bench: Bench) -> None:
    clock = ManualClock(START)
    with bench.desk(clock) as desk, late_writer(bench) as late:
        swap(desk)
        for moment in LATE_LOOKS:
            late(f"append late {moment:.0f}|")
            clock.shift(max(0.0, START + moment - clock.now()))
            assert desk.watch.look(clock.now()) == ()
            assert bench.data.count(b"late %.0f\n" % moment) == 1
        swap(desk, 2)
        run_out(bench, desk, clock)
    assert bench.data == version(2)(OLD) + b"".join(b"late %.0f\n" % moment for moment in LATE_LOOKS)


def test_nothing_due_is_not_looked_at(bench: Bench) -> None:
    with bench.desk() as desk:
        assert desk.journal.next_due() is None
        swap(desk)
        assert desk.journal.next_due() == START
        assert desk.watch.look(START) == ()
        assert desk.journal.next_due() == START + 1
        bench.spares[0].write_bytes(OLD + b"late\n")
        assert desk.watch.look(START + 0.9) == ()
        assert bench.data == NEW


def test_a_save_that_truncates_is_waited_for_while_it_lasts(bench: Bench) -> None:
    clock = ManualClock(START)
    with bench.desk(clock) as desk, late_writer(bench) as late:
        swap(desk)
        late("save # Memory|")
        assert desk.watch.look(START + 1) == ()
        assert bench.data == NEW
        late("save " + OLD.decode()[len("# Memory|") :].replace("\n", "|") + "late|")
        late("close")
        assert desk.watch.look(START + 5) == ()
        assert bench.data == NEW + b"late\n"
        run_out(bench, desk, clock)


def test_who_never_closes_is_heard_when_the_watch_ends_and_watched_on(bench: Bench) -> None:
    clock = ManualClock(START)
    with bench.desk(clock) as desk, late_writer(bench) as late:
        swap(desk)
        late("save " + OLD.decode().replace("\n", "|") + "one|")
        for moment in LATE_LOOKS:
            assert bench.data == NEW
            clock.shift(START + moment - clock.now())
            assert desk.watch.look(clock.now()) == ()
        assert bench.data == NEW + b"one\n"
        while clock.now() < START + 10 * LATE_LOOKS[-1]:
            clock.shift(1.0)
            assert desk.watch.look(clock.now()) == ()
        assert len(bench.spares) == 1, "it is open, so it stays"
        late("save two|")
        late("close")
        clock.shift(LATE_LOOKS[-1])
        assert desk.watch.look(clock.now()) == ()
        assert bench.data == NEW + b"one\ntwo\n"
        run_out(bench, desk, clock)


def test_an_overlap_becomes_a_file_beside_it_and_a_problem(bench: Bench) -> None:
    with bench.desk() as desk:
        swap(desk)
        theirs = OLD.replace(b"A line of Ada's.", b"A line of Ben's.")
        bench.spares[0].write_bytes(theirs)
        bench.place.write_bytes(NEW.replace(b"A line of Ada's.", b"A line of Eve's."))
        (problem,) = desk.watch.look(START)
        assert (problem.path, problem.code) == (PATH, "late")
        (beside,) = set(bench.names) - {PATH}
        assert beside.startswith("MEMORY.neuromem-conflict-2023-11-14-")
        assert beside.endswith(".md")
        assert beside in problem.message
        assert (bench.root / beside).read_bytes() == theirs
        assert bench.data == NEW.replace(b"Ada", b"Eve")
        assert desk.journal.next_due() is None


def test_who_opened_our_version_before_it_was_taken_back_is_heard(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, late = ManualClock(START), list[IO[bytes]]()
    original = exchange.exchange

    def between_two_others(one: Path, other: Path) -> None:
        if late:
            original(one, other)
            return
        (bench.root / "editor").write_bytes(OLD + b"saved\n")
        os.replace(bench.root / "editor", bench.place)
        original(one, other)
        late.append(open(bench.place, "ab"))  # noqa: SIM115 - a program that writes when all is over

    monkeypatch.setattr(exchange, "exchange", between_two_others)
    with bench.desk(clock) as desk:
        swap(desk)
        assert bench.data == version(1)(OLD + b"saved\n")
        with late[0]:
            late[0].write(b"late\n")
        run_out(bench, desk, clock)
    assert bench.data.endswith(b"saved\nlate\n")


def test_lines_wait_while_an_editor_has_the_file(bench: Bench) -> None:
    clock = ManualClock(START)
    lock = bench.root / ".MEMORY.md.swp"
    with bench.desk(clock) as desk:
        swap(desk)
        bench.spares[0].write_bytes(OLD + b"late\n")
        lock.touch()
        (problem,) = desk.watch.look(START)
        assert "not in it yet" in problem.message
        for moment in (*LATE_LOOKS[1:], 120, 180):
            desk.watch.look(START + moment)
        assert bench.data == NEW
        lock.unlink()
        clock.shift(240)
        run_out(bench, desk, clock)
    assert bench.data == NEW + b"late\n"


def test_killed_between_the_write_and_its_record(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ManualClock(START)
    with bench.desk(clock) as desk:
        swap(desk)
        bench.spares[0].write_bytes(OLD + b"late\n")
        with monkeypatch.context() as patch:
            patch.setattr(desk.journal, "taken_in", lambda *given: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                desk.watch.look(START)
        assert bench.data == NEW + b"late\n"
        bench.spares[-1].stat()
        run_out(bench, desk, clock)
    assert bench.data == NEW + b"late\n"


LINES = b"a\nb\nc\nd\n"


@pytest.mark.parametrize(
    ("copy", "text", "woven"),
    [
        pytest.param(b"a\nb\nc\nd\nX\n", b"a\nB\nc\nd\nY\n", b"a\nB\nc\nd\nY\nX\n", id="both appended"),
        pytest.param(b"a\nb\nc\nd\nX\n", b"a\nb\nc\nd\nX\n", b"a\nb\nc\nd\nX\n", id="the same once"),
        pytest.param(b"a\nb\nc\nd\nX\nZ\n", b"a\nb\nc\nd\nX\n", b"a\nb\nc\nd\nX\nZ\n", id="the rest of it"),
        pytest.param(b"a\nb2\nc\nd\n", b"a\nb\nc\nd\nY\n", b"a\nb2\nc\nd\nY\n", id="another line changed"),
        pytest.param(b"a\nb2\nc\nd\n", b"a\nb2\nc\nD\n", b"a\nb2\nc\nD\n", id="changed alike"),
        pytest.param(b"a\nb2\nc\nd\n", b"a\nb3\nc\nd\n", None, id="changed differently"),
        pytest.param(b"a\nb2\nc\nd\n", b"a\nd\n", None, id="changed here, removed there"),
        pytest.param(b"a\nb\nX\nc\nd\n", b"a\nR\nd\n", b"a\nR\nX\nd\n", id="came where others were replaced"),
        pytest.param(b"", LINES, LINES, id="just truncated"),
        pytest.param(b"a\n", LINES, LINES, id="truncated, half written"),
        pytest.param(b"a\nX\n", LINES, None, id="fewer lines than were there"),
        pytest.param(b"X\na\nb\nc\nd\n", b"Y\na\nb\nc\nd\n", b"Y\nX\na\nb\nc\nd\n", id="both at the top"),
        pytest.param(b"X\nb\nc\nd\nZ\n", LINES, b"X\nb\nc\nd\nZ\n", id="two changes"),
        pytest.param(LINES + b"X", LINES + b"Y", LINES + b"Y\nX", id="no ending at the end"),
        pytest.param(
            b"a\r\nb\r\nc\r\nd\r\nX\r\n", b"a\r\nb\r\nc\r\nd\r\nY", b"a\r\nb\r\nc\r\nd\r\nY\r\nX\r\n", id="CRLF"
        ),
    ],
)
def test_weaving(copy: bytes, text: bytes, woven: bytes | None) -> None:
    assert weave(line_digests(LINES), copy, text) == woven
    if woven is not None:
        assert weave(line_digests(LINES), copy, woven) == woven, "it comes in once"


def test_weaving_around_a_region_that_was_rewritten() -> None:
    late = OLD.replace(BEGIN, b"Before.\n" + BEGIN) + b"After.\n"
    assert weave(line_digests(OLD), late, NEW) == NEW.replace(BEGIN, b"Before.\n" + BEGIN) + b"After.\n"
