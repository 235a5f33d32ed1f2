"""What a model can do with one agent's memory: each tool of the MCP server, with the words that explain it.

Adds no rule of its own (verbs.py). Recalled text goes out as data: structured, and fenced below its `path:line`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from mcp.types import CallToolResult, TextContent
from pydantic import Field

from neuromem_sync import shapes
from neuromem_sync.context import Context
from neuromem_sync.excerpt import doubts
from neuromem_sync.fence import clean, fence, place
from neuromem_sync.layers.base import Rate
from neuromem_sync.memory import Memory
from neuromem_sync.model import Origin
from neuromem_sync.query import Answer, Freshness, Hit, State
from neuromem_sync.session import Session
from neuromem_sync.shield import Warning as Known
from neuromem_sync.tasks import Recorded

DATA = "Quoted from files, as data:"

Action = Literal["list", "start", "update", "pause", "resume", "complete", "abandon", "fail"]
Limit = Annotated[int, Field(ge=1, le=100, description="At most so many.")]
Budget = Annotated[int | None, Field(ge=100, le=100_000, description="At most so many tokens.")]


class Tools:
    """Each public method is a tool: its name, its docstring and its types are what a model reads."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._zone = ZoneInfo(memory.zone)

    async def recall(
        self,
        query: Annotated[str, Field(description="A question or words. It may name days: last week, in March.")],
        limit: Limit = 10,
        layer: Annotated[
            Literal["working", "episodic", "semantic", "procedural"] | None,
            Field(description="episodic: what happened; semantic: what is so; procedural: decisions, errors, how-tos."),
        ] = None,
        since: Annotated[datetime | None, Field(description="ISO 8601: not before.")] = None,
        until: Annotated[datetime | None, Field(description="ISO 8601: before.")] = None,
        tags: Annotated[list[str], Field(description="Only entries with all of these.")] = [],  # noqa: B006
    ) -> Annotated[CallToolResult, shapes.Entries]:
        """Search the memory. Best matches first, each with its path:line."""
        found = await self._memory.recall(
            query, limit=limit, layer=layer, since=self._instant(since), until=self._instant(until), tags=tags
        )
        return _listed(found, "Nothing found.")

    async def recent(
        self,
        hours: Annotated[float, Field(gt=0, description="How far back.")] = 24,
        limit: Limit = 20,
    ) -> Annotated[CallToolResult, shapes.Entries]:
        """What was written down in the last hours, latest first."""
        found = await self._memory.recent(hours=hours, limit=limit)
        return _listed(found, "Nothing was written down in that time.")

    async def context(self, query: str, budget: Budget = None) -> Annotated[CallToolResult, shapes.Text]:
        """The most useful lines for a question or task within a budget of tokens, open tasks and decisions included."""
        return _prompt(await self._memory.context(query, budget=budget), "Nothing is known of it.")

    async def session(self, budget: Budget = None) -> Annotated[CallToolResult, shapes.Text]:
        """What to know when you begin: who you are, today and yesterday, open tasks, decisions, errors to avoid."""
        return _prompt(await self._memory.session(budget=budget), "Nothing is known yet.")

    async def remember(
        self,
        text: Annotated[str, Field(description="Markdown. A short first line that stands alone becomes its title.")],
        importance: Annotated[float | None, Field(ge=0, le=1)] = None,
        tags: list[str] = [],  # noqa: B006
        to: Annotated[Literal["log", "inbox"], Field(description="inbox: for a person to look at.")] = "log",
    ) -> Annotated[CallToolResult, shapes.Place]:
        """Write something down that shall last, in today's log. It can be recalled at once. No secrets."""
        written = await self._memory.remember(text, importance=importance, tags=tags, to=to)
        told = shapes.place(written)
        return _result("\n".join((f"Written: {written}", *told["problems"])), told)

    async def how(
        self, situation: Annotated[str, Field(description="What is to be done.")], limit: Limit = 5
    ) -> Annotated[CallToolResult, shapes.Practice]:
        """How that is done here: procedures with how often they went well, errors in the like, decisions in force."""
        found = await self._memory.how(situation, limit=limit)
        pieces = [_placed(each.hit, _rate(each.rate)) for each in found.procedures]
        pieces += [_placed(hit) for hit in (*found.errors, *found.decisions)]
        return _result(_quoted(pieces) or "Nothing is known of it.", shapes.practice(found), found.freshness)

    async def outcome(
        self,
        procedure: Annotated[str, Field(description="Its name, or its path:line.")],
        result: Literal["success", "failure"],
        reason: Annotated[str, Field(description="Why it went so.")] = "",
        took: Annotated[str, Field(description='How long: "3m20s".')] = "",
    ) -> Annotated[CallToolResult, shapes.Noted]:
        """Say how a procedure that how told you went: the next one who asks sees how often it does."""
        noted = await self._memory.procedure_record(procedure, result, reason=reason, took=took)
        told = shapes.noted(noted)
        lines = (f"Written: {noted.written}", _rate(noted.procedure.rate), *told["problems"])
        return _result("\n".join(lines), told, noted.freshness)

    async def shield(
        self, plan: Annotated[str, Field(description="The command line or the plan, as it is.")]
    ) -> Annotated[CallToolResult, shapes.Cautions]:
        """Ask before you do it: what failed before or was forbidden, and how to prevent it."""
        found = await self._memory.shield(plan)
        text = _quoted([_caution(each) for each in found.warnings]) or "Nothing is known against it."
        return _result(text, shapes.cautions(found), found.freshness)

    async def related(
        self,
        entity: Annotated[str, Field(description="A name: of a person, a thing, a project.")],
        hops: Annotated[int, Field(ge=1, le=4, description="How far to go.")] = 2,
        limit: Limit = 30,
        to: Annotated[str, Field(description="Another name: the way from one to the other instead.")] = "",
    ) -> Annotated[CallToolResult, shapes.Surroundings]:
        """What is joined to someone or something: stated relations and company, each with its place."""
        if to:
            way = await self._memory.path(entity, to)
            return _joined(shapes.connection(way), "No way is known.", way.freshness)
        found = await self._memory.related(entity, hops=hops, limit=limit)
        return _joined(shapes.surroundings(found), "Nothing is known of it.", found.freshness)

    async def task(
        self,
        action: Annotated[Action, Field(description="list needs no name; start and update take what is done as text.")],
        name: Annotated[str, Field(description="A few words, the same every time.")] = "",
        text: Annotated[
            str,
            Field(description="pause: how to go on; complete: what was learned; abandon, fail: why."),
        ] = "",
        progress: Annotated[str, Field(description='With update: "50%".')] = "",
        avoid: Annotated[str, Field(description="With fail: what prevents it next time.")] = "",
    ) -> Annotated[CallToolResult, shapes.TaskList]:
        """Keep longer work alive over restarts. Each action is a line of today's log; list shows what is open."""
        if action == "list":
            found = await self._memory.tasks()
            return _tasks(shapes.task_list(found), found.freshness)
        recorded = await self._record(action, name, text, progress, avoid)
        return _tasks(shapes.one_task(recorded.task, recorded.freshness), recorded.freshness)

    async def wait(
        self, timeout: Annotated[float, Field(ge=0, le=60, description="Seconds.")] = 10
    ) -> Annotated[CallToolResult, shapes.Waited]:
        """Return when every edit made so far can be recalled. Other tools do so by themselves, but for deletions."""
        found = await self._memory.wait(timeout)
        done = found.state is State.FRESH
        told = shapes.Waited(done=done, freshness=shapes.fresh(found))
        return _result("In step." if done else "Not in step yet.", told, found)

    async def _record(self, action: str, name: str, text: str, progress: str, avoid: str) -> Recorded:
        memory = self._memory
        match action:
            case "start":
                return await memory.task_start(name, text)
            case "update":
                return await memory.task_update(name, text, progress=progress)
            case "pause":
                return await memory.task_pause(name, text)
            case "resume":
                return await memory.task_resume(name)
            case "complete":
                return await memory.task_complete(name, text)
            case "abandon":
                return await memory.task_abandon(name, text)
            case _:
                return await memory.task_fail(name, text, avoid=avoid)

    def _instant(self, moment: datetime | None) -> float | None:
        """POSIX seconds; a time that names no zone is meant in the agent's."""
        if moment is None:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=self._zone)).timestamp()


def refused(text: str) -> CallToolResult:
    """The result of a call that could not be made; `text` says why and what to do."""
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


def _result(text: str, told: Mapping[str, Any], freshness: Freshness | None = None) -> CallToolResult:
    """Text for a model and data for a program; with a freshness the text says what could not be looked at."""
    said = f"{text}{doubts(freshness)}" if freshness else text
    return CallToolResult(content=[TextContent(type="text", text=said)], structured_content=dict(told))


def _prompt(found: Context | Session, otherwise: str) -> CallToolResult:
    """What was made for a prompt: fenced, and with its doubts, unless it says nothing."""
    text, freshness = found.text(), found.freshness
    told = shapes.Text(
        text=text,
        tokens=found.tokens,
        budget=found.budget,
        problems=shapes.told(found.problems),
        freshness=shapes.fresh(freshness),
    )
    faults = _faults(told["problems"])
    return _result(text + faults, told) if text else _result(otherwise + faults, told, freshness)


def _listed(found: Answer, otherwise: str) -> CallToolResult:
    text = _quoted([_placed(hit) for hit in found]) or otherwise
    told = shapes.entries(found)
    return _result(text + _faults(told["problems"]), told, found.freshness)


def _faults(problems: Iterable[str]) -> str:
    """A line for each part of the memory that did not answer."""
    return "".join(f"\n{each}" for each in problems)


def _tasks(told: shapes.TaskList, freshness: Freshness) -> CallToolResult:
    lines = "\n".join(_line(task) for task in told["tasks"])
    return _result(_quoted([_fenced(lines)]) if lines else "No task is open.", told, freshness)


def _joined(told: shapes.Surroundings, otherwise: str, freshness: Freshness) -> CallToolResult:
    near = f" Near it is written: {', '.join(told['similar'])}" if told["similar"] else ""
    return _result((_steps(told) or otherwise + near) + _faults(told["problems"]), told, freshness)


def _steps(told: shapes.Surroundings) -> str:
    lines = "\n".join(f"{each['hops']} {each['step']} ({each['where']})" for each in told["things"])
    return _quoted([_fenced(lines)]) if lines else ""


def _quoted(pieces: Sequence[str]) -> str:
    return "\n\n".join((DATA, *pieces)) if pieces else ""


def _placed(hit: Hit, note: str = "") -> str:
    """`path:line [layer kind] time note`, below it the text in a fence."""
    when = hit.entry.at[:16].replace("T", " ") if hit.entry.at else "undated"
    foreign = ", untrusted" if hit.entry.origin is Origin.UNTRUSTED else ""
    head = f"{place(hit.path, hit.line)} [{hit.layer} {hit.entry.kind}{foreign}] {when}"
    return f"{head}{note and f', {note}'}\n{_fenced(hit.text)}"


def _fenced(text: str) -> str:
    inside = clean(text)
    bar = fence(inside)
    return f"{bar}\n{inside}\n{bar}"


def _caution(known: Known) -> str:
    source = known.entry.source
    prevention = f"\nInstead: {known.prevention}" if known.prevention else ""
    return f"{place(source.path, source.span.line)}\n{_fenced(known.warning + prevention)}"


def _rate(rate: Rate) -> str:
    return f"went well {rate.successes} times, failed {rate.failures} times"


def _line(task: shapes.TaskLine) -> str:
    """`path:line state name (progress): text`."""
    progress = f" ({task['progress']})" if task["progress"] else ""
    said = task["note"] or task["text"]
    return f"{place(task['path'], task['line'])} {task['state']} {task['name']}{progress}{said and f': {said}'}"
