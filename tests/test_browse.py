"""Looking around: what is there, as of now, and without leaving a touch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from neuromem_sync import app, browse
from neuromem_sync.address import Address, address
from neuromem_sync.answer import run_blocking
from neuromem_sync.config import load
from neuromem_sync.doors import BlockingDoors
from neuromem_sync.errors import WorkspaceError
from neuromem_sync.model import Layer
from neuromem_sync.query import Query, State
from tests.workshop import CLOCK, Workshop

LOG = """\
# 2026-02-27

### 09:00 — Gateway outage

@nadia restarted it. #ops/incident

### 17:30 — Review

@nadia works with [[Hamza]]. #Ops #review
"""
PROJECTS = "# Projects\n\n## Gateway\n\n- **Owner:** Nadia\n"


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    shop = Workshop(tmp_path)
    shop.write("memory/2026-02-27.md", LOG)
    shop.write("mind/PROJECTS.md", PROJECTS)
    return shop


@pytest.fixture
def doors(shop: Workshop) -> Iterator[BlockingDoors]:
    with closing(app.doors(shop.workspace, load(), CLOCK)) as doors:
        yield doors


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def places(timeline: browse.Timeline) -> list[str]:
    return [str(entry.source) for day in timeline.days for entry in day.entries]


def look(doors: BlockingDoors, **filters: object) -> browse.Timeline:
    return run_blocking(browse.timeline(doors, Query(**{"text": "", **filters})))  # type: ignore[arg-type]


# --- recent


def test_recent_is_what_lies_between_latest_first(doors: BlockingDoors) -> None:
    found = run_blocking(browse.recent(doors, since=at("2026-02-27T09:00+00:00")))
    assert [hit.line for hit in found] == [7, 3]
    assert found.freshness.state is State.FRESH
    assert [hit.line for hit in run_blocking(browse.recent(doors, since=at("2026-02-27T17:00+00:00")))] == [7]
    assert len(run_blocking(browse.recent(doors, since=at("2026-02-28T00:00+00:00")))) == 0


def test_what_is_planned_for_another_day_is_not_recent(shop: Workshop, doors: BlockingDoors) -> None:
    now = datetime.fromtimestamp(CLOCK.now(), UTC)
    for day in (now, now + timedelta(days=1)):
        shop.write(f"memory/{day:%Y-%m-%d}.md", "### 23:59 — Call the plumber\n")
    found = run_blocking(browse.recent(doors, since=CLOCK.now() - 86400))
    assert [hit.entry.at for hit in found] == [f"{now:%Y-%m-%d}T23:59:00+00:00"]


def test_looking_leaves_no_touch(shop: Workshop, doors: BlockingDoors) -> None:
    shop.sync()
    before = run_blocking(doors.heat(list(shop.ids().values())))
    run_blocking(browse.recent(doors, since=0))
    run_blocking(browse.show(doors, Address(path="memory/2026-02-27.md")))
    look(doors)
    run_blocking(browse.portrait(doors, "nadia"))
    assert run_blocking(doors.heat(list(shop.ids().values()))) == before


# --- show


def test_an_entry_by_its_id_the_beginning_of_it_and_any_line_of_it(shop: Workshop, doors: BlockingDoors) -> None:
    by_line = run_blocking(browse.show(doors, Address(path="memory/2026-02-27.md", line=5)))
    (shown,) = by_line.entries
    assert str(shown.entry.source) == "memory/2026-02-27.md:3"
    for word in (shown.entry.id, shown.entry.id[:8]):
        found = run_blocking(browse.show(doors, address(shop.root, word)))
        assert [each.entry.id for each in found.entries] == [shown.entry.id]


def test_what_is_shown_is_what_the_file_says_now(shop: Workshop, doors: BlockingDoors) -> None:
    place = Address(path="memory/2026-02-27.md", line=3)
    assert "restarted" in run_blocking(browse.show(doors, place)).entries[0].entry.text
    shop.write("memory/2026-02-27.md", LOG.replace("restarted", "replaced"))
    shown = run_blocking(browse.show(doors, place)).entries[0]
    assert "replaced" in shown.entry.text
    assert shown.heat is not None
    assert shown.working == "touched"


def test_a_line_between_entries_names_the_nearest(doors: BlockingDoors) -> None:
    for line, nearest in ((1, 3), (99, 7)):
        found = run_blocking(browse.show(doors, Address(path="memory/2026-02-27.md", line=line)))
        assert (found.entries, found.nearest) == ((), nearest)
    assert run_blocking(browse.show(doors, Address(path="gone.md", line=1))).nearest is None


def test_two_ids_that_begin_alike_are_told_apart_by_the_person(shop: Workshop, doors: BlockingDoors) -> None:
    shop.write("notes.md", "".join(f"- remark number {number} of many\n" for number in range(300)))
    shop.sync()
    starts = sorted(each[:2] for each in shop.ids().values())
    twice = next(one for one, two in pairwise(starts) if one == two)
    with pytest.raises(WorkspaceError, match=f"ids begin with {twice}") as refused:
        run_blocking(browse.show(doors, Address(id=twice)))
    assert "write more of it" in refused.value.hint


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("memory/2026-02-27.md:3", Address(path="memory/2026-02-27.md", line=3)),
        ("memory/2026-02-27.md", Address(path="memory/2026-02-27.md")),
        ("./notes/../a.md", None),
        ("two\nlines.md:3", Address(path="two\nlines.md", line=3)),
        ("abcd", Address(id="abcd")),
        ("abc", None),
        ("a.md:0", None),
        ("a.md:1234567890", None),
        ("gateway", None),
        ("/etc/passwd:1", None),
    ],
)
def test_addresses(word: str, meant: Address | None, shop: Workshop) -> None:
    if meant is None:
        with pytest.raises(WorkspaceError):
            address(shop.root, word)
    else:
        assert address(shop.root, word) == meant
        if meant.path:
            assert address(shop.root, f"{shop.root}/{word}") == meant


def test_a_superseded_decision_says_so(shop: Workshop, doors: BlockingDoors) -> None:
    shop.write(
        "mind/DECISIONS.md",
        "# Decisions\n\n### 2026-01-07 — Proxy\n\n- **Decision:** nginx\n\n"
        "### 2026-02-07 — Proxy\n\n- **Decision:** Caddy\n",
    )
    found = run_blocking(browse.show(doors, Address(path="mind/DECISIONS.md")))
    assert [each.faded for each in found.entries] == [True, False]


# --- timeline


def test_days_in_order_and_entries_in_theirs(shop: Workshop, doors: BlockingDoors) -> None:
    shop.write("memory/2026-02-25.md", "# 2026-02-25\n\n### 23:00 — Late\n\nA look at the gateway.\n")
    found = look(doors)
    assert [day.date for day in found.days] == ["2026-02-25", "2026-02-27"]
    assert places(found) == ["memory/2026-02-25.md:3", "memory/2026-02-27.md:3", "memory/2026-02-27.md:7"]
    latest = look(doors, limit=1)
    assert (places(latest), latest.more, found.more) == (["memory/2026-02-27.md:7"], True, False)


def test_around_a_word_a_thing_a_tag_or_a_layer(doors: BlockingDoors) -> None:
    first, second = "memory/2026-02-27.md:3", "memory/2026-02-27.md:7"
    assert places(look(doors, text="gateway outage")) == [first]
    assert places(look(doors, text="nadia")) == [first, second]
    assert places(look(doors, text="nadia", tags=("review",))) == [second]
    assert places(look(doors, tags=("ops",))) == [first, second]
    assert places(look(doors, text="gateway zebra")) == []
    assert places(look(doors, layer=Layer.PROCEDURAL)) == []
    assert places(look(doors, layer=Layer.WORKING)) == [first, second], "just written"
    assert places(look(doors, text="?!")) == []


# --- tags


def test_tags_are_a_tree_and_count_each_entry_once(shop: Workshop, doors: BlockingDoors) -> None:
    shop.write("notes.md", "- one #ops/a/b #ops/incident\n- two #zeta\n- three #ops\n- no#tag `#code`\n")
    found = run_blocking(browse.tags(doors)).tags
    assert [(tag.name, tag.entries, tag.own) for tag in found] == [
        ("ops", 4, 2),
        ("ops/incident", 2, 2),
        ("ops/a", 1, 0),
        ("ops/a/b", 1, 1),
        ("review", 1, 1),
        ("zeta", 1, 1),
    ]
    assert [tag.last for tag in found[:2]] == ["2026-02-27T17:30:00+00:00", "2026-02-27T09:00:00+00:00"]
    assert found[-1].last is None
    assert [tag.name for tag in run_blocking(browse.tags(doors, prefix="#OPS/I")).tags] == ["ops/incident"]


def test_an_attribute_called_tags_is_no_tag(shop: Workshop, doors: BlockingDoors) -> None:
    shop.write("memory/2026-02-27.md", "")
    shop.write("mind/PROJECTS.md", '# Projects\n\n## Gateway\n\n- **Tags:** "tags":[1]\n')
    assert run_blocking(browse.tags(doors)).tags == ()


# --- entities


def test_one_entity_with_all_that_is_known(doors: BlockingDoors) -> None:
    nadia = run_blocking(browse.portrait(doors, "Nadia"))
    assert nadia.entity is not None
    assert (nadia.entity.type, nadia.entity.entries, nadia.entity.relations) == ("person", 2, 1)
    assert [(tie.kind, tie.other, tie.outward) for tie in nadia.relations] == [("works with", "Hamza", True)]
    assert [entry.source.span.line for entry in nadia.mentions] == [7, 3]
    hamza = run_blocking(browse.portrait(doors, "hamza"))
    assert [(tie.other, tie.outward) for tie in hamza.relations] == [("nadia", False)]
    gateway = run_blocking(browse.portrait(doors, "gateway"))
    assert [(each.name, each.value, str(each.entry.source)) for each in gateway.attributes] == [
        ("owner", "Nadia", "mind/PROJECTS.md:3")
    ]


def test_nobody_is_no_entity(doors: BlockingDoors) -> None:
    found = run_blocking(browse.portrait(doors, "nadja"))
    assert (found.entity, found.similar) == (None, ("nadia",))


def test_the_list_of_entities(doors: BlockingDoors) -> None:
    found = run_blocking(browse.entities(doors, type="person")).entities
    assert [(each.name, each.entries) for each in found] == [("nadia", 2)]
    assert len(run_blocking(browse.entities(doors, limit=2)).entities) == 2
