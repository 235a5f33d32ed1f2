"""What a question finds, and in which order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from contract import World, entry

from neuromem_sync import candidates
from neuromem_sync.model import Entry, Kind, Layer
from neuromem_sync.pack import Found

Ask = Callable[..., Found]


def said(text: str, line: int, day: str = "2026-02-10", who: str = "", **facts: object) -> Entry:
    """An entry of a day's log."""
    path, at = f"memory/{day}.md", f"{day}T09:{line:02}:00+00:00"
    return entry(text, line, path=path, title=who, heading=(day,), at=at, **facts)


def texts(found: Found) -> list[str]:
    return [hit.text for hit in found.hits]


class TestWords:
    def test_any_of_the_words_is_enough_and_more_are_better(self, world: World, ask: Ask) -> None:
        world.put(said("the gateway failed", 1), said("the gateway was restarted", 2, "2026-02-11"))
        assert texts(ask("why was the gateway restarted"))[0] == "the gateway was restarted"
        assert len(ask("gateway zebra").hits) == 2

    def test_stop_words_count_when_there_is_nothing_else(self, world: World, ask: Ask) -> None:
        world.put(said("to be or not to be", 1), said("gateway restarted", 2, "2026-02-11"))
        assert texts(ask("to be or not to be"))[0] == "to be or not to be"

    @pytest.mark.parametrize(
        "query", ['"', "' OR 1", "gate*", "NEAR(a b)", "a AND (", "terms:x", "-gateway", "\x00", "^"]
    )
    def test_no_sign_is_an_operator(self, ask: Ask, world: World, query: str) -> None:
        world.put(said("the gateway failed", 1))
        assert ask(query).problems == ()

    def test_a_word_in_a_long_entry_is_found(self, world: World, ask: Ask) -> None:
        world.put(said("filler " * 5000 + "needle", 1), *(said(f"short {n}", n) for n in range(2, 40)))
        assert "needle" in texts(ask("needle"))[0]


class TestAround:
    def test_the_entry_after_a_question_answers_it(self, world: World, ask: Ask) -> None:
        world.put(
            said("Which database did we pick for the gateway?", 1), said("SQLite, for now.", 2), said("Lunch.", 9)
        )
        assert "SQLite, for now." in texts(ask("database for the gateway"))

    def test_undated_sections_do_not_inherit_from_each_other(self, world: World, ask: Ask) -> None:
        world.put(
            entry("the gateway uses SQLite", 1, path="notes.md", heading=("Gateway",)),
            entry("buy milk", 2, path="notes.md", heading=("Home",)),
        )
        assert texts(ask("gateway")) == ["the gateway uses SQLite"]

    def test_the_day_that_is_about_it_wins(self, world: World, ask: Ask) -> None:
        world.put(
            said("release plan", 1, "2026-02-10"),
            said("release notes drafted", 2, "2026-02-11"),
            *(said(f"release step {word}", n, "2026-02-11") for n, word in enumerate(("one", "two", "three"), 3)),
        )
        assert ask("release").hits[0].path == "memory/2026-02-11.md"


class TestBoosts:
    def test_the_days_named_come_first(self, world: World, ask: Ask) -> None:
        world.put(said("gateway outage", 1, "2025-11-03"), said("gateway outage again", 2, "2026-01-20"))
        assert ask("gateway outage in November").hits[0].path == "memory/2025-11-03.md"
        assert "date" in ask("gateway outage in November").hits[0].why

    def test_when_prefers_words_of_time(self, world: World, ask: Ask) -> None:
        world.put(said("pottery class was fun", 1, "2026-02-01"), said("pottery class yesterday", 2, "2026-02-01"))
        assert texts(ask("When was the pottery class?"))[0] == "pottery class yesterday"

    def test_who_is_named_comes_first(self, world: World, ask: Ask) -> None:
        world.put(
            said("I like painting, Ada", 1, "2026-02-01", who="Bob"),
            said("I like painting, Bob", 1, "2026-02-02", who="Ada"),
        )
        assert ask("what does Ada like").hits[0].entry.title == "Ada"

    def test_what_a_person_marked_comes_before_what_answers_as_well(self, world: World, ask: Ask) -> None:
        world.put(
            said("the spare key is with Ada #important", 1, "2026-01-01", tags=("important",)),
            said("the spare key is with Bob #maybe", 1, "2026-02-28", tags=("maybe",)),
            said("the spare key, the key to the cellar, is with Cleo", 1, "2026-01-01"),
        )
        hits = ask("who has the spare key").hits
        assert hits[0].text == "the spare key is with Ada #important"
        assert hits[0].why["marked"] > 0

    def test_a_mark_does_not_make_an_answer(self, world: World, ask: Ask) -> None:
        world.put(
            said("the spare wheel is flat #important", 1, tags=("important",)),
            said("the spare key is with Bob", 1, "2026-02-11"),
        )
        assert texts(ask("where is the spare key"))[0] == "the spare key is with Bob"

    def test_a_question_comes_after_what_tells(self, world: World, ask: Ask) -> None:
        world.put(said("Is the gateway down?", 1, "2026-02-01"), said("The gateway is down.", 1, "2026-02-02"))
        assert texts(ask("gateway down"))[0] == "The gateway is down."

    def test_the_shares_of_a_hit_sum_to_its_score(self, world: World, ask: Ask) -> None:
        world.put(said("Is the gateway down today?", 1, "2026-02-28", who="Ada"), said("yes", 2, "2026-02-28"))
        for hit in ask("when did Ada see the gateway down in February").hits:
            assert sum(hit.why.values()) == pytest.approx(hit.score)


class TestPacking:
    def test_a_daily_line_is_one_hit_the_newest(self, world: World, ask: Ask) -> None:
        world.put(*(said(f"- 09:0{day} backup of the gateway done", 1, f"2026-02-0{day}") for day in range(1, 7)))
        (hit,) = ask("gateway backup").hits
        assert (hit.path, hit.also) == ("memory/2026-02-06.md", 5)

    def test_other_numbers_are_other_facts(self, world: World, ask: Ask) -> None:
        lines = [
            f"the gateway runs on Python 3.{minor} in production, as agreed with the whole team" for minor in (12, 13)
        ]
        world.put(said(lines[0], 1, "2026-02-01"), said(lines[1], 1, "2026-02-02"))
        assert sorted(texts(ask("gateway python"))) == lines

    def test_one_day_has_half_of_the_places_while_others_answer_as_well(self, world: World, ask: Ask) -> None:
        colours = ["red", "blue", "green", "black", "white", "pink", "grey", "brown"]
        world.put(
            *(said(f"the gateway is {colour}", n, "2026-02-01") for n, colour in enumerate(colours, 1)),
            *(
                said(f"the gateway at {place}", 1, f"2026-01-0{n}")
                for n, place in enumerate(("sea", "home", "work"), 1)
            ),
        )
        paths = [hit.path for hit in ask("gateway", limit=4).hits]
        assert paths.count("memory/2026-02-01.md") == 2

    def test_a_weak_match_is_no_answer(self, world: World, ask: Ask) -> None:
        world.put(said("the plan for the year", 1), *(said(f"the plan {n}", n, "2026-02-12") for n in range(2, 30)))
        assert ask("plan zebra xylophone quagga okapi").hits == ()


class TestFilters:
    def test_layer(self, world: World, ask: Ask) -> None:
        world.put(
            said("gateway one", 1), entry("gateway two", 1, path="n.md", layer=Layer.SEMANTIC, kind=Kind.STATEMENT)
        )
        assert texts(ask("gateway", layer=Layer.SEMANTIC)) == ["gateway two"]

    def test_working_memory(self, world: World, ask: Ask) -> None:
        _, key = world.put(said("gateway one", 1), said("gateway two", 2))
        assert texts(ask("gateway", frozenset({key}), layer=Layer.WORKING)) == ["gateway two"]
        assert [hit.working for hit in ask("gateway two", frozenset({key})).hits] == [True, False]

    def test_time_is_half_open_and_leaves_out_the_undated(self, world: World, ask: Ask) -> None:
        world.put(said("gateway", 1, "2026-02-10"), said("gateway", 1, "2026-02-11"), entry("gateway", 1, path="n.md"))
        midnight = 1770768000.0  # 11 February 2026
        assert [hit.path for hit in ask("gateway", since=midnight).hits] == ["memory/2026-02-11.md"]
        assert [hit.path for hit in ask("gateway", until=midnight).hits] == ["memory/2026-02-10.md"]

    def test_every_tag_asked_for(self, world: World, ask: Ask) -> None:
        world.put(
            said("gateway a", 1, tags=("work/infra", "urgent")),
            said("gateway b", 2, tags=("work",)),
            said("gateway c", 3),
        )
        assert texts(ask("gateway", tags=("work", "urgent"))) == ["gateway a"]
        assert sorted(texts(ask("gateway", tags=("work",)))) == ["gateway a", "gateway b"]
        assert texts(ask("", tags=("urgent",))) == ["gateway a"]


class TestRecent:
    def test_nothing_asked_gives_the_latest(self, world: World, ask: Ask) -> None:
        world.put(said("old", 1, "2026-02-01"), said("first", 1), said("last", 2), entry("undated", 1, path="n.md"))
        assert texts(ask("", limit=4)) == ["last", "first", "old", "undated"]

    def test_days_alone_give_those_days(self, world: World, ask: Ask) -> None:
        world.put(said("monday standup", 1, "2026-02-16"), said("groceries", 1, "2026-02-18"), said("older", 1))
        assert texts(ask("what happened on 18 February 2026")) == ["groceries"]


def test_a_layer_that_fails_is_named_and_the_others_answer(world: World, ask: Ask) -> None:
    world.put(said("gateway", 1), entry("gateway two", 1, path="n.md", layer=Layer.SEMANTIC, kind=Kind.STATEMENT))
    world.connection.execute("DROP TABLE semantic_terms")
    found = ask("gateway")
    assert texts(found) == ["gateway"]
    assert ["semantic" in problem.message for problem in found.problems] == [True]


def test_an_empty_index_finds_nothing(ask: Ask) -> None:
    assert ask("anything") == ask("") == Found(())


class TestBoundsOnCost:
    """With bounds so low that a small index meets them."""

    @pytest.fixture(autouse=True)
    def low(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in {"LIST": 10, "POOL": 20, "EXACT_SCOPE": 3, "WHOLE": 5}.items():
            monkeypatch.setattr(candidates, name, value)

    def test_common_words_together_are_found_however_old(self, world: World, ask: Ask) -> None:
        day = [f"2026-02-{n:02}" for n in range(1, 28)]
        world.put(said("alpha meets beta", 1, "2025-01-01"))
        world.put(*(said(f"alpha {each}", 1, each) for each in day), *(said(f"beta {each}", 2, each) for each in day))
        assert texts(ask("alpha beta"))[0] == "alpha meets beta"

    def test_a_filter_of_time_holds_beyond_what_is_read(self, world: World, ask: Ask) -> None:
        world.put(*(said(f"gateway {word}", n, f"2026-02-{n:02}") for n, word in enumerate("abcdefghijklmnopqrst", 1)))
        until = 1770336000.0  # 6 February 2026
        assert sorted(hit.line for hit in ask("gateway", until=until).hits) == [1, 2, 3, 4, 5]

    def test_of_a_long_document_what_is_near_is_seen(self, world: World, ask: Ask) -> None:
        filler = [f"nothing {n} of note" for n in range(40)]
        filler[20:22] = ["Which colour has the gateway?", "Green."]
        world.put(*(said(text, n, "2026-02-01") for n, text in enumerate(filler, 1)))
        assert texts(ask("colour of the gateway"))[:2] == ["Which colour has the gateway?", "Green."]
