"""The quiet table a person watches: one row per workspace, redrawn only when something happened.

Imports rich, so only a process on a terminal may import it.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from neuromem_sync.changes import Batch, Phase, SyncReport
from neuromem_sync.query import Freshness, State

COLOURS = {State.FRESH: "green", State.VERIFYING: "yellow", State.DEGRADED: "red", State.STOPPED: "dim"}


@dataclass(slots=True)
class _Row:
    files: int = 0
    entries: int = 0
    edit: str = "–"
    latency: str = ""
    phase: Phase = Phase.IDLE
    state: State = State.VERIFYING
    note: str = ""


class LiveView:
    """Rows by agent. A phase alone redraws nothing: the next end of a cycle does."""

    def __init__(self, console: Console) -> None:
        self._rows: dict[str, _Row] = {}
        self._live = Live(console=console, auto_refresh=False, transient=False)
        self._live.start()

    def phase(self, agent: str, phase: Phase) -> None:
        row = self._row(agent)
        row.phase = phase
        if phase in (Phase.SCAN, Phase.HALTED):
            self._draw()

    def cycle(self, agent: str, batch: Batch, report: SyncReport, latency: float | None) -> None:
        row = self._row(agent)
        row.files, row.entries, row.phase = report.total, report.entries, Phase.IDLE
        if report.documents and latency is not None:
            row.edit = _named(sorted(report.documents))
            row.latency = f"{latency * 1000:.1f} ms"
        self._draw()
        for problem in report.late:
            self.note(agent, problem.code, reason=problem)

    def state(self, agent: str, freshness: Freshness) -> None:
        row = self._row(agent)
        row.state, row.note = freshness.state, freshness.reason
        self._draw()

    def note(self, agent: str, event: str, **facts: object) -> None:
        self._row(agent).note = " ".join([event, *(str(fact) for fact in facts.values())])
        self._draw()

    def close(self) -> None:
        self._live.stop()

    def _row(self, agent: str) -> _Row:
        return self._rows.setdefault(agent, _Row())

    def _draw(self) -> None:
        table = Table(box=None, pad_edge=False)
        for title in ("agent", "files", "entries", "last edit", "visible after", "phase", "state"):
            table.add_column(title, justify="right" if title in ("files", "entries") else "left")
        for agent, row in sorted(self._rows.items()):
            state = Text(f"{row.state} {row.note}".strip(), style=COLOURS[row.state])
            edit = Text(row.edit)
            table.add_row(agent, str(row.files), str(row.entries), edit, row.latency, str(row.phase), state)
        self._live.update(table, refresh=True)


def _named(paths: list[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"
