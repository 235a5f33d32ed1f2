"""A machine without servers: one line says what did not run and what to install; under CI=true it is an error."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.transcript import ROOT

BOTH = ("tests/layers/test_redis.py", "tests/layers/test_graph_neo4j.py")


def run(place: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run tests where no program is to be found, and no jar was ever fetched."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEUROMEM_") and name != "CI"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={place / 'runs'}", *words],
        cwd=ROOT,
        env={**kept, "PATH": "", "XDG_CACHE_HOME": str(place), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_newcomer_is_told_in_one_line_and_the_rest_runs(tmp_path: Path) -> None:
    done = run(tmp_path, *BOTH, "tests/test_lock.py")
    (line,) = [line for line in done.stdout.splitlines() if "tests on servers did not run" in line]
    assert f"({', '.join(sorted(BOTH))}): apt-get install default-jdk-headless maven redis-server, or " in line
    assert done.returncode == 0
    assert " passed, " in done.stdout


@pytest.mark.parametrize(("file", "packages"), [(BOTH[0], "redis-server"), (BOTH[1], "default-jdk-headless maven")])
def test_under_ci_it_is_an_error(tmp_path: Path, file: str, packages: str) -> None:
    done = run(tmp_path, "-x", file, CI="true")
    assert done.returncode == 1
    assert f"it needs what is not here: apt-get install {packages}\n" in done.stdout
    assert "did not run" not in done.stdout


def test_with_both_nothing_is_said(tmp_path: Path) -> None:
    assert "did not run" not in run(tmp_path, "tests/test_lock.py").stdout


@pytest.mark.parametrize("plugin", ["tests.on_redis", "tests.on_neo4j"])
def test_suites_on_servers_say_so_too(tmp_path: Path, plugin: str) -> None:
    done = run(tmp_path, "-p", plugin, "tests/test_lock.py")
    assert done.returncode == 0
    assert " tests on servers did not run (tests/test_lock.py): " in done.stdout
