"""Recurring themes: what people tagged on many days. Their own word is the evidence; nothing is guessed from prose."""

from __future__ import annotations

from neuromem_sync.model import Source, Span
from neuromem_sync.promotion import Known, Promotion, Section
from neuromem_sync.sqlite import Reading, Row

DAYS = 10
"""Days on which a theme was tagged, at least: two working weeks of them, which no passing matter has."""
HABIT = 0.5
"""Share of all days from which a tag is a habit of writing, not a theme."""
MOST = 3
"""Themes that are kept: the region is for claims."""
NO_THEME = """
    important critical pinned remember todo task done fact decision decided lesson learned error bug idea note log daily
    worklog journal meta misc work personal private conflicted
"""
_NO_THEME = frozenset(NO_THEME.split())

_TAGGED = """
SELECT value, count(DISTINCT substr(at, 1, 10)) AS days, min(instant) FROM entries, json_each(extra, '$.tags')
WHERE layer = 'episodic' AND instant IS NOT NULL AND origin IN ('owner', 'agent') AND extra LIKE '%"tags":[%'
GROUP BY value HAVING days >= ? ORDER BY days DESC, value
"""
_LOGGED = "SELECT count(DISTINCT substr(at, 1, 10)) FROM entries WHERE layer = 'episodic' AND instant IS NOT NULL"
_FIRST = """
SELECT path, start, "end", line, end_line, anchor, at FROM entries JOIN documents ON documents.id = document
WHERE layer = 'episodic' AND instant = ? AND EXISTS (SELECT 1 FROM json_each(extra, '$.tags') WHERE value = ?)
ORDER BY path, start LIMIT 1
"""


def themes(known: Known) -> Reading[list[Promotion]]:
    """At most MOST of them, the most frequent first; none that a person deleted.

    The text names no count and no date, so that a theme that goes on stays the same item.
    """
    rows = yield _TAGGED, (DAYS,)
    ((logged,),) = yield _LOGGED, ()
    found: list[Promotion] = []
    for tag, days, instant in rows:
        text = f"Recurring theme: {tag.replace('-', ' ').replace('/', ', ')}"
        if tag in _NO_THEME or days > HABIT * logged or known.deleted(text):
            continue
        (first,) = yield _FIRST, (instant, tag)
        found.append(_promotion(text, float(days), first))
    return found[:MOST]


def _promotion(text: str, days: float, first: Row) -> Promotion:
    path, start, end, line, end_line, anchor, at = first
    source = Source(path=path, span=Span(start=start, end=end, line=line, end_line=end_line), anchor=anchor)
    return Promotion(
        section=Section.THEMES,
        text=text,
        source=source,
        at=at,
        evidence=(source,),
        said=(text,),
        score=days,
        why={"days": days},
    )
