"""Looking at a workspace: what is there, what is not, and what cannot be told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuromem_sync import snapshot
from neuromem_sync.changes import FileChange, FileState, Snapshot
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.snapshot import compare, look, racy, root_identity, scan


class Rules:
    """Markdown outside `noise/`; names that end in `~` are droppings."""

    def accepts_folder(self, path: str) -> bool:
        return path.rpartition("/")[2] != "noise"

    def accepts_file(self, path: str) -> bool:
        return path.endswith(".md")

    def is_dropping(self, path: str) -> bool:
        return path.endswith("~")


RULES = Rules()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """a.md, deep/er/b.md, and things that are not memory."""
    root = tmp_path / "root"
    for path in ("a.md", "deep/er/b.md", "deep/noise/c.md", "deep/d.txt", "deep/a.md~"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)
    return root


def test_a_scan_finds_every_accepted_file_and_names_droppings(root: Path) -> None:
    found = scan(root, RULES)
    assert sorted(found.files) == ["a.md", "deep/er/b.md"]
    assert found.droppings == ("deep/a.md~",)
    assert found.root == root_identity(root)
    status = (root / "a.md").stat()
    assert found.files["a.md"].identity == (
        status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
    )  # fmt: skip


def test_a_look_at_nothing_but_every_path_equals_a_scan(root: Path) -> None:
    assert look(root, [""], RULES) == scan(root, RULES)


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([], []),
        (["a.md"], ["a.md"]),
        (["deep"], ["deep/er/b.md"]),
        (["deep", "deep/er/b.md"], ["deep/er/b.md"]),
        (["deep/noise/c.md"], []),
        (["deep/noise"], []),
        (["deep/d.txt"], []),
        (["absent.md", "absent", "a.md/b.md"], []),
    ],
)
def test_a_look_walks_folders_and_obeys_the_rules_of_every_folder_above(
    root: Path, paths: list[str], expected: list[str]
) -> None:
    assert sorted(look(root, paths, RULES).files) == expected


def test_no_link_is_followed_and_those_that_lead_out_are_listed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.md").touch()
    (root / "in.md").symlink_to(root / "a.md")
    (root / "out.md").symlink_to(tmp_path / "outside" / "x.md")
    (root / "folder").symlink_to(tmp_path / "outside")
    (root / "noise").symlink_to(tmp_path / "outside")
    found = scan(root, RULES)
    assert sorted(found.files) == ["a.md", "deep/er/b.md"]
    assert sorted(found.links) == ["folder", "out.md"]
    assert not look(root, ["folder/x.md", "in.md"], RULES).files


def test_what_is_no_regular_file_is_no_memory(root: Path) -> None:
    os.mkfifo(root / "pipe.md")
    assert "pipe.md" not in scan(root, RULES).files


def test_a_name_that_is_not_utf8_is_unknown_and_can_be_printed(root: Path) -> None:
    try:
        (root / os.fsdecode(b"\xff.md")).touch()
    except OSError:
        pytest.skip("this file system refuses names that are not UTF-8")
    found = scan(root, RULES)
    assert dict(found.unknown) == {"\\xff.md": "its name is not UTF-8"}


@pytest.mark.parametrize("name", ["a\nb.md", "a\x1b[31mb.md", "a\u2028b.md", "folder\n/a.md"])
def test_a_name_that_would_forge_a_line_of_an_answer_is_unknown_and_printed_as_one_line(root: Path, name: str) -> None:
    try:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).touch()
    except OSError:
        pytest.skip("this file system refuses names with control characters")
    found = scan(root, RULES)
    assert name not in found.files
    ((place, why),) = found.unknown.items()
    assert place.isprintable()
    assert why == "its name holds a line end or another control character"


def refuse(monkeypatch: pytest.MonkeyPatch, folder: Path, error: OSError) -> None:
    scandir = os.scandir

    def listing(place: Path) -> object:
        if place == folder:
            raise error
        return scandir(place)

    monkeypatch.setattr(snapshot.os, "scandir", listing)


def test_an_unreadable_folder_is_unknown_and_its_files_are_not_deleted(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scan(root, RULES)
    refuse(monkeypatch, root / "deep", PermissionError(13, "Permission denied"))
    after = scan(root, RULES)
    assert dict(after.unknown) == {"deep": "permission denied"}
    assert compare(before.files, after) == []


def test_a_folder_that_vanishes_during_the_scan_is_absent(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = scan(root, RULES)
    refuse(monkeypatch, root / "deep/er", FileNotFoundError())
    after = scan(root, RULES)
    assert not after.unknown
    assert [change.path for change in compare(before.files, after)] == ["deep/er/b.md"]


def test_a_root_that_cannot_be_listed_is_an_error_not_an_empty_workspace(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WorkspaceError):
        scan(tmp_path / "absent", RULES)
    with pytest.raises(WorkspaceError):
        look(tmp_path / "absent", ["a.md"], RULES)
    refuse(monkeypatch, root, PermissionError(13, "Permission denied"))
    with pytest.raises(WorkspaceError, match="permission denied"):
        scan(root, RULES)


def state(path: str, size: int) -> FileState:
    return FileState(path=path, dev=1, ino=1, size=size, mtime_ns=0, ctime_ns=0)


sides = st.dictionaries(st.text("ab/", max_size=3), st.integers(0, 1), max_size=8)


@given(old=sides, new=sides)
def test_a_comparison_says_for_each_path_what_dictionaries_say(old: dict[str, int], new: dict[str, int]) -> None:
    before = {path: state(path, size) for path, size in old.items()}
    after = {path: state(path, size) for path, size in new.items()}
    expected = [
        FileChange(path=path, old=before.get(path), new=after.get(path))
        for path in sorted(before.keys() | after.keys())
        if old.get(path) != new.get(path)
    ]
    assert compare(before, Snapshot(root=(1, 1), files=after)) == expected


def test_a_file_written_just_before_the_look_is_racy() -> None:
    second = 1_000_000_000
    old = FileState(path="a", dev=1, ino=1, size=1, mtime_ns=10 * second, ctime_ns=10 * second)
    assert racy(old, 10 * second)
    assert racy(old, 12 * second - 1)
    assert not racy(old, 12 * second)
    restored = FileState(path="a", dev=1, ino=1, size=1, mtime_ns=0, ctime_ns=10 * second)
    assert racy(restored, 11 * second), "a copied time does not hide a change"
    ahead = FileState(path="a", dev=1, ino=1, size=1, mtime_ns=99 * second, ctime_ns=10 * second)
    assert not racy(ahead, 12 * second), "a time in the future is not racy for ever"


def test_a_root_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    root, other = tmp_path / "ava", tmp_path / "ben"
    for folder in (root, other):
        folder.mkdir()
        (folder / "a.md").write_text("mine")
    root.rename(tmp_path / "away")
    root.symlink_to(other)
    for looking in (lambda: scan(root, RULES), lambda: look(root, ["a.md"], RULES)):
        with pytest.raises(WorkspaceError, match="has become a link"):
            looking()
    assert root_identity(root) is None
