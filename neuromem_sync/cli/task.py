"""`neuromem task`: start, tell of, end and list tasks; each is a line of today's log."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence

import click

from neuromem_sync import agents, tasks
from neuromem_sync.answer import Doors, run_blocking
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import show_doubts, show_written
from neuromem_sync.cli.options import (
    agent_first,
    agent_option,
    agents_and_folders,
    clock,
    doors_of,
    here,
    json_option,
    one_agent,
    user_settings,
)
from neuromem_sync.cli.output import TaskJson, TasksJson, ToldJson
from neuromem_sync.cli.plain import plain_freshness
from neuromem_sync.cli.terminal import emit, line, say, styled
from neuromem_sync.errors import NeuromemError
from neuromem_sync.tasks import Recorded, Task, Tasks
from neuromem_sync.workspace import Workspace

VERBS = {
    "start": "NAME [TEXT]",
    "update": "NAME [50%] [TEXT]",
    "pause": "NAME NOTE",
    "resume": "NAME",
    "complete": "NAME [TEXT]",
    "abandon": "NAME WHY",
    "fail": "NAME WHY",
    "list": "[--all]",
}
OTHER_WORDS = {
    "begin": "start",
    "new": "start",
    "add": "start",
    "progress": "update",
    "continue": "resume",
    "done": "complete",
    "finish": "complete",
    "end": "complete",
    "close": "complete",
    "stop": "abandon",
    "cancel": "abandon",
    "drop": "abandon",
    "ls": "list",
    "show": "list",
}
"""What people type for a verb."""
_TELLING: Mapping[str, Callable[[Doors, str, str], Coroutine[None, None, Recorded]]] = {
    "start": tasks.start,
    "pause": tasks.pause,
    "complete": tasks.complete,
    "abandon": tasks.abandon,
}
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))


@click.command(short_help=COMMANDS["task"])
@agent_option
@json_option(ToldJson, TasksJson)
@click.option("--all", "everything", is_flag=True, help="With list: the finished ones too.")
@click.option("--avoid", default="", metavar="HOW", help="With fail: what prevents it the next time.")
@click.argument("words", nargs=-1, metavar="[AGENT] VERB [NAME] [TEXT…]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, everything: bool, avoid: str, words: tuple[str, ...]) -> int:
    """Keep tasks that survive restarts, as lines of the daily log.

    \b
    start NAME [TEXT]           begin it
    update NAME [50%] [TEXT]    say how far it is
    pause NAME NOTE             lay it aside, with a note on how to go on
    resume NAME                 take it up again: shows the note
    complete NAME [TEXT]        it is done; TEXT is kept as what was learned
    abandon NAME WHY            nobody will go on with it
    fail NAME WHY               it could not be done; WHY is kept as an error pattern
    list                        what is open, the latest first; nothing: exit 1

    A NAME of several words needs quotes.

    \b
    neuromem task ava start build-feature "Implement user auth"
    neuromem task ava update build-feature 50% "Working on JWT"
    neuromem task fail build-feature "Couldn't reproduce" --avoid "ask for a recording"
    neuromem task list --all --json
    """
    workspace, rest = one_agent(agent, words)
    agent_first(agent, words, rest)
    verb, *given = rest or ("list",)
    _require_verb(verb, given)
    if everything and verb != "list":
        raise click.UsageError("--all goes with list")
    if avoid and verb != "fail":
        raise click.UsageError("--avoid goes with fail")
    with doors_of(workspace) as doors:
        if verb == "list":
            return _list(workspace, run_blocking(tasks.tasks(doors, everything=everything)), as_json=as_json)
        recorded = run_blocking(_told(doors, verb, given[0], given[1:], avoid))
    _show_recorded(workspace, recorded, as_json=as_json, noted=verb == "resume")
    return 0


def _require_verb(verb: str, given: Sequence[str]) -> None:
    if verb not in VERBS:
        if given and given[0] in VERBS:
            agents.named(verb, agents.registered(user_settings()), here())
        near = _nearest(verb)
        hint = f"did you mean: neuromem task {near} {VERBS[near]}" if near else f"there are {', '.join(VERBS)}"
        raise NeuromemError(f"{verb!r} is nothing to do with a task", hint)
    if verb == "list" and given:
        raise click.UsageError("list takes no words")
    if verb == "resume" and len(given) > 1:
        raise click.UsageError("resume takes a NAME and nothing else: put a name of several words in quotes")
    if verb != "list" and not given:
        raise NeuromemError("which task?", f"name it: neuromem task {verb} {VERBS[verb]}")


def _nearest(word: str) -> str:
    """The verb that is meant by a word that is none, or ""."""
    from difflib import get_close_matches

    return OTHER_WORDS.get(word) or next(iter(get_close_matches(word, VERBS, 1, 0.6)), "")


def _told(doors: Doors, verb: str, name: str, said: Sequence[str], avoid: str) -> Coroutine[None, None, Recorded]:
    text = " ".join(said)
    if verb == "update":
        if len(said) == 1 and said[0].isdigit():
            return tasks.update(doors, name, progress=f"{said[0]}%")
        progress = said[0] if said and said[0].endswith("%") else ""
        return tasks.update(doors, name, " ".join(said[bool(progress) :]), progress=progress)
    if verb == "fail":
        return tasks.fail(doors, name, text, avoid=avoid)
    if verb == "resume":
        return tasks.resume(doors, name)
    return _TELLING[verb](doors, name, text)


def _list(workspace: Workspace, found: Tasks, *, as_json: bool) -> int:
    if as_json:
        plain = [_plain(task) for task in found]
        emit(TasksJson(agent=workspace.agent, tasks=plain, freshness=plain_freshness(found.freshness)))
        return 0 if found.tasks else 1
    for task in found:
        _show(task, f"{task.source}", _age(task))
        _show_said(task)
    if not found.tasks:
        say("no task is open", err=True)
    show_doubts(found.freshness)
    return 0 if found.tasks else 1


def _show_recorded(workspace: Workspace, recorded: Recorded, *, as_json: bool, noted: bool) -> None:
    written, task = recorded.written, recorded.task
    if as_json:
        meanwhile = [str(source) for source in recorded.meanwhile]
        emit(
            ToldJson(
                agent=workspace.agent, path=written.path, line=written.line, task=_plain(task), meanwhile=meanwhile
            )
        )
    else:
        _show(task, str(written))
        if noted:
            _show_said(task)
    for source in recorded.meanwhile:
        say(f"{source}: another wrote of this task at the same time: see what holds", "warn", err=True)
    show_written(written)


def _show(task: Task, place: str, age: str = "") -> None:
    state = f"[{task.state}{' ' if task.progress else ''}{task.progress}]"
    line(
        styled(place, "strong"),
        styled(state, "faint"),
        styled(task.name, "plain"),
        styled(age, "faint"),
    )


def _show_said(task: Task) -> None:
    for text in task.text.splitlines():
        say(f"  {text}", "faint")
    for text in task.note.splitlines():
        say(f"  > {text}")


def _age(task: Task) -> str:
    """How long ago its last entry was: `5 min ago`."""
    if not task.at:
        return ""
    seconds = clock().now() - task.instant
    found = next(((seconds // unit, name) for unit, name in _UNITS if seconds >= unit), None)
    return f"{found[0]:.0f} {found[1]} ago" if found else "now"


def _plain(task: Task) -> TaskJson:
    return TaskJson(
        name=task.name,
        text=task.text,
        state=task.state.value,
        progress=task.progress,
        at=task.at,
        started=task.started,
        path=task.source.path,
        line=task.source.span.line,
        note=task.note,
    )
