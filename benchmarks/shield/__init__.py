"""Lessons as a workspace would hold them, and plans that repeat them or do not: how often `shield` is right.

A plan of a lesson (`warn`) must be answered with that lesson; one that only looks like it (`silent`), and one of
`harmless`, with nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neuromem_sync import app
from neuromem_sync.answer import run_blocking
from neuromem_sync.clock import Clock
from neuromem_sync.config import Settings
from neuromem_sync.shield import shield
from neuromem_sync.workspace import Workspace

HERE = Path(__file__).parent
SETS = ("development", "second", "heldout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A plan, the place of the lesson it repeats ("" for none), and the places that were warned of."""

    plan: str
    wanted: str
    warned: tuple[str, ...]

    @property
    def right(self) -> bool:
        return self.wanted in self.warned if self.wanted else not self.warned


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """All plans of a set. Precision is over plans that were warned of, recall over those that repeat a lesson."""

    judged: tuple[Judged, ...]

    @property
    def alarms(self) -> float:
        """The share of plans that repeat nothing and were warned of."""
        others = [each for each in self.judged if not each.wanted]
        return sum(not each.right for each in others) / len(others)

    @property
    def precision(self) -> float:
        warned = [each for each in self.judged if each.warned]
        return sum(each.right for each in warned) / len(warned) if warned else 1.0

    @property
    def recall(self) -> float:
        wanted = [each for each in self.judged if each.wanted]
        return sum(each.right for each in wanted) / len(wanted)


def judge(sets: Sequence[str], workspace: Workspace, clock: Clock) -> Verdict:
    """Write the lessons of these sets into an empty workspace, index them, and ask about every plan."""
    read = [tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8")) for name in sets]
    lessons = [lesson for each in read for lesson in each["lesson"]]
    asked = [(plan, "") for each in read for plan in each["harmless"]]
    for lesson, place in zip(lessons, write(lessons, workspace.root), strict=True):
        asked += [(plan, place) for plan in lesson["warn"]]
        asked += [(plan, "") for plan in lesson["silent"]]
    with closing(app.doors(workspace, Settings(), clock)) as doors:
        told = [(plan, place, run_blocking(shield(doors, plan)).warnings) for plan, place in asked]
    return Verdict(
        judged=tuple(
            Judged(plan=plan, wanted=place, warned=tuple(str(each.entry.source) for each in warnings))
            for plan, place, warnings in told
        )
    )


def write(lessons: Sequence[Mapping[str, Any]], root: Path) -> list[str]:
    """Write the files that hold these lessons; `path:line` of each."""
    lines = {
        "mind/ERRORS.md": ["# Errors", ""],
        "mind/DECISIONS.md": ["# Decisions", ""],
        "memory/2026-02-27.md": ["# 2026-02-27", ""],
    }
    rows = [lesson for lesson in lessons if "row" in lesson]
    lines["mind/ERRORS.md"] += ["## Patterns", "", "| Pattern | Why It's Bad | Instead Do |", "|---|---|---|"]
    places: dict[int, str] = {}
    for lesson in (*rows, *(each for each in lessons if "row" not in each)):
        path, told = _told(lesson)
        held = lines[path]
        if "row" not in lesson:
            held.append("")
        places[id(lesson)] = f"{path}:{len(held) + 1}"
        held += told
    for path, held in lines.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("\n".join(held) + "\n", encoding="utf-8")
    return [places[id(lesson)] for lesson in lessons]


def _told(lesson: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The file of a lesson and its lines."""
    if "row" in lesson:
        return "mind/ERRORS.md", [f"| {' | '.join(lesson['row'])} |"]
    if "error" in lesson:
        return "mind/ERRORS.md", list(_error(lesson))
    if "decision" in lesson:
        title = " ".join(lesson["decision"].split()[-3:]).strip(".").capitalize()
        return "mind/DECISIONS.md", [f"## About {title}", "", f"**Decision:** {lesson['decision']}"]
    name, *state, reason = lesson["outcome"] if "outcome" in lesson else lesson["task"]
    if "outcome" in lesson:
        fields = [f"- procedure:: {name}", f"- outcome:: {state[0]}", f"- reason:: {reason}"]
    else:
        fields = [f"- task:: {name}", "- state:: failed", f"- reason:: {reason}"]
    return "memory/2026-02-27.md", [f"### 10:00 — {name}", "", *fields]


def _error(lesson: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {lesson['error']}"
    yield ""
    yield f"- **What happened:** {lesson['happened']}"
    yield f"- **How to Avoid:** {lesson['avoid']}"
