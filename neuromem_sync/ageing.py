"""What is open and was left lying: overdue, blocked too long, untouched, left over from an earlier day.

Reads the index and edits nothing: whether a thing is done is its owner's to say. What bears no date has no age.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from neuromem_sync import index
from neuromem_sync.model import Entry, Kind, Layer, Source, Span, entity_key
from neuromem_sync.sqlite import Reading

STALE_DAYS = 2
BLOCKED_DAYS = 7
TASK_DAYS = 30
"""Days for which an open task of a log is called left over; an older one was dropped without a word."""

OVER = frozenset((
    "done", "closed", "completed", "complete", "resolved", "cancelled", "canceled", "abandoned", "dropped", "failed",
    "archived", "shipped",
))  # fmt: skip
RESTING = frozenset((
    "paused", "hold", "later", "someday", "backlog", "ideas", "future", "forwarded", "scheduled",
))  # fmt: skip
"""Words of a state or a section for what nobody expects to move now: it can be overdue, not stale."""
SORTED = frozenset(("goals", "loops", "projects", "tasks", "items", "on"))
"""Words that stand beside one of those in the title of a section that sorts: `Completed goals`, `On hold`."""
TOUCHED = ("last_touch", "last_touched", "last_update", "last_updated", "updated", "touched")
OPENED = ("opened", "started", "created", "since")
DUE = ("due", "due_date", "deadline", "target", "target_date", "by")
NEXT = ("next_action", "next", "next_step", "unblock_condition")

_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_DUE_IN_TITLE = re.compile(r"(?:📅|\b(?:due|by|deadline)\b:?)\s*(\d{4}-\d{1,2}-\d{1,2})", re.I)
_OPEN_ITEM = re.compile(r"^[ \t]*[-*+][ \t]+\[ \][ \t]+(?P<text>\S.*)$", re.M)
_WORD = re.compile(r"[^\W\d_]+")


class Reason(StrEnum):
    """Why it is shown, the most pressing first."""

    OVERDUE = "overdue"
    BLOCKED = "blocked"
    STALE = "stale"
    LEFT_OVER = "left over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """An open thing, how many `days` it has been so (since the day `since`), and what its file says is `next`."""

    source: Source
    kind: Kind
    title: str
    reason: Reason
    since: date
    days: int
    next: str = ""

    def __str__(self) -> str:
        return f"{self.source}: {self.title}: {self.reason} since {self.since}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """A loop or goal that is not over: the day its age counts from, if one is written, and what presses, if anything.

    `resting`: nobody expects it to move now.
    """

    entry: Entry
    since: date | None
    aged: Aged | None
    resting: bool


@dataclass(frozen=True, slots=True)
class _Open:
    """A thing as its last line says it is. `key` names it across lines and documents."""

    key: str
    entry: Entry
    source: Source
    title: str
    over: bool
    day: date | None


def ageing(
    now: float,
    zone: str,
    *,
    stale_days: int = STALE_DAYS,
    blocked_days: int = BLOCKED_DAYS,
    task_days: int = TASK_DAYS,
) -> Reading[list[Aged]]:
    """What has aged by the calendar of `zone` (an IANA name) at `now` (POSIX seconds): most pressing, oldest first.

    An open task that a later line calls done, or that stands in today's log again, is not left over.
    """
    local = ZoneInfo(zone)
    today = datetime.fromtimestamp(now, local).date()
    entries = yield from _entries(now - (task_days + 1) * 86400)
    things = [thing for entry in entries for thing in _things(entry, local)]
    limits = {Reason.OVERDUE: 1, Reason.BLOCKED: blocked_days, Reason.STALE: stale_days, Reason.LEFT_OVER: 1}
    found = [aged for thing in _last(things) for aged in _aged(thing, today, limits, task_days)]
    order = list(Reason)
    found.sort(key=lambda each: (order.index(each.reason), -each.days, each.source.path, each.source.span.line))
    return found


def tracked(entries: Iterable[Entry], now: float, zone: str) -> list[Tracked]:
    """Of these entries the loops and goals that are open, as their latest lines say: what presses first, then what
    moved last.
    """
    local = ZoneInfo(zone)
    today = datetime.fromtimestamp(now, local).date()
    limits = {Reason.OVERDUE: 1, Reason.BLOCKED: BLOCKED_DAYS, Reason.STALE: STALE_DAYS}
    things = [thing for entry in entries if entry.kind in (Kind.LOOP, Kind.GOAL) for thing in _things(entry, local)]
    found = [_tracked(thing, today, limits) for thing in _last(things) if not thing.over]
    order = list(Reason)
    found.sort(
        key=lambda each: (
            order.index(each.aged.reason) if each.aged else len(order) + each.resting,
            -each.aged.days if each.aged else -(each.since or date.min).toordinal(),
            each.entry.source.path,
            each.entry.source.span.line,
        )
    )
    return found


def _tracked(thing: _Open, today: date, limits: Mapping[Reason, int]) -> Tracked:
    return Tracked(
        entry=thing.entry,
        since=_touched(thing),
        aged=next(_aged(thing, today, limits, TASK_DAYS), None),
        resting=not RESTING.isdisjoint(_said(thing.entry)),
    )


def _entries(since: float) -> Reading[list[Entry]]:
    rows = yield (
        """SELECT key FROM entries WHERE kind IN ('loop', 'goal', 'project')
            AND kind NOT IN ('entry', 'statement', 'attribute')
        UNION SELECT key FROM entries WHERE instant >= ?
        AND (kind = 'task' OR (kind = 'error' AND text LIKE '%task::%') OR text LIKE '%[ ] %')""",
        (since,),
    )
    found = yield from index.entries_of([key for (key,) in rows])
    return [found[key] for key in sorted(found)]


def _things(entry: Entry, zone: ZoneInfo) -> Iterator[_Open]:
    """What an entry tells of: itself, or the open items of a check-list inside it."""
    day = datetime.fromtimestamp(entry.instant, zone).date() if entry.instant is not None else None
    failed = entry.kind is Kind.ERROR and "task" in entry.attributes
    if failed or entry.kind in (Kind.LOOP, Kind.GOAL, Kind.PROJECT, Kind.TASK):
        name = entry.attributes.get("task", entry.title)
        kind = Kind.TASK if failed else entry.kind
        yield _Open(f"{kind} {_name(name)}", entry, entry.source, name, _is_over(entry), day)
        return
    if entry.layer is Layer.EPISODIC:
        for item in _OPEN_ITEM.finditer(entry.text):
            line = entry.source.span.line + entry.text.count("\n", 0, item.start())
            span = Span(start=entry.source.span.start, end=entry.source.span.end, line=line, end_line=line)
            title = item["text"].rstrip()
            place = Source(path=entry.source.path, span=span)
            yield _Open(f"{Kind.TASK} {_name(title)}", entry, place, title, False, day)


def _last(things: Iterable[_Open]) -> list[_Open]:
    """Of lines that name the same thing the latest, and of equally late ones the one that ends it."""
    last: dict[str, _Open] = {}
    for thing in sorted(things, key=_lateness):
        last[thing.key] = thing
    return list(last.values())


def _lateness(thing: _Open) -> tuple[float, bool, str, int]:
    day = max(filter(None, (_touched(thing), thing.day)), default=date.min)
    told = thing.entry.kind in (Kind.TASK, Kind.ERROR)
    at = thing.entry.instant if told and thing.entry.instant is not None else 0.0
    return day.toordinal() * 1e10 + at, thing.over, thing.source.path, thing.source.span.line


def _aged(thing: _Open, today: date, limits: Mapping[Reason, int], task_days: int) -> Iterator[Aged]:
    """The most pressing reason to show it, if there is any."""
    if thing.over:
        return
    for reason, since in _reasons(thing):
        days = (today - since).days if since else 0
        if since and days >= limits[reason] and not (reason is Reason.LEFT_OVER and days > task_days):
            kind = thing.entry.kind if thing.entry.kind is not Kind.ENTRY else Kind.TASK
            step = _first(thing.entry.attributes, NEXT)
            yield Aged(
                source=thing.source, kind=kind, title=thing.title, reason=reason, since=since, days=days, next=step
            )
            return


def _reasons(thing: _Open) -> Iterator[tuple[Reason, date | None]]:
    """What could be said of it, most pressing first, each with the day it counts from."""
    facts = thing.entry.attributes
    yield Reason.OVERDUE, _due(thing)
    if facts.get("state") == "blocked" or "blocked_since" in facts or "blocked" in _words(facts.get("status", "")):
        yield Reason.BLOCKED, _day(_first(facts, ("blocked_since",))) or _touched(thing)
    elif thing.entry.kind in (Kind.LOOP, Kind.GOAL) and RESTING.isdisjoint(_said(thing.entry)):
        yield Reason.STALE, _touched(thing)
    elif thing.key.startswith(Kind.TASK):
        yield Reason.LEFT_OVER, thing.day


def _due(thing: _Open) -> date | None:
    written = _DUE_IN_TITLE.search(thing.title)
    return _day(_first(thing.entry.attributes, DUE)) or (_day(written[1]) if written else None)


def _touched(thing: _Open) -> date | None:
    facts = thing.entry.attributes
    return _day(_first(facts, TOUCHED)) or _day(_first(facts, OPENED)) or thing.day


def _is_over(entry: Entry) -> bool:
    return not OVER.isdisjoint(_said(entry))


def _said(entry: Entry) -> frozenset[str]:
    """The words of its state, and the section it stands in when that sorts what is tracked."""
    facts = entry.attributes
    said = _words(facts.get("state", "")) | _words(facts.get("status", ""))
    section = _words(entry.heading[-1]) if entry.heading and entry.kind is not Kind.TASK else frozenset()
    return said | (section if section <= OVER | RESTING | SORTED else frozenset())


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _name(title: str) -> str:
    """A title to compare by: without dates and the signs around them."""
    return entity_key(_DATE.sub("", _DUE_IN_TITLE.sub("", title)).strip(" ()[].,;:"))


def _first(facts: Mapping[str, str], names: Sequence[str]) -> str:
    return next((facts[name] for name in names if facts.get(name)), "")


def _day(written: str) -> date | None:
    found = _DATE.search(written)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
