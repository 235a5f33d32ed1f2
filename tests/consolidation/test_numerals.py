"""Numbers, hours and days written out: one value however it is put."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuromem_sync.numerals import plainly
from neuromem_sync.wording import former, wording
from tests.consolidation.logs import background, day, learned, texts


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (("on 7 May", "on May 7", "on May 7th", "on the 7th of May", "7th May"), "date=may-7"),
        (
            ("due the 12th of each month", "the twelfth of the month", "on the 12th we pay", "by the 12th."),
            "monthday=12",
        ),
        (("at half past six", "6:30", "6.30 am"), "clock=06:30"),
        (("at quarter to nine in the evening", "20:45"), "clock=20:45"),
        (("at seven in the evening", "seven o'clock at night", "19:00"), "clock=19:00"),
        (("half an hour", "30 minutes", "thirty minutes"), "seconds=1800"),
        (("within an hour", "after one hour", "60 minutes"), "seconds=3600"),
        (("after a week", "7 days"), "days=7"),
        (("at least one jar", "1 jar", "requires one jar"), "jar=1"),
        (("thirty-five jars", "35 jars"), "jar=35"),
        (("two hundred and ten jars", "210 jars"), "jar=210"),
        (("EUR 480 net", "480 euros", "€480"), "€=480"),
        (("€27k", "€27,000", "27k EUR", "27 000 euros"), "€=27000"),
        (("2e-4", "0.0002"), "version=0.0002"),
        (("320 ms", "320 milliseconds"), "ms=320"),
        (("1.5 litres", "1.5 l"), "l=1.5"),
    ],
)
def test_one_value_in_many_ways(texts: tuple[str, ...], value: str) -> None:
    assert {each: wording(each).values for each in texts} == dict.fromkeys(texts, (value,))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("went from 30 to 45 jars", {"jar=30", "jar=45"}),
        ("between 5 and 8 %", {"%=5", "%=8"}),
        ("three jars instead of two", {"jar=3", "jar=2"}),
        ("45 jars (it was 30)", {"jar=45", "jar=30"}),
        ("from the 3rd to the 18th of the month", {"monthday=3", "monthday=18"}),
        ("the 3rd shelf", {"shelf=3"}),
        ("they may take 3 jars", {"jar=3"}),
        ("45 customers before ten", {"custom=45", "custom=10"}),
        ("Eight children per adult now, was six.", {"children=8", "children=6"}),
        ("on the 15th comes the money", {"monthday=15"}),
        ("on 26.1., crew call at noon", {"date=jan-26", "clock=12:00"}),
        ("it costs 3.5. Then more", {"version=3.5"}),
        ("on the 15th floor", {"floor=15"}),
        ("we may spend 27,000 monthly", {"number=27000"}),
    ],
)
def test_both_numbers_of_a_change_have_their_unit(text: str, values: set[str]) -> None:
    assert set(wording(text).values) == values


def test_what_is_no_number_stays() -> None:
    for text in (
        "No one of them came.",
        "One day we will see.",
        "The new one is blue.",
        "In May we sail.",
        "a quarter",
    ):
        assert plainly(text) == text


def test_a_change_names_the_value_that_was_with_its_unit() -> None:
    assert "jar=30" in former("The limit went from 30 to 45 jars.")
    assert "children=6" in former("Eight children per adult now, was six.")


def test_a_day_of_the_month_is_superseded_in_other_words() -> None:
    found = learned(
        [
            *background(),
            *day(4, "Our stall fee is always paid on the 3rd of the month."),
            *day(9, "The stall fee must be paid on the third of each month."),
            *day(20, "From now on the stall fee is paid on the eighteenth of the month."),
        ]
    )
    assert texts(found) == ["From now on the stall fee is paid on the eighteenth of the month."]


@pytest.mark.parametrize("part", ["1,", "from 1 to ", "twenty-", "one hundred and ", "1st of the "])
def test_a_long_line_is_read_in_a_time_that_grows_with_it(part: str) -> None:
    """Quadratic, each of these would take minutes: the test would not end."""
    wording(part * 30_000 + "month instead of a week")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789 ,.:()%€abtsndrh№past half to one May month of the from ty-", max_size=80))
def test_no_text_makes_it_raise(text: str) -> None:
    wording(plainly(text))
