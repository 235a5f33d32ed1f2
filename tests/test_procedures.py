"""Procedures: what fits a situation, how a template is filled in, and what an outcome leaves in the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuromem_sync import app
from neuromem_sync.answer import run_blocking
from neuromem_sync.clock import ManualClock
from neuromem_sync.config import load
from neuromem_sync.doors import BlockingDoors
from neuromem_sync.errors import NeuromemError, WorkspaceError
from neuromem_sync.layers.base import Rate
from neuromem_sync.model import Procedure
from neuromem_sync.procedures import how, listing, named, note, record, render
from tests.workshop import Workshop

NOW = 1_772_355_600.0  # 2026-03-01T09:00:00Z
PROCEDURES = """# Procedures

## Deploy gateway

**Trigger:** a new gateway version
successes:: 6

1. Ship to {host} with {tag:latest}

## Deploy gateway by hand

**Trigger:** a new gateway version
failures:: 6

1. Copy it over

## Water the plants

1. Use rainwater
"""


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    shop = Workshop(tmp_path)
    shop.write("mind/PROCEDURES.md", PROCEDURES)
    return shop


@pytest.fixture
def doors(shop: Workshop) -> Iterator[BlockingDoors]:
    with closing(app.doors(shop.workspace, load(), ManualClock(NOW))) as doors:
        yield doors


def test_what_worked_comes_before_what_mostly_failed(doors: BlockingDoors) -> None:
    found = run_blocking(how(doors, "deploy gateway version")).procedures
    assert [(each.name, each.rate) for each in found] == [
        ("Deploy gateway", Rate(6, 0)),
        ("Deploy gateway by hand", Rate(0, 6)),
    ]
    assert [each.mostly_failed for each in found] == [False, True]


def test_success_lifts_no_other_subject(doors: BlockingDoors) -> None:
    assert [each.name for each in run_blocking(how(doors, "rainwater for plants")).procedures] == ["Water the plants"]


def test_a_decision_that_is_over_is_not_told(shop: Workshop, doors: BlockingDoors) -> None:
    shop.write(
        "mind/DECISIONS.md",
        "# Decisions\n\n## Gateway host (2026-01-01)\n\n**Decision:** edge-1\n\n"
        "## Gateway host (2026-02-01)\n\n**Decision:** edge-2\n",
    )
    told = run_blocking(how(doors, "gateway host")).decisions
    assert [hit.entry.attributes["decision"] for hit in told] == ["edge-2"]


def test_what_is_shown_is_touched_and_nothing_else(doors: BlockingDoors) -> None:
    ids = [each.hit.entry.id for each in run_blocking(listing(doors)).procedures]
    before = run_blocking(doors.heat(ids))
    found = run_blocking(how(doors, "rainwater for plants"))
    after = run_blocking(doors.heat(ids))
    assert [one for one in ids if before[one] != after[one]] == [found.procedures[0].hit.entry.id]


def test_outcomes_count_on_top_of_the_starting_counts(shop: Workshop, doors: BlockingDoors) -> None:
    record(shop.workspace, NOW, name="Deploy gateway", outcome="failure", reason="disk full", took="3m")
    record(shop.workspace, NOW + 60, name="deploy  gateway", outcome="success")
    record(shop.workspace, NOW - 86400, name="Deploy_gateway", outcome="failure")
    each = run_blocking(named(doors, "deploy gateway"))
    assert each.rate == Rate(7, 2)
    assert each.last is not None
    assert (each.last.result, each.last.at) == ("success", "2026-03-01T09:01:00+00:00")


def test_an_outcome_is_noted_over_any_doors(doors: BlockingDoors) -> None:
    noted = run_blocking(note(doors, "deploy gateway", "failure", reason="disk full", took="3m"))
    assert noted.procedure.rate == Rate(6, 1)
    assert noted.procedure.last is not None
    assert noted.procedure.last.reason == "disk full"
    assert noted.procedure.last.source.span.line == noted.written.line


@pytest.mark.parametrize(
    ("name", "outcome", "message"),
    [("deploy gateway", "perhaps", "neither success nor failure"), ("deploy gatewey", "success", "no procedure")],
)
def test_what_is_no_outcome_is_not_noted(shop: Workshop, name: str, outcome: str, message: str) -> None:
    with (
        closing(app.doors(shop.workspace, load(), ManualClock(NOW))) as doors,
        pytest.raises(NeuromemError, match=message),
    ):
        run_blocking(note(doors, name, outcome))
    assert not list((shop.root / "memory").glob("*.md"))


def test_what_is_only_read_takes_no_outcome(shop: Workshop) -> None:
    foreign = replace(shop.workspace, readonly=True)
    doors = app.doors(foreign, load(), ManualClock(NOW))
    with closing(doors), pytest.raises(WorkspaceError, match="only read"):
        run_blocking(note(doors, "deploy gateway", "success"))


def test_an_outcome_of_neither_kind_is_not_the_last(shop: Workshop, doors: BlockingDoors) -> None:
    record(shop.workspace, NOW, name="Deploy gateway", outcome="failure")
    shop.write(
        "memory/2026-03-02.md", "# 2026-03-02\n\n### 10:00 — x\n\nprocedure:: Deploy gateway\noutcome:: who knows\n"
    )
    last = run_blocking(named(doors, "Deploy gateway")).last
    assert last is not None
    assert last.result == "failure"


@pytest.mark.parametrize("reason", ["no outcome:: success", "**Procedure:** other", "# done\n\n### 10:00 — x", "a\nb"])
def test_a_reason_says_nothing_but_itself(reason: str, shop: Workshop, doors: BlockingDoors) -> None:
    record(shop.workspace, NOW, name="Deploy gateway", outcome="failure", reason=reason)
    each = run_blocking(named(doors, "deploy gateway"))
    assert each.rate == Rate(6, 1)
    assert each.last is not None
    assert each.last.reason.replace("\\", "") == " ".join(reason.split())


def test_a_name_that_no_line_can_hold_is_refused_and_nothing_written(shop: Workshop) -> None:
    with pytest.raises(NeuromemError, match="cannot stand in a line"):
        record(shop.workspace, NOW, name="a outcome:: success", outcome="failure")
    assert not (shop.root / "memory").exists()


# --- rendering

SHIP = Procedure(
    name="ship",
    steps=("`ship {host} --home ${HOME}`", "wait {time:10m} for {{host}} on {host}"),
    parameters={"host": None, "time": "10m"},
)


def test_exactly_the_parameters_are_replaced() -> None:
    assert render(SHIP, {"host": "edge-1"}) == "1. `ship edge-1 --home ${HOME}`\n2. wait 10m for {{host}} on edge-1"


@given(st.text(alphabet="{}:$\\1ghost time", max_size=20))
def test_values_are_data(value: str) -> None:
    steps = render(Procedure(name="x", steps=("a {host} b",), parameters={"host": None}), {"host": value})
    assert steps == f"1. a {value} b"


def test_a_default_given_once_holds_everywhere(shop: Workshop, doors: BlockingDoors) -> None:
    shop.write("mind/PROCEDURES.md", "# P\n\n## Ship\n\n1. build {tag}\n2. push {tag:latest} and {tag}\n")
    procedure = run_blocking(named(doors, "ship")).procedure
    assert render(procedure, {}) == "1. build latest\n2. push latest and latest"
    assert render(procedure, {"tag": "v2"}) == "1. build v2\n2. push v2 and v2"


def test_all_that_is_missing_is_named() -> None:
    procedure = Procedure(name="x", steps=("{a} {b} {c:1}",), parameters={"a": None, "b": None, "c": "1"})
    with pytest.raises(NeuromemError, match="x needs a, b") as error:
        render(procedure, {"c": "2"})
    assert error.value.hint == "add: --set a=… --set b=…"


def test_a_value_for_nothing_is_a_mistake() -> None:
    with pytest.raises(NeuromemError, match="no parameter 'hots'") as error:
        render(SHIP, {"hots": "edge-1"})
    assert error.value.hint == "did you mean: host"
    with pytest.raises(NeuromemError) as error:
        render(Procedure(name="x", steps=("a",)), {"zzz": "1"})
    assert error.value.hint == "it takes: none"


def test_nothing_is_rendered_of_a_procedure_without_steps() -> None:
    with pytest.raises(NeuromemError, match="x has no steps"):
        render(Procedure(name="x"), {})
