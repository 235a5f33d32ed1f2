"""The top-level blocks of a stretch of Markdown, as line ranges, from markdown-it's block rules.

Renders nothing and reads no inline form: an entry's text is cut from the source by these lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

NESTING = 200
"""markdown-it drops what is nested deeper; its default of 20 drops text that people write."""


class Form(Enum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    TABLE = "table"
    QUOTE = "quote"
    CODE = "code"
    HTML = "html"


@dataclass(slots=True)
class Block:
    """Lines `first:last`, 0-based and half-open. `group` numbers the list an item stands in, `level` is a heading's."""

    form: Form
    first: int
    last: int
    level: int = 0
    group: int = 0


_FORMS = {
    "heading_open": Form.HEADING,
    "paragraph_open": Form.PARAGRAPH,
    "list_item_open": Form.ITEM,
    "table_open": Form.TABLE,
    "blockquote_open": Form.QUOTE,
    "fence": Form.CODE,
    "code_block": Form.CODE,
    "html_block": Form.HTML,
}


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"maxNesting": NESTING}).enable("table").disable("reference")


# Lines of words and one-level `- ` items: no other rule of Markdown can apply to them, and most bodies have no others.
_PLAIN = re.compile(
    r"(?:(?:-[ ])?(?:[^\s#>`~=+*|<:_0-9\\-]|\*\*[^\s*]|\d{1,9}+(?![\d.)]))[^\n]*(?:\n|\Z)|[ \t\r]*\n)*+\Z"
)


def blocks(text: str) -> Iterator[Block]:
    """Top-level blocks and the items of top-level lists, in order."""
    return _plain(text) if _PLAIN.match(text) else _parsed(text)


def _plain(text: str) -> Iterator[Block]:
    """The same as `_parsed`, at a tenth of its cost, for text that `_PLAIN` matches."""
    block: Block | None = None
    form, group = Form.PARAGRAPH, 0
    for number, line in enumerate(text.split("\n")):
        item = line.startswith("- ")
        if block and (item or not line.strip()):
            block.last = number
            yield block
            block = None
        if not block and line.strip():
            group += item and form is not Form.ITEM
            form = Form.ITEM if item else Form.PARAGRAPH
            block = Block(form, number, number + 1, group=group)
    if block:
        block.last = number + 1
        yield block


def _parsed(text: str) -> Iterator[Block]:
    markdown = _markdown()
    tokens: list[Token] = []
    markdown.block.parse(text.replace("\r\n", "\n").replace("\r", " "), markdown, {}, tokens)
    group = 0
    for token in tokens:
        if token.level > 1 or token.map is None:
            continue
        if token.type in ("bullet_list_open", "ordered_list_open"):
            group += token.level == 0
        elif (form := _FORMS.get(token.type)) and token.level == (form is Form.ITEM):
            level = int(token.tag[1]) if form is Form.HEADING else 0
            yield Block(form, token.map[0], token.map[1], level, group)
