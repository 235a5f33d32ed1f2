"""What is written, what is refused, and what a refusal says."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from neuromem_sync import permit, writeback
from neuromem_sync.clock import ManualClock
from neuromem_sync.errors import StateError, WriteConflict
from neuromem_sync.files import digest
from neuromem_sync.journal import Journal
from neuromem_sync.sidecar import HEADER, remove_sidecar, write_sidecar
from neuromem_sync.writeback import CONFLICTS, DAEMON_WRITES, WINDOW, Writeback
from tests.writeback.bench import NEW, OLD, PATH, START, Bench, body, in_child, linux_only, version

pytestmark = linux_only

NOBODY = 65534
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="files of other people take the rights of root to make")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench.at(tmp_path)


def untouched(data: bytes) -> bytes:
    raise AssertionError("a file that is refused is not even read")


def refusal(bench: Bench, path: str = PATH, **how: bool) -> WriteConflict:
    with bench.desk() as desk, pytest.raises(WriteConflict) as refused:
        desk.writeback.write(path, untouched, **how)
    assert bench.spares == []
    return refused.value


def test_a_write(bench: Bench) -> None:
    with bench.desk() as desk:
        written = desk.writeback.write(PATH, version(1), body=body)
        assert written.written
        assert (written.before, written.after) == (digest(OLD), digest(NEW))
        assert desk.journal.ours(PATH, written.after)
    assert bench.data == NEW


def test_equal_bytes_are_not_written(bench: Bench) -> None:
    assert bench.write(1)
    before = bench.place.stat()
    assert not bench.write(1)
    assert bench.place.stat() == before


def test_an_edit_sees_what_people_wrote_meanwhile(bench: Bench) -> None:
    seen = []

    def edit(data: bytes) -> bytes:
        if not seen:
            bench.place.write_bytes(data + b"Meanwhile.\n")
        seen.append(data)
        return version(1)(data)

    with bench.desk() as desk:
        assert desk.writeback.write(PATH, edit).written
    assert seen == [OLD, OLD + b"Meanwhile.\n"]
    assert bench.data == NEW + b"Meanwhile.\n"


def test_a_file_that_stays_open_is_tried_for_two_seconds(bench: Bench) -> None:
    clock = ManualClock(START)
    busy = pytest.raises(WriteConflict, match="another program has it open")
    with bench.desk(clock) as desk, open(bench.place, "ab"), busy as refused:
        desk.writeback.write(PATH, untouched)
    assert refused.value.passes
    assert 2.0 <= clock.now() - START < 2.1


def test_a_check_can_refuse_what_would_be_written(bench: Bench) -> None:
    def check(before: bytes, after: bytes) -> None:
        assert (before, after) == (OLD, NEW)
        raise WriteConflict("a block outside of the region would change")

    with bench.desk() as desk, pytest.raises(WriteConflict, match="a block outside"):
        desk.writeback.write(PATH, version(1), check=check)
    assert (bench.data, bench.names) == (OLD, [PATH])


def test_what_an_edit_refuses_belongs_into_the_sidecar(bench: Bench) -> None:
    def edit(data: bytes) -> bytes:
        raise WriteConflict("its marker lines are broken", "mend them")

    with bench.desk() as desk, pytest.raises(WriteConflict, match="broken") as refused:
        desk.writeback.write(PATH, edit)
    assert refused.value.sidecar
    assert refused.value.hint == "mend them"


def test_without_the_lock_nothing_is_written(bench: Bench) -> None:
    journal = Journal(bench.state)
    writer = Writeback(bench.root, bench.state, journal, ManualClock(START))
    with pytest.raises(StateError, match=r"writer\.lock is not held"):
        writer.write(PATH, untouched)
    journal.close()


@pytest.mark.parametrize("folder", ["", "mind/"])
@pytest.mark.parametrize(
    "name",
    "AGENTS SOUL IDENTITY USER TOOLS HEARTBEAT SHARED CLAUDE BOOT PROFILE DECISIONS RECALL note claude User".split(),
)
def test_whats_peoples_alone(bench: Bench, folder: str, name: str) -> None:
    assert "is never written" in refusal(bench, f"{folder}{name}.md").message


@pytest.mark.parametrize(
    "path",
    [
        "memory/2026-03-01.md",
        "memory/2026-03-01-evening.md",
        "memory/YYYY-MM-DD.md",
        "mind/TEMPLATES/day.md",
        "day-template.md",
        "notes/MEMORY.md",
        "memory/.dreams/MEMORY.md",
        "MEMORY.txt",
    ],
)
def test_logs_templates_and_notes_are_peoples_too(bench: Bench, path: str) -> None:
    assert "is never written" in refusal(bench, path).message


@pytest.mark.parametrize(
    "path", ["", "/MEMORY.md", "../MEMORY.md", "mind/../../MEMORY.md", "./MEMORY.md", "mind//x.md"]
)
@pytest.mark.parametrize("asked", [False, True])
def test_nothing_outside_of_the_root(bench: Bench, path: str, asked: bool) -> None:
    assert "no path in the workspace" in refusal(bench, path, asked=asked).message


def test_what_a_person_agreed_to_is_written_anywhere_in_the_root(bench: Bench) -> None:
    user = bench.root / "USER.md"
    user.write_bytes(b"- one\n- two\n")
    with bench.desk() as desk:
        assert desk.writeback.write("USER.md", lambda data: data.replace(b"- one\n", b""), asked=True).written
    assert user.read_bytes() == b"- two\n"


def test_other_tools_files_are_not_asked_about(bench: Bench) -> None:
    assert "is never written" in refusal(bench, "memory/.dreams/x.md", asked=True).message


def test_no_link_is_followed(bench: Bench, tmp_path: Path) -> None:
    far = tmp_path / "far"
    far.mkdir()
    (far / PATH).write_bytes(OLD)
    (bench.root / "mind").symlink_to(far)
    assert "reached through a link" in refusal(bench, f"mind/{PATH}").message
    bench.place.unlink()
    bench.place.symlink_to(far / PATH)
    for asked in (False, True):
        assert "reached through a link" in refusal(bench, asked=asked).message
    assert (far / PATH).read_bytes() == OLD


def test_no_second_name_is_left_behind(bench: Bench) -> None:
    os.link(bench.place, bench.root / "second.md")
    assert "has 2 names" in refusal(bench).message
    assert bench.data == OLD


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file(bench: Bench, make: object) -> None:
    bench.place.unlink()
    make(bench.place)  # type: ignore[operator]
    assert "no regular file" in refusal(bench).message


def test_a_missing_file(bench: Bench) -> None:
    bench.place.unlink()
    assert "no such file" in refusal(bench).message
    assert bench.names == []


def test_a_file_that_its_owner_made_read_only(bench: Bench) -> None:
    bench.place.chmod(0o400)
    refused = refusal(bench)
    assert "is read-only" in refused.message
    assert "chmod u+w" in refused.hint
    assert bench.data == OLD


@root_only
def test_another_persons_file(bench: Bench) -> None:
    os.chown(bench.place, NOBODY, -1)
    assert f"belongs to user {NOBODY}" in refusal(bench).message


@root_only
@pytest.mark.parametrize(("what", "mode"), [("", 0o555), (PATH, 0o000)])
def test_a_folder_that_is_read_only_and_a_file_that_is_closed(bench: Bench, what: str, mode: int) -> None:
    for place in (bench.root, bench.place, bench.state):
        os.chown(place, NOBODY, NOBODY)
    for folder in bench.root.parents:
        if folder.owner() == "root" and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    (bench.root / what).chmod(mode)

    def as_nobody() -> None:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        with bench.desk() as desk, pytest.raises(WriteConflict, match="permission denied") as refused:
            desk.writeback.write(PATH, version(1))
        assert refused.value.hint

    assert in_child(as_nobody) == 0
    assert (bench.data, bench.names) == (OLD, [PATH])


@root_only
@pytest.mark.parametrize("flag", ["+i", "+a"])
def test_a_file_the_system_holds(bench: Bench, flag: str) -> None:
    if subprocess.run(["chattr", flag, bench.place], capture_output=True).returncode:
        pytest.skip("this file system has no such flags")
    try:
        with bench.desk() as desk, pytest.raises(WriteConflict, match="not permitted"):
            desk.writeback.write(PATH, version(1))
        assert (bench.data, bench.names) == (OLD, [PATH])
    finally:
        subprocess.run(["chattr", "-ia", bench.place], check=True)


@pytest.mark.parametrize("name", [".#MEMORY.md", ".MEMORY.md.swp", ".MEMORY.md.swo", ".~lock.MEMORY.md#"])
def test_an_editor_that_says_so_is_waited_for(bench: Bench, name: str) -> None:
    os.symlink("ada@desk.4711", bench.root / name)
    found = refusal(bench)
    assert name in found.message
    assert found.passes
    (bench.root / name).unlink()
    assert bench.write(1)


@pytest.mark.parametrize(
    "name",
    [
        "MEMORY.sync-conflict-20260301-101010-ABCDEFG.md",
        "MEMORY (Ada's conflicted copy 2026-03-01).md",
        "MEMORY.neuromem-conflict-2026-03-01-0a1b.md",
    ],
)
def test_a_copy_in_conflict_is_peoples_to_bring_together(bench: Bench, name: str) -> None:
    (bench.root / name).write_bytes(OLD)
    assert name in refusal(bench).message


def test_other_files_beside_it_are_no_matter(bench: Bench) -> None:
    for name in (".OTHER.md.swp", "MEMORY.md~", "OTHER.sync-conflict-1.md", ".MEMORY.md.bak"):
        (bench.root / name).write_bytes(b"")
    assert bench.write(1)


def test_an_unfinished_merge(bench: Bench) -> None:
    bench.place.write_bytes(OLD + b"<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n")
    assert "unfinished merge" in refusal(bench).message


def test_a_full_disk(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's edit is in the way: as soon as there is room, it is written."""
    with bench.desk(clock := ManualClock(START)) as desk:
        for _ in range(CONFLICTS):
            with monkeypatch.context() as patch:
                patch.setattr(permit, "RESERVE", 1 << 60)
                with pytest.raises(WriteConflict, match="disk is full"):
                    desk.writeback.write(PATH, version(1))
        assert bench.names == [PATH]
        assert not desk.writeback.crowded(PATH, clock.now())
        assert desk.writeback.write(PATH, version(1)).written


def test_three_conflicts_in_ten_minutes_and_it_is_left_alone(bench: Bench) -> None:
    clock = ManualClock(START)
    with bench.desk(clock) as desk:
        for _ in range(3):
            assert not desk.writeback.crowded(PATH, clock.now())
            with open(bench.place, "rb"), pytest.raises(WriteConflict, match="has it open"):
                desk.writeback.write(PATH, version(1))
        assert desk.writeback.crowded(PATH, clock.now())
        with pytest.raises(WriteConflict, match="again and again") as refused:
            desk.writeback.write(PATH, version(1))
        assert refused.value.sidecar
        clock.shift(WINDOW)
        assert desk.writeback.write(PATH, version(1)).written


def test_the_daemon_writes_a_file_three_times_in_ten_minutes(bench: Bench) -> None:
    clock = ManualClock(START)
    with bench.desk(clock, daemon=True) as desk:
        for number in range(1, DAEMON_WRITES + 1):
            assert not desk.writeback.paused(PATH, clock.now())
            assert desk.writeback.write(PATH, version(number)).written
        assert desk.writeback.paused(PATH, clock.now())
        with pytest.raises(WriteConflict, match="3 times in 10 minutes"):
            desk.writeback.write(PATH, lambda data: data + b"once more\n")
        clock.shift(WINDOW)
        assert not desk.writeback.paused(PATH, clock.now())


def test_a_person_who_writes_often_pauses_nobody(bench: Bench) -> None:
    for number in range(1, 9):
        assert bench.write(number)
    with bench.desk() as desk:
        assert not desk.writeback.paused(PATH, START)


def test_a_stale_buffer_is_written_over_once(bench: Bench) -> None:
    assert bench.write(1)
    stale = bench.data
    assert bench.write(2)
    bench.place.write_bytes(stale)
    assert bench.write(2)
    bench.place.write_bytes(stale)
    with bench.desk() as desk, pytest.raises(WriteConflict, match="keeps coming back") as refused:
        desk.writeback.write(PATH, version(2), body=body)
    assert "reload" in refused.value.hint
    assert bench.data == stale
    bench.place.write_bytes(stale.replace(b"- version 1\n", b"- a person's\n"))
    assert bench.write(2)
    assert bench.data == version(2)(OLD)


def test_the_sidecar_is_ours_by_its_first_line(bench: Bench) -> None:
    sidecar = bench.root / "MEMORY.auto.md"
    assert write_sidecar(bench.root, PATH, b"- one\n").written
    assert sidecar.read_bytes() == HEADER + b"- one\n"
    assert not write_sidecar(bench.root, PATH, b"- one\n").written
    assert write_sidecar(bench.root, PATH, b"- two\n").path == "MEMORY.auto.md"
    assert sidecar.read_bytes() == HEADER + b"- two\n"
    assert remove_sidecar(bench.root, PATH)
    assert not remove_sidecar(bench.root, PATH)
    assert bench.names == [PATH]


def test_a_sidecar_shows_nobody_what_the_file_hides(bench: Bench) -> None:
    sidecar = bench.root / "MEMORY.auto.md"
    bench.place.chmod(0o600)
    write_sidecar(bench.root, PATH, b"- one\n")
    assert stat.S_IMODE(sidecar.stat().st_mode) == 0o600
    sidecar.chmod(0o640)
    write_sidecar(bench.root, PATH, b"- two\n")
    assert stat.S_IMODE(sidecar.stat().st_mode) == 0o640


def test_a_sidecar_that_cannot_be_removed_is_no_failure(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(place: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(place))

    write_sidecar(bench.root, PATH, b"- one\n")
    monkeypatch.setattr(Path, "unlink", refused)
    assert not remove_sidecar(bench.root, PATH)


def test_a_sidecar_of_peoples_is_left_alone(bench: Bench) -> None:
    sidecar = bench.root / "MEMORY.auto.md"
    sidecar.write_bytes(b"# mine\n")
    with pytest.raises(WriteConflict, match="is not ours"):
        write_sidecar(bench.root, PATH, b"- one\n")
    assert not remove_sidecar(bench.root, PATH)
    assert sidecar.read_bytes() == b"# mine\n"


def test_two_writers_take_turns(bench: Bench) -> None:
    """The lock of the state folder, not luck: without it the second one is told to hold it."""
    script = (
        "import sys; from pathlib import Path; from tests.writeback.bench import *\n"
        "bench = Bench(Path(sys.argv[1]), Path(sys.argv[2])); bench.write(int(sys.argv[3]))"
    )
    with bench.desk() as desk:
        command = [sys.executable, "-c", script, str(bench.root), str(bench.state), "7"]
        second = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
        assert "LockHeld" in second.stderr
        assert desk.writeback.write(PATH, version(1)).written


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        pytest.param(errno.EPERM, "lsattr", id="protected"),
        pytest.param(errno.EBUSY, "findmnt", id="a mount of its own"),
        pytest.param(errno.ENOSPC, "make room", id="full"),
        pytest.param(errno.EACCES, "it and its folder readable and writable", id="not allowed"),
        pytest.param(errno.ENOENT, "when it is there", id="missing"),
    ],
)
def test_a_refusal_of_the_system_says_what_helps(code: int, hint: str) -> None:
    refused = permit.unreadable(PATH, OSError(code, os.strerror(code)))
    assert hint in refused.hint
    assert refused.passes == (code == errno.ENOENT)


def test_patience_is_what_is_promised() -> None:
    assert writeback.PATIENCE == 2.0
