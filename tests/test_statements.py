"""Which statements read every entry: none that a command asks, because the text of all entries is the largest table."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from neuromem_sync import app, backlog, index
from neuromem_sync.beliefs import decisions_since, facts_since
from neuromem_sync.clock import ManualClock
from neuromem_sync.config import load
from neuromem_sync.doors import BlockingDoors
from neuromem_sync.sqlite import Reading
from neuromem_sync.tags import counted
from tests.workshop import Workshop

NOW = 1_772_600_000.0
READINGS: dict[str, Callable[[BlockingDoors], Reading[Any]]] = {
    "decisions": lambda doors: decisions_since(NOW, doors.layers[-1]),
    "facts": lambda doors: facts_since(NOW),
    "what is tracked": lambda doors: backlog.tracked(NOW, "UTC"),
    "tags": lambda doors: counted(),
    "sizes": lambda doors: doors.layers[0].size(),
    "problems": lambda doors: index.problems(),
    "unverified": lambda doors: index.unverified(),
}


@pytest.mark.parametrize("name", READINGS)
def test_no_reading_of_a_command_scans_the_entries(name: str, tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write("mind/DECISIONS.md", "# Decisions\n\n## 2026-03-01 — Use SQLite\n\nIt is there already. #db\n")
    shop.sync()
    with closing(app.doors(shop.workspace, load(), ManualClock(NOW))) as doors:
        steps = plans(doors, READINGS[name](doors))
    assert steps
    assert [step for step in steps if step == "SCAN entries"] == []


def plans(doors: BlockingDoors, reading: Reading[Any]) -> list[str]:
    """How SQLite goes about each statement of a reading."""
    steps = list[str]()
    try:
        statement, values = next(reading)
        while True:
            steps += [row[3] for row in doors.index.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
            statement, values = reading.send(doors.index.execute(statement, values).fetchall())
    except StopIteration:
        return steps
