"""Bytes that cannot be read, or are read although they look odd; what is text is in fixtures/bad_input.md."""

from __future__ import annotations

import pytest

from neuromem_sync.model import Kind, ParseResult, Route
from neuromem_sync.parsers import Document, parse, reparse


def read(data: bytes, route: Route = Route.NOTE) -> ParseResult:
    return parse(Document("notes/a.md", data, route)).result


@pytest.mark.parametrize(
    ("data", "line", "code", "message"),
    [
        (b"one\n\xff\xfe two\n", 2, "encoding", "not read: not UTF-8"),
        (b"one\n\ntwo \0 three\n", 3, "nul", "not read: holds a NUL byte"),
        (b"short\n" + b"x" * (64 * 1024 + 1), 2, "line", "not read: a line is longer than 64 KiB"),
        (b"words\n" * (4 * 1024 * 1024 // 6 + 1), 1, "size", "not read: larger than 4 MiB"),
    ],
)
def test_what_cannot_be_read_has_no_entries_and_says_why(data: bytes, line: int, code: str, message: str) -> None:
    result = read(data)
    assert result.entries is None, "None, not (): its last good entries stay"
    (problem,) = result.problems
    assert (problem.line, problem.code, problem.message) == (line, code, message)
    assert problem.unverified
    assert problem.hint
    assert str(problem).startswith(f"notes/a.md:{line}: ")


@pytest.mark.parametrize("data", [b"x" * 64 * 1024, b"words\n" * (4 * 1024 * 1024 // 6)])
def test_the_limits_themselves_are_read(data: bytes) -> None:
    assert read(data).entries


@pytest.mark.parametrize(
    ("data", "spans"),
    [
        (b"\xef\xbb\xbfone\n", [(3, 6, 1, 1)]),
        (b"\xef\xbb\xbf---\na: b\n---\none", [(3, 15, 1, 3), (16, 19, 4, 4)]),
        (b"one\r\n\r\ntwo\r\nthree\r\n", [(0, 3, 1, 1), (7, 17, 3, 4)]),
        (b"one\n\ntwo", [(0, 3, 1, 1), (5, 8, 3, 3)]),
        ("ä\n\nö".encode(), [(0, 2, 1, 1), (4, 6, 3, 3)]),
        (b"one\rtwo\n\nthree", [(0, 7, 1, 1), (9, 14, 3, 3)]),
        ("a\u2028b\x0bc\x85\n\nd".encode(), [(0, 9, 1, 1), (11, 12, 3, 3)]),
    ],
    ids=["bom", "bom and frontmatter", "crlf", "no final newline", "wide characters", "lone cr", "unicode separators"],
)
def test_spans_count_bytes_and_lines_as_editors_do(data: bytes, spans: list[tuple[int, int, int, int]]) -> None:
    found = [entry.source.span for entry in read(data).entries or ()]
    assert [(span.start, span.end, span.line, span.end_line) for span in found] == spans


def test_frontmatter_that_is_too_large_is_text() -> None:
    result = read(b"---\ntitle: " + b"\n  x".join([b"y" * 100] * 200) + b"\n---\nbody\n")
    assert [entry.kind for entry in result.entries or ()] == [Kind.STATEMENT, Kind.STATEMENT]
    assert [problem.message for problem in result.problems] == ["the frontmatter is larger than 16 KiB"]


def test_frontmatter_made_to_crash_the_loader_is_text() -> None:
    result = read(b"---\n" + b"[" * 16_000 + b"\n---\nbody\n")
    assert len(result.entries or ()) == 2
    assert [problem.code for problem in result.problems] == ["frontmatter"]


def test_a_document_that_becomes_unreadable_and_readable_again() -> None:
    document = Document("notes/a.md", b"# A\n\none\n\n# B\n\ntwo\n", Route.NOTE)
    broken = reparse(parse(document), b"# A\n\none\n\n# B\n\n\xff\n")
    assert broken.result.entries is None
    assert reparse(broken, document.data).result == parse(document).result


def test_nesting_beyond_all_reason_is_still_text() -> None:
    for mark in ("- ", "> ", "1. ", "* > "):
        (entry,) = read((mark * 3000 + "deep inside\n").encode()).entries or ()
        assert "deep inside" in entry.text
