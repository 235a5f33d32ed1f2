"""A task as the lines of the logs say it stands: the last one counts, by time and then by place.

Reads entries and writes nothing (tasks.py does).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from neuromem_sync.index import entries_of
from neuromem_sync.layers.base import TaskLines
from neuromem_sync.model import Entry, Source, TaskState, entity_key
from neuromem_sync.sqlite import Reading

_KEY = r"(?:::|:\*\*|\*\*:)(?=\s|$)"
_HEAD = re.compile(r"#{1,6}[ \t][^\n]*|[-*+][ \t]+(?:\[.\][ \t]+)?(?:\d{1,2}:\d{2}[ \t]+)?")
_LINE = re.compile(
    rf"(?:^[ \t]*(?:[-*+][ \t]+)?)?(?:\*\*)?\b(?:task|state|progress|how to avoid){_KEY}[^\n]*", re.M | re.I
)
_LABEL = re.compile(rf"^[ \t]*(?:[-*+][ \t]+)?(?:\*\*)?(?:learned|root cause){_KEY}[ \t]*", re.M | re.I)


_STANDS = {
    TaskState.STARTED: "open: started",
    TaskState.PROGRESS: "open: in progress",
    TaskState.PAUSED: "open: paused",
    TaskState.COMPLETED: "over: completed",
    TaskState.ABANDONED: "over: abandoned",
    TaskState.FAILED: "over: failed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task as its lines say it stands, since it was last started.

    `text` is what it was started with, `note` what was said of it last: of a paused one how to go on, of one that is
    over how it ended. `progress` is the last that was told ("50%"), "" if none was or it is completed. `started` and
    `at` are of its first and last entry (ISO 8601, None where undated), `source` is where the last one stands.
    """

    name: str
    text: str
    state: TaskState
    progress: str
    at: str | None
    started: str | None
    source: Source
    note: str

    @property
    def instant(self) -> float:
        """POSIX seconds of its last entry; 0 where that is undated."""
        return datetime.fromisoformat(self.at).timestamp() if self.at else 0.0

    def __str__(self) -> str:
        return f"task {self.name!r} is {_STANDS[self.state]} ({self.source})"


def present(lines: TaskLines, *, everything: bool = False) -> Reading[list[Task]]:
    """How every open task stands, with `everything` also the finished ones; the latest entry first."""
    told = yield from lines.told(everything=everything)
    runs = [_run(each) for each in told.values()]
    entries = yield from entries_of([key for run in runs for key in run])
    found = [_task([entries[key] for key in run]) for run in runs]
    return sorted(found, key=lambda task: (task.instant, str(task.source)), reverse=True)


def one(lines: TaskLines, name: str) -> Reading[tuple[Task | None, dict[int, Source]]]:
    """How the task of that name stands, and where each of the entries is that ever told of it, by key."""
    told = (yield from lines.told(entity_key(name))).get(entity_key(name), [])
    entries = yield from entries_of([key for key, _ in told])
    task = _task([entries[key] for key in _run(told)]) if told else None
    return task, {key: entries[key].source for key, _ in told}


def _run(told: Sequence[tuple[int, bool]]) -> list[int]:
    """The keys since the task was last over; of one that is over, since the time before."""
    start = next((at for at in range(len(told) - 1, 0, -1) if told[at - 1][1]), 0)
    return [key for key, _ in told[start:]]


def _task(run: Sequence[Entry]) -> Task:
    last, said = run[-1], [said_of(each) for each in run]
    state = TaskState.read(last.attributes["state"])
    told = filter(None, (each.attributes.get("progress", "") for each in reversed(run)))
    return Task(
        name=last.attributes["task"],
        text=said[0],
        state=state,
        progress="" if state is TaskState.COMPLETED else next(told, ""),
        at=last.at,
        started=run[0].at,
        source=last.source,
        note=next(filter(None, reversed(said[1:])), ""),
    )


def said_of(entry: Entry) -> str:
    """What an entry says of its task beside its fields; if that is nothing, its title, unless that is the name."""
    below = _LABEL.sub("", _LINE.sub("", _HEAD.sub("", entry.text, count=1)))
    text = "\n".join(line.rstrip() for line in below.split("\n") if line.strip()).strip()
    named = entity_key(entry.title).startswith(entity_key(entry.attributes["task"]))
    return text or ("" if named else entry.title)
