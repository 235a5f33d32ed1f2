"""Writes down what is to be remembered: at the end of today's log, or of the inbox.

Knows where, and what a day begins with. What the Markdown looks like is decided by handwriting.py, how it gets to the
end of a file without harm by append.py.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from neuromem_sync import handwriting, scaffold
from neuromem_sync.allowed import NOTHING, Allowed
from neuromem_sync.append import Appended, unwritable
from neuromem_sync.append import append as append_to
from neuromem_sync.errors import NeuromemError, WorkspaceError
from neuromem_sync.files import Content, Unreadable, create, stable_read
from neuromem_sync.handwriting import inbox_item, log_entry
from neuromem_sync.model import Problem, Route
from neuromem_sync.parsers import Document, parse
from neuromem_sync.parsers.entries import foreign
from neuromem_sync.parsers.reading import zone_in
from neuromem_sync.parsers.regions import find, within
from neuromem_sync.parsers.sections import Section, sections
from neuromem_sync.parsers.words import LOG_FIELDS
from neuromem_sync.redact import hidden, redact
from neuromem_sync.workspace import IGNORE_FILE, Ignore, Workspace, route

LOCK = "append.lock"
INBOX = "mind/INBOX.md"
ATTEMPTS = 5


class Book(StrEnum):
    """Where a text is written down."""

    LOG = "log"
    INBOX = "inbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where the first line of what was appended stands: a path relative to the root, a line from 1.

    `problems` tells what of it the index will not hold: a secret, or all of it where nothing is read.
    """

    path: str
    line: int
    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def remember(
    workspace: Workspace,
    text: str,
    *,
    now: float,
    to: Book = Book.LOG,
    importance: float | None = None,
    tags: Sequence[str] = (),
    allowed: Allowed = NOTHING,
) -> Written:
    """Write a text down in today's log, or as an item of the inbox; `now` in POSIX seconds, `importance` from 0 to 1.

    A secret in it is a person's to write: it is written, and told of unless it is `allowed`. Raises NeuromemError for a
    text, tag or importance that cannot be written, WorkspaceError for a file that cannot; then nothing was.
    """
    at = datetime.fromtimestamp(now, ZoneInfo(workspace.zone))
    if to is Book.INBOX:
        path, markdown = INBOX, inbox_item(text, importance, tags)
    else:
        path = f"memory/{at.date().isoformat()}.md"
        there = _there(workspace, path)
        zoned = zone_in(there) != workspace.zone
        markdown = log_entry(text, at, importance, tags, zoned=zoned, level=_level(there.data))
    written = append(workspace, path, markdown, at.date())
    return replace(written, problems=(*written.problems, *_secrets(written, markdown, workspace.zone, allowed)))


def record(
    workspace: Workspace,
    title: str,
    fields: Mapping[str, str],
    text: str = "",
    *,
    now: float,
    allowed: Allowed = NOTHING,
) -> Written:
    """Write a record down in today's log: its fields (of tasks and outcomes), and a text in which nothing is one.

    Raises NeuromemError for a field that would not be read as it was given, else as `remember` does.
    """
    written = handwriting.record(title, fields, text)
    _require_read(workspace, written, fields, now, allowed)
    return remember(workspace, written, now=now, allowed=allowed)


def _require_read(workspace: Workspace, written: str, fields: Mapping[str, str], now: float, allowed: Allowed) -> None:
    """What counts in a record is read back before it is written: a field no form of Markdown may bend."""
    at = datetime.fromtimestamp(now, ZoneInfo(workspace.zone))
    path = f"memory/{at.date().isoformat()}.md"
    parsed = parse(Document(path, log_entry(written, at).encode(), Route.LOG, workspace.zone)).result
    if parsed.entries is None:
        fault = parsed.problems[0]
        raise NeuromemError(fault.message.removeprefix("not read: "), fault.hint.partition(";")[0])
    found, _ = redact(parsed.entries, Route.LOG, None, allowed)
    read = dict(found[0].attributes) if len(found) == 1 else {}
    bent = [key for key in sorted(LOG_FIELDS) if read.get(key, "") != fields.get(key, "")]
    if bent:
        value = next((value for key, value in fields.items() if key in bent), written)
        hint = "use letters, digits, spaces, - and _"
        raise NeuromemError(f"{hidden(value)!r} cannot stand in a line of the log", hint)


def _there(workspace: Workspace, path: str) -> Document:
    """The log as it stands, empty if there is none."""
    found = stable_read(workspace.root, _spelled(workspace.root, path))
    data = found.data if isinstance(found, Content) else b""
    return Document(path, data, Route.LOG, workspace.zone)


def _level(log: bytes) -> int:
    """The level of a heading that stands below none of those at the end of a log that name the words of others."""
    above: list[Section] = []
    for section in sections(log, 0, 1, []):
        above = [each for each in above if each.level < section.level]
        above.append(section)
    return next((each.level for each in above if each.level and foreign(each.title)), handwriting.LEVEL)


def append(workspace: Workspace, path: str, markdown: str, today: date) -> Written:
    """Put whole lines of Markdown at the end of today's log or the inbox, durably; a missing file is begun first.

    Raises WorkspaceError where the root is gone (never made anew), for a link, for what is no regular file or no text,
    and where there is no room; then nothing is written.
    """
    workspace.require().require_writable()
    path = _spelled(workspace.root, path)
    place = workspace.root / path
    lock = workspace.make_state() / LOCK
    ignored = _is_ignored(workspace.root, path)
    for _ in range(ATTEMPTS):
        _begin(workspace, path, today)
        appended = append_to(place, markdown, lock)
        if not appended.replaced or _holds(workspace.root, path, appended.data):
            return _written(path, appended, ignored)
    raise WorkspaceError(f"{place} was replaced again and again", "is another program saving it all the time?")


def _written(path: str, appended: Appended, ignored: bool) -> Written:
    before, data = appended.before, appended.data
    line = 1 + before.count(b"\n") + data[: len(data) - len(data.lstrip())].count(b"\n")
    if ignored:
        fault = ("ignored", f"{IGNORE_FILE} names this file", "take the line out that does")
    elif _is_open(before):
        fault = ("open", "a fence, a comment or <private> above it was left open", "close it where it should end")
    else:
        return Written(path=path, line=line)
    code, why, hint = fault
    problem = Problem(path=path, line=line, code=code, message=f"it is written, but not read: {why}", hint=hint)
    return Written(path=path, line=line, problems=(problem,))


def _is_ignored(root: Path, path: str) -> bool:
    ignore = Ignore.read(root)
    return not (ignore.accepts_folder(path.partition("/")[0]) and ignore.accepts_file(path))


def _is_open(document: bytes) -> bool:
    """Whether something in a document takes in whatever is written after it."""
    probe, at = document + b"\n# \n", len(document) + 1
    cuts = find(probe).cuts
    return within(at, cuts) or all(section.start != at for section in sections(probe, 0, 1, cuts))


def _spelled(root: Path, path: str) -> str:
    """The path as the folder and the file are spelled there; capital letters make no difference."""
    found = ""
    for part in path.split("/"):
        try:
            names = _names(root / found, part)
        except OSError as error:
            raise unwritable(root / path, error) from error
        found += next((name for name in names if name.lower() == part.lower()), part) + "/"
    return found[:-1]


def _names(folder: Path, wanted: str) -> list[str]:
    """What stands in the folder, unless it is the wanted name itself."""
    return sorted(os.listdir(folder)) if folder.is_dir() and not (folder / wanted).exists() else []


def _begin(workspace: Workspace, path: str, today: date) -> None:
    """Make the file if it is missing: from the workspace's own template of a day, else from ours."""
    root, place = workspace.root, workspace.root / path
    if os.path.realpath(place.parent) != str(place.parent):
        raise WorkspaceError(f"{place.parent} is a link", "put a folder in its place: links are not followed")
    if os.path.lexists(place):
        return
    templates = {name.lower(): template for name, template in scaffold.layout(today).items()}
    template = templates[path.lower()]
    own = stable_read(root, _spelled(root, scaffold.DAY)) if template == scaffold.TEMPLATES / scaffold.DAY else None
    if isinstance(own, Unreadable):
        raise WorkspaceError(f"{own.path} cannot be read: {own.reason}", "mend or remove this template")
    data = own.data if isinstance(own, Content) else template.read_bytes()
    data = data.replace(b"{zone}", workspace.zone.encode()).replace(b"YYYY-MM-DD", today.isoformat().encode())
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(place.parent, error) from error
    create(place, data)


def _holds(root: Path, path: str, data: bytes) -> bool:
    found = stable_read(root, path)
    return isinstance(found, Content) and data.strip() in found.data


def _secrets(written: Written, markdown: str, zone: str, allowed: Allowed) -> tuple[Problem, ...]:
    """What redaction will cut out of these lines."""
    kind = route(written.path)
    parsed = parse(Document(written.path, markdown.encode(), kind, zone)).result
    _, problems = redact(parsed.entries or (), kind, None, allowed)
    return tuple(replace(problem, line=problem.line + written.line - 1) for problem in problems)
