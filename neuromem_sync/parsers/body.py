"""What the blocks of a section become when no heading owns them all: paragraphs, items, rows, quotes, code.

Finds no sections and follows no headings (walk.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from neuromem_sync.model import NOTHING, Kind
from neuromem_sync.parsers import inline, tables
from neuromem_sync.parsers.blocks import Block, Form
from neuromem_sync.parsers.code import is_callout
from neuromem_sync.parsers.entries import TRACKED, Maker, Place, Slice, plain_title
from neuromem_sync.parsers.inline import BOLD_FIELD, CHECKS, attribute_key, is_relation, link_name, observation
from neuromem_sync.parsers.moments import Moment, leading, moment
from neuromem_sync.parsers.records import PLAIN_ERROR
from neuromem_sync.parsers.words import ERROR_FIELDS

_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[(?P<check>[^\]\n])\](?:[ \t]+|$))?(?P<text>[^\n]*)")
_DOUBLE_START = re.compile(r"[ \t]*(?:[-*+][ \t]+)?([^\W\d_][\w-]*(?: [\w-]+){0,2})::(?=\s|$)")
_BOLD_ONLY = re.compile(r"[ \t]*\*\*([^*\n]+)\*\*:?[ \t]*\r?")
_ANNOTATIONS = re.compile(r"(?:[ \t]*<!--[^\n]*?-->[ \t]*\r?\n?)+")
_TAGS_ONLY = re.compile(r"(?:\s*</?[A-Za-z][\w-]*\s*/?>)+\s*")
_NAME_END = re.compile(r"\s+(?:—|–|-)\s+|:\s+")


class Lines:
    """Where each line of a stretch of the document begins."""

    def __init__(self, data: bytes, start: int, end: int, line: int) -> None:
        self.line = line
        self.text = data[start:end].decode()
        self.starts = list(accumulate((len(raw) + 1 for raw in data[start:end].split(b"\n")), initial=start))
        self.starts[-1] = end
        self._data = data

    def text_of(self, number: int) -> str:
        return self._data[self.starts[number] : self.starts[number + 1]].decode()


class Body:
    """Reads the blocks of one place."""

    def __init__(self, maker: Maker, lines: Lines, place: Place) -> None:
        self._maker = maker
        self._shape = maker.shape
        self._lines = lines
        self._place = place

    def read(self, found: Sequence[Block]) -> None:
        """Make the entries of these blocks, joining what belongs together."""
        at = 0
        while at < len(found):
            first = self._after_annotations(found, at)
            stop = self._stop(found, first)
            piece = self._slice(found[at].first, found[stop - 1].last)
            if stop - first > 1:
                self._group(piece)
            else:
                self._single(found[stop - 1], piece)
                self._label(found, stop - 1)
            at = stop

    def _after_annotations(self, found: Sequence[Block], at: int) -> int:
        """Comments right above a block belong to it; rows of a table have no room for them."""
        while at + 1 < len(found) and found[at].form is Form.HTML and found[at + 1].first == found[at].last:
            if found[at + 1].form is Form.TABLE or not self._is(found[at], _ANNOTATIONS):
                break
            at += 1
        return at

    def _stop(self, found: Sequence[Block], at: int) -> int:
        """The end of the blocks that are one entry with the block at `at`."""
        block = found[at]
        if block.form is Form.ITEM:
            return self._error_end(found, at) or at + 1
        listed = at + 1 < len(found) and found[at + 1].form is Form.ITEM
        if block.form is Form.PARAGRAPH and listed and self._is(block, _BOLD_ONLY):
            return self._error_end(found, at + 1) or self._list_end(found, at + 1)
        return at + 1

    def _label(self, found: Sequence[Block], at: int) -> None:
        """An empty field right above other text is what that text is called, and no field somebody left empty."""
        block, after = found[at], found[at + 1 : at + 2]
        if block.form not in (Form.PARAGRAPH, Form.ITEM) or not after:
            return
        last = self._slice(block.last - 1, block.last)
        if not _field_key(last.text) or not self._maker.nothing.line(last.text) or self._is_told(last):
            return
        below = self._slice(after[0].first, after[0].last).text
        listed = after[0].form is Form.ITEM and (block.form is Form.ITEM or _field_key(_first_line(below)))
        if not listed and not self._maker.nothing.lines(below):
            self._maker.add(last, self._shape.kind, self._place)

    def _is_told(self, line: Slice) -> bool:
        """Whether an entry holds the line already, with what stands above it."""
        return any(entry.source.span.end > line.start for entry in self._maker.entries[-1:])

    def _is(self, block: Block, pattern: re.Pattern[str]) -> bool:
        return pattern.fullmatch(self._slice(block.first, block.last).text) is not None

    def _list_end(self, found: Sequence[Block], at: int) -> int:
        group = found[at].group
        while at < len(found) and found[at].form is Form.ITEM and found[at].group == group:
            at += 1
        return at

    def _error_end(self, found: Sequence[Block], first: int) -> int:
        """The end of the items that tell one error (Mistake, Root cause, Fix, Lesson, none of them twice), or 0."""
        keys: set[str] = set()
        for at in range(first, len(found)):
            same = found[at].form is Form.ITEM and found[at].group == found[first].group
            key = self._error_key(found[at]) if same else None
            if not key or key in keys:
                break
            keys.add(key)
        return first + len(keys) if len(keys) > 1 else 0

    def _error_key(self, block: Block) -> str | None:
        text = self._lines.text_of(block.first)
        bold = BOLD_FIELD.match(text)
        plain = None if bold else PLAIN_ERROR.match(text)
        found = bold or plain
        key = attribute_key(found["key"]) if found else None
        return key if key in ERROR_FIELDS else None

    def _slice(self, first: int, last: int) -> Slice:
        lines = self._lines
        return self._maker.slice(lines.starts[first], lines.starts[last], lines.line + first)

    def _group(self, piece: Slice) -> None:
        """A bold line with the list under it, or a list that is one record, titled by the bold line or the heading."""
        if self._maker.nothing.lines(piece.text):
            return
        bold = _BOLD_ONLY.fullmatch(_first_line(piece.text))
        title = bold[1].strip(" :") if bold else ""
        if self._shape.hides(title):
            return
        time = moment(title) if title else None
        kind = self._shape.kind if self._shape.fixed else self._shape.record
        named = (time.rest or title) if time else title
        heading = self._place.heading[-1] if self._place.heading else ""
        self._maker.add(piece, kind, self._place, title=named or heading, time=time, record=bool(bold))

    def _single(self, block: Block, piece: Slice) -> None:
        if block.form is Form.TABLE:
            self._table(block)
        elif block.form is Form.ITEM:
            self._item(piece)
        elif block.form is Form.PARAGRAPH:
            self._paragraph(block, piece)
        elif not self._maker.nothing.lines(piece.text) and not _TAGS_ONLY.fullmatch(piece.text):
            quoted = block.form is Form.CODE or (block.form is Form.QUOTE and not is_callout(_first_line(piece.text)))
            self._maker.add(piece, self._shape.kind, self._place, untrusted=quoted)

    def _paragraph(self, block: Block, piece: Slice) -> None:
        lines = piece.text.split("\n")
        if len(lines) > 1 and all(map(_field_key, lines)) and not self._shape.fixed:
            for at in range(block.first, block.last):
                self._field(self._slice(at, at + 1))
        elif _field_key(_first_line(piece.text)) and not self._shape.fixed:
            self._field(piece)
        elif not self._maker.nothing.lines(piece.text):
            time = leading(piece.text) if self._dates else None
            self._maker.add(piece, self._shape.kind, self._place, time=time)

    @property
    def _dates(self) -> bool:
        return self._shape.kind in (Kind.ENTRY, Kind.EVENT)

    def _field(self, piece: Slice) -> None:
        if not self._maker.nothing.lines(piece.text):
            self._maker.add(piece, Kind.ATTRIBUTE, self._place, title=_field_key(piece.text) or "")

    def _item(self, piece: Slice) -> None:
        """One list item with its children; comments right above it belong to it."""
        if self._maker.nothing.lines(piece.text):
            return
        line = _first_line(piece.text)
        item = _ITEM.match(line)
        text = item["text"].strip() if item else line.strip()
        time = leading(text)
        if self._shape.fixed:
            self._maker.add(piece, self._shape.kind, self._place, time=time)
            return
        kind, title, fields = self._form(line, item["check"] if item else None, text, time)
        tracked = kind in TRACKED
        self._maker.add(piece, kind, self._place, title=title, time=time, fields=fields, record=tracked)

    def _form(self, line: str, check: str | None, text: str, time: Moment | None) -> tuple[Kind, str, dict[str, str]]:
        """Kind, title and fields of an item. Precedence: task mark, clock, certainty, link, category."""
        shape = self._shape
        if check is not None:
            return shape.task, text, {"state": CHECKS.get(check, check)}
        if time:
            return shape.item or shape.kind, time.rest if shape.item else "", {}
        if relation := is_relation(line):
            return Kind.RELATION, link_name(relation["target"]), {}
        if category := observation(line):
            name, context = category
            return Kind.OBSERVATION, "", {"category": name.casefold()} | ({"context": context} if context else {})
        if key := _field_key(line):
            tracked = shape.item in TRACKED and self._place.owner == self._maker.frame.subject
            return (shape.item if tracked and shape.item else Kind.ATTRIBUTE), key, {}
        if shape.item:
            return shape.item, plain_title(_NAME_END.split(text, maxsplit=1)[0]), {}
        return shape.kind, "", {}

    def _table(self, block: Block) -> None:
        maker = self._maker
        head = self._slice(block.first, block.first + 2)
        keys = tables.header(_first_line(head.text))
        known = tables.table(keys)
        before = len(maker.entries)
        for at in range(block.first + 2, block.last):
            self._row(self._slice(at, at + 1), keys, known)
        if len(maker.entries) == before and not known.columns and not maker.nothing.lines(head.text):
            maker.add(head, self._shape.kind, self._place)

    def _row(self, piece: Slice, keys: tuple[str, ...], known: tables.Known) -> None:
        maker = self._maker
        values = {key: value for key, value in tables.row(keys, piece.text).items() if not maker.nothing.value(value)}
        if not values or maker.nothing.line(piece.text):
            return
        time = next(filter(None, (leading(values.get(date, "")) for date in known.dates)), None)
        fields: dict[str, str] = {}
        for key, value in values.items():
            inline.set_attribute(fields, key, value)
        if known.state:
            fields.setdefault("state", known.state)
        name = values.get(known.name, "")
        kind = known.kind or (self._shape.item if self._shape.item in TRACKED else None) or self._shape.kind
        title = plain_title(inline.link_name(name.replace("[[", "").replace("]]", "")) if "[[" in name else name)
        maker.add(piece, kind, self._place, title=title, time=time, fields=fields or NOTHING, record=bool(title))


def _first_line(text: str) -> str:
    """The first line that is no comment."""
    if text.lstrip()[:4] == "<!--":
        text = text[_comments_end(text) :]
    return text.partition("\n")[0].rstrip("\r")


def _comments_end(text: str) -> int:
    found = _ANNOTATIONS.match(text)
    return found.end() if found and found.end() < len(text) else 0


def _field_key(line: str) -> str | None:
    """The key of a line that begins with a field."""
    if "**" in line and (bold := BOLD_FIELD.match(line)):
        return bold["key"]
    if "::" in line and (double := _DOUBLE_START.match(line)):
        return double[1]
    return None
