"""What a log may hold, it may not do: no item ends its line, its comment or its region, or moves a cursor."""

from __future__ import annotations

from unicodedata import category

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from neuromem_sync.fence import clean
from neuromem_sync.merge import merge
from neuromem_sync.model import Origin, Route
from neuromem_sync.neutral import LONGEST, neutral
from neuromem_sync.parsers import Document, parse
from neuromem_sync.region import Item, adopt, find

from .hostile import lines

PATH = "mind/MEMORY.md"
LINES = list(lines())
HARMLESS = {"text", "code_inline", "em_open", "em_close", "strong_open", "strong_close", "s_open", "s_close"}


def test_there_are_three_hundred() -> None:
    assert len(set(LINES)) == 300


@pytest.mark.parametrize("line", LINES, ids=range(300))
def test_a_hostile_line_is_one_dead_item(line: str) -> None:
    text = neutral(line)
    assert neutral(text) == text
    assert len(text) <= LONGEST
    assert clean(text) == text
    assert not {category(character) for character in text} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}

    items = [_item("First of all"), _item(line), _item("Last of all")]
    data = merge(adopt(b"# Memory\n\nMine.\n"), items, None, PATH).data
    region = find(data)
    assert region is not None
    assert region.items == tuple(_item(each) for each in ("First of all", text, "Last of all") if each)
    assert region.people == ()
    _looks_like_a_list(MarkdownIt("gfm-like", {"linkify": False}).parse(data.decode()), len(region.items))
    _is_told_apart(data, len(region.items))


def _item(text: str) -> Item:
    return Item("Facts", text, "memory/2026-03-01.md", "^a1")


def _looks_like_a_list(tokens: list[Token], items: int) -> None:
    """What stood there, the markers, a heading, and a list of paragraphs, each with one link and one comment."""
    assert [token.type for token in tokens if token.level == 0 and token.nesting >= 0] == [
        "heading_open", "paragraph_open", "heading_open", "html_block",
        "heading_open", "bullet_list_open", "html_block",
    ]  # fmt: skip
    inlines = [token for token in tokens if token.type == "inline" and token.level == 3]
    assert len(inlines) == items
    for inline in inlines:
        children = inline.children or []
        assert [child.attrs.get("href") for child in children if child.type == "link_open"] == [
            "../memory/2026-03-01.md#%5Ea1"
        ]
        assert [child.content[:8] for child in children if child.type == "html_inline"] == ["<!-- nm:"]
        assert {child.type for child in children} - {"link_open", "link_close", "html_inline"} <= HARMLESS


def _is_told_apart(data: bytes, items: int) -> None:
    entries = parse(Document(PATH, data, Route.MEMORY)).result.entries or ()
    assert [entry.origin for entry in entries] == [Origin.OWNER] + [Origin.NEUROMEM] * items
