"""Prove that the index equals the files: make it again from nothing beside the live one, and compare every line.

Repairs nothing; a cycle does. Heat, ids, touches and archive marks do not come from files and are not compared.
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from neuromem_sync import index
from neuromem_sync.apply import Progress
from neuromem_sync.layers.base import Table
from neuromem_sync.sqlite import read
from neuromem_sync.sync import Sync

SHOWN = 20
"""Differences listed; one is enough to know."""
ROUNDS = 3
"""How often verify starts over because somebody edited meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """`digest` is of what the files give; `differences` begin with `path:line`; `unverified` was left out."""

    equal: bool
    digest: str
    differences: tuple[str, ...]
    unverified: tuple[str, ...]


def verify(
    *,
    prove: Callable[[], object],
    live: Callable[[], sqlite3.Connection],
    rebuilt: Callable[[Path], Sync],
    state: Path,
    progress: Progress | None = None,
) -> Verification:
    """Compare the `live` index with one made by `rebuilt(folder)`, while nobody edits; else begin again.

    `prove` brings the live index up to date the way a query does: by the daemon where one lives. Verifying must not
    mend what it is about to judge.
    """
    for _ in range(ROUNDS):
        prove()
        before = read(live(), index.generation())
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="verify-", dir=state))
            fresh = stack.enter_context(closing(rebuilt(Path(folder))))
            made = fresh.cycle(progress=progress)
            prove()
            without = {*made.unverified, *read(live(), index.unverified())}
            found = _compare(live(), fresh.connection, fresh.tables, without)
        if found.equal or read(live(), index.generation()) == before:
            break
    return found


def _compare(
    live: sqlite3.Connection, made: sqlite3.Connection, tables: Sequence[Table], without: set[str]
) -> Verification:
    indexed = {_sign(line) for line in _lines(live, tables, without)}
    given = {_sign(line) for line in _lines(made, tables, without)}
    differences: list[str] = []
    if indexed != given:
        differences += _only(_lines(made, tables, without), indexed, "in the files, not in the index")
        differences += _only(_lines(live, tables, without), given, "in the index, not in the files")
    return Verification(
        equal=indexed == given,
        digest=hashlib.sha256(b"".join(sorted(given))).hexdigest(),
        differences=tuple(sorted(differences)[:SHOWN]),
        unverified=tuple(sorted(without)),
    )


def _lines(connection: sqlite3.Connection, tables: Sequence[Table], without: set[str]) -> Iterator[str]:
    for line in index.canonical(connection, tables):
        if not without or line.partition("\t")[0].rpartition(":")[0] not in without:
            yield line


def _sign(line: str) -> bytes:
    return hashlib.blake2b(line.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _only(lines: Iterator[str], other: set[bytes], why: str) -> list[str]:
    found: list[str] = []
    for line in lines:
        if len(found) == SHOWN:
            break
        if _sign(line) not in other:
            place, _, rest = line.partition("\t")
            found.append(f"{place}: {why}: {rest[:160]}")
    return found
