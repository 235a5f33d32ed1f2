"""Documents read by several processes give what one process gives, and a process that dies is no silent gap."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from neuromem_sync import crew
from neuromem_sync.errors import NeuromemError
from neuromem_sync.intake import Intake, Task


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task]:
    for number in range(100):
        (tmp_path / f"{number}.md").write_text(f"# {number}\n\nUses [[Redis]] since {number}. #tag\n\n- a:: {number}\n")
    (tmp_path / "7.md").write_bytes(b"\xff")
    (tmp_path / "8.md").unlink()
    return [Task(f"{number}.md", 40, None) for number in range(100)]


def test_together_is_the_same_as_alone(tmp_path: Path, tasks: list[Task]) -> None:
    alone = list(crew.take_all(Intake("UTC"), tmp_path, tasks))
    together = list(crew.together(Intake("UTC"), tmp_path, tasks, 3))
    assert together == alone
    assert alone[8].state is None
    assert alone[7].result is not None
    assert alone[7].result.entries is None


def test_what_others_print_is_no_result(tmp_path: Path, tasks: list[Task], monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text('print("hello", flush=True)')
    monkeypatch.setenv("PYTHONPATH", str(site), prepend=os.pathsep)
    assert len(list(crew.together(Intake("UTC"), tmp_path, tasks, 2))) == len(tasks)


def test_known_bytes_are_not_parsed(tmp_path: Path, tasks: list[Task]) -> None:
    first = crew.take_all(Intake("UTC"), tmp_path, tasks)
    known = [Task(one.path, 40, one.state.digest) for one in first if one.state]
    assert all(one.result is None for one in crew.together(Intake("UTC"), tmp_path, known, 2))


def test_many_bytes_are_shared_out(tmp_path: Path, tasks: list[Task], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "MUCH", 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    started: list[int] = []
    monkeypatch.setattr(crew, "together", lambda *given: started.append(given[3]) or iter(()))
    crew.take_all(Intake("UTC"), tmp_path, tasks)
    assert started == [2]


def test_a_process_that_dies_is_an_error(tmp_path: Path, tasks: list[Task], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(NeuromemError, match="reading process ended"):
        list(crew.together(Intake("UTC"), tmp_path, tasks, 2))
