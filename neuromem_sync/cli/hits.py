"""How entries, and what is doubtful of an answer, are shown to people: `path:line` first. Prints no whole answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from neuromem_sync.cli.terminal import line, say, styled
from neuromem_sync.model import Entry, Origin, Problem
from neuromem_sync.query import Freshness, Hit, State

if TYPE_CHECKING:
    from neuromem_sync.logbook import Written

_TIME_ALONE = re.compile(r"#{1,6}\s+[\d:.,\s\u2013-]+(?:[ap]m|UTC|Uhr|h)?", re.I)


def show_hit(hit: Hit, *, explain: bool = False) -> None:
    where = styled(f"{hit.path}:{hit.line}", "strong")
    line(where, styled(label(hit.entry, working=hit.working), "faint"), styled(when(hit.entry.at), "faint"))
    for text in hit.text.splitlines():
        say(f"  {text}")
    if hit.also:
        say(f"  and {hit.also} more like this", "faint")
    if explain and hit.why:
        parts = "  ".join(f"{part} {share:+.2f}" for part, share in hit.why.items())
        say(f"  score {hit.score:.2f} = {parts}", "faint")


def show_nothing(said: str, freshness: Freshness, name: str, otherwise: str = "") -> None:
    """On stderr: that there is nothing, and what to do: to write, where nothing ever was; else `otherwise`."""
    say(said, err=True)
    hint = otherwise if freshness.generation else f"the memory is empty: neuromem remember {name} TEXT"
    if hint:
        say(f"  {hint}", err=True)


def show_doubts(freshness: Freshness, problems: Iterable[Problem] = ()) -> None:
    """On stderr: what could not be asked, why the answer may not equal the files, and which it could not verify."""
    for problem in problems:
        say(str(problem), "warn", err=True)
    if freshness.state is not State.FRESH:
        say(f"{freshness.state}: {freshness.reason} (as of {freshness.as_of})", "warn", err=True)
    if freshness.unverified:
        say(f"unverified: {', '.join(freshness.unverified)}", "warn", err=True)


def show_written(written: Written) -> None:
    """On stderr: what of it the index will not hold, and what to do."""
    for problem in written.problems:
        say(str(problem), "warn", err=True)
        say(f"  {problem.hint}", err=True)


def label(entry: Entry, *, working: bool = False) -> str:
    """`[semantic* statement]`; of what a stranger wrote that too, for whoever is about to believe it."""
    foreign = ", untrusted" if entry.origin is Origin.UNTRUSTED else ""
    return f"[{entry.layer}{'*' if working else ''} {entry.kind}{foreign}]"


def when(at: str | None) -> str:
    """`2026-03-01 14:02`; the day alone at midnight, which is what a day without a time is kept as.

    Empty for what has no date: in a vault of notes that is nearly all, and said of each it would be noise.
    """
    return at[:16].replace("T", " ").removesuffix(" 00:00") if at else ""


def gist(entry: Entry) -> str:
    """An entry in a line: its title, else the first line of its text."""
    return entry.title or first_line(entry.text)


def first_line(text: str) -> str:
    """The first line that says something; a heading that is a time alone says when, only if there is no other line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if not _TIME_ALONE.fullmatch(line)), lines[0] if lines else "")
