"""What could be told to an agent that wakes, section by section, the most pressing of each first.

Readings over the index that make excerpts. Fits nothing into a budget (session.py) and judges no health (health.py).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain, zip_longest
from zoneinfo import ZoneInfo

from neuromem_sync.ageing import Reason, Tracked, tracked
from neuromem_sync.answer import Doors
from neuromem_sync.bearings import (
    DECISIONS,
    TASKS,
    brief,
    briefs,
    in_force,
    latest,
    names_of,
    open_tasks,
    tells_of,
)
from neuromem_sync.excerpt import Excerpt
from neuromem_sync.index import entries_of, of_kinds
from neuromem_sync.layers.base import faded
from neuromem_sync.lifecycle import importance
from neuromem_sync.model import Entry, Kind, Layer, Route
from neuromem_sync.sqlite import Reading

LATEST = 24
"""Entries of a stretch of days that are looked at: no budget has room for more of them."""
RECENT_DAYS, RECENT = 14, 150
"""Within which something important is recent, a fortnight as people plan, and how many entries of it are looked at."""
IMPORTANT = 0.55
"""By lifecycle.py: a decision, an error, a person's mark, or an anchor with links. A plain line of a log has .3."""
ELSEWHERE = frozenset((Kind.LOOP, Kind.GOAL, Kind.DECISION, Kind.ERROR, Kind.TASK, Kind.SNAPSHOT))
"""Kinds that have a section of their own."""
IDENTITY = ("identity.md", "soul.md", "user.md", "profile.md")


class Part(StrEnum):
    """The sections by their titles, in the order they are read."""

    WHO = "who you are, and whom you work for"
    TODAY = "today"
    YESTERDAY = "yesterday"
    BEFORE = "before"
    TASKS = TASKS
    LOOPS = "open loops and goals"
    DECISIONS = DECISIONS
    ERRORS = "errors to avoid"
    IMPORTANT = "recent and important"
    LASTING = "true for long"
    HEALTH = "health of this memory"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in POSIX seconds, by the calendar of an agent's zone."""

    now: float
    zone: str

    @property
    def local(self) -> datetime:
        return datetime.fromtimestamp(self.now, ZoneInfo(self.zone))

    def midnight(self, days: int = 0) -> float:
        """When today began, or the day so many days later."""
        day = self.local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        return (day + timedelta(days=days)).timestamp()


def told(doors: Doors, moment: Moment) -> Reading[dict[Part, list[Excerpt]]]:
    """Every section but health."""
    tasks = yield from open_tasks(doors)
    keys = yield from of_kinds((Kind.LOOP, Kind.GOAL, Kind.DECISION, Kind.ERROR))
    held = yield from entries_of(keys)
    decisions = yield from in_force(doors, held)
    errors = [entry for entry in held.values() if entry.kind is Kind.ERROR]
    open_now = tracked(held.values(), moment.now, moment.zone)
    going = names_of(tasks.values())
    today, yesterday, tomorrow = moment.midnight(), moment.midnight(-1), moment.midnight(1)
    return {
        Part.WHO: (yield from _identity()),
        Part.TODAY: (yield from _logged(Part.TODAY, today, tomorrow, going)),
        Part.YESTERDAY: (yield from _logged(Part.YESTERDAY, yesterday, today, going)),
        Part.BEFORE: (yield from _logged(Part.BEFORE, float("-inf"), yesterday, going)),
        Part.TASKS: [*tasks.values(), *(yield from _resume_notes(moment))],
        Part.LOOPS: [said for each in open_now if (said := brief(each.entry, Part.LOOPS, _age(each, moment)))],
        Part.DECISIONS: briefs(Part.DECISIONS, latest(decisions)[:LATEST]),
        Part.ERRORS: briefs(Part.ERRORS, latest(errors)[:LATEST]),
        Part.IMPORTANT: (yield from _important(doors, moment)),
        Part.LASTING: (yield from _lasting()),
    }


def _resume_notes(moment: Moment) -> Reading[list[Excerpt]]:
    """Where the latest session that left a note stood, if that is not long ago or bears no date."""
    rows = yield (
        """SELECT document FROM entries JOIN documents ON documents.id = document
        WHERE kind = ? AND kind NOT IN ('entry', 'statement', 'attribute') AND coalesce(instant, ?) >= ?
        ORDER BY instant DESC, path DESC LIMIT 1""",
        (Kind.SNAPSHOT, moment.now, moment.midnight(-RECENT_DAYS)),
    )
    page = (yield from _page(rows[0][0])) if rows else []
    return briefs(Part.TASKS, (entry for entry in page if entry.kind is Kind.SNAPSHOT))


def _identity() -> Reading[list[Excerpt]]:
    """A line of each page in turn, so that no page keeps another from being read."""
    pages = yield from _pages(Route.PROFILE)
    named = [pages[path] for name in IDENTITY for path in sorted(pages) if path.lower().rpartition("/")[2] == name]
    return briefs(Part.WHO, filter(None, chain.from_iterable(zip_longest(*named))))


def _lasting() -> Reading[list[Excerpt]]:
    pages = yield from _pages(Route.MEMORY)
    return briefs(Part.LASTING, chain.from_iterable(pages[path] for path in sorted(pages)))


def _pages(route: Route) -> Reading[dict[str, list[Entry]]]:
    """The first entries of the documents of a route."""
    pages: dict[str, list[Entry]] = {}
    for document, path in (yield "SELECT id, path FROM documents WHERE route = ?", (route,)):
        pages[path] = yield from _page(document)
    return pages


def _page(document: int) -> Reading[list[Entry]]:
    """The first entries of a document."""
    rows = yield "SELECT key FROM entries WHERE document = ? ORDER BY start LIMIT ?", (document, LATEST)
    entries = yield from entries_of([key for (key,) in rows])
    return sorted(entries.values(), key=lambda entry: entry.source.span.start)


def _logged(part: Part, since: float, until: float, going: Collection[str]) -> Reading[list[Excerpt]]:
    """What a stretch of days has in its logs, or in notes that bear its date as a vault's daily notes do.

    The latest first; what became of tasks that are `going` is told there.
    """
    rows = yield (
        """SELECT key FROM entries WHERE instant >= ? AND instant < ? AND (layer = ? OR kind IN (?, ?))
        ORDER BY instant DESC, document DESC, start DESC LIMIT ?""",
        (since, until, Layer.EPISODIC, Kind.STATEMENT, Kind.OBSERVATION, LATEST),
    )
    entries = yield from entries_of([key for (key,) in rows])
    logged = [each for each in entries.values() if each.kind is not Kind.SNAPSHOT and not tells_of(each, going)]
    return briefs(part, latest(logged))


def _important(doors: Doors, moment: Moment) -> Reading[list[Excerpt]]:
    rows = yield (
        "SELECT key FROM entries WHERE instant >= ? AND instant < ? ORDER BY instant DESC, key DESC LIMIT ?",
        (moment.midnight(-RECENT_DAYS), moment.midnight(1), RECENT),
    )
    entries = yield from entries_of([key for (key,) in rows])
    past = yield from faded(doors.layers, entries)
    others = [entry for key, entry in entries.items() if key not in past and entry.kind not in ELSEWHERE]
    kept = [(entry, importance(entry)) for entry in latest(others)]
    kept.sort(key=lambda each: -each[1])
    return briefs(Part.IMPORTANT, (entry for entry, weight in kept if weight >= IMPORTANT))


def _age(each: Tracked, moment: Moment) -> str:
    """How long it has been so, in days of the calendar."""
    if each.aged:
        days = f"{each.aged.days} day{'s' if each.aged.days != 1 else ''}"
        return f"{each.aged.reason} {'by' if each.aged.reason is Reason.OVERDUE else 'for'} {days}"
    days_open = (moment.local.date() - each.since).days if each.since else None
    rests = "resting, " if each.resting else ""
    if days_open is None:
        return f"{rests}no date"
    return f"{rests}touched {'today' if days_open < 1 else 'yesterday' if days_open == 1 else f'{days_open} days ago'}"
