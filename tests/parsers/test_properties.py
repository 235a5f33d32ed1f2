"""What holds for every document: nothing raises, nothing is lost, spans are exact, an edit equals a full parse."""

from __future__ import annotations

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from neuromem_sync.model import Entry, Kind, Route
from neuromem_sync.parsers import Document, parse, reparse
from neuromem_sync.parsers.nothing import nothing
from neuromem_sync.parsers.shapes import SHAPES
from neuromem_sync.parsers.tables import header

from .documents import documents, edits

BARE_MARKUP = ("<div>", "<pre>", "</pre>", "-->")
MANY = settings(max_examples=200, deadline=None)


@MANY
@given(st.binary(max_size=400), st.sampled_from(sorted(SHAPES)))
def test_no_bytes_raise(data: bytes, route: Route) -> None:
    parse(Document("notes/a.md", data, route)).result  # noqa: B018


@MANY
@given(documents())
@example(Document("notes/a.md", b"words\n**Rationale:**\n\n- item: x\n", Route.NOTE))
@example(Document("notes/a.md", b"<!-- openclaw:dreaming -->\n- **Rationale:**\n<!-- openclaw:x -->", Route.CONTEXT))
def test_a_text_is_the_exact_slice_of_its_span(document: Document) -> None:
    end = 0
    for entry in _entries(document):
        span = entry.source.span
        assert end <= span.start < span.end <= len(document.data), "spans are in order and do not overlap"
        assert entry.text.encode() == document.data[span.start : span.end]
        assert span.line == document.data.count(b"\n", 0, span.start) + 1
        assert span.end_line == document.data.count(b"\n", 0, span.end) + 1
        assert document.data[span.start - 1 : span.start] in (b"", b"\n", b"\xbf")
        assert document.data[span.end : span.end + 2].strip(b"\r\n") == b"" or document.data[span.end] in b"\r\n"
        end = span.end


@MANY
@given(st.data())
def test_an_edit_equals_a_full_parse(data: st.DataObject) -> None:
    marked = data.draw(st.booleans())
    document = data.draw(documents(marked))
    parsed = parse(document)
    for _ in range(3):
        changed = data.draw(edits(document.data, marked))
        document = Document(document.path, changed, document.route, document.zone)
        parsed = reparse(parsed, changed)
        assert parsed.result == parse(document).result


@MANY
@given(documents(marked=False))
def test_nothing_quoted_is_a_field_a_record_or_a_relation(quoted: Document) -> None:
    lines = quoted.data.decode().replace("\r", "").replace("\0", "").split("\n")
    text = "\n".join(("### 09:00 — A mail came", *(f"> {line}" for line in lines), "", "### 10:00 — Read it", "words"))
    told = _entries(Document("memory/2026-03-01.md", text.encode(), Route.LOG, quoted.zone))
    assert [(each.kind, each.attributes, each.relations) for each in told] == [(Kind.ENTRY, {}, ())] * 2


@MANY
@given(documents(marked=False))
@example(Document("notes/a.md", b"0|\n---\n0", Route.NOTE))
def test_every_line_that_says_something_can_be_found(document: Document) -> None:
    entries = _entries(document)
    assume(b"\0" not in document.data and document.route is not Route.SHARED)
    found = {line for entry in entries for line in range(entry.source.span.line, entry.source.span.end_line + 1)}
    titles = {title for entry in entries for title in entry.heading}
    for number, line in enumerate(document.data.decode().removeprefix("\ufeff").split("\n"), 1):
        if number not in found and not _nothing(line):
            title = " ".join(line.strip("#\r ").split())
            known = title.removesuffix(" ^deep") in titles or _ends_in(title, titles) or _is_header(line, entries)
            assert known, f"line {number} is lost: {line!r}"


def _ends_in(title: str, titles: set[str]) -> bool:
    """A heading that is underlined may have several lines."""
    return any(title in longer for longer in titles)


def _is_header(line: str, entries: tuple[Entry, ...]) -> bool:
    """Of a table: its words are the attributes of the rows below."""
    return any(name in entry.attributes for entry in entries for name in header(line) if name)


def _nothing(line: str) -> bool:
    return nothing("Europe/Berlin").line(line.rstrip("\r")) or line.strip() in BARE_MARKUP


def _entries(document: Document) -> tuple[Entry, ...]:
    return parse(document).result.entries or ()
