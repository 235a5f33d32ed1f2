"""The files that exist once in a made-up workspace: profile, trackers, decisions, errors, procedures.

Their words come from a writer; only their shapes are told here.
"""

from __future__ import annotations

from typing import Protocol


class Writer(Protocol):
    """Who makes up the words."""

    def below(self, bound: int) -> int: ...
    def prose(self, words: int) -> str: ...
    def name(self) -> str: ...
    def note(self) -> str: ...


def trackers(writer: Writer) -> dict[str, list[str]]:
    """Lines by path."""
    return {
        "USER.md": ["# User", "", *(f"- **{key}:** {writer.name()}" for key in ("Name", "Home", "Employer")), ""],
        "mind/MEMORY.md": ["# Memory", "", "## Facts", "", *(f"- {writer.prose(14)}" for _ in range(60)), ""],
        "mind/DECISIONS.md": ["# Decisions", "", *(line for at in range(40) for line in _decision(writer, at))],
        "mind/ERRORS.md": ["# Errors", "", *(line for at in range(30) for line in _error(writer, at))],
        "mind/PROCEDURES.md": ["# Procedures", "", *(line for _ in range(20) for line in _procedure(writer))],
        "mind/PROJECTS.md": ["# Projects", "", *(line for _ in range(15) for line in _project(writer))],
        "mind/GOALS.md": ["# Goals", "", *(f"- [ ] {writer.prose(10)}" for _ in range(15)), ""],
        "mind/LOOPS.md": ["# Loops", "", "## Active", "", *_loops(writer), ""],
        "mind/INBOX.md": ["# Inbox", "", *(f"- {writer.prose(12)}" for _ in range(20)), ""],
        "AGENTS.md": ["# Agents", "", *(line for _ in range(6) for line in (writer.prose(40), ""))],
    }


def title(writer: Writer, words: int) -> str:
    return writer.prose(words)[:-1]


def _decision(writer: Writer, at: int) -> list[str]:
    day = f"2025-{1 + at % 12:02}-{1 + at % 28:02}"
    fields = (f"**{key}:** {writer.prose(12)}" for key in ("Context", "Decision", "Rationale"))
    return [f"## {day} — {title(writer, 4)}", "", *fields, ""]


def _error(writer: Writer, at: int) -> list[str]:
    fields = (f"**{key}:** {writer.prose(12)}" for key in ("What Happened", "Root Cause", "How to Avoid"))
    return [f"## {title(writer, 4)} (2025-{1 + at % 12:02}-{1 + at % 28:02})", "", *fields, ""]


def _procedure(writer: Writer) -> list[str]:
    steps = (f"{number}. {title(writer, 6)} {{place:{writer.name()}}}" for number in range(1, 5))
    return [f"## {title(writer, 3)}", "", f"**When:** {writer.prose(8)}", "", *steps, ""]


def _project(writer: Writer) -> list[str]:
    return [
        f"## {writer.note()}",
        "",
        "- **Status:** 🟢 active",
        f"- **Lead:** {writer.name()}",
        f"- depends on [[{writer.note()}]]",
        f"- uses [[{writer.note()}]] ({title(writer, 4)})",
        f"- [fact] {writer.prose(14)}",
        "",
    ]


def _loops(writer: Writer) -> list[str]:
    head = "ID | Loop | Opened | Last Touch | Status | Next Action | Priority"
    rows = (
        f"| L{at} | {title(writer, 4)} | 2026-02-{1 + at:02} | 2026-02-27 | 🟡 | {title(writer, 4)} | P{at % 3} |"
        for at in range(20)
    )
    return [f"| {head} |", "|" + "---|" * 7, *rows]
