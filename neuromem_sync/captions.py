"""What a title in a log says of the lines under it: that they are still to do, only asked or thought of, were done, or
are worth keeping. So people and agents sort what they write at the end of a day."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class Caption(StrEnum):
    """What stands under a title. The first three are named as the gates that hold a field so called."""

    OPEN = "task"
    ASKED = "question"
    IDEA = "hedged"
    DONE = "done"
    WORTH = "worth"
    NONE = ""


GATES = frozenset((Caption.OPEN, Caption.ASKED, Caption.IDEA))
LONGEST = 60  # characters of a title
_WHOSE = r"""
    my our the some all immediate remaining outstanding upcoming updated current key main top possible potential likely
    suggested recommended proposed future high low next other new actual overall latest recent quick major minor daily
    more technical important critical core big biggest hard-won today'?s tonight'?s yesterday'?s tomorrow'?s session
    user team
"""
_TITLES = {
    Caption.ASKED: r"(?:open )?questions?, unknowns?, to clarify",
    Caption.OPEN: r"""
        next, next steps?, next actions?, next up, next session(?: priorities)?, steps (?:left|remaining), to-?dos?,
        to do(?: list)?, action items?, actions? (?:needed|required), follow[- ]?ups?(?: needed)?, blockers?,
        blocked(?: by| on)?, open (?:items?|issues?|loops?|threads?|tasks?|points?), issues, pending(?: \w+)?, backlog,
        tomorrow, upcoming, remaining(?: \w+)?, still (?:to do|open|missing), in progress, wip, future work,
        waiting(?: for| on)?, needs? attention, priorit(?:y|ies)(?: order)?
    """,
    Caption.IDEA: r"""
        ideas?, options?, alternatives?, suggestions?, recommendations?, proposals?, hypothes[ie]s, theor(?:y|ies),
        causes?, brainstorm(?:ing)?, plans?, roadmap, thoughts
    """,
    Caption.DONE: r"""
        what (?:was|got|i|we|has been)(?: \w+)? (?:done|did|built|shipped|changed|created|fixed), done,
        completed?(?: \w+)?, accomplish(?:ed|ments?), achievements?, wins, work(?: done| completed| log)?,
        chang(?:es|ed)(?: made| applied)?, created, modified, added, removed, commits?(?: made)?, pull requests,
        (?:files?|documentation|docs|code|scripts?|skills?|pages?)(?:(?: and| &|/)? ?(?:changed|created|modified|updated
        |touched|added|written))+, prs?(?: merged| opened| created)?, deploy(?:ed|ments?), fixes(?: applied)?,
        (?:bugs? )?fixed, tests?(?: results?| status)?, verification, verified, metrics, stats, statistics,
        (?:conversation|chat|work) (?:summary|log|history|transcript), conversation, transcript,
        heartbeats?(?: checks?)?, system (?:status|metrics|health), health checks?
    """,
    Caption.WORTH: r"""
        (?:what )?(?:i|we)(?:'ve)? learn(?:ed|t)(?: today)?, lessons?(?: learn(?:ed|t))?, learnings?, learn(?:ed|t),
        takeaways?, insights?, decisions?(?: made| taken)?, rules?, policies, preferences?, gotchas?, pitfalls?,
        remember, notes? to self, facts?(?: learn(?:ed|t))?, things to remember, conventions?, agreements?,
        standing orders, important, don'?t forget
    """,
}
_OF_THE_DAY = r"""
    results?, branch, duration, time(?: spent)?, started, ended, start, end, participants, attendees, present, mood,
    energy, weather, session(?: (?:key|id))?, source, goal, focus, commit, pr, files, tokens(?: used)?, impact,
    severity, action, alert
"""


def _titled(words: str) -> re.Pattern[str]:
    """A title that is one of the words, whoever's they are."""
    listed = "|".join(" ".join(words.split()).replace(" |", "|").split(", "))
    return re.compile(rf"(?:(?:{'|'.join(_WHOSE.split())}) )*(?:{listed})")


_CAPTIONS = tuple((_titled(words), said) for said, words in _TITLES.items())
_FIELD = _titled(_OF_THE_DAY)
_OVER = re.compile(r"[✅☑✔]|\b(?:FIXED|COMPLETED?|DONE|DEPLOYED|RESOLVED|SHIPPED|INSTALLED|VERIFIED|MERGED)\b")
_BEFORE = re.compile(r"^[\W\d_]+")
_BEHIND = re.compile(
    r"\s*(?:\([^()]*\)?|\[[^\[\]]*\]|(?:[–—:]|\bfor\b|\bfrom\b|\bbefore\b|\bthis\b| - ).*)?\W*$"
)  # fmt: skip


@lru_cache(maxsize=1024)
def caption(title: str) -> Caption:
    """What a title says of what stands under it: `Next steps (for Ann)`, `🎯 Key decisions`, `Backup ✅ FIXED`."""
    if _OVER.search(title):
        return Caption.DONE
    named = _named(title)
    return next((said for pattern, said in _CAPTIONS if named and pattern.fullmatch(named)), Caption.NONE)


@lru_cache(maxsize=1024)
def of_the_day(key: str) -> bool:
    """Whether a field of a log that is called so gives what was so just then: `Branch`, `Duration`, `Files changed`."""
    return _FIELD.fullmatch(_named(key)) is not None or caption(key) is Caption.DONE


def _named(title: str) -> str:
    return _BEHIND.sub("", _BEFORE.sub("", title[:LONGEST].casefold()))
