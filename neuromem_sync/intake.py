"""From a document to its redacted entries, remembering recent documents so that an edit is cheap.

Decides nothing about what is in the index, and keeps nothing on disk.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from neuromem_sync.allowed import Allowed
from neuromem_sync.changes import FileState
from neuromem_sync.files import Content, Unreadable, Vanished, stable_read
from neuromem_sync.model import LARGEST, Entry, ParseResult, Route
from neuromem_sync.workspace import route

if TYPE_CHECKING:
    from neuromem_sync.parsers import Parsed

GRAMMAR = "8"
"""Changes when equal bytes begin to give other entries or problems: every index is then made again."""


_PRIMER = b"---\na: 1\n---\n# 2026-01-01\n\n### 09:00 - A\n\n- [[b]] AB12CD34EF56GH78\n\n| a |\n|---|\n| c |\n"
"""A document that needs every slow part at once."""


@dataclass(slots=True)
class _Recent:
    """A document as last parsed, its texts in which no secret was found, and what its last two versions gave."""

    parsed: Parsed
    harmless: set[str]
    given: dict[bytes, tuple[Entry, ...]]
    digest: bytes


@dataclass(frozen=True, slots=True)
class Task:
    """A document to be read: its path, its size in bytes, and the digest of the bytes that are known already."""

    path: str
    size: int
    known: bytes | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a task: `state` as of the read, `reason` if it could not be read; neither if it has vanished.

    `result` is None where the bytes are those that are known; `hint` is what to do about the reason.
    """

    path: str
    state: FileState | None = None
    reason: str | None = None
    hint: str = ""
    result: ParseResult | None = None


class Intake:
    """Parses and redacts. `remember` is how many bytes of recent documents are kept for incremental parsing.

    `allowed` are fingerprints of what is no secret (allowed.py).
    """

    def __init__(self, zone: str, remember: int = 0, *, allowed: Iterable[str] = ()) -> None:
        self.zone = zone
        self.allowed = Allowed(allowed)
        self._remember = remember
        self._held = 0
        self._recent: OrderedDict[str, _Recent] = OrderedDict()

    @property
    def rules(self) -> str:
        """What decides, beside the bytes, which entries a document gives."""
        return f"{GRAMMAR} {self.zone} {self.allowed.digest}".rstrip()

    def prepare(self) -> None:
        """Load now what the first edit would otherwise wait for: parser, YAML, library of secret formats (100 ms)."""
        state = FileState(path="memory/2026-01-01.md", dev=0, ino=0, size=0, mtime_ns=0, ctime_ns=0)
        for data in (_PRIMER, _PRIMER + b"\nMore.\n"):
            self.parse(Content(data=data, state=state))
        self.forget(state.path)

    def take(self, root: Path, task: Task, *, remember: bool = True) -> Taken:
        """Read a document and, if its bytes are new, parse it; `remember` it for its next edit."""
        outcome = stable_read(root, task.path, most=LARGEST)
        if isinstance(outcome, Vanished):
            return Taken(task.path)
        if isinstance(outcome, Unreadable):
            return Taken(task.path, reason=outcome.reason, hint=outcome.hint)
        result = None if outcome.state.digest == task.known else self.parse(outcome, remember=remember)
        return Taken(task.path, state=outcome.state, result=result)

    def parse(self, content: Content, *, remember: bool = True) -> ParseResult:
        """The document's entries, no secret in them; its entries are None if it could not be read as text."""
        path = content.state.path
        before = self.forget(path)
        parsed = self._parse(path, content.data, before)
        result, harmless = parsed.result, before.harmless if before else set()
        if result.entries:
            from neuromem_sync.redact import redact

            entries, secrets = redact(result.entries, route(path), harmless, self.allowed)
            harmless &= {entry.text for entry in result.entries}
            result = replace(result, entries=entries, problems=(*result.problems, *secrets))
        if route(path) is Route.REHEARSAL and result.entries is not None:
            from neuromem_sync.rehearsal import questions

            result = replace(result, problems=(*result.problems, *questions(content.data)[1]))
        if remember:
            digest = content.state.digest
            last = {before.digest: before.given[before.digest]} if before else {}
            self._hold(path, _Recent(parsed, harmless, last | {digest: result.entries or ()}, digest))
        return result

    def given(self, path: str, digest: bytes) -> tuple[Entry, ...] | None:
        """The entries that these bytes gave, if they are remembered."""
        recent = self._recent.get(path)
        return recent.given.get(digest) if recent else None

    def _parse(self, path: str, data: bytes, before: _Recent | None) -> Parsed:
        from neuromem_sync.parsers import Document, parse, reparse

        if before:
            return reparse(before.parsed, data)
        return parse(Document(path=path, data=data, route=route(path), zone=self.zone))

    def _hold(self, path: str, recent: _Recent) -> None:
        self._recent[path] = recent
        self._held += len(recent.parsed.document.data)
        while self._held > self._remember and (len(self._recent) > 1 or not self._remember):
            self.forget(next(iter(self._recent)))

    def forget(self, path: str) -> _Recent | None:
        """Let go of a document; what was held of it."""
        recent = self._recent.pop(path, None)
        if recent:
            self._held -= len(recent.parsed.document.data)
        return recent


class Imagined(Intake):
    """An intake for which every document holds `data`, whatever the disk says."""

    def __init__(self, like: Intake, data: bytes) -> None:
        super().__init__(like.zone, allowed=like.allowed.fingerprints)
        self._data = data

    def take(self, root: Path, task: Task, *, remember: bool = True) -> Taken:
        state = FileState(path=task.path, dev=0, ino=0, size=len(self._data), mtime_ns=0, ctime_ns=0)
        return Taken(task.path, state=state, result=self.parse(Content(data=self._data, state=state), remember=False))
