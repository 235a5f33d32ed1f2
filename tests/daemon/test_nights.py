"""When a workspace is consolidated, asked at made-up moments."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from neuromem_sync.daemon.nights import AGAIN, APART, SETTLED, Nights


def at(text: str, zone: str = "Europe/Vienna") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


EVENING = at("2026-03-01T20:00")


def nights(when: str = "03:30", after: int = 0) -> Nights:
    return Nights(when, after, "Europe/Vienna", EVENING)


def test_once_a_night_in_the_agents_zone() -> None:
    plan = nights()
    assert not plan.due(at("2026-03-02T03:29"))
    assert plan.due(at("2026-03-02T03:30"))
    plan.begun(at("2026-03-02T03:30"))
    assert not plan.due(at("2026-03-02T23:00"))
    assert plan.due(at("2026-03-03T03:30"))


def test_a_night_that_was_slept_through_is_made_up_for() -> None:
    assert nights().due(at("2026-03-05T14:00"))


def test_a_consolidation_by_hand_counts() -> None:
    plan = nights()
    plan.begun(at("2026-03-02T03:29"))
    assert plan.due(at("2026-03-02T03:30"))
    plan.begun(at("2026-03-02T03:31"))
    assert not plan.due(at("2026-03-02T12:00"))


def test_a_clock_that_was_set_back_costs_no_night() -> None:
    plan = nights()
    plan.begun(at("2030-01-01T03:30"))
    assert not plan.due(at("2026-03-02T12:00"))
    assert plan.due(at("2026-03-03T03:30"))


def test_never() -> None:
    assert not nights("").due(at("2027-01-01T00:00"))


def test_much_change_brings_it_forward_but_not_again_and_again() -> None:
    plan = nights(after=10)
    plan.changed(9, EVENING)
    assert not plan.due(EVENING + APART)
    plan.changed(1, EVENING + 5)
    assert not plan.due(EVENING + APART - 1)
    assert plan.due(EVENING + APART)
    plan.begun(EVENING + APART)
    assert not plan.due(EVENING + APART * 3)


def test_it_waits_for_a_pause_but_not_for_ever() -> None:
    plan, night = nights(), at("2026-03-02T03:30")
    plan.changed(1, night - 1)
    assert not plan.due(night)
    assert plan.due(night - 1 + SETTLED)
    plan.changed(1, night + AGAIN - 1)
    assert plan.due(night + AGAIN)


def test_much_change_long_after_the_last_night_waits_for_a_pause_too() -> None:
    plan, now = nights("", 10), EVENING + 9 * APART
    plan.changed(10, now)
    assert not plan.due(now + SETTLED - 1)
    assert plan.due(now + SETTLED)


def test_the_hour_that_is_skipped_in_spring_is_no_reason_to_skip_the_night() -> None:
    plan = Nights("02:30", 0, "Europe/Vienna", at("2026-03-28T20:00"))
    assert plan.due(at("2026-03-29T04:00"))
