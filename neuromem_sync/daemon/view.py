"""What the daemon shows of its work: log lines, or on a terminal a quiet table.

Shows, and keeps nothing that anyone else reads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Protocol, TextIO

from neuromem_sync.changes import Batch, Phase, SyncReport
from neuromem_sync.clock import Clock, iso
from neuromem_sync.query import Freshness


class View(Protocol):
    """Told by every workspace of the process, on the loop's thread."""

    def phase(self, agent: str, phase: Phase) -> None: ...

    def cycle(self, agent: str, batch: Batch, report: SyncReport, latency: float | None) -> None:
        """A cycle ended; `latency` is the seconds since the first event it settles, None if no event led to it."""
        ...

    def state(self, agent: str, freshness: Freshness) -> None: ...

    def note(self, agent: str, event: str, **facts: object) -> None:
        """Something worth a line: a doubt, a failure, a stop."""
        ...

    def close(self) -> None: ...


class LogView:
    """One line per event that changed something: `time=… agent=… event=… key=value…`, values quoted where needed."""

    def __init__(self, out: TextIO, clock: Clock) -> None:
        self._out = out
        self._clock = clock

    def phase(self, agent: str, phase: Phase) -> None:
        pass

    def cycle(self, agent: str, batch: Batch, report: SyncReport, latency: float | None) -> None:
        if report.added or report.changed or report.deleted or batch.everything:
            self.note(agent, "cycle", **_figures(report, latency))
        for problem in report.late:
            self.note(agent, problem.code, reason=problem)

    def state(self, agent: str, freshness: Freshness) -> None:
        facts = {"reason": freshness.reason} if freshness.reason else {}
        self.note(agent, str(freshness.state), generation=freshness.generation, **facts)

    def note(self, agent: str, event: str, **facts: object) -> None:
        line = {"time": iso(self._clock.now()), "agent": agent, "event": event, **facts}
        print(format_line(line), file=self._out, flush=True)

    def close(self) -> None:
        pass


def format_line(facts: Mapping[str, object]) -> str:
    """`key=value` pairs in their order; a value with a blank, a quote or an equals sign is a JSON string."""
    return " ".join(f"{key}={_plain(str(value))}" for key, value in facts.items())


def _plain(value: str) -> str:
    is_plain = value.isprintable() and value and not any(sign in value for sign in ' "=')
    return value if is_plain else json.dumps(value, ensure_ascii=False)


def _figures(report: SyncReport, latency: float | None) -> dict[str, object]:
    figures: dict[str, object] = {
        "added": report.added,
        "changed": report.changed,
        "deleted": report.deleted,
        "files": report.files,
        "entries": report.entries,
        "generation": report.generation,
        "ms": f"{report.seconds * 1000:.1f}",
    }
    if latency is not None:
        figures["latency_ms"] = f"{latency * 1000:.1f}"
    if report.pending:
        figures["pending"] = len(report.pending)
    return figures
