"""What can be asked of a memory and told to it: every verb of the Python API, written once, over any doors.

Adds no rule of its own: each verb is one call of the subject it is about. How a verb is waited for is for memory.py,
where it is awaited, and blocking.py, where it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from neuromem_sync import answer
from neuromem_sync.allowed import Allowed
from neuromem_sync.answer import Counts, Doors
from neuromem_sync.model import Layer
from neuromem_sync.query import Answer, Freshness, Query
from neuromem_sync.workspace import Workspace

if TYPE_CHECKING:
    from neuromem_sync.context import Context
    from neuromem_sync.logbook import Book, Written
    from neuromem_sync.page import Page
    from neuromem_sync.procedures import How, Noted
    from neuromem_sync.related import Related
    from neuromem_sync.session import Session
    from neuromem_sync.shield import Shielded
    from neuromem_sync.tasks import Recorded, Tasks
    from neuromem_sync.way import Way

HOUR = 3600.0


class Verbs:
    """The verbs of one agent's memory. Every verb may raise NeuromemError, which says what to do.

    All but `remember` and `store_interaction` prove first that what was written to any file before the call is known.
    Results that are more than a text or paths tell in `freshness` how far that was possible.
    """

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    @property
    def agent(self) -> str:
        """Whose memory this is."""
        return self._doors.workspace.agent

    @property
    def zone(self) -> str:
        """The IANA name of the zone in which times without one are meant."""
        return self._doors.workspace.zone

    async def recall(
        self,
        text: str = "",
        *,
        limit: int | None = None,
        layer: Layer | str | None = None,
        since: float | None = None,
        until: float | None = None,
        tags: Sequence[str] = (),
        stale_ok: bool = False,
    ) -> Answer:
        """The entries that answer `text`, best first; without it the most recent ones.

        `since` and `until` are POSIX seconds, half-open. `layer` keeps to one layer, `tags` to entries with them all.
        With `stale_ok` the files are not looked at, and the answer says so.
        """
        query = self._query(text, limit=limit, layer=layer, since=since, until=until, tags=tags)
        return await answer.ask(self._doors, query, stale_ok=stale_ok)

    async def recent(self, *, hours: float = 24, limit: int = 20) -> Answer:
        """The dated entries of the last hours by their own time, latest first."""
        from neuromem_sync import browse

        return await browse.recent(self._doors, since=self._now() - hours * HOUR, limit=limit)

    async def context(self, text: str, *, budget: int | None = None) -> Context:
        """The most useful lines for `text` in at most `budget` tokens (session.tokens); `.text()` is for a prompt."""
        from neuromem_sync.context import context

        return await context(self._doors, self._query(text), budget=self._budget(budget))

    async def get_context_for_message(self, message: str, *, budget: int | None = None) -> str:
        """What to put before a message to a model, at most `budget` tokens; "" if nothing is known."""
        return (await self.context(message, budget=budget)).text()

    async def session(self, *, budget: int | None = None) -> Session:
        """What an agent reads when it wakes, in at most `budget` tokens (session.tokens); `.text()` is for a prompt."""
        from neuromem_sync.session import session

        return await session(self._doors, budget=self._budget(budget))

    async def remember(
        self, text: str, *, importance: float | None = None, tags: Sequence[str] = (), to: Book | str = "log"
    ) -> Written:
        """Write `text` at the end of today's log (`to="log"`) or of the inbox (`to="inbox"`), as a person would have.

        `importance` is from 0 to 1. Gives `path` and `line` of what was written; when this returns it is on the disk,
        and the next `recall` finds it. `problems` tells of secrets, which are written but never indexed.
        Raises NeuromemError for a text, tag or importance that cannot be written, WorkspaceError for a file.
        """

        def write(workspace: Workspace, now: float) -> Written:
            # all parsers and detectors: 30 ms that who only asks does not need
            from neuromem_sync.logbook import Book, remember

            return remember(
                workspace, text, now=now, to=Book(to), importance=importance, tags=tags, allowed=self._allowed()
            )

        return await self._doors.write(write)

    async def store_interaction(self, question: str, answer: str) -> Written:
        """Write a question and its answer down in today's log, quoted: recall finds them, no night learns from them."""

        def write(workspace: Workspace, now: float) -> Written:
            from neuromem_sync import conversation

            return conversation.store(workspace, question, answer, now=now, allowed=self._allowed())

        return await self._doors.write(write)

    async def related(self, entity: str, *, hops: int = 2, limit: int = 30) -> Related:
        """What is known around a thing that is named: its attributes, and the things within 1 to 4 hops of it."""
        from neuromem_sync.related import related

        return await related(self._doors, entity, hops=hops, limit=limit)

    async def path(self, start: str, goal: str) -> Way:
        """A shortest way from one thing to another, each step with the entries that say so."""
        from neuromem_sync.way import way

        return await way(self._doors, start, goal)

    async def how(self, situation: str, *, limit: int = 5) -> How:
        """How that is done here: procedures with their success rate, and what went wrong in the like."""
        from neuromem_sync.procedures import how

        return await how(self._doors, situation, limit=limit)

    async def procedure_record(self, name: str, outcome: str, *, reason: str = "", took: str = "") -> Noted:
        """Write down how a procedure went, by its name or `path:line`: `outcome` is "success" or "failure".

        `reason` is why it went so, `took` how long it took, like "3m20s". The rate of what is given counts it.
        """
        from neuromem_sync.procedures import note

        return await note(self._doors, name, outcome, reason=reason, took=took)

    async def shield(self, plan: str) -> Shielded:
        """What is known against a plan or a command, before it is carried out."""
        from neuromem_sync.shield import shield

        return await shield(self._doors, plan)

    async def tasks(self, *, everything: bool = False) -> Tasks:
        """The tasks that are open, latest first; `everything`: the closed ones too."""
        from neuromem_sync.tasks import tasks

        return await tasks(self._doors, everything=everything)

    async def task_start(self, name: str, text: str = "") -> Recorded:
        """Begin a task; it stays open, over any restart, until one of the verbs below ends it."""
        from neuromem_sync import tasks

        return await tasks.start(self._doors, name, text)

    async def task_update(self, name: str, text: str = "", *, progress: str = "") -> Recorded:
        """Say how far an open task is: `progress` like "50%", or what was done, or both."""
        from neuromem_sync import tasks

        return await tasks.update(self._doors, name, text, progress=progress)

    async def task_pause(self, name: str, note: str) -> Recorded:
        """Lay an open task aside, with a note on how to go on."""
        from neuromem_sync import tasks

        return await tasks.pause(self._doors, name, note)

    async def task_resume(self, name: str) -> Recorded:
        """Take a task up again; `task.note` of what is given is what was said of it last."""
        from neuromem_sync import tasks

        return await tasks.resume(self._doors, name)

    async def task_complete(self, name: str, learned: str = "") -> Recorded:
        """End a task that is done; the first line of `learned` is kept as a learning."""
        from neuromem_sync import tasks

        return await tasks.complete(self._doors, name, learned)

    async def task_abandon(self, name: str, why: str) -> Recorded:
        """End a task that nobody will go on with."""
        from neuromem_sync import tasks

        return await tasks.abandon(self._doors, name, why)

    async def task_fail(self, name: str, why: str, *, avoid: str = "") -> Recorded:
        """End a task that could not be done; it becomes an error pattern, with `avoid` as what prevents it."""
        from neuromem_sync import tasks

        return await tasks.fail(self._doors, name, why, avoid=avoid)

    async def page(self, path: str, *, first: int = 1, last: int | None = None) -> Page:
        """A document, or the lines `first` to `last` of it, as the index has it: without what is secret or private."""
        from neuromem_sync.page import page

        return await page(self._doors, path, first=first, last=last)

    async def pages(self, limit: int = 100) -> tuple[str, ...]:
        """The paths of the documents that hold anything, those saved last first."""
        from neuromem_sync.page import pages

        return await pages(self._doors, limit)

    async def stats(self) -> Counts:
        """How many documents and entries there are now, and how many in each layer."""
        return await answer.count(self._doors)

    async def wait(self, timeout: float = 10.0) -> Freshness:
        """Return when all written before this call can be recalled, or after `timeout` seconds: see its state."""
        return await answer.wait(self._doors, timeout)

    def _query(
        self,
        text: str,
        *,
        limit: int | None = None,
        layer: Layer | str | None = None,
        since: float | None = None,
        until: float | None = None,
        tags: Sequence[str] = (),
    ) -> Query:
        return Query(
            text=text,
            limit=self._doors.settings.recall.limit if limit is None else limit,
            layer=None if layer is None else Layer(layer),
            since=since,
            until=until,
            tags=tuple(tag.removeprefix("#") for tag in tags),
            now=self._now(),
            zone=self._doors.workspace.zone,
        )

    def _allowed(self) -> Allowed:
        return Allowed(self._doors.settings.redact.allow)

    def _budget(self, tokens: int | None) -> int:
        return self._doors.settings.session.tokens if tokens is None else tokens

    def _now(self) -> float:
        return self._doors.clock.now()
