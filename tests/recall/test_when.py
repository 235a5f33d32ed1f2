"""The days a question names, seen from Sunday, 1 March 2026."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from neuromem_sync.when import YEARS_BACK, asks_when, stretches

NOW = 1772366400.0


def days(question: str) -> list[tuple[str, str]]:
    return [
        tuple(datetime.fromtimestamp(each, UTC).date().isoformat() for each in stretch)
        for stretch in stretches(question, NOW, "UTC")
    ]  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("on 2023-05-08", "2023-05-08", "2023-05-09"),
        ("in 2023-05", "2023-05-01", "2023-06-01"),
        ("on May 8, 2023", "2023-05-08", "2023-05-09"),
        ("on the 8th of May 2023", "2023-05-08", "2023-05-09"),
        ("in December 2023", "2023-12-01", "2024-01-01"),
        ("yesterday", "2026-02-28", "2026-03-01"),
        ("what happened last week", "2026-02-16", "2026-02-23"),
        ("this week", "2026-02-23", "2026-03-02"),
        ("last month", "2026-02-01", "2026-03-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("last Tuesday", "2026-02-24", "2026-02-25"),
        ("two weeks ago", "2026-02-12", "2026-02-19"),
        ("3 days ago", "2026-02-26", "2026-02-27"),
    ],
)
def test_names(question: str, start: str, end: str) -> None:
    assert days(question) == [(start, end)]


def test_a_month_without_a_year_is_that_month_of_any_year() -> None:
    assert len(days("in July")) == YEARS_BACK
    assert ("2025-07-01", "2025-08-01") in days("in July")


@pytest.mark.parametrize("question", ["may I go", "march on", "2023-02-30", "30 February 2024", "version 3.12", ""])
def test_names_no_day(question: str) -> None:
    assert days(question) == []


@pytest.mark.parametrize("question", ["When did Ada leave?", "what year was it", "how long did it take"])
def test_asks_for_a_time(question: str) -> None:
    assert asks_when(question)


def test_does_not_ask_for_a_time() -> None:
    assert not asks_when("whenever it rains, what breaks?")
