"""The proof before a write: what people wrote reads as it did, whatever they wrote above the region."""

from __future__ import annotations

import pytest

from neuromem_sync.errors import WriteConflict
from neuromem_sync.item import Item
from neuromem_sync.merge import merge
from neuromem_sync.region import adopt
from neuromem_sync.rewrite import check

PATH = "mind/MEMORY.md"
HOSTS = Item("Lessons", "Never run migrations from two hosts at once.", "memory/2026-03-02.md", "L3")


@pytest.mark.parametrize(
    "mine", [b"", b"# Mine\n", b"# Mine", b"Tea.\n\n# Mine\n\n## Later\n", b"Mine\n====\n", b"\xef\xbb\xbf# Mine\n"]
)
def test_a_title_that_has_nothing_below_it_yet_is_no_obstacle(mine: bytes) -> None:
    check(PATH, mine, merge(adopt(mine), [HOSTS], None, PATH).data)
    check(PATH, adopt(mine), merge(adopt(mine), [HOSTS], None, PATH).data)


@pytest.mark.parametrize("mine", [b"Tea.\n<!-- open\n", b"<pre>\nTea.\n"], ids=["comment", "markup"])
def test_what_would_run_on_into_the_region_is_an_obstacle(mine: bytes) -> None:
    with pytest.raises(WriteConflict, match="would read otherwise"):
        check(PATH, mine, merge(adopt(mine), [HOSTS], None, PATH).data)
