"""Reading without a torn byte, writing without a lost one."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from neuromem_sync import files
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.files import Content, Unreadable, Vanished, create, digest, stable_read, write_atomic


def test_a_read_gives_the_bytes_and_the_state_they_had(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"one\r\n\xff")
    outcome = stable_read(tmp_path, "a.md")
    assert isinstance(outcome, Content)
    found = (tmp_path / "a.md").stat()
    assert outcome.data == b"one\r\n\xff"
    assert outcome.state.path == "a.md"
    assert outcome.state.identity == (
        found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
    )  # fmt: skip
    assert outcome.state.digest == digest(b"one\r\n\xff")


def test_a_digest_has_128_bits_and_is_stable_across_runs() -> None:
    assert digest(b"").hex() == "cae66941d9efbd404e4d88758ea67670"


@pytest.mark.parametrize("path", ["absent.md", "absent/a.md", "file.md/a.md"])
def test_nothing_at_the_path_is_vanished(tmp_path: Path, path: str) -> None:
    (tmp_path / "file.md").touch()
    assert stable_read(tmp_path, path) == Vanished(path=path)


def test_what_is_no_file_is_unreadable_and_never_waited_for(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    reasons = {name: stable_read(tmp_path, name) for name in ("folder", "pipe", "link")}
    assert reasons == {
        "folder": Unreadable(path="folder", reason="it is no regular file"),
        "pipe": Unreadable(path="pipe", reason="it is no regular file"),
        "link": Unreadable(path="link", reason="it is a link"),
    }


def write_during_reads(monkeypatch: pytest.MonkeyPatch, place: Path, times: int) -> None:
    read, left = os.read, [times]

    def reading(descriptor: int, size: int) -> bytes:
        data = read(descriptor, size)
        if left[0]:
            left[0] -= 1
            with place.open("ab") as file:
                file.write(b"+")
        return data

    monkeypatch.setattr(files.os, "read", reading)


def test_more_than_is_wanted_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"x" * ((1 << 20) + 1))
    assert stable_read(tmp_path, "a.md", most=1 << 20) == Unreadable(
        path="a.md", reason="larger than 1 MiB", hint="split it"
    )
    assert isinstance(stable_read(tmp_path, "a.md", most=(1 << 20) + 1), Content)


def test_a_read_that_a_writer_disturbed_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_bytes(b"one")
    write_during_reads(monkeypatch, tmp_path / "a.md", times=2)
    outcome = stable_read(tmp_path, "a.md")
    assert isinstance(outcome, Content)
    assert outcome.data == b"one++"


def test_a_file_that_is_never_still_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_bytes(b"one")
    write_during_reads(monkeypatch, tmp_path / "a.md", times=99)
    assert stable_read(tmp_path, "a.md") == Unreadable(path="a.md", reason="it changes while it is read")


def test_a_file_replaced_during_the_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_bytes(b"old")
    (tmp_path / "new").write_bytes(b"new")
    read = os.read

    def reading(descriptor: int, size: int) -> bytes:
        if (tmp_path / "new").exists():
            (tmp_path / "new").replace(tmp_path / "a.md")
        return read(descriptor, size)

    monkeypatch.setattr(files.os, "read", reading)
    outcome = stable_read(tmp_path, "a.md")
    assert isinstance(outcome, Content)
    assert outcome.data == b"new"


def test_an_atomic_write_keeps_the_mode_and_leaves_nothing_beside(tmp_path: Path) -> None:
    place = tmp_path / "a.md"
    place.write_bytes(b"old")
    place.chmod(0o640)
    write_atomic(place, b"new")
    assert place.read_bytes() == b"new"
    assert stat.S_IMODE(place.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a.md"]


def test_an_atomic_write_makes_a_missing_file(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a.md", b"new")
    assert (tmp_path / "a.md").read_bytes() == b"new"


def test_a_failed_write_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "a.md"
    place.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(WorkspaceError, match="no space left"):
        write_atomic(place, b"new")
    assert place.read_bytes() == b"old"
    with pytest.raises(WorkspaceError, match="no space left"):
        create(tmp_path / "b.md", b"new")
    assert os.listdir(tmp_path) == ["a.md"]


def test_create_never_touches_what_is_there(tmp_path: Path) -> None:
    place = tmp_path / "a.md"
    assert create(place, b"first")
    assert not create(place, b"second")
    assert place.read_bytes() == b"first"
    (tmp_path / "dangling").symlink_to(tmp_path / "outside")
    assert not create(tmp_path / "dangling", b"second")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("nameless", [True, False], ids=["without a name", "beside it"])
def test_what_is_created_stands_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nameless: bool
) -> None:
    place = tmp_path / "a.md"
    durable = files.os.fsync
    seen: list[bool] = []

    def flush(descriptor: int) -> None:
        seen.append(place.exists())
        durable(descriptor)

    monkeypatch.setattr(files.os, "fsync", flush)
    if not nameless:
        monkeypatch.setattr(files, "NAMELESS", os.O_DIRECTORY)
    assert create(place, b"first")
    assert not create(place, b"second")
    assert seen[0] is False
    assert place.read_bytes() == b"first"
    assert os.listdir(tmp_path) == ["a.md"]


def test_a_disk_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(files, "NAMELESS", os.O_DIRECTORY)
    monkeypatch.setattr(files.os, "link", link)
    assert create(tmp_path / "a.md", b"first")
    assert not create(tmp_path / "a.md", b"second")
    assert (tmp_path / "a.md").read_bytes() == b"first"
    assert os.listdir(tmp_path) == ["a.md"]


def test_create_in_no_folder_is_an_error_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no such file or directory"):
        create(tmp_path / "absent" / "a.md", b"")
