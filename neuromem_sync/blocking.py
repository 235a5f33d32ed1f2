"""The Python API for programs without an event loop: the verbs of verbs.py, each of which returns when it is done.

    with BlockingMemory.open(agent="ava") as memory:
        memory.remember("The gateway moved behind the proxy")

Adds no verb and no rule of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar

from neuromem_sync.answer import run_blocking
from neuromem_sync.doors import BlockingDoors
from neuromem_sync.opening import doors_of
from neuromem_sync.verbs import Verbs

P = ParamSpec("P")
T = TypeVar("T")


def _blocking(
    verb: Callable[Concatenate[Verbs, P], Coroutine[Any, Any, T]],
) -> Callable[Concatenate[BlockingMemory, P], T]:
    """The same verb, with the same arguments and result, not to be awaited."""

    @wraps(verb)
    def run(memory: BlockingMemory, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with memory._desk() as doors:
            return run_blocking(verb(Verbs(doors), *args, **kwargs))

    return run


class BlockingMemory:
    """What one agent remembers. Made by `BlockingMemory.open`; any number of threads may use it at once."""

    def __init__(self, make: Callable[[], BlockingDoors]) -> None:
        self._make = make
        self._free: list[BlockingDoors] = []
        self._lock = Lock()
        self._closed = False

    @classmethod
    @contextmanager
    def open(cls, agent: str | None = None) -> Iterator[BlockingMemory]:
        """The memory of `agent`, found as `Memory.open` finds it, until the block ends. Raises what that raises."""
        memory = cls(doors_of(agent))
        try:
            yield memory
        finally:
            memory.close()

    recall = _blocking(Verbs.recall)
    recent = _blocking(Verbs.recent)
    context = _blocking(Verbs.context)
    get_context_for_message = _blocking(Verbs.get_context_for_message)
    session = _blocking(Verbs.session)
    remember = _blocking(Verbs.remember)
    store_interaction = _blocking(Verbs.store_interaction)
    related = _blocking(Verbs.related)
    path = _blocking(Verbs.path)
    how = _blocking(Verbs.how)
    procedure_record = _blocking(Verbs.procedure_record)
    shield = _blocking(Verbs.shield)
    tasks = _blocking(Verbs.tasks)
    task_start = _blocking(Verbs.task_start)
    task_update = _blocking(Verbs.task_update)
    task_pause = _blocking(Verbs.task_pause)
    task_resume = _blocking(Verbs.task_resume)
    task_complete = _blocking(Verbs.task_complete)
    task_abandon = _blocking(Verbs.task_abandon)
    task_fail = _blocking(Verbs.task_fail)
    page = _blocking(Verbs.page)
    pages = _blocking(Verbs.pages)
    stats = _blocking(Verbs.stats)
    wait = _blocking(Verbs.wait)

    @contextmanager
    def _desk(self) -> Iterator[BlockingDoors]:
        """Doors for one trip: some that are free, else new ones. No two threads ever share any."""
        with self._lock:
            doors = self._free.pop() if self._free else self._make()
        try:
            yield doors
        finally:
            with self._lock:
                self._free.append(doors)
            if self._closed:
                self.close()

    def close(self) -> None:
        """Close what no trip holds; what one still holds is closed when it ends."""
        with self._lock:
            self._closed = True
            free, self._free = self._free, []
        for doors in free:
            doors.close()
