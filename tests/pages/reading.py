"""The pages for people, read: their blocks, code within lines, links, and what a link can lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.transcript import ROOT

PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md")]
PAGES += sorted((ROOT / "docs").glob("*.md"))


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code, fenced or indented (which has no language), and the line it begins on."""

    line: int
    language: str
    text: str


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    kinds = {"fence", "code_block"}
    return [
        Block(token.map[0] + 1, token.info, token.content)
        for token in _tokens(page)
        if token.type in kinds and token.map
    ]


def codes(page: Path) -> list[str]:
    """What stands in back ticks within a line."""
    return [token.content for token in _inline(page) if token.type == "code_inline"]


def links(page: Path) -> list[str]:
    """Where links and pictures lead that are not on the network."""
    found = [str(token.attrs.get("href") or token.attrs.get("src") or "") for token in _inline(page)]
    return [target for target in found if target and "://" not in target]


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    tokens = _tokens(page)
    titles = (after.content for token, after in pairwise(tokens) if token.type == "heading_open")
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@cache
def _tokens(page: Path) -> list[Token]:
    return MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8"))


def _inline(page: Path) -> Iterator[Token]:
    for token in _tokens(page):
        yield from token.children or ()
