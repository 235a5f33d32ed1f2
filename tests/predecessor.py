"""Stores as the predecessor left them, in all shapes. `python -m tests.predecessor FOLDER` makes a small life."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

MEMORIES = (
    "id TEXT, content, embedding BLOB, layer, importance, access_count, created_at REAL, last_accessed,"
    " emotional_valence, task_criticality, user_marked, archived, metadata JSON, summary_of, stability"
)
PROCEDURES = (
    "id, pattern_template, description, success_count, failure_count, last_success, last_failure,"
    " avg_execution_time_ms, parameters JSON, tags JSON, created_at, updated_at"
)
EXECUTIONS = "procedure_id, parameters, success, execution_time_ms, error_message, executed_at"
TEMPLATES = "id, name, pattern_type, template, use_count, success_rate"
MORNING = 1762164120.0
"""2025-11-03 10:02 UTC."""


def table(path: Path, name: str, columns: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Make a table and fill it; what a row does not name is NULL."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"CREATE TABLE {name}({columns})")
        for row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {name}({', '.join(row)}) VALUES({marks})", tuple(row.values()))
        connection.commit()


def memories(folder: Path, *rows: Mapping[str, object], columns: str = MEMORIES) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    table(folder / "episodic.db", "memories", columns, rows)
    return folder


def config(folder: Path, value: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(value), encoding="utf-8")
    return folder


def whole(folder: Path) -> Path:
    """A small life with everything in it: two days, an undated memory, procedures with runs, settings."""
    memories(
        folder,
        {
            "id": "a1",
            "content": "User prefers dark mode",
            "embedding": b"\0\1" * 512,
            "layer": "semantic",
            "importance": 0.8,
            "access_count": 4,
            "created_at": MORNING,
            "metadata": json.dumps({"tags": ["ui", "two words", "7"], "session_id": "x"}),
        },
        {
            "id": "a2",
            "content": "The gateway moved behind the proxy\n\nCaddy answers now.",
            "layer": "episodic",
            "importance": 0.3,
            "created_at": MORNING + 90,
            "user_marked": 1,
        },
        {
            "id": "a3",
            "content": "It was a quiet week",
            "created_at": MORNING + 86400,
            "archived": 1,
            "summary_of": '["a1"]',
        },
        {"id": "a4", "content": "Otters hold hands", "layer": "working"},
    )
    path = folder / "procedural.db"
    procedure = {
        "id": "deploy-service",
        "pattern_template": "1. Build {service}\n2. Push to {env}",
        "description": "When a service is to go live",
        "success_count": 12,
        "failure_count": 1,
        "avg_execution_time_ms": 3200,
        "parameters": '{"env": "staging", "service": null}',
        "tags": '["ops"]',
    }
    table(path, "procedures", PROCEDURES, [procedure])
    run = {"procedure_id": "deploy-service", "success": 0, "error_message": "no answer", "executed_at": MORNING}
    table(path, "procedure_executions", EXECUTIONS, [run])
    greeting = {"id": "9", "name": "greet", "template": "Say hello to {name}", "use_count": 10, "success_rate": 0.9}
    table(path, "pattern_templates", TEMPLATES, [greeting])
    hierarchy = {"working": {"max_tokens": 4000, "ttl": 300}, "episodic": {"retention_days": 30}}
    agents = {"ava": {"workspace": "/old/ava"}, "bo": {"workspace": "/old/bo"}}
    return config(folder, {"memory": {"hierarchy": hierarchy, "lifecycle": {"decay": 0.5}}, "agents": agents})


if __name__ == "__main__":
    whole(Path(sys.argv[1]))
