"""Days of a log as entries, and what consolidation learns of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from neuromem_sync.consolidate import Limits, consolidate
from neuromem_sync.model import Entry
from neuromem_sync.parsers import Document, parse
from neuromem_sync.promotion import Consolidation, Known
from neuromem_sync.units import Unit, units
from neuromem_sync.workspace import route

FIRST = date(2026, 1, 5)
DEFAULT = Limits()


def entries(path: str, text: str) -> list[Entry]:
    """The entries of one document."""
    found = parse(Document(path, text.encode(), route(path))).result.entries
    assert found is not None
    return list(found)


def day(number: int, *lines: str) -> list[Entry]:
    """The log of one day: each line an item, unless it is Markdown of its own."""
    when = FIRST + timedelta(number)
    body = "\n".join(line if line.startswith((">", "#", "`", "-", " ", "<")) else f"- {line}" for line in lines)
    return entries(f"memory/{when}.md", f"# {when}\n\n{body}\n")


def unit(line: str) -> Unit:
    """The one unit of a line in a log."""
    (found,) = [unit for entry in day(0, line) for unit in units(entry)]
    return found


def gates(*lines: str) -> list[str]:
    """The gate of each unit of a day, "" where there is none."""
    return [unit.gate for entry in day(0, *lines) for unit in units(entry)]


def background() -> list[Entry]:
    """Thirty ordinary days, so that words have a rarity and routine is routine."""
    things = ("the login form", "the search box", "the label printer", "the nightly import", "the shift plan")
    found = []
    for number in range(30):
        thing, count = things[number % len(things)], str(number * 7 % 90 + 10)
        found += day(
            number,
            f"Cleaned up {thing} for {count} minutes.",
            f"Ran the smoke tests: {count} passed, {number} skipped.",
            f"Answered {count} mails about {thing}.",
        )
    return found


def learned(
    told: Sequence[Entry],
    *,
    known: Sequence[str] = (),
    deleted: Callable[[str], bool] = lambda text: False,
    limits: Limits = DEFAULT,
) -> Consolidation:
    """What is learned of these entries among thirty ordinary days."""
    return consolidate([*background(), *told], Known(lines=tuple(known), deleted=deleted), limits)


def texts(found: Consolidation) -> list[str]:
    return [each.text for each in found.promotions]
