"""What the plain words of a claim say of it: whether it holds, or happened once."""

from __future__ import annotations

import pytest

from neuromem_sync.diction import HAPPENED, HOLDS, LEAST, MOST, diction
from neuromem_sync.model import Entry
from tests.consolidation.logs import day, entries, learned, texts, unit


@pytest.mark.parametrize(
    ("line", "worth"),
    [
        ("The barley scale hums.", 0),
        ("Keep the barley scale dry.", 1),
        ("Whoever weighs barley must never stand behind the scale, unless we say so.", 4),
        ("For barley we use the small scale.", 3),
        ("Somebody put the barley scale away yesterday.", -3),
        ("We sold the barley scale today.", 0),
    ],
)
def test_words_of_what_holds_count_against_words_of_what_happened(line: str, worth: int) -> None:
    assert diction(unit(line).mask) == worth


def test_more_words_say_no_more() -> None:
    assert diction(sorted(HOLDS)) == MOST
    assert diction(sorted(HAPPENED)) == LEAST
    assert diction(()) == 0


def test_no_word_speaks_of_both() -> None:
    assert HOLDS.isdisjoint(HAPPENED)


def test_a_remark_about_the_day_is_told_from_a_rule_by_its_plain_words() -> None:
    rule = "Whoever takes barley from the loft must write the sacks into the green book."
    remark = "Everybody about the barley loft still says the green book got most of the sacks."
    assert texts(learned(day(3, rule, remark))) == [rule]


def test_a_short_line_is_worth_less_than_a_long_one_in_a_log_but_not_in_a_note() -> None:
    short, long = "Veldkamp mends kilns.", "Veldkamp in the harbour street mends kilns and chimneys of all makers."
    assert _length(day(3, f"{long} #remember")) > 0 > _length(day(3, f"{short} #remember"))
    assert _length(entries("notes/kilns.md", f"# Repairs\n\n- {short} #remember\n")) == 0


def _length(told: list[Entry]) -> float:
    (item,) = learned(told).promotions
    return item.why.get("length", 0.0)
