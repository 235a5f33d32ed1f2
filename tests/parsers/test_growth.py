"""Time grows no worse than n^1.4, however nested, wide or long a document is.

By default calls are counted, which is exact; `-m long` takes the time, which also sees what patterns do.
"""

from __future__ import annotations

import gc
import math
import sys
import time
from collections.abc import Callable

import pytest

from neuromem_sync.model import Route
from neuromem_sync.parsers import Document, parse

WORST = 1.4
ROUTES = (Route.NOTE, Route.LOG, Route.DECISIONS, Route.PROCEDURES, Route.PROJECTS, Route.SHARED)

NESTED: dict[str, Callable[[int], str]] = {
    "lists": lambda n: "\n".join("  " * min(i, 90) + "- a" for i in range(n // 90)),
    "a list on one line": lambda n: "- " * (n // 2) + "x",
    "quotes": lambda n: "\n".join("> " * (i % 100) + "x" for i in range(n // 100)),
    "headings": lambda n: "# a\n## b\n### c\n#### d\nx\n" * (n // 22),
    "timed headings": lambda n: "# 10:10 — a\n## b\nc\n" * (n // 18),
    "frontmatter": lambda n: "---\na: " + "[" * 1_000 + "\n---\n" + "x\n" * (n // 2),
    "parentheses": lambda n: "- [idea] a " + "(" * (n // 2) + ")" * (n // 2),
}
WIDE: dict[str, Callable[[int], str]] = {
    "a table": lambda n: "a|" * (n // 4) + "\n" + "-|" * (n // 4) + "\n" + "x|" * (n // 4),
    "bold": lambda n: "**" * (n // 2),
    "backticks": lambda n: "`a``b" * (n // 5),
    "backticks of all lengths": lambda n: "\n".join("`" * (i % 300) + "a" for i in range(n // 150)),
    "brackets": lambda n: "[[" * (n // 2),
    "links without an end": lambda n: "](a " * (n // 4),
    "tags": lambda n: " #a/b" * (n // 5),
    "addresses": lambda n: " a.b/c@d" * (n // 8),
    "names that relate": lambda n: "".join(f"x Aa{i} uses Bb{i}. " for i in range(n // 18)),
    "spaces": lambda n: "a" + " " * n + "b",
    "colons": lambda n: "a:: " * (n // 4),
    "dates": lambda n: "## " + "(2026-01-01" * (n // 11) + ")",
    "braces": lambda n: "# a\n1. " + "{a" * (n // 2),
    "hashes": lambda n: "# " + "#" * n,
}
LONG: dict[str, Callable[[int], str]] = {
    "paragraph": lambda n: "word Word wOrd word.\n" * (n // 20),
    "headings without text": lambda n: "# a\n\n" * (n // 5),
    "log": lambda n: "### 10:10 — a\nb\n" * (n // 17),
    "table": lambda n: "|a|b|\n|---|---|\n" + "|x y|z w|\n" * (n // 9),
    "items": lambda n: "- a\n" * (n // 4),
    "empty fields": lambda n: "- **a:**\n" * (n // 9),
    "fields": lambda n: "**a:** b\n" * (n // 9),
    "bold lines with lists": lambda n: "**T (2026-01-01)**\n- a\n\n" * (n // 24),
    "errors": lambda n: "- Mistake: a\n- Fix: b\n" * (n // 23),
    "annotations": lambda n: "<!-- trigger: a -->\n" * (n // 20) + "- a\n",
    "comments without an end": lambda n: "a <!-- \n" * (n // 8),
    "fences": lambda n: "- ```\n" * (n // 6),
    "private": lambda n: "<private>x</private>\n" * (n // 21),
    "private sections": lambda n: "# a\n<!-- neuromem:private -->\n" * (n // 30),
    "blocks without an end": lambda n: "<!-- openclaw:dreaming:a:start -->\n" * (n // 35),
    "regions without an end": lambda n: "<!-- neuromem:begin a -->\n" * (n // 26),
    "conflicts": lambda n: "<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n" * (n // 32),
    "conflicts without an end": lambda n: "<<<<<<< a\n" * (n // 10),
    "decisions": lambda n: "## a\n- **Decision:** x\n" * (n // 24),
    "underlined": lambda n: "a\n===\n" * (n // 6),
}
CASES = [pytest.param(make, id=name) for name, make in {**NESTED, **WIDE, **LONG}.items()]


def calls(document: Document) -> int:
    """How many functions a parse calls, ours and Python's own."""
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        parse(document)
    finally:
        sys.setprofile(before)
    return count


def seconds(document: Document) -> float:
    """The best of five, without the collector, so that a busy machine does not count."""
    taken = []
    gc.disable()
    for _ in range(5):
        start = time.process_time()
        parse(document)
        taken.append(time.process_time() - start)
    gc.enable()
    return min(taken)


def exponent(measure: Callable[[Document], float], make: Callable[[int], str], route: Route, size: int) -> float:
    """The power of the length that the measure grows with, from `size` to four times that."""
    small, large = (Document("a.md", make(length).encode(), route) for length in (size, 4 * size))
    return math.log(measure(large) / measure(small), len(large.data) / len(small.data))


@pytest.mark.parametrize("make", CASES)
def test_calls_grow_with_the_length(make: Callable[[int], str]) -> None:
    for route in (Route.NOTE, Route.PROJECTS):
        parse(Document("a.md", make(100).encode(), route))
        assert exponent(calls, make, route, 4_000) <= WORST


@pytest.mark.long
@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("make", CASES)
def test_time_grows_with_the_length(make: Callable[[int], str], route: Route) -> None:
    assert exponent(seconds, make, route, 15_000) <= WORST
