"""Tables that are known by their header words, and what a row of each becomes.

A new table format is one more row of `KNOWN`. Columns may stand in any order; those not named here are attributes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from neuromem_sync.model import Kind
from neuromem_sync.parsers.inline import attribute_key


@dataclass(frozen=True, slots=True)
class Known:
    """Columns that all must be there; which one names the row, which dates it (the first that has a date), and the
    state of a row that says none. `kind` None: as any other entry of the document."""

    columns: frozenset[str]
    kind: Kind | None
    name: str
    dates: tuple[str, ...] = ()
    state: str = ""


def _known(columns: str, kind: Kind | None, name: str, dates: tuple[str, ...] = (), state: str = "") -> Known:
    return Known(frozenset(columns.split()), kind, name, dates, state)


KNOWN = (
    _known("loop blocker", Kind.LOOP, "loop", ("blocked_since",), "blocked"),
    _known("loop closed", Kind.LOOP, "loop", ("closed",), "done"),
    _known("loop opened", Kind.LOOP, "loop", ("last_touch", "opened"), "open"),
    _known("date decision", Kind.DECISION, "decision", ("date",)),
    _known("pattern instead_do", Kind.ERROR, "pattern"),
    _known("goal completed", Kind.GOAL, "goal", ("completed",), "done"),
    _known("date event", Kind.EVENT, "event", ("date",)),
    _known("agent current_focus", Kind.ATTRIBUTE, "agent", ("last_update",)),
    _known("project coordination_needed", Kind.PROJECT, "project"),
    _known("metric target", Kind.ATTRIBUTE, "metric"),
)


@lru_cache(maxsize=1024)
def table(header: tuple[str, ...]) -> Known:
    """What a header means; a table nobody knows is named by its first column."""
    keys = frozenset(header)
    for known in KNOWN:
        if known.columns <= keys:
            return known
    return Known(frozenset(), None, header[0] if header else "")


_CELL = re.compile(r"((?:\\.?|\[\[[^\[\]\n|]*\|[^\[\]\n]*\]\]|`[^`\n]*`|[^|\\])*+)\|?", re.S)


def cells(line: str) -> list[str]:
    """The cells of a row; a `\\|`, and a `|` inside `[[…|…]]`, are text."""
    line = line.strip()
    line = line.removeprefix("|")
    found: list[str] = []
    at = 0
    while at < len(line):
        cell = _CELL.match(line, at)
        assert cell is not None, "the pattern matches anything"
        found.append(cell[1].strip())
        at = cell.end()
    return found


def header(line: str) -> tuple[str, ...]:
    return tuple(attribute_key(cell.strip("*_ ")) for cell in cells(line))


def row(keys: Sequence[str], line: str) -> dict[str, str]:
    """A row's cells by column; cells beyond the header are kept together as `more`."""
    values = cells(line)
    found = {key or f"column_{at}": value for at, (key, value) in enumerate(zip(keys, values, strict=False), 1)}
    if beyond := "; ".join(filter(None, values[len(keys) :])):
        found["more"] = beyond
    return found
