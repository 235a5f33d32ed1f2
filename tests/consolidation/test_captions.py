"""Logs as agents write them: titles that sort the day, and fields that tell of a session."""

from __future__ import annotations

import pytest

from neuromem_sync.captions import Caption, caption, of_the_day
from neuromem_sync.claims import Form
from neuromem_sync.consolidate import Limits, consolidate
from neuromem_sync.promotion import Known
from neuromem_sync.units import units
from tests.consolidation.logs import day, entries, gates, texts, unit

REPORT = (
    "## Session 14:05 – sign-in (claude)",
    "**Goal:** replace the session cookies with signed tokens",
    "**Branch:** `feat/tokens`",
    "**Participants:** Ana, me",
    "### What was done",
    "- Rewrote `auth/tokens.py`, 214 lines",
    "### Key decisions",
    "- Tokens are valid for 15 minutes; refresh tokens for 30 days",
    "### Gotchas",
    "- Never run `make db-reset` with the VPN on, it resolves to production",
    "### Open questions",
    "- Whether keys rotate monthly, asks the auditor",
    "### Next steps",
    "1. Finish the revoke endpoint for the 3 mobile apps",
)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Next steps", Caption.OPEN),
        ("🎯 Next Session Priorities (for Mike)", Caption.OPEN),
        ("TODO", Caption.OPEN),
        ("Open questions", Caption.ASKED),
        ("Possible causes", Caption.IDEA),
        ("Plan for Monday", Caption.IDEA),
        ("What was done", Caption.DONE),
        ("Files created/modified", Caption.DONE),
        ("Changes made (commit `3ce945f`)", Caption.DONE),
        ("Memory system FIXED", Caption.DONE),
        ("Backup ✅", Caption.DONE),
        ("3. Key decisions", Caption.WORTH),
        ("What I learned today", Caption.WORTH),
        ("User preferences", Caption.WORTH),
        ("Next door", Caption.NONE),
        ("The plan of the house", Caption.NONE),
        ("Test kitchen", Caption.NONE),
        ("Loose ends", Caption.NONE),
        ("2026-01-05", Caption.NONE),
    ],
)
def test_a_title_tells_what_stands_under_it(title: str, said: Caption) -> None:
    assert caption(title) is said


def test_fields_of_a_session_are_of_the_day() -> None:
    assert all(map(of_the_day, ("Branch", "Duration", "Files changed", "Goal")))
    assert not any(map(of_the_day, ("Status", "Port", "Owner", "Root cause")))


def test_of_a_report_what_was_decided_and_what_bites_is_learned() -> None:
    assert set(texts(consolidate(day(0, *REPORT), Known()))) == {
        "Tokens are valid for 15 minutes; refresh tokens for 30 days",
        "Never run `make db-reset` with the VPN on, it resolves to production",
    }


def test_what_is_still_to_do_is_a_task_whatever_word_calls_it_so() -> None:
    assert gates("**Next steps:** ask Ana for the key vault path", "**Options:** log in by hand, or wait") == [
        "task",
        "hedged",
    ]


def test_in_a_note_a_title_names_what_it_is_about() -> None:
    said = [
        made for entry in entries("notes/kitchen.md", "# Plans\n\nThe oven stands left.\n") for made in units(entry)
    ]
    assert [made.gate for made in said if made.text.startswith("The oven")] == [""]
    assert not any(made.form & Form.DEED for made in said)


@pytest.mark.parametrize("line", ["✅ The importer runs at 07:00", "The importer runs at 07:00 ✅"])
def test_a_check_mark_tells_of_a_deed(line: str) -> None:
    assert unit(line).form & Form.DEED
    assert not unit("The importer runs at 07:00").form & Form.DEED


@pytest.mark.parametrize(
    ("title", "lead"),
    [("Nightly import (Hetzner)", "Nightly import (Hetzner)"), ("[Ann]", "Ann"), ("Review (19:53 UTC)", "Review")],
)
def test_a_title_keeps_its_brackets_and_loses_its_hour(title: str, lead: str) -> None:
    (found,) = [made for entry in day(0, f"## {title}", "- **Port:** 8443") for made in units(entry) if made.slot]
    assert found.text == f"{lead}: Port: 8443"


@pytest.mark.parametrize(
    "line",
    [
        "user prefers pnpm over npm in all repos",
        "The user hates emojis in commit messages",
        "User asked to always run the tests before pushing",
        "user wants to be called Max",
        "user lives in Lisbon",
    ],
)
def test_what_the_one_who_is_served_likes_is_worth_keeping(line: str) -> None:
    assert len(consolidate(day(0, line, "Lunch was late.", "Fixed the login form."), Known()).promotions) == 1


@pytest.mark.parametrize(
    "line",
    [
        "Let me know if you have other areas to watch.",
        "If you want, I can also make a script of it.",
        "Want me to file an issue for the gap?",
        "Let me check the structure of the fork.",
    ],
)
def test_an_offer_claims_nothing(line: str) -> None:
    assert gates(line) == ["question"]


def test_one_clock_that_two_lines_of_a_short_log_give_makes_them_no_one_thing() -> None:
    told = day(0, "Production deploys are only allowed before 15:00.", "Ana always works from 07:00 to 15:00.")
    assert len(consolidate(told, Known()).promotions) == 2


def test_a_change_of_one_thing_ends_no_other_of_the_same_owner() -> None:
    told = [
        *day(0, "Customer Nordwind always uses version 1.4 of the interface."),
        *day(2, "The contact of Nordwind changed: now Petra Lund, formerly Jens Holm."),
    ]
    assert len(consolidate(told, Known()).promotions) == 2


def test_a_page_gives_its_best_ten_and_is_read_itself() -> None:
    things = "oven fridge kettle mixer scale toaster grill freezer blender juicer steamer smoker griddle fryer".split()
    page = entries(
        "notes/kitchen.md",
        "# Kitchen\n\n"
        + "\n".join(f"- The {thing} always draws {number + 11} amperes." for number, thing in enumerate(things)),
    )
    found = consolidate(page, Known(), Limits(floor=0))
    assert len(found.promotions) == 10
    assert found.held_back["page"] == len(things) - 10
