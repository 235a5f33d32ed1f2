"""What waits for somebody: a log that nobody writes, what was left lying, questions without an answer, a zone unsaid.

Readings over the index. Whether a thing is done is its owner's to say.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from neuromem_sync.ageing import Aged, Reason, ageing
from neuromem_sync.finding import Code, Finding, among
from neuromem_sync.model import Kind, Route
from neuromem_sync.sqlite import Reading, one
from neuromem_sync.workspace import log_date

KEEPING = 7
"""Days: whoever wrote a log within them keeps one."""
MIDDAY = 12
"""The hour of the day from which a log of today is missed: before, it may just not have begun."""
QUIET_HOURS = 6.0


def logs(now: float, zone: str, name: str) -> Reading[list[Finding]]:
    """Today's log, where one is kept: missing by midday, or untouched for hours."""
    rows = yield (
        "SELECT path, mtime_ns FROM documents WHERE path > 'memory/' AND path < 'memory0' AND route = ?",
        (Route.LOG,),
    )
    local = datetime.fromtimestamp(now, ZoneInfo(zone))
    dated = sorted((day, changed / 1e9, path) for path, changed in rows if (day := log_date(path)))
    past = [(day, path) for day, _, path in dated if 0 < (local.date() - day).days <= KEEPING]
    today = [(changed, path) for day, changed, path in dated if day == local.date()]
    if not past:
        return []
    if not today and local.hour >= MIDDAY:
        day, path = past[-1]
        message = f"nothing was logged today; the last log is of {day}"
        hint = f"is the agent at work? to write something down: neuromem remember {name} TEXT"
        return [Finding(code=Code.LOG_MISSING, message=message, hint=hint, place=path)]
    changed, path = max(today, default=(now, ""))
    hours = (now - changed) / 3600
    if hours < QUIET_HOURS:
        return []
    message = f"nothing was logged for {hours:.0f} hours"
    return [Finding(code=Code.LOG_QUIET, message=message, hint="is the agent at work?", place=path)]


def zone_unknown(zone: str, here: float) -> Reading[list[Finding]]:
    """Whether times are read as UTC although this machine, `here` seconds east of it, is elsewhere."""
    dated = yield from one("SELECT 1 FROM entries WHERE instant IS NOT NULL LIMIT 1")
    if not dated or zone != "UTC" or not here:
        return []
    message = "times that name no zone are read as UTC, and this machine has another one"
    hint = 'say which holds: zone = "Europe/Vienna" below [agents.NAME] in config.toml'
    return [Finding(code=Code.ZONE_UNKNOWN, message=message, hint=hint)]


def tracked(now: float, zone: str) -> Reading[list[Finding]]:
    """Loops, goals and tasks that are overdue, blocked, untouched or left over, the most pressing first."""
    return [_tracked(aged) for aged in (yield from ageing(now, zone))]


def _tracked(aged: Aged) -> Finding:
    days = f"{aged.days} day{'s' if aged.days != 1 else ''}"
    return Finding(
        code=Code.OVERDUE if aged.reason is Reason.OVERDUE else Code.AGED,
        message=f"{aged.kind} {aged.title!r}: {aged.reason} since {aged.since} ({days})",
        hint=f"next: {aged.next}" if aged.next else "write down what is next, or that it is over",
        place=str(aged.source),
    )


def questions() -> Reading[list[Finding]]:
    """Contradictions that were put into the inbox, and that nobody has ticked."""
    rows = yield (
        """SELECT path, line FROM entries JOIN documents ON documents.id = document
        WHERE path > 'mind/' AND path < 'mind0' AND route = ?
        AND kind = ? AND anchor GLOB 'nm-*' AND text LIKE '_ [ ] %' ORDER BY path, line""",
        (Route.INBOX, Kind.TASK),
    )
    places = [f"{path}:{line}" for path, line in rows]
    if not places:
        return []
    message = f"two values, and nothing that says which holds: {among(places)}"
    hint = "correct, date or remove the wrong one, then tick the question"
    return [Finding(code=Code.QUESTION, message=message, hint=hint, place=places[0])]
