"""What the daemon shows."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from neuromem_sync.changes import Batch, Phase, SyncReport
from neuromem_sync.clock import ManualClock
from neuromem_sync.daemon.live import LiveView
from neuromem_sync.daemon.view import LogView, format_line
from neuromem_sync.model import Problem
from neuromem_sync.query import Freshness, State

REPORT = SyncReport(
    agent="mo",
    added=1,
    changed=2,
    deleted=0,
    entries=40,
    problems=(),
    generation=9,
    seconds=0.0012,
    files=1,
    total=3,
    documents={"memory/2026-03-01.md": (1, 2, 0)},
)
QUIET = replace(REPORT, added=0, changed=0, files=0, documents={})
DEGRADED = Freshness(state=State.DEGRADED, generation=9, as_of="", reason="no folder at /x")


def test_a_line_is_pairs_that_a_machine_can_split() -> None:
    facts = {"a": "plain/ä.md", "b": "two words", "c": 'a "quote"', "d": "", "e": "k=v", "f": "line\nbreak", "g": 3}
    assert format_line(facts) == r'a=plain/ä.md b="two words" c="a \"quote\"" d="" e="k=v" f="line\nbreak" g=3'


def test_only_what_changed_something_is_logged() -> None:
    out = io.StringIO()
    view = LogView(out, ManualClock(0))
    view.phase("mo", Phase.APPLY)
    view.cycle("mo", Batch(), QUIET, None)
    view.cycle("mo", Batch(), REPORT, 0.0051)
    view.state("mo", DEGRADED)
    view.close()
    figures = "added=1 changed=2 deleted=0 files=1 entries=40 generation=9 ms=1.2 latency_ms=5.1"
    assert out.getvalue().splitlines() == [
        f"time=1970-01-01T00:00:00.000+00:00 agent=mo event=cycle {figures}",
        'time=1970-01-01T00:00:00.000+00:00 agent=mo event=degraded generation=9 reason="no folder at /x"',
    ]


def test_lines_that_came_late_and_are_not_in_the_file_are_told() -> None:
    late = Problem(path="MEMORY.md", line=1, code="late", message="it was edited in two places at once", hint="")
    out, table = io.StringIO(), io.StringIO()
    LogView(out, ManualClock(0)).cycle("mo", Batch(), replace(QUIET, late=(late,)), None)
    assert out.getvalue().endswith(f'event=late reason="{late}"\n')
    view = LiveView(Console(file=table, width=140, force_terminal=False))
    view.cycle("mo", Batch(), replace(QUIET, late=(late,)), None)
    view.close()
    assert f"late {late}" in " ".join(table.getvalue().split())


def test_the_table_has_the_last_edit_and_how_soon_it_could_be_found() -> None:
    out = io.StringIO()
    view = LiveView(Console(file=out, width=140, force_terminal=False))
    view.cycle("mo", Batch(), REPORT, 0.0051)
    view.cycle("mo", Batch(), QUIET, None)
    view.state("mo", Freshness(state=State.FRESH, generation=9, as_of=""))
    view.close()
    row = out.getvalue().splitlines()[-1].split()
    assert row == ["mo", "3", "40", "memory/2026-03-01.md", "5.1", "ms", "idle", "fresh"]


def test_a_path_is_shown_as_it_is_whatever_it_looks_like_to_the_table() -> None:
    out = io.StringIO()
    view = LiveView(Console(file=out, width=140))
    view.cycle("mo", Batch(), replace(REPORT, documents={"[red]x.md": (1, 0, 0)}), 0.001)
    view.close()
    assert "[red]x.md" in out.getvalue()
