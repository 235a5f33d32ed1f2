"""Identity: an entry keeps its id through edits, inside a document and across the documents of a batch."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neuromem_sync.changes import Stored
from neuromem_sync.diff import Names, Pool, match
from neuromem_sync.model import Entry, Kind, Layer, Source, Span


def entry(text: str, *, at: str | None = None, anchor: str | None = None, heading: tuple[str, ...] = ()) -> Entry:
    span = Span(start=0, end=len(text), line=1, end_line=1)
    return Entry(
        layer=Layer.EPISODIC,
        kind=Kind.ENTRY,
        text=text,
        source=Source(path="memory/2026-01-01.md", span=span, anchor=anchor),
        at=at,
        heading=heading,
    )


def stored(*entries: Entry) -> list[Stored]:
    return [Stored(key, f"id{key}", each) for key, each in enumerate(entries, 1)]


def pairs(old: list[Stored], new: list[Entry]) -> dict[str, int]:
    return {each.text: before.key for before, each in match(old, new).pairs}


def test_an_anchor_outweighs_everything() -> None:
    old = stored(entry("buy milk", anchor="a"), entry("sell cows"))
    assert pairs(old, [entry("sell cows"), entry("nothing alike", anchor="a")]) == {"sell cows": 2, "nothing alike": 1}


def test_equal_text_is_the_same_entry_wherever_it_went() -> None:
    old = stored(entry("one"), entry("two"), entry("three"))
    assert pairs(old, [entry("three"), entry("one"), entry("two")]) == {"one": 1, "two": 2, "three": 3}


def test_equal_texts_keep_their_order() -> None:
    old = stored(entry("ok"), entry("ok"), entry("ok"))
    found = match(old, [entry("ok"), entry("ok")])
    assert [before.key for before, _ in found.pairs] == [1, 2]
    assert [before.key for before in found.gone] == [3]


def test_a_rewritten_entry_is_known_by_its_time() -> None:
    old = stored(entry("met Ana", at="2026-01-01T09:00:00+00:00"), entry("lunch", at="2026-01-01T12:00:00+00:00"))
    assert pairs(old, [entry("wholly other words", at="2026-01-01T09:00:00+00:00")]) == {"wholly other words": 1}


def test_entries_of_one_minute_are_told_apart_by_their_words() -> None:
    noon = "2026-01-01T12:00:00+00:00"
    old = stored(entry("the gateway is down again", at=noon), entry("lunch with Ana in town", at=noon))
    new = [entry("lunch with Ana in the town", at=noon), entry("the gateway is down again today", at=noon)]
    found = match(old, new)
    assert len(found.pairs) == 1, "pairs that cross are not both edits in place"
    assert found.pairs[0][0].key in (1, 2)


def test_similar_text_in_order_is_an_edit() -> None:
    old = stored(entry("we chose postgres for the ledger"), entry("the cat sleeps all day"))
    new = [entry("we chose postgres 16 for the ledger"), entry("the cat sleeps nearly all day")]
    assert pairs(old, new) == {new[0].text: 1, new[1].text: 2}


def test_unlike_text_is_a_new_entry() -> None:
    found = match(stored(entry("we chose postgres")), [entry("the cat sleeps")])
    assert not found.pairs
    assert len(found.gone) == len(found.fresh) == 1


def test_a_pool_gives_each_entry_away_once() -> None:
    pool = Pool()
    pool.put(stored(entry("moved")))
    first, second = pool.claim(entry("moved")), pool.claim(entry("moved"))
    assert first is not None
    assert first.key == 1
    assert second is None
    assert list(pool.rest()) == []


def test_names_repeat_in_a_rebuild_and_never_collide() -> None:
    texts = [entry("same"), entry("same"), entry("other")]
    first = [name.name(each).id for name in [Names(lambda _: False)] for each in texts]
    again = [name.name(each).id for name in [Names(lambda _: False)] for each in texts]
    assert first == again
    assert len(set(first)) == 3
    taken = set(first)
    later = Names(taken.__contains__)
    assert later.name(entry("same")).id not in taken


@given(st.lists(st.text("ab ", max_size=4), max_size=60), st.lists(st.text("ab ", max_size=4), max_size=60))
def test_every_entry_is_paired_once_or_left_over(before: list[str], after: list[str]) -> None:
    found = match(stored(*map(entry, before)), list(map(entry, after)))
    keys = [each.key for each, _ in found.pairs] + [each.key for each in found.gone]
    assert sorted(keys) == list(range(1, len(before) + 1))
    assert len(found.pairs) + len(found.fresh) == len(after)
