"""Ask the questions of `mind/RECALL.md` of the index as it is, and as it would be with other bytes in a document.

Knows no question itself (rehearsal.py) and writes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing

from neuromem_sync import rehearsal
from neuromem_sync.errors import WriteConflict
from neuromem_sync.files import Outcome, Unreadable, Vanished, stable_read
from neuromem_sync.layers.base import TextLayer
from neuromem_sync.query import Query
from neuromem_sync.recall import recall
from neuromem_sync.sqlite import connect, read
from neuromem_sync.sync import Sync


def rehearse(engine: Sync, layers: Sequence[TextLayer], path: str, data: bytes, *, now: float, zone: str) -> None:
    """Raises WriteConflict if a question that is answered now would not be with these bytes at `path`.

    For the holder of `writer.lock`.
    """
    asked = _questions(stable_read(engine.root, rehearsal.PATH))
    if not asked:
        return

    def asking(connection: sqlite3.Connection) -> rehearsal.Ask:
        def ask(question: str) -> list[str]:
            query = Query(text=question, limit=rehearsal.HITS, now=now, zone=zone)
            return [hit.text for hit in read(connection, recall(query, layers)).hits]

        return ask

    with (
        closing(connect(engine.state / "index.db", readonly=True)) as before,
        engine.imagined(path, data) as after,
    ):
        for each in rehearsal.broken(asked, asking(before), asking(after)):
            place, question = f"{rehearsal.PATH}:{each.question.line}", each.question.text
            raise WriteConflict(
                f"{place}: {question!r} would be answered no more: {each.faults[0]}",
                "to see what would change: the same command with --dry-run",
            )


def _questions(found: Outcome) -> Sequence[rehearsal.Question]:
    """Those of `rehearsal.PATH`, none if there is no such file. Raises WriteConflict if it cannot be read."""
    if isinstance(found, Vanished):
        return ()
    if isinstance(found, Unreadable):
        raise WriteConflict(f"{found.path} cannot be read: {found.reason}", "make it readable, or move it away")
    asked, problems = rehearsal.questions(found.data)
    for fault in problems:
        if fault.unverified:
            raise WriteConflict(str(fault), "save it as UTF-8, or move it away")
    return asked
