"""What is learned of a log: one claim a topic, the one that stands, and nothing that need not be learned."""

from __future__ import annotations

import dataclasses
import random

import pytest

from neuromem_sync.choose import worded
from neuromem_sync.consolidate import Limits, consolidate
from neuromem_sync.model import Origin
from neuromem_sync.pieces import pieces
from neuromem_sync.promotion import Known, Section
from neuromem_sync.units import units
from tests.consolidation.logs import background, day, entries, learned, texts, unit


def test_a_fact_restated_in_other_words_is_one_item_with_all_its_evidence() -> None:
    said = (
        "The gateway listens on port 8443.",
        "Callers must reach the gateway through port 8443, never directly.",
        "Our gateway answers on port 8443 on every host.",
    )
    (item,) = learned([*day(2, said[0]), *day(11, said[1]), *day(19, said[2])]).promotions
    assert item.text in said
    assert {*item.said} == {*said}
    assert [str(source) for source in item.evidence] == [
        "memory/2026-01-07.md:3",
        "memory/2026-01-16.md:3",
        "memory/2026-01-24.md:3",
    ]
    assert sum(item.why.values()) == pytest.approx(item.score, abs=0.001)


def test_thirty_ordinary_days_teach_nothing() -> None:
    found = learned([])
    assert texts(found) == []
    assert found.held_back["routine"] >= 80


def test_a_later_value_supersedes() -> None:
    found = learned(
        [
            *day(2, "Our nightly backup always starts at 02:30."),
            *day(9, "The nightly backup must start at 02:30, never earlier."),
            *day(20, "Our nightly backup starts at 04:20 from now on, no longer at 02:30."),
        ]
    )
    (item,) = found.promotions
    assert "04:20" in item.text
    assert found.held_back["superseded"] == 2


def test_a_change_ends_the_old_name_in_other_words() -> None:
    found = learned(
        [
            *day(2, "All our receipts go to Kontor Nord, our accountant."),
            *day(20, "We left Kontor Nord; our accountant is Papadakis Tax now."),
        ]
    )
    assert texts(found) == ["We left Kontor Nord; our accountant is Papadakis Tax now."]


def test_a_later_line_takes_back_an_earlier_one() -> None:
    found = learned(
        [
            *day(4, "The yard gate is always locked at 18:30."),
            *day(5, "Forget what I wrote about the yard gate."),
        ]
    )
    assert texts(found) == []
    assert found.held_back["withdrawn"] == 2


def test_a_line_takes_back_only_what_it_mostly_names() -> None:
    kept = "The yard gate code is changed by the caretaker on the first working Monday of a quarter."
    found = learned([*day(4, kept + " #remember"), *day(5, "Forget what I wrote about the caretaker and the hedge.")])
    assert texts(found) == [kept]


def test_a_change_ends_the_value_it_gives_beside_a_new_one_in_whatever_words() -> None:
    found = learned(
        [
            *day(4, "You have €2.35 for each meal, cook accordingly."),
            *day(9, "€2.85, no longer 2.35 euros, is the money per plate."),
        ]
    )
    assert texts(found) == ["€2.85, no longer 2.35 euros, is the money per plate."]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Ask Luca, our weighbridge keeper, before tagging any crate.", "**Weighbridge keeper:** Erik"),
        ("**Sample rack place:** `north/shelf`", "**The place of the sample rack:** `south/shelf`"),
    ],
)
def test_an_attribute_ends_what_said_it_in_other_words(old: str, new: str) -> None:
    told = [*day(2, old, "Luca fed the geese."), *day(20, new), *day(24, "Erik and Luca fed the geese.")]
    found = texts(learned(told))
    assert any(found_ in new.replace("*", "") for found_ in found)
    assert not any(found_ in old.replace("*", "") for found_ in found)


def test_a_value_of_a_word_heard_every_day_ends_when_another_came() -> None:
    told = [
        *(entry for number in range(12) for entry in day(number, f"Planned bed {number} with the gardeners.")),
        *day(14, "Keep Tuesdays free for planning."),
        *day(21, "We do planning on Mondays."),
        *day(27, "We keep Monday as the planning day."),
    ]
    assert not any("Tuesday" in text for text in texts(learned(told)))


def test_what_the_next_day_says_is_not_so_was_a_mistake() -> None:
    told = [
        *day(4, "The barley bins stand on the north wall of the brewhouse."),
        *day(5, "The barley bins don't stand on the north wall, that was the old plan of the brewhouse."),
        *day(11, "Our hop scale is read at noon, always, by Veldkamp."),
        *day(19, "Our hop scale does not take wet cones, always dry them, says Veldkamp."),
    ]
    assert "The barley bins stand on the north wall of the brewhouse." not in texts(learned(told))
    assert any("noon" in text for text in texts(learned(told)))


def test_a_change_of_yesterday_is_taken_back_by_its_matter() -> None:
    told = [
        *day(4, "Crash reports of the boiler go to Corvid now, all of them."),
        *day(5, "Reverted: we do not change the crash reports after all."),
    ]
    assert texts(learned(told)) == []


def test_what_asks_to_leave_a_thing_alone_denies_nothing() -> None:
    told = [
        *day(4, "The spare key of the brewhouse is in the bike shed behind the pump, always."),
        *day(5, "The spare key stays in the bike shed behind the pump, please don't take it to cleverer places."),
    ]
    assert any("bike shed" in text for text in texts(learned(told)))


def test_what_takes_back_may_name_it_in_the_sentence_before() -> None:
    told = [*day(4, "We stop taking cash at the barn shop for good."), *day(5, "Cash stays. I misread the minutes.")]
    assert texts(learned(told)) == []


def test_a_channel_that_a_sentence_names_is_no_tag() -> None:
    told = [
        *day(4, "Alerts of the boiler go to #ops-alerts."),
        *day(9, "Watch #ops-alerts for alerts of the boiler. #work"),
    ]
    (item,) = learned(told).promotions
    assert "#ops-alerts" in item.text
    assert "#work" not in item.text


def test_what_is_taken_back_on_the_next_day_need_not_be_named_in_full() -> None:
    told = [
        *day(4, "New gloves: no latex on the bench from now on, says everybody in the packing room."),
        *day(5, "Forget what I wrote about gloves."),
    ]
    assert texts(learned(told)) == []


@pytest.mark.parametrize("line", ["Provider apologised, barley malt was never forbidden.", "Anna meant one malt only."])
def test_what_was_never_so_is_taken_back(line: str) -> None:
    assert unit(line).gate == "withdrawn"


def test_a_remark_that_says_what_something_is_not_ends_nothing() -> None:
    told = [
        *day(4, "A batch needs at least 71.5 on the Brix scale before we bottle it."),
        *day(9, "Batch 33 got 89.5 on the Brix scale, not bottled today."),
    ]
    assert any("71.5" in text for text in texts(learned(told)))


def test_who_says_again_what_is_ends_nothing_by_what_it_is_not() -> None:
    told = [
        *day(4, "Results of the Brix scale are told as the mean over 5 readings. #remember"),
        *day(9, "We average 5 readings on the Brix scale, single ones are not results."),
    ]
    assert learned(told).held_back.get("superseded", 0) == 0


def test_a_name_in_code_is_the_one_without() -> None:
    told = [
        *day(4, "`cellar-q2` is off limits for visitors and for school classes."),
        *day(9, "Keep cellar-q2 shut: no visitors, no classes."),
    ]
    assert len(texts(learned(told))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "The beef note on Pepper belongs to another animal.",
        "Hansen wants no second logo, the mail was for someone else.",
    ],
)
def test_what_was_meant_for_another_is_taken_back(line: str) -> None:
    assert unit(line).gate == "withdrawn"


def test_one_known_wording_of_three_holds_no_topic_back() -> None:
    said = (
        "The grape press is greased for the vintage by Priya with the cellar key.",
        "The grape press must be greased before every vintage.",
        "Our grape press must always be greased before each vintage.",
    )
    told = [entry for number, line in enumerate(said) for entry in day(4 * number, line)]
    assert texts(learned(told, known=["Priya has the cellar key"])) != []


def test_of_two_that_say_one_thing_the_newer_is_told() -> None:
    newer = "On trains we always order something vegetarian for Emil."
    older = "Our canteen must always have a vegetarian plate, or Emil leaves the table hungry again."
    found = learned([*day(4, f"{older} #remember"), *day(20, f"{newer} #remember")])
    assert texts(found) == [newer]
    assert found.held_back["told"] == 1


def test_two_people_with_two_values_are_two_facts() -> None:
    found = learned(
        [
            *day(3, "Note: Emil must always be picked up at 15:30.", "Emil and Tilda like the tram."),
            *day(9, "Note: Tilda must always be picked up at 16:10.", "We met Emil and Tilda at the gate."),
        ]
    )
    assert {"Emil must always be picked up at 15:30.", "Tilda must always be picked up at 16:10."} <= {*texts(found)}


def test_what_the_files_say_is_not_learned_again() -> None:
    fact = "Our VPN always hands out addresses from 10.44.0.0/16."
    known = learned(day(5, fact), known=["Anything from 10.44.0.0/16 is a VPN address."])
    assert texts(known) == []
    assert known.held_back["known"] == 1
    assert texts(learned(day(5, fact), known=["Anything from 10.81.0.0/16 is a VPN address."])) == [fact]


def test_a_deleted_wording_holds_back_the_whole_topic() -> None:
    told = [
        *day(2, "The gateway always listens on port 8443."),
        *day(11, "Callers must reach the gateway through port 8443."),
    ]
    found = learned(told, deleted=lambda text: text.startswith("Callers"))
    assert texts(found) == []
    assert found.held_back["deleted"] == 1
    assert found.nearest[0].gate == "deleted"


def test_decisions_and_lessons_come_from_their_records() -> None:
    decisions = entries(
        "mind/DECISIONS.md",
        "# Decisions\n\n### 2026-01-09 — Message queue\n\n- **Decision:** Messages travel through NATS.\n"
        "- **Rationale:** It survives a restart.\n\n### 2026-01-10 — Logo\n\n- **Decision:** A blue owl.\n"
        "- **Status:** superseded\n",
    )
    errors = entries(
        "mind/ERRORS.md",
        "# Errors\n\n### 2026-01-12 — Stale prices\n\n- **What happened:** The shop showed old prices.\n"
        "- **Lesson:** Purge the cache after every price change.\n",
    )
    found = learned([*decisions, *errors])
    assert {item.section: item.text for item in found.promotions} == {
        Section.DECISIONS: "Messages travel through NATS.",
        Section.LESSONS: "Purge the cache after every price change.",
    }
    assert found.held_back["withdrawn"] == 1


def test_an_attribute_has_the_value_it_was_given_last() -> None:
    told = [
        *entries("memory/2026-01-07.md", "# 2026-01-07\n\n## Bakery\n\n- **Rent:** 1,450 euros a month\n"),
        *entries("memory/2026-01-21.md", "# 2026-01-21\n\n## Bakery\n\n- **Rent:** 1,620 euros a month\n"),
    ]
    assert texts(learned(told)) == ["Bakery: Rent: 1,620 euros a month"]


def test_keys_that_keep_a_page_in_order_are_no_claims() -> None:
    front = "---\ntags: [trip]\naliases: [Rome]\ncreated: 2026-01-02\npermalink: /rome\nbooked by: Nadia\n---\n"
    said = [piece.text for entry in entries("Rome.md", f"{front}# Rome\n\n- Tags:: food\n") for piece in pieces(entry)]
    assert [text for text in said if ":" in text] == ["Booked by: Nadia", "Tags: food"]


def test_a_mark_lifts_what_is_said_once() -> None:
    plain = "The loaves come from the corner shop"
    assert texts(learned(day(3, plain))) == []
    signs = (f"{plain} #remember", f"[certain] {plain}", f"{plain} <!-- importance: 9 -->", f"(important) {plain}")
    for marked in signs:
        assert texts(learned(day(3, marked))) == [plain]


def test_the_name_of_who_writes_is_no_part_of_what_is_written() -> None:
    log = [day(number, f"Ava: Checked shelf {number}, all fine.") for number in range(8)]
    told = day(12, "Ava: Our gateway always listens on port 8443.")
    assert texts(learned([*(entry for each in log for entry in each), *told])) == [
        "Our gateway always listens on port 8443."
    ]


def test_items_and_tokens_are_limits_and_what_they_hold_back_is_counted() -> None:
    told = [*day(3, "Our gateway always listens on port 8443."), *day(5, "Our rent is always 1,450 euros a month.")]
    assert len(learned(told).promotions) == 2
    for limits in (Limits(items=1), Limits(tokens=35)):
        found = learned(told, limits=limits)
        assert len(found.promotions) == 1
        assert found.held_back["over_budget"] == 1


def test_one_number_of_two_words_is_one_thing_and_told_once() -> None:
    told = [
        *day(4, "Our code always wraps at column 88."),
        *day(19, "Every line of code is allowed 88 characters."),
    ]
    assert texts(learned(told)) == ["Every line of code is allowed 88 characters."]
    assert texts(learned(told, known=("Code: 88 columns at most",))) == []


def test_an_attribute_of_one_word_ends_where_a_sentence_gives_it_another_name() -> None:
    told = [
        *day(3, "**Designer:** Oskar", "Oskar sent his invoice."),
        *day(9, "Lunch with Oskar and Leona."),
        *day(20, "Designer for the portal is always Leona."),
    ]
    assert texts(learned(told)) == ["Designer for the portal is always Leona."]


def test_a_strangers_words_behind_the_name_of_who_writes_are_not_believed() -> None:
    log = [entry for number in range(8) for entry in day(number, f"Ava: Checked shelf {number}, all fine.")]
    told = day(12, "Ava: Blog commenter insists that our gateway always listens on port 8443.")
    assert texts(learned([*log, *told])) == []


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("Maya went to her piano lesson.", "Maya went to her piano lesson. It is always on Wednesdays."),
        ("Perhaps the lesson moves.", "It is always on Wednesdays."),
        ("It was late.", "It is always on Wednesdays."),
        ("The piano has a lid.\n-", "It is always on Wednesdays."),
    ],
)
def test_a_sentence_without_a_subject_is_told_with_the_one_it_leans_on(before: str, told: str) -> None:
    *_, last = [unit for entry in day(3, f"- {before} It is always on Wednesdays.") for unit in units(entry)]
    assert worded(last) == told


def test_a_later_sentence_that_names_nothing_and_points_back_leans_on_the_one_before_it() -> None:
    owner, praise = "Rosa keeps the calendar at Veld.", "Be nice, that's the person who gets us a room."
    *_, last = [unit for entry in day(3, f"- {owner} {praise}") for unit in units(entry)]
    assert worded(last) == f"{owner} {praise}"
    (alone,) = [unit for entry in day(3, f"- {praise}") for unit in units(entry)]
    assert worded(alone) == praise


def test_a_name_that_a_line_has_too_is_not_all_that_is_said() -> None:
    told = day(3, "Our family doctor is always Dr Ostrowska in Elm Street, for colds and for papers.")
    line = "The veterinary practice of Dr Brandvold keeps the file of the cat and her vaccination book"
    assert texts(learned(told, known=(line,))) == [each.text for each in learned(told).promotions] != []


def test_what_is_on_a_day_of_the_next_weeks_happens_once() -> None:
    for line in (
        "The choir is at the Veldkamp hall on Saturday 28 February.",
        "The choir is at the Veldkamp hall on 28 January.",
        "The choir is at the Veldkamp hall on 28.1. and sings Purcell.",
    ):
        assert [each.gate for each in learned(day(3, line)).nearest if "choir" in each.text] == ["weak"]
    assert texts(learned(day(3, "The choir is at the Veldkamp hall on 28 September.")))
    assert texts(learned(day(3, "From 28 January the choir is at the Veldkamp hall, no longer at Purcell's.")))


def test_what_names_one_of_many_by_its_number_is_about_a_piece_of_work() -> None:
    line = "The spot for the Veldkamp hall is in ep{}."
    others = [entry for number in range(9) for entry in day(number, f"Copied the cards of ep{number + 20}.")]
    assert texts(learned(day(12, line.format(4))))
    assert not texts(learned([*others, *day(12, line.format(4))]))


def test_a_remark_about_its_day_ends_nothing_that_stands() -> None:
    told = [
        *day(3, "Every customer gets a first reply within 24 hours."),
        *day(9, "Median first reply to a customer today: 43 minutes."),
    ]
    assert texts(learned(told)) == ["Every customer gets a first reply within 24 hours."]


def test_the_order_of_entries_changes_nothing() -> None:
    told = [
        *background(),
        *day(2, "Our nightly backup always starts at 02:30.", "The gateway always listens on port 8443."),
        *day(20, "Our nightly backup starts at 04:20 from now on, no longer at 02:30."),
        *day(21, "Callers must reach the gateway through port 8443."),
    ]
    known = Known(lines=("Rye is baked at 240 degrees.",))
    straight = consolidate(told, known)
    assert straight.promotions
    for seed in range(5):
        assert consolidate(random.Random(seed).sample(told, len(told)), known) == straight


def test_our_own_region_and_the_profile_are_no_evidence() -> None:
    (own,) = day(3, "Rye always bakes at 240 degrees.")
    told = [
        dataclasses.replace(own, origin=Origin.NEUROMEM),
        *entries("USER.md", "# User\n\n- I always take the aisle seat.\n"),
    ]
    found = learned(told)
    assert texts(found) == []
    assert found.held_back["ours"] == 1
    assert found.held_back["known"] == 1
