"""Consolidation from the daemon: a process of its own, so that its memory goes with it and queries never wait.

Decides neither when (nights.py) nor what: it starts `neuromem groom` and reads the JSON it prints.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from neuromem_sync.daemon.nights import Nights
from neuromem_sync.files import reason

NICE = 10
"""Added to its niceness: whoever works at this machine goes first."""
SHOWN = ("written", "promoted", "demoted", "archived", "reason")


class Grooming:
    """The consolidation of one workspace: at most one process of it at a time."""

    def __init__(self, command: Sequence[str], nights: Nights) -> None:
        self._command = command
        self.nights = nights
        self._process: asyncio.subprocess.Process | None = None
        self._ended: asyncio.Task[Mapping[str, Any]] | None = None

    @classmethod
    def never(cls) -> Grooming:
        return cls((), Nights("", 0, "UTC", 0.0))

    async def turn(self, now: float, *, ready: bool) -> Mapping[str, Any] | None:
        """Begin one if it is due and the workspace is `ready`; facts of one that ended since the last turn.

        One that cannot be begun has failed: that is no reason to stop watching.
        """
        if self._ended is not None:
            return self._report()
        if ready and self.nights.due(now):
            self.nights.begun(now)
            try:
                await self._begin()
            except OSError as error:
                return {"failed": f"it could not be begun: {reason(error)}"}
        return None

    async def _begin(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, os.getpriority(os.PRIO_PROCESS, 0) + NICE)
        self._ended = asyncio.create_task(self._hear(self._process))

    async def _hear(self, process: asyncio.subprocess.Process) -> Mapping[str, Any]:
        said, _ = await process.communicate()
        try:
            heard: Mapping[str, Any] = json.loads(said)
        except ValueError:
            return {"failed": f"it ended with {process.returncode}"}
        if "error" in heard:
            return {"failed": heard["error"]["message"]}
        # while this daemon runs, the command on the disk may have become another version
        return {name: heard[name] for name in SHOWN if heard.get(name, "") != ""}

    def _report(self) -> Mapping[str, Any] | None:
        if self._ended is None or not self._ended.done():
            return None
        said = self._ended.result()
        self._process = self._ended = None
        return said

    async def close(self) -> None:
        """End the one under way; whatever it was doing, the next write finds and mends (docs/writeback.md)."""
        if self._process is not None and self._ended is not None:
            with suppress(ProcessLookupError):
                self._process.terminate()
            await self._ended
