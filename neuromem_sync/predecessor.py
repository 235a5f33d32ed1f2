"""What the predecessor kept in its databases, as values: memories and procedures, and what could not be made one.

Goes by the tables and columns that are there, and reads only: no byte of a database is changed. Writes no Markdown
(retelling.py) and knows no workspace (migrate.py).
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from neuromem_sync.legacy import Row, Store
from neuromem_sync.loose import moment, number, parsed, share, text_of, whole, words

EPISODIC = "episodic.db"
PROCEDURAL = "procedural.db"
LONGEST_NAME = 80
UNNAMED = "procedure"
MARKED = 0.9
"""The least importance of what a person marked: the predecessor let none of it fade, and 9 of 10 does the same."""

_KEY = re.compile(r"[\d-]+|[0-9a-f-]{16,}", re.IGNORECASE)
# What each table is for; a column that no set names is counted as left behind.
_MEMORY = frozenset({"id", "content", "created_at", "importance", "layer", "archived", "summary_of", "user_marked"})
_OF_AN_AGENT = ("agent", "agent_id", "agent_name")
_PROCEDURE = frozenset({"id", "pattern_template", "description", "success_count", "failure_count"})
_TEMPLATE = frozenset({"id", "name", "description", "template", "use_count", "success_rate"})
_SHARED = frozenset({"tags", "parameters", "metadata", "created_at", "updated_at", *_OF_AN_AGENT})
_TABLES = frozenset({"memories", "procedures", "procedure_executions", "pattern_templates", "access_log"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recollection:
    """One memory. `at` in POSIX seconds, None if it has no time; `importance` from 0 to 1, None if it had none.

    `notes` say what else it was: its layer, that it was archived, what it sums up. `source` is the file it was read
    from, "" if it was from none; `agent` whose it is, "" if nothing says so.
    """

    id: str
    text: str
    at: float | None = None
    importance: float | None = None
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """One procedure: its steps with `{parameters}`, the defaults of those, and how often it went well or not."""

    name: str
    trigger: str = ""
    steps: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    successes: int = 0
    failures: int = 0
    seconds: float | None = None
    failed_with: str = ""


@dataclass(slots=True, kw_only=True)
class Estate:
    """All that was found. `lost` counts what could not be read, by reason; `left` what has no place in Markdown."""

    stores: list[str] = field(default_factory=list)
    memories: list[Recollection] = field(default_factory=list)
    routines: list[Routine] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)


def read(folder: Path) -> Estate:
    """What the databases in a folder hold; an empty estate if there are none."""
    estate = Estate()
    for name, take in ((EPISODIC, _episodic), (PROCEDURAL, _procedural)):
        if (folder / name).is_file():
            estate.stores.append(name)
            try:
                with closing(Store(folder / name, estate.lost)) as store:
                    take(store, estate)
                    _others(store, estate)
            except (sqlite3.Error, OSError) as error:
                estate.lost[f"{name} cannot be read: {error}"] += 1
    return estate


def _episodic(store: Store, estate: Estate) -> None:
    rows = store.rows("memories")
    for row in rows:
        metadata = _object(row, "metadata", estate)
        memory = _memory(row, metadata)
        if memory.text.strip():
            estate.memories.append(memory)
        else:
            estate.lost["a memory without text"] += 1
        if memory.at is None and text_of(row.get("created_at")).strip():
            estate.lost["created_at that is no time: these memories are undated"] += 1
    _count_left(store, "memories", _MEMORY | _SHARED, rows, estate)
    estate.left["records of who looked when"] += store.count("access_log")


def _memory(row: Row, metadata: Mapping[str, object]) -> Recollection:
    marked = bool(number(row.get("user_marked")))
    importance = share(row.get("importance"))
    return Recollection(
        id=text_of(row.get("id")),
        text=text_of(row.get("content")),
        at=moment(row.get("created_at")),
        importance=max(importance or 0.0, MARKED) if marked else importance,
        tags=(*words(parsed(row.get("tags"))), *words(metadata.get("tags"))),
        notes=tuple(_notes(row, marked)),
        source=text_of(metadata.get("source_file")),
        agent=_agent(row) or _agent(metadata),
    )


def _agent(said: Mapping[str, object]) -> str:
    return next(filter(None, (text_of(said.get(key)) for key in _OF_AN_AGENT)), "")


def _notes(row: Row, marked: bool) -> Iterator[str]:
    layer = text_of(row.get("layer")).strip().lower()
    if layer and layer != "episodic":
        yield layer
    if number(row.get("archived")):
        yield "archived"
    if marked:
        yield "marked"
    if summed := words(parsed(row.get("summary_of"))) or words(row.get("summary_of")):
        yield f"a summary of {len(summed)}"


def _procedural(store: Store, estate: Estate) -> None:
    runs: dict[str, list[Row]] = {}
    for run in store.rows("procedure_executions", needed=False):
        runs.setdefault(text_of(run.get("procedure_id")), []).append(run)
    rows = store.rows("procedures")
    for row in rows:
        estate.routines.append(_routine(row, runs.pop(text_of(row.get("id")), []), estate))
    _count_left(store, "procedures", _PROCEDURE | _SHARED | {"avg_execution_time_ms"}, rows, estate)
    estate.lost["a run of a procedure that is not there"] += sum(map(len, runs.values()))
    templates = store.rows("pattern_templates", needed=False)
    estate.routines += [_template(row, estate) for row in templates]
    _count_left(store, "pattern_templates", _TEMPLATE | _SHARED, templates, estate)


def _routine(row: Row, runs: Sequence[Row], estate: Estate) -> Routine:
    """Counted as the table says; by its runs where the table has no counts."""
    went_well = [bool(number(run.get("success"))) for run in runs]
    failures = [run for run, well in zip(runs, went_well, strict=True) if not well]
    last = max(failures, key=lambda run: moment(run.get("executed_at")) or 0.0, default={})
    took = number(row.get("avg_execution_time_ms"))
    return Routine(
        name=_name(row.get("id"), row.get("description"), row.get("pattern_template")),
        trigger=text_of(row.get("description")),
        steps=_steps(row.get("pattern_template")),
        parameters=_defaults(_parsed_or_lost(row, "parameters", estate)),
        tags=words(_parsed_or_lost(row, "tags", estate)),
        successes=whole(row.get("success_count"), sum(went_well)),
        failures=whole(row.get("failure_count"), len(failures)),
        seconds=took / 1000 if took else None,
        failed_with=text_of(last.get("error_message")),
    )


def _template(row: Row, estate: Estate) -> Routine:
    uses, rate = whole(row.get("use_count"), 0), share(row.get("success_rate"))
    successes = round(uses * rate) if rate is not None else 0
    return Routine(
        name=_name(row.get("name"), row.get("description"), row.get("template")),
        trigger=text_of(row.get("description")),
        steps=_steps(row.get("template")),
        parameters=_defaults(_parsed_or_lost(row, "parameters", estate)),
        tags=words(_parsed_or_lost(row, "tags", estate)),
        successes=successes,
        failures=uses - successes if rate is not None else 0,
    )


def _others(store: Store, estate: Estate) -> None:
    for table in store.tables - _TABLES:
        if count := store.count(table):
            estate.left[f"table {table} of {store.name}"] += count


def _count_left(store: Store, table: str, known: frozenset[str], rows: Sequence[Row], estate: Estate) -> None:
    """Columns that say something and have no place in Markdown, by how many rows have them."""
    for column in sorted(store.columns(table) - known):
        filled = store.count(table, column) if column == "embedding" else sum(bool(row.get(column)) for row in rows)
        estate.left[column] += filled


def _object(row: Row, column: str, estate: Estate) -> Mapping[str, object]:
    """The JSON object of a column, and what of it has no place."""
    found = _parsed_or_lost(row, column, estate)
    if not isinstance(found, dict):
        return {}
    for key in found.keys() - {"source_file", "tags", *_OF_AN_AGENT}:
        estate.left[f"metadata.{key}"] += 1
    return found


def _parsed_or_lost(row: Row, column: str, estate: Estate) -> object:
    found = parsed(row.get(column))
    if found is None and text_of(row.get(column)).strip() not in ("", "null"):
        estate.lost[f"{column} that is no JSON"] += 1
    return found


def _defaults(value: object) -> dict[str, str]:
    """Parameters with their defaults, "" for none: from a list of names, or an object of defaults or descriptions."""
    if isinstance(value, list):
        pairs = [(each.get("name"), each.get("default")) if isinstance(each, dict) else (each, "") for each in value]
    elif isinstance(value, dict):
        pairs = [(key, each.get("default") if isinstance(each, dict) else each) for key, each in value.items()]
    else:
        pairs = []
    return {str(key): text_of(each) for key, each in pairs if key}


def _steps(value: object) -> tuple[str, ...]:
    """The lines of a template, or the texts of a JSON list."""
    listed = parsed(value)
    if isinstance(listed, list):
        return tuple(text for text in map(text_of, listed) if text.strip())
    return tuple(line for line in text_of(value).splitlines() if line.strip())


def _name(*candidates: object) -> str:
    """The first that a person would say: a short line, no number and no key made by a machine."""
    lines = (next(iter(text_of(candidate).strip().splitlines()), "").strip() for candidate in candidates)
    return next((line for line in lines if line and len(line) <= LONGEST_NAME and not _KEY.fullmatch(line)), UNNAMED)
