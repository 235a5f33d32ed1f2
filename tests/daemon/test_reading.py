"""Where a daemon vouches for the index, a command that reads looks at no files itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workshop import Workshop

LOG = """# 2026-03-01

### 09:00 — Gateway outage

The gateway answered 503 for nine minutes. #ops

### 10:00 — fix the gateway: started

task:: fix the gateway
state:: started
"""
PROCEDURES = """# Procedures

## Restart the gateway

When: the gateway hangs.

1. Drain it
2. Restart it
"""
READS = (
    ("recall", "gateway"),
    ("recent",),
    ("session",),
    ("context", "gateway"),
    ("how", "restart the gateway"),
    ("shield", "restart the gateway"),
    ("procedure", "list"),
    ("procedure", "show", "Restart the gateway"),
    ("task", "list"),
    ("timeline",),
    ("tags",),
    ("entities",),
    ("show", "memory/2026-03-01.md:3"),
    ("stats",),
    ("status",),
    ("problems",),
    ("secrets",),
    ("diff",),
    ("health",),
)
ENGINE = "neuromem_sync.sync"
PROGRAM = """
import json, sys
from neuromem_sync.cli import run
for words in json.loads(sys.argv[1]):
    code = run(words)
    print("told", json.dumps([words[0], code, sys.argv[2] in sys.modules]), file=sys.stderr)
"""


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    shop = Workshop(tmp_path)
    shop.write("memory/2026-03-01.md", LOG)
    shop.write("mind/PROCEDURES.md", PROCEDURES)
    return shop


def engines(shop: Workshop, *commands: tuple[str, ...]) -> list[tuple[str, int, bool]]:
    """Each command in turn, in one process: its name, its exit code, and whether there is an engine by now."""
    given = json.dumps([[*words, "--json", "--agent", str(shop.root)] for words in commands])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, given, ENGINE],
        env={**os.environ, "NEUROMEM_STATE": str(shop.home)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    told = (json.loads(line[len("told ") :]) for line in done.stderr.splitlines() if line.startswith("told "))
    return [(name, code, loaded) for name, code, loaded in told]


def test_no_command_that_reads_makes_an_engine(shop: Workshop) -> None:
    with shop.daemon():
        told = engines(shop, *READS)
    assert [name for name, _, _ in told] == [words[0] for words in READS]
    assert [name for name, code, _ in told if code not in (0, 1)] == []
    assert [name for name, _, loaded in told if loaded] == []


def test_without_a_daemon_it_does(shop: Workshop) -> None:
    assert engines(shop, ("recall", "gateway")) == [("recall", 0, True)]
