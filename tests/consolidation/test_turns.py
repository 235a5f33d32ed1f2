"""Who writes a line and when, however a log puts it: the claim is learned without either."""

from __future__ import annotations

import pytest

from neuromem_sync.pieces import pieces
from neuromem_sync.turns import begins, timeless
from tests.consolidation.logs import FIRST, day, entries, learned, texts

WRITERS = ("ava", "linnet", "rook")
CLAIM = "Our gateway always listens on port 8443."
CHORES = ("Cleaned up the login form.", "Answered 12 mails.", "Rang the printer shop.")


@pytest.mark.parametrize(
    "layout",
    [
        "- {a} {h} {x}",
        "- {h} {a}: {x}",
        "- [{h}] [{a}] {x}",
        "- ({h}) **{a}**: {x}",
        "- `{h}` **{a}** {x}",
        "- {a}> {x}",
        "- {a} -> {x}",
        "- {a} :: {x}",
        "- {a}/{h}: {x}",
        "- {a}@{h}: {x}",
        "- [{a}] ({h}) {x}",
        "- **{a}** {h} {x}",
        "- **{a} · {h}** {x}",
        "- `{a}` {x}",
        "- {a}.log {h} {x}",
        "- ~{h} {a}: {x}",
        "- {d} {h} {a}: {x}",
        "- {d}T{h}:00Z [{a}] {x}",
        "- [{h}:12] INFO {a}: {x}",
        "- 🤖 {a}: {x}",
        "- {c} {x}",
        "- {c} – {a}: {x}",
        "{h} {a}: {x}",
        "[{d} {h}] {a}: {x}",
        "{a}: {x}",
        "### {h} {a}\n\n{x}\n",
    ],
)
def test_a_claim_is_learned_without_who_wrote_it_and_when(layout: str) -> None:
    told = []
    for number in range(9):
        when = FIRST.replace(day=FIRST.day + number)
        said = [*CHORES, *([CLAIM] if number in (2, 7) else ["Weighed the geese."])]
        lines = [
            layout.format(a=WRITERS[at % 3], h=f"{8 + at:02d}:{10 + at}", c=f"{8 + at:02d}{10 + at}", d=when, x=text)
            for at, text in enumerate(said)
        ]
        told += entries(f"memory/{when}.md", f"# {when}\n\n" + "\n".join(lines) + "\n")
    assert texts(learned(told)) == [CLAIM]


def test_a_time_that_is_meant_stays() -> None:
    assert timeless("09:40 is when the ferry leaves.") == "09:40 is when the ferry leaves."
    assert timeless("3.11 is our Python.") == "3.11 is our Python."


def test_capitals_behind_a_time_are_a_zone_only_if_there_is_one() -> None:
    assert timeless("16:01 CET Ann: the gate is locked") == "Ann: the gate is locked"
    assert timeless("16:01 VAT is due on the 10th") == "VAT is due on the 10th"
    assert timeless("16:01 CI runs on two machines") == "CI runs on two machines"
    assert timeless("Standup 09:40 in the yard") == "Standup 09:40 in the yard"
    assert timeless("0800 numbers are free to call.") == "0800 numbers are free to call."


def test_no_number_begins_with_a_nought_and_is_no_time() -> None:
    assert timeless("0850 Moved the crates.") == timeless("0850 – Moved the crates.") == "Moved the crates."


def test_a_first_word_and_an_hour_are_no_writer_where_no_other_line_has_them() -> None:
    (found,) = learned(day(3, "Standup 09:40 in the yard, always, no exceptions. #remember")).promotions
    assert found.text.startswith("Standup 09:40")


@pytest.mark.parametrize("line", ["1200 Grit paper is for the blades.", "1200 sheets fit into the drawer."])
def test_a_number_that_a_line_begins_with_is_no_time_where_no_other_line_has_one(line: str) -> None:
    (found,) = learned(day(3, f"{line} #remember")).promotions
    assert found.text.startswith(line[:10])


def test_a_count_that_lines_begin_with_every_day_is_no_time() -> None:
    counts = [entry for number in range(9) for entry in day(number, f"1{number}40 words of the novel today.")]
    (found,) = learned([*counts, *day(12, "1200 words are what the novel needs by each noon. #remember")]).promotions
    assert found.text.startswith("1200 words")


def test_lines_of_a_log_in_one_paragraph_are_one_each_and_wrapped_prose_is_not() -> None:
    (log,) = entries("memory/2026-01-05.md", "# 2026-01-05\n\nava: the yard is shut\nrook: it rains\n")
    assert [piece.text for piece in pieces(log) if piece.text] == ["ava: the yard is shut", "rook: it rains"]
    (prose,) = entries("memory/2026-01-05.md", "# 2026-01-05\n\nThe yard shuts at\n18:30 on every\nday but one.\n")
    assert [piece.text for piece in pieces(prose) if piece.text] == ["The yard shuts at 18:30 on every day but one."]
    assert begins("08:50 ava: it rains")
    assert not begins("[ava] it rains: badly")
