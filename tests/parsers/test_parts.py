"""The parts that others call by themselves."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuromem_sync.model import entity_key
from neuromem_sync.parsers import blocks
from neuromem_sync.parsers.moments import instant, real_date, zone_of
from neuromem_sync.parsers.splice import prefix, suffix
from neuromem_sync.parsers.tables import cells

PLAIN_LINES = (
    "", " ", "words", "- item", "- 14:02 item", "- **Key:** value", "**Key:** value", "- [ ] task", "2026 was", "**",
    "- 3 things", "[link]: x", "a | b", "1. one", "* star", "# head", "---", "  - child", "- - twice", "- ", "-", "-x",
    "> quote", "- > quote", "```", "a\rb", "\tx", "- a", "---|---", "==", "12345678901. x",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ana Lind", "ana lind"),
        ("  Ana \t Lind\n", "ana lind"),
        ("ana_lind", "ana lind"),
        ("__Ana__Lind__", "ana lind"),
        ("ＡＮＡ", "ana"),
        ("Straße", "strasse"),
        ("ŁÓDŹ", "łódź"),
        ("", ""),
    ],
)
def test_one_key_for_one_thing(name: str, key: str) -> None:
    assert entity_key(name) == key == entity_key(key)


def test_nothing_slow_is_loaded_before_something_is_parsed() -> None:
    code = (
        "import sys, neuromem_sync.parsers, neuromem_sync.parsers.inline;"
        "print([name for name in ('markdown_it', 'yaml', 'frontmatter') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_dates_and_zones() -> None:
    assert real_date("2024-2-29") == "2024-02-29"
    assert real_date("2026-02-29") is None
    assert zone_of("America/Nowhere") is None
    assert zone_of("../etc/passwd") is None
    assert zone_of("+25:00") is None
    assert instant("2026-03-01", (14, 2, 0), "No/Such") == ("2026-03-01T14:02:00+00:00", "")


def test_cells() -> None:
    assert cells(r"| a \| b | [[x|y]] | `c|d` ||") == [r"a \| b", "[[x|y]]", "`c|d`", ""]
    assert cells("a|b\\") == ["a", "b\\"]
    assert cells("") == []


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        (b"", b"a", (0, 0)),
        (b"abc", b"abc", (3, 0)),
        (b"aXa", b"aYa", (1, 1)),
        (b"aa", b"aaa", (2, 0)),
        (b"ab", b"b", (0, 1)),
    ],
)
def test_where_two_versions_differ(old: bytes, new: bytes, same: tuple[int, int]) -> None:
    assert (prefix(old, new), suffix(old, new, prefix(old, new))) == same


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PLAIN_LINES)).map("\n".join))
def test_plain_text_has_the_blocks_that_markdown_gives_it(text: str) -> None:
    lines = text.split("\n")

    def trimmed(found: Iterator[blocks.Block]) -> list[tuple[object, ...]]:
        """Whether blank lines below an item belong to it makes no difference to us."""
        return [(b.form, b.first, max(n for n in range(b.first, b.last) if lines[n].strip()), b.group) for b in found]

    assert trimmed(blocks.blocks(text)) == trimmed(blocks._parsed(text))
