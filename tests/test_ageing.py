"""What is open and was left lying; nothing that is over, and nothing whose age nobody can know."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from neuromem_sync.ageing import Aged, Reason, ageing
from neuromem_sync.sqlite import connect, read
from tests.workshop import Workshop

NOW = 1772362800.0  # 1 March 2026, 12:00 in London


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def aged(shop: Workshop, now: float = NOW, zone: str = "Europe/London", **limits: int) -> list[Aged]:
    shop.sync()
    with closing(connect(shop.workspace.state / "index.db", readonly=True)) as connection:
        return read(connection, ageing(now, zone, **limits))


def said(shop: Workshop, now: float = NOW, zone: str = "Europe/London", **limits: int) -> list[str]:
    return [f"{each.source} {each.reason} {each.days}" for each in aged(shop, now, zone, **limits)]


LOOPS = """# Loops

## Active

| ID | Loop | Opened | Last Touch | Status | Next Action | Priority |
|---|---|---|---|---|---|---|
| L-1 | Renew the certificate | 2026-01-01 | 2026-02-20 | 🟡 waiting | ask @ana | high |
| L-2 | Order chairs | 2026-01-01 | 2026-02-28 | 🟡 waiting | | low |
| L-3 | Paint the door | 2026-01-01 | 2026-01-02 | ✅ done | | low |
| L-4 | Learn Greek | 2026-01-01 | 2026-01-02 | paused | | low |

## Blocked

| ID | Loop | Blocked Since | Blocker | Unblock Condition |
|---|---|---|---|---|
| L-5 | Move the disk | 2026-02-20 | no budget | approval |
| L-6 | Sign the lease | 2026-02-25 | the notary | an appointment |

## Closed

| ID | Loop | Closed | Resolution |
|---|---|---|---|
| L-7 | Fix the roof | 2026-01-15 | fixed |
"""


class TestLoops:
    def test_stale_and_blocked_too_long(self, shop: Workshop) -> None:
        shop.write("mind/LOOPS.md", LOOPS)
        assert said(shop) == ["mind/LOOPS.md:16 blocked 9", "mind/LOOPS.md:7 stale 9"]

    def test_the_next_action_is_the_files(self, shop: Workshop) -> None:
        shop.write("mind/LOOPS.md", LOOPS)
        assert [each.next for each in aged(shop)] == ["approval", "ask @ana"]
        assert str(aged(shop)[1]) == "mind/LOOPS.md:7: Renew the certificate: stale since 2026-02-20"

    def test_the_limits_are_arguments(self, shop: Workshop) -> None:
        shop.write("mind/LOOPS.md", LOOPS)
        assert said(shop, stale_days=1, blocked_days=4) == [
            "mind/LOOPS.md:16 blocked 9",
            "mind/LOOPS.md:17 blocked 4",
            "mind/LOOPS.md:7 stale 9",
            "mind/LOOPS.md:8 stale 1",
        ]

    def test_two_days_are_two_days(self, shop: Workshop) -> None:
        shop.write("mind/LOOPS.md", "## Call Bo\n**Last Touch:** 2026-02-28\n")
        assert said(shop) == []
        assert said(shop, NOW + 86400) == ["mind/LOOPS.md:1 stale 2"]

    def test_the_day_is_that_of_the_zone(self, shop: Workshop) -> None:
        shop.write("mind/LOOPS.md", "## Call Bo\n**Last Touch:** 2026-02-28\n")
        assert said(shop, NOW, zone="Pacific/Kiritimati") == ["mind/LOOPS.md:1 stale 2"]

    def test_without_a_date_it_has_no_age(self, shop: Workshop) -> None:
        shop.write("mind/LOOPS.md", "- Call Bo\n- [ ] Call Ada\n\n## Sell the car\n**Status:** 🔴 no buyer\n")
        assert said(shop) == []

    def test_a_loop_that_was_closed_in_another_table_is_closed(self, shop: Workshop) -> None:
        closed = "| Loop | Closed | Resolution |\n|---|---|---|\n| Renew the certificate | 2026-02-27 | renewed |\n"
        shop.write("mind/LOOPS.md", f"{LOOPS}\n## Before\n\n{closed}")
        assert said(shop) == ["mind/LOOPS.md:16 blocked 9"]

    @pytest.mark.parametrize("word", ["done", "Closed", "✅", "cancelled", "❌ failed", "resolved in May"])
    def test_what_is_over_never_shows(self, shop: Workshop, word: str) -> None:
        shop.write("mind/LOOPS.md", f"## Call Bo\n**Status:** {word}\n**Opened:** 2026-01-01\n**Due:** 2026-01-02\n")
        assert said(shop) == []


class TestDue:
    @pytest.mark.parametrize("name", ["Due", "Deadline", "Target", "Target date"])
    def test_a_goal_past_its_day(self, shop: Workshop, name: str) -> None:
        shop.write("mind/GOALS.md", f"## Learn Rust\n**Status:** 🟢\n**{name}:** 2026-02-27\n**Next:** read a book\n")
        (goal,) = aged(shop)
        assert (goal.reason, goal.days, goal.title, goal.next) == (Reason.OVERDUE, 2, "Learn Rust", "read a book")

    def test_the_day_itself_is_in_time(self, shop: Workshop) -> None:
        shop.write("mind/GOALS.md", "## Learn Rust\n**Due:** 2026-03-01\n\n## Walk\n**Target:** thrice a week\n")
        assert said(shop) == []

    def test_overdue_is_more_pressing_than_blocked(self, shop: Workshop) -> None:
        shop.write("mind/LOOPS.md", "## Move\n**Status:** 🔴\n**Blocked Since:** 2026-01-01\n**Due:** 2026-02-28\n")
        assert said(shop) == ["mind/LOOPS.md:1 overdue 1"]

    def test_a_day_in_the_words_of_a_task(self, shop: Workshop) -> None:
        shop.write("mind/GOALS.md", "- [ ] Climb 📅 2026-02-20\n- [x] Run 📅 2026-02-20\n- [ ] Swim by 2026-02-27\n")
        assert said(shop) == ["mind/GOALS.md:1 overdue 9", "mind/GOALS.md:3 overdue 2"]

    @pytest.mark.parametrize("section", ["Completed", "Closed", "Completed goals"])
    def test_a_section_can_say_that_it_is_over(self, shop: Workshop, section: str) -> None:
        shop.write("mind/GOALS.md", f"## {section}\n\n### Walk\n**Due:** 2026-01-01\n")
        assert said(shop) == []

    def test_a_date_that_does_not_exist_is_none(self, shop: Workshop) -> None:
        shop.write("mind/GOALS.md", "## Walk\n**Due:** 2026-02-30\n")
        assert said(shop) == []


class TestTasks:
    def test_open_ones_of_earlier_days(self, shop: Workshop) -> None:
        shop.write("memory/2026-02-26.md", "- [ ] buy milk\n- [x] buy bread\n")
        shop.write("memory/2026-03-01.md", "- [ ] buy salt\n")
        assert said(shop) == ["memory/2026-02-26.md:1 left over 3"]

    def test_a_check_list_inside_an_entry(self, shop: Workshop) -> None:
        shop.write("memory/2026-02-26.md", "### 09:00 — Shopping\n\nWhat we need:\n\n- [x] bread\n- [ ] milk\n")
        (task,) = aged(shop)
        assert (str(task.source), task.title, task.kind) == ("memory/2026-02-26.md:6", "milk", "task")

    def test_carried_over_and_done_it_is_no_more(self, shop: Workshop) -> None:
        shop.write("memory/2026-02-26.md", "- [ ] buy milk\n- [ ] buy salt\n")
        shop.write("memory/2026-02-27.md", "- [x] Buy milk\n")
        shop.write("memory/2026-03-01.md", "- [ ] buy salt\n")
        assert said(shop) == []

    def test_a_named_task_is_as_open_as_its_last_entry(self, shop: Workshop) -> None:
        shop.write("memory/2026-02-26.md", "### 09:00 — Work\ntask:: Ship it\nstate:: started\n")
        assert said(shop) == ["memory/2026-02-26.md:1 left over 3"]
        shop.write("memory/2026-02-26.md", "### 09:00 — Work\ntask:: Ship it\nstate:: started\n\n"
                   "### 10:00 — Work\ntask:: Ship it\nstate:: completed\n")  # fmt: skip
        assert said(shop) == []

    def test_long_ago_they_are_not_called_left_over(self, shop: Workshop) -> None:
        shop.write("memory/2025-12-01.md", "- [ ] buy milk\n")
        assert said(shop) == []
        assert said(shop, task_days=365) == ["memory/2025-12-01.md:1 left over 90"]
