"""A path is printed with every answer: a file with a secret in its name is not read, and told without it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from neuromem_sync.changes import Batch
from neuromem_sync.redact import masked
from tests.workshop import Workshop

KEY = "gh" + "p_" + "aB3" * 12


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"notes/{KEY}.md", "notes/[secret].md"),
        (f"notes/key {KEY} of Bruno.md", "notes/[secret].md"),
        (f"{KEY}/a/b.md", "[secret]"),
        ("the wifi password is hunter" + "22.md", "[secret].md"),
        ("notes/API key rotation 2026.md", None),
        ("notes/How to reset a password.md", None),
        ("notes/2026-03-01-token-budget-8000.md", None),
        ("notes/3f2c1ab09d4e5f60718293a4b5c6d7e8f9012345.md", None),
        ("notes/550e8400-e29b-41d4-a716-446655440000.md", None),
        ("docs/P3_SOURCE_AUDIT_2026-05-14.md", None),
    ],
)
def test_a_path_is_told_as_far_as_it_holds_none(path: str, told: str | None) -> None:
    assert masked(path) == (told or path)


def test_a_file_with_a_secret_in_its_name_is_not_read_and_named_without_it(shop: Workshop) -> None:
    shop.write(f"notes/{KEY}.md", "zebra\n")
    shop.write("notes/plain.md", "lion\n")
    report = shop.sync()
    assert [str(problem) for problem in report.problems] == [
        "notes/[secret].md:1: is not read: its name holds a secret"
    ]
    assert [entry.text for entry in shop.entries()] == ["lion"]
    assert shop.recall("zebra").freshness.unverified == ("notes/[secret].md",)
    assert shop.sync().generation == report.generation


def test_renamed_it_is_read_and_no_more_said_of_it(shop: Workshop) -> None:
    place = shop.write(f"notes/{KEY}.md", "zebra\n")
    shop.sync()
    place.rename(shop.root / "notes/token of Bruno.md")
    with closing(shop.engine()) as engine:
        old, new = f"notes/{KEY}.md", "notes/token of Bruno.md"
        report = engine.cycle(Batch(paths=frozenset({old, new}), gone=frozenset({old})))
    assert report.problems == ()
    assert [entry.text for entry in shop.entries()] == ["zebra"]


def test_a_document_that_gets_such_a_name_is_forgotten(shop: Workshop) -> None:
    place = shop.write("notes/plain.md", "zebra\n")
    shop.sync()
    place.rename(shop.root / f"notes/{KEY}.md")
    shop.sync()
    assert shop.entries() == []


def test_a_folder_is_named_once(shop: Workshop) -> None:
    for name in "abc":
        shop.write(f"{KEY}/{name}.md", "zebra\n")
    assert [problem.path for problem in shop.sync().problems] == ["[secret]"]
