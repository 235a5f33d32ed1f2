"""Tasks that survive restarts: lines of the daily log, of which the last one says how a task stands.

Writes through logbook.py and keeps nothing of its own: with the state lost, or a line edited by hand, what the files
say is what is so. Decides nothing about what Markdown such a line is (handwriting.py) or becomes (parsers).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING

from neuromem_sync.allowed import NOTHING, Allowed
from neuromem_sync.answer import Doors
from neuromem_sync.errors import NeuromemError
from neuromem_sync.model import Source, TaskState, entity_key
from neuromem_sync.query import Freshness, State
from neuromem_sync.task import Task, one, present
from neuromem_sync.workspace import Workspace

if TYPE_CHECKING:
    from neuromem_sync.logbook import Written

__all__ = [
    "Recorded",
    "Task",
    "TaskState",
    "Tasks",
    "abandon",
    "complete",
    "fail",
    "pause",
    "present",
    "record",
    "resume",
    "start",
    "tasks",
    "update",
]

LONGEST_NAME = 60
"""Characters, so that the name and what happened fit into a heading (handwriting.LONGEST_TITLE)."""

_LABELS = {TaskState.COMPLETED: "learned", TaskState.FAILED: "root cause"}
"""The field that the first line of a text is, so that it becomes a lesson, or an error pattern."""
_PROGRESS = re.compile(r"(?:100|\d{1,2})(?:[.,]\d+)?\s?%")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """Tasks, the latest entry first."""

    tasks: tuple[Task, ...]
    freshness: Freshness

    def __iter__(self) -> Iterator[Task]:
        return iter(self.tasks)

    def __len__(self) -> int:
        return len(self.tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The task after what was just written, and where that stands.

    `meanwhile` are entries of this task that others wrote between our look and our line: they may contradict it.
    """

    task: Task
    written: Written
    freshness: Freshness
    meanwhile: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """One task as it was found: how it stands, if there is any such, and the keys of all that tells of it."""

    task: Task | None
    told: dict[int, Source]
    freshness: Freshness


async def tasks(doors: Doors, *, everything: bool = False) -> Tasks:
    """The open tasks, with `everything` also the finished ones, as of now."""
    freshness = await doors.prove()
    return Tasks(tasks=tuple(await doors.read(present(doors.tasks, everything=everything))), freshness=freshness)


async def start(doors: Doors, name: str, text: str = "") -> Recorded:
    """Begin a task. Raises NeuromemError if one of that name is open, or for a name no line of a log can hold."""
    return await _told(doors, name, TaskState.STARTED, text)


async def update(doors: Doors, name: str, text: str = "", *, progress: str = "") -> Recorded:
    """Say how far an open task is: `progress` like "50%", or what was done, or both."""
    if progress and not _PROGRESS.fullmatch(progress):
        raise NeuromemError(f"{progress!r} is no progress", "write it from 0% to 100%")
    if not progress and not text.strip():
        raise NeuromemError("nothing to tell of it", f"say how far it is: {_typed(doors, 'update', name)} 50%")
    return await _told(doors, name, TaskState.PROGRESS, text, progress=progress)


async def pause(doors: Doors, name: str, note: str) -> Recorded:
    """Lay an open task aside, with a note on how to go on."""
    _require(note, "say how to go on", f"{_typed(doors, 'pause', name)} NOTE")
    return await _told(doors, name, TaskState.PAUSED, note)


async def resume(doors: Doors, name: str) -> Recorded:
    """Take an open task up again; `task.note` of what is given is what was said of it last."""
    return await _told(doors, name, TaskState.PROGRESS, event="resumed")


async def complete(doors: Doors, name: str, text: str = "") -> Recorded:
    """End a task that is done; the first line of `text` is written as what was learned."""
    return await _told(doors, name, TaskState.COMPLETED, text)


async def abandon(doors: Doors, name: str, why: str) -> Recorded:
    """End a task that nobody will go on with."""
    _require(why, "say why", f"{_typed(doors, 'abandon', name)} WHY")
    return await _told(doors, name, TaskState.ABANDONED, why)


async def fail(doors: Doors, name: str, why: str, *, avoid: str = "") -> Recorded:
    """End a task that could not be done: an error pattern, of the cause `why` and with `avoid` what prevents it."""
    _require(why, "say why", f"{_typed(doors, 'fail', name)} WHY")
    return await _told(doors, name, TaskState.FAILED, why, avoid=avoid)


def record(
    workspace: Workspace,
    now: float,
    *,
    name: str,
    state: TaskState,
    text: str = "",
    progress: str = "",
    avoid: str = "",
    event: str = "",
    allowed: Allowed = NOTHING,
) -> Written:
    """Write an entry of a task into today's log, however the task stands. `now` in POSIX seconds.

    Its heading says `event`, else the progress, else the state. Of one that is completed the first line of `text` is
    what was learned, of one that failed the root cause, and `avoid` what prevents it.
    Raises NeuromemError for a name that would not be read as it was given, and as `logbook.remember` does.
    """
    # all parsers and detectors: 30 ms that who only asks does not need
    from neuromem_sync import logbook

    fields = {"task": _plain(name), "state": state.value, "progress": progress.replace(" ", "")}
    if state in _LABELS:
        first, _, text = text.strip().partition("\n")
        fields |= {_LABELS[state]: first.strip(), "how to avoid": _plain(avoid)}
    return logbook.record(
        workspace, f"{_plain(name)}: {event or progress or state}", fields, text, now=now, allowed=allowed
    )


async def _told(doors: Doors, name: str, state: TaskState, text: str = "", **more: str) -> Recorded:
    """Look how the task stands, write the entry if that fits, and look again.

    Between the first look and the write others may write too: no line of theirs is lost or changed, the later one
    counts, and `meanwhile` names them.
    """
    seen = await _look(doors, name)
    if seen.task is None and state is not TaskState.STARTED:
        raise _unknown(doors, name, list(await doors.read(doors.tasks.told())))
    _require_fits(doors, name, state, seen.task)
    same = name if seen.task is None or seen.task.state.over else seen.task.name

    def writing(workspace: Workspace, now: float) -> Written:
        _require_last(seen.task, now)
        allowed = Allowed(doors.settings.redact.allow)
        return record(workspace, now, name=same, state=state, text=text, allowed=allowed, **more)

    written = await doors.write(writing)
    return _recorded(name, written, seen, await _look(doors, name, written))


async def _look(doors: Doors, name: str, written: Written | None = None) -> _Seen:
    """Raises NeuromemError if the files cannot be looked at: a state that is not known is not built upon."""
    freshness = await doors.prove()
    if freshness.state is not State.FRESH:
        done = f"{written}: it is written, but" if written else "nothing is written:"
        hint = f"see what is wrong: neuromem health {doors.workspace.spoken}"
        raise NeuromemError(f"{done} how tasks stand is not known ({freshness.reason or freshness.state})", hint)
    task, told = await doors.read(one(doors.tasks, name))
    doubtful = sorted({source.path for source in told.values()}.intersection(freshness.unverified))
    if doubtful and written is None:
        why = f"how task {name!r} stands is not known, as {doubtful[0]} cannot be read"
        raise NeuromemError(f"nothing is written: {why}", f"see why: neuromem problems {doors.workspace.spoken}")
    return _Seen(task, told, freshness)


def _recorded(name: str, written: Written, before: _Seen, after: _Seen) -> Recorded:
    new = [source for key, source in after.told.items() if key not in before.told]
    # Nearest, not equal: an editor may have put lines above ours since.
    here = sorted(
        (each for each in new if each.path == written.path), key=lambda each: abs(each.span.line - written.line)
    )
    if after.task is None or not here:
        problem = written.problems[0] if written.problems else None
        why = problem.message if problem else "it is written, but not read"
        hint = problem.hint if problem else "see what is wrong: neuromem problems"
        raise NeuromemError(f"{written}: {why}, so task {name!r} stands as before", hint)
    others = tuple(source for source in new if source is not here[0])
    return Recorded(task=after.task, written=written, freshness=after.freshness, meanwhile=others)


def _require(text: str, what: str, hint: str) -> None:
    if not text.strip():
        raise NeuromemError(what, hint)


def _require_name(name: str) -> None:
    if not _plain(name):
        raise NeuromemError("which task?", "give it a name: neuromem task start NAME TEXT")
    if len(_plain(name)) > LONGEST_NAME:
        raise NeuromemError(
            f"a name of {len(_plain(name))} characters is too long", f"at most {LONGEST_NAME}; say the rest as its TEXT"
        )


def _require_fits(doors: Doors, name: str, state: TaskState, task: Task | None) -> None:
    """From what is open every way leads, to what is over or unknown only a start. A second start would hide the first.

    A paused task need not be resumed to be gone on with.
    """
    if state is TaskState.STARTED:
        _require_name(name)
        if task and not task.state.over:
            on, over = (_typed(doors, verb, task.name) for verb in ("resume", "complete"))
            raise NeuromemError(str(task), f"go on: {on}, or end it: {over} TEXT")
    elif task and task.state.over:
        raise NeuromemError(str(task), f"to do it again: {_typed(doors, 'start', task.name)} TEXT")


def _require_last(task: Task | None, now: float) -> None:
    """A line of now, which tells the minute, must be the last one to count."""
    if task and task.at and task.instant > now - now % 60:
        raise NeuromemError(
            f"the last entry of task {task.name!r} is of a later time, {task.at[:16].replace('T', ' ')}",
            f"correct it in {task.source}: until then nothing you say counts",
        )


def _unknown(doors: Doors, name: str, known: Sequence[str]) -> NeuromemError:
    from difflib import get_close_matches

    near = get_close_matches(entity_key(name), known, 1, 0.6)
    hint = f"did you mean {quote(near[0])}?" if near else f"to begin it: {_typed(doors, 'start', _plain(name))} TEXT"
    return NeuromemError(f"there is no task {name!r}", hint)


def _typed(doors: Doors, verb: str, name: str) -> str:
    """What is typed to tell of a task; with its agent, for whoever has several has to say which."""
    return f"neuromem task {doors.workspace.spoken} {verb} {quote(name)}"


def _plain(name: str) -> str:
    return " ".join(name.split())
