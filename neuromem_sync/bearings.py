"""What has to be borne in mind whatever is asked: open tasks with how to go on, and decisions that hold.

Readings over the index that make excerpts. Fits nothing into a budget (quota.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from neuromem_sync.answer import Doors
from neuromem_sync.excerpt import Excerpt, excerpt
from neuromem_sync.index import entries_of
from neuromem_sync.layers.base import faded
from neuromem_sync.model import Entry, Kind, TaskState, entity_key
from neuromem_sync.sqlite import Reading
from neuromem_sync.tasks import Task, present

TASKS = "open tasks"
DECISIONS = "decisions in force"
LINES, CHARACTERS = 3, 240
"""Of an entry that was not asked for: its heading and what it comes down to. Its place leads to the rest."""
NAMED = 80
"""Characters of what a task was started with, beside how it stands."""
MOST = 20
"""Open tasks that are looked at, the latest: no budget has room for more of them."""
ENDED = frozenset(("superseded", "reversed", "rejected", "withdrawn", "obsolete", "deprecated"))
"""Words of a decision's status that end it, whatever other decisions say."""

_FIELD = re.compile(r"\W*(?:task|state|progress|tags?)(?:::|:\*\*|\*\*:)", re.I)
_TELLING = re.compile(
    r"\W*(?:decision|how to avoid|prevention|lesson|learned|instead|next|stands at|do not forget)\b", re.I
)
_REASON = re.compile(r"\W*(?:rationale|root cause|why|because)\b", re.I)
_WORD = re.compile(r"[^\W\d_]+")


def brief(entry: Entry, why: str, note: str = "") -> Excerpt | None:
    """An entry that was not asked for: its first line, and those that say what it comes down to."""
    return excerpt(
        entry, why, note=note, most=LINES, longest=CHARACTERS, worths=lambda texts: [_worth(text) for text in texts]
    )


def open_tasks(doors: Doors) -> Reading[dict[int, Excerpt]]:
    """The last entry of every open task, by its key, and what else is known of the task; the latest first."""
    found: dict[int, Excerpt] = {}
    for task in (yield from present(doors.tasks))[:MOST]:
        rows = yield (
            "SELECT key FROM entries WHERE document = (SELECT id FROM documents WHERE path = ?) AND start = ?",
            (task.source.path, task.source.span.start),
        )
        entries = yield from entries_of([key for (key,) in rows])
        found |= {key: told for key, entry in entries.items() if (told := brief(entry, TASKS, _standing(task)))}
    return found


def in_force(doors: Doors, entries: Mapping[int, Entry]) -> Reading[list[Entry]]:
    """Of these entries the decisions that hold, in their order."""
    decisions = {key: entry for key, entry in entries.items() if entry.kind is Kind.DECISION}
    past = yield from faded(doors.layers, decisions)
    return [entry for key, entry in decisions.items() if key not in past and not _is_ended(entry)]


def recent_decisions(since: float, until: float) -> Reading[dict[int, Entry]]:
    """Decisions of a stretch of time in POSIX seconds, half-open, in force or not."""
    rows = yield (
        "SELECT key FROM entries WHERE instant >= ? AND instant < ? AND kind = ?",
        (since, until, Kind.DECISION),
    )
    return (yield from entries_of([key for (key,) in rows]))


def is_field(text: str) -> bool:
    """Whether a line says of a task what is known without it: its name, its state."""
    return _FIELD.match(text) is not None


def tells_of(entry: Entry, tasks: Collection[str]) -> bool:
    """Whether an entry is of one of these tasks, by their canonical names."""
    return entry.kind is Kind.TASK and entity_key(entry.attributes.get("task", "")) in tasks


def names_of(tasks: Iterable[Excerpt]) -> frozenset[str]:
    """The canonical names of tasks."""
    return frozenset(entity_key(each.entry.attributes.get("task", "")) for each in tasks)


def briefs(why: str, entries: Iterable[Entry]) -> list[Excerpt]:
    return [told for entry in entries if (told := brief(entry, why))]


def latest(entries: Iterable[Entry]) -> list[Entry]:
    """Undated ones last; of one document's the later line first, since people write at the end."""
    return sorted(
        entries, key=lambda entry: (entry.instant or 0.0, entry.source.path, entry.source.span.line), reverse=True
    )


def _standing(task: Task) -> str:
    stands = [f"{task.state}{task.progress and f' {task.progress}'}"]
    stands += [f"since {date.fromisoformat(task.started[:10])}"] if task.started else []
    named = " ".join(task.text.split())[:NAMED]
    known = task.state is TaskState.STARTED or not named
    return ", ".join(stands) + ("" if known else f": {named}")


def _worth(text: str) -> float:
    return -1.0 if is_field(text) else 1.0 if _TELLING.match(text) else 0.5 if _REASON.match(text) else 0.0


def _is_ended(entry: Entry) -> bool:
    status = f"{entry.attributes.get('status', '')} {entry.attributes.get('state', '')}"
    return not ENDED.isdisjoint(_WORD.findall(status.casefold()))
