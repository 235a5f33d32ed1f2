"""The exchange: in one step, while nobody else has the file open, or not at all."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from neuromem_sync import exchange, files, staging
from neuromem_sync.errors import WriteConflict
from neuromem_sync.workspace import Ignore
from tests.writeback.bench import linux_only

pytestmark = linux_only

APPENDER = "import sys; open(sys.argv[1], 'ab').write(b'appended\\n')"
ACCESS_LIST = "system.posix_acl_access"


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    place, spare = tmp_path / "a.md", tmp_path / ".a.md.00.neuromem"
    place.write_bytes(b"old\n")
    spare.write_bytes(b"new\n")
    return place, spare


def test_each_name_means_the_other_file(pair: tuple[Path, Path]) -> None:
    place, spare = pair
    assert exchange.swap(place, spare, exchange.read(place, "a.md").state)
    assert (place.read_bytes(), spare.read_bytes()) == (b"new\n", b"old\n")


@pytest.mark.parametrize("mode", ["rb", "ab", "r+b"])
def test_a_file_that_is_open_is_neither_read_nor_exchanged(pair: tuple[Path, Path], mode: str) -> None:
    place, spare = pair
    expected = exchange.read(place, "a.md").state
    with open(place, mode):
        with pytest.raises(WriteConflict, match="another program has it open") as refusal:
            exchange.read(place, "a.md")
        assert refusal.value.passes
        with pytest.raises(WriteConflict):
            exchange.swap(place, spare, expected)
    assert place.read_bytes() == b"old\n"


def test_it_must_be_what_was_read_to_the_last_attribute(pair: tuple[Path, Path]) -> None:
    place, spare = pair
    expected = exchange.read(place, "a.md").state
    assert not exchange.swap(place, spare, replace(expected, digest=files.digest(b"other\n")))
    place.chmod(0o600)
    assert not exchange.swap(place, spare, expected)
    assert (place.read_bytes(), spare.read_bytes()) == (b"old\n", b"new\n")


def test_who_opens_it_in_that_moment_gets_the_file_that_stands(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    place, spare = pair
    opener: list[subprocess.Popen[bytes]] = []
    original = exchange.exchange

    def while_opened(one: Path, other: Path) -> None:
        if not opener:
            opener.append(subprocess.Popen([sys.executable, "-c", APPENDER, str(place)]))
            _until_broken(place)
        original(one, other)

    monkeypatch.setattr(exchange, "exchange", while_opened)
    assert not exchange.swap(place, spare, exchange.read(place, "a.md").state)
    assert opener[0].wait(timeout=20) == 0
    assert (place.read_bytes(), spare.read_bytes()) == (b"old\nappended\n", b"new\n")


def _until_broken(place: Path) -> None:
    """Until somebody waits in open(2) for our lease to end."""
    broken = re.compile(rf"LEASE\s+BREAKING\s.*:{place.stat().st_ino}\s")
    while not broken.search(Path("/proc/locks").read_text()):
        os.sched_yield()


@pytest.mark.parametrize("saves", [1, 2, 3])
def test_who_replaces_it_in_that_moment_loses_nothing(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, saves: int
) -> None:
    place, spare = pair
    original, saved = exchange.exchange, []

    def after_a_save(one: Path, other: Path) -> None:
        if len(saved) < saves:
            saved.append(b"save %d\n" % (len(saved) + 1))
            (place.parent / "editor").write_bytes(saved[-1])
            os.replace(place.parent / "editor", place)
        original(one, other)

    monkeypatch.setattr(exchange, "exchange", after_a_save)
    assert not exchange.swap(place, spare, exchange.read(place, "a.md").state)
    # an earlier save is beside it, where its lines are looked for; it never stands above a later one
    left = [place.read_bytes(), spare.read_bytes()]
    assert left[0] == saved[-1] or left[1] == saved[-1]
    assert saved[0] in left or len(saved) == 3


def test_moved_away_in_that_moment(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    place, spare = pair

    def gone(one: Path, other: Path) -> None:
        raise FileNotFoundError(2, "No such file or directory", str(one))

    monkeypatch.setattr(exchange, "exchange", gone)
    with pytest.raises(FileNotFoundError):
        exchange.swap(place, spare, exchange.read(place, "a.md").state)
    assert spare.read_bytes() == b"new\n"


def test_a_file_system_that_cannot(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    place, spare = pair
    expected = exchange.read(place, "a.md").state

    def refuse(one: Path, other: Path) -> None:
        raise OSError(22, "Invalid argument", str(one))

    monkeypatch.setattr(exchange, "exchange", refuse)
    with pytest.raises(WriteConflict, match="cannot be exchanged safely") as refusal:
        exchange.swap(place, spare, expected)
    assert refusal.value.sidecar


def test_a_file_system_of_another_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange.require_local(tmp_path)
    kind = subprocess.run(["stat", "-f", "-c", "%t", tmp_path], capture_output=True, text=True, check=True).stdout
    monkeypatch.setitem(exchange.REMOTE, int(kind, 16), "a far machine")
    with pytest.raises(WriteConflict, match="it is on a far machine") as refusal:
        exchange.require_local(tmp_path)
    assert refusal.value.sidecar


def test_a_system_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(WriteConflict, match="has no exchange of files") as refusal:
        exchange.require_local(tmp_path)
    assert refusal.value.sidecar


def test_the_new_version_is_like_the_old_one(pair: tuple[Path, Path]) -> None:
    place, spare = pair
    spare.unlink()
    os.setxattr(place, "user.note", b"kept")
    place.chmod(0o640)
    staging.stage(place, spare, b"new\n")
    assert spare.read_bytes() == b"new\n"
    assert spare.stat().st_mode == place.stat().st_mode
    assert os.getxattr(spare, "user.note") == b"kept"
    assert not staging.part_of(spare).exists()


def test_an_access_list_is_kept_and_a_folders_default_is_not_added(pair: tuple[Path, Path]) -> None:
    place, spare = pair
    spare.unlink()
    os.setxattr(place.parent, "system.posix_acl_default", _access_list(guest=7))
    staging.stage(place, spare, b"new\n")
    assert ACCESS_LIST not in os.listxattr(spare)
    spare.unlink()
    os.setxattr(place, ACCESS_LIST, _access_list(guest=4))
    staging.stage(place, spare, b"new\n")
    assert os.getxattr(spare, ACCESS_LIST) == os.getxattr(place, ACCESS_LIST)


def _access_list(*, guest: int) -> bytes:
    """linux/posix_acl_xattr.h: owner, one guest, group, mask, others."""
    nobody = 0xFFFFFFFF
    rows = [(1, 6, nobody), (2, guest, 12345), (4, 4, nobody), (16, 7, nobody), (32, 4, nobody)]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *row) for row in rows)


@pytest.mark.skipif(os.geteuid() != 0, reason="giving a file to another group takes the rights of root")
def test_owner_and_group_are_kept(pair: tuple[Path, Path]) -> None:
    place, spare = pair
    spare.unlink()
    os.chown(place, 1234, 5678)
    place.chmod(0o2664)
    staging.stage(place, spare, b"new\n")
    found = spare.stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o7777) == (1234, 5678, 0o2664)


def test_it_is_never_read_as_a_document() -> None:
    name = staging.spare_name("MEMORY.md", "0123456789abcdef")
    for found in (name, f"mind/{name}", f"{name}-part"):
        assert not Ignore().accepts_file(found)
        assert not Ignore().is_dropping(found)


def test_a_displaced_file_is_removed_only_when_nobody_can_write_into_it(pair: tuple[Path, Path]) -> None:
    _, spare = pair
    content = files.digest(b"new\n")
    with open(spare, "ab"):
        assert exchange.writable_by_others(spare)
        assert not exchange.remove(spare, content)
    with open(spare, "rb"):
        assert not exchange.writable_by_others(spare)
    assert not exchange.remove(spare, files.digest(b"other\n"))
    assert exchange.remove(spare, content)
    assert not spare.exists()
