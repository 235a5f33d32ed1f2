"""From the bytes of a document to its redacted entries, remembering recent documents so that an edit is cheap.

Reads no file and keeps nothing on disk.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from neuromem_sync.files import Content
from neuromem_sync.model import ParseResult, Route
from neuromem_sync.workspace import route

if TYPE_CHECKING:
    from neuromem_sync.parsers import Parsed

GRAMMAR = "1"
"""Changes when equal bytes begin to give other entries: every index is then made again."""


class Intake:
    """Parses and redacts. `remember` is how many bytes of recent documents are kept for incremental parsing."""

    def __init__(self, zone: str, remember: int = 0) -> None:
        self._zone = zone
        self._remember = remember
        self._held = 0
        self._recent: OrderedDict[str, Parsed] = OrderedDict()

    @cached_property
    def rules(self) -> str:
        """What decides, beside the bytes, which entries a document gives."""
        return f"{GRAMMAR} {self._zone}"

    def route(self, path: str) -> Route:
        return route(path)

    def parse(self, content: Content) -> ParseResult:
        """The document's entries, no secret in them; its entries are None if it could not be read as text."""
        from neuromem_sync.redact import redact

        result = self._parse(content).result
        if not result.entries:
            return result
        entries, secrets = redact(result.entries, route(content.state.path))
        return replace(result, entries=entries, problems=(*result.problems, *secrets))

    def _parse(self, content: Content) -> Parsed:
        from neuromem_sync.parsers import Document, parse, reparse

        path = content.state.path
        before = self._recent.pop(path, None)
        if before is None:
            parsed = parse(Document(path=path, data=content.data, route=route(path), zone=self._zone))
        else:
            self._held -= len(before.document.data)
            parsed = reparse(before, content.data)
        self._hold(path, parsed)
        return parsed

    def _hold(self, path: str, parsed: Parsed) -> None:
        self._recent[path] = parsed
        self._held += len(parsed.document.data)
        while self._held > self._remember:
            _, oldest = self._recent.popitem(last=False)
            self._held -= len(oldest.document.data)

    def drop(self, path: str) -> None:
        """Forget a document that is gone."""
        if parsed := self._recent.pop(path, None):
            self._held -= len(parsed.document.data)
