"""Writes a conversation down: a question and its answer, as an entry of today's log.

Both are quoted inside a fence, and so nobody's claim: recall finds every word, but no task, tag, field or annotation is
read out of them, and no night promotes a sentence of them. What was said is evidence of what was said, not of what is
so, and an answer repeats what a stranger's question put into its mouth. What shall last is said with `remember`.
"""

from __future__ import annotations

import re

from neuromem_sync.allowed import NOTHING, Allowed
from neuromem_sync.errors import NeuromemError
from neuromem_sync.fence import fence
from neuromem_sync.logbook import Written, remember
from neuromem_sync.workspace import Workspace

# An annotation would weigh the entry; the mark of a private section is left to hide it.
_ANNOTATION = re.compile(r"<!--(?![ \t]*neuromem:private)")


def store(workspace: Workspace, question: str, answer: str, *, now: float, allowed: Allowed = NOTHING) -> Written:
    """Append an exchange to today's log; `now` in POSIX seconds.

    Raises NeuromemError if either is empty, and what `logbook.remember` raises.
    """
    said = {"Asked": question, "Answered": answer}
    empty = next((which for which, text in said.items() if not text.strip()), None)
    if empty:
        raise NeuromemError(f"nothing was {empty.lower()}", "give a question and its answer")
    parts = (f"{which}:\n\n{_quoted(text)}" for which, text in said.items())
    return remember(workspace, "\n\n".join(("Conversation", *parts)), now=now, allowed=allowed)


def _quoted(text: str) -> str:
    """Each line behind a `>`, in a fence longer than any of theirs: no line of it can end it or begin anything."""
    said = _ANNOTATION.sub(r"<\\!--", text.strip())
    bar = fence(said)
    return "\n".join((f"{bar}text", *(f"> {line}".rstrip() for line in said.splitlines()), bar))
