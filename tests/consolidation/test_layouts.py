"""How pages are laid out: names and running labels before lines, protocols as tables, what others wrote marked off."""

from __future__ import annotations

import pytest

from neuromem_sync.claims import Form, peeled
from neuromem_sync.passages import Shape, passages, sentences
from neuromem_sync.provenance import foreign
from neuromem_sync.sheaf import bound
from neuromem_sync.sift import writers
from neuromem_sync.units import Unit, units
from tests.consolidation.logs import day, entries

FACT = "The gateway listens on port 8443 and nowhere else."
COMMON = 5  # days on which a label stands, from which it is common


def read(days: int, *lines: str) -> list[Unit]:
    """The units of a log that has these lines on as many days, without what they have in common."""
    sheaves = [bound(f"{number}.md", day(number, *lines)) for number in range(days)]
    names = writers(label for sheaf in sheaves for label in sheaf.labels())
    return [unit for sheaf in sheaves for unit in sheaf.units(names)]


def told(days: int, *lines: str) -> list[str]:
    return [unit.text for unit in read(days, *lines)]


def slots(days: int, *lines: str) -> set[str]:
    return {unit.slot for unit in read(days, *lines)}


@pytest.mark.parametrize(
    "before",
    [
        "Quill: ",
        "[Quill] ",
        "(quill) ",
        "quill: ",
        "**Quill:** ",
        "Quill 08:50 – ",
        "Quill (08:50): ",
        "[Quill] 08:50 ",
    ],
)
def test_the_name_of_who_writes_is_no_part_of_the_claim(before: str) -> None:
    assert set(told(COMMON, f"{before}{FACT}")) == {FACT}


def test_a_word_that_begins_one_line_is_part_of_it() -> None:
    assert told(1, "Kiln: lid stays shut until it is cool.") == ["Kiln: lid stays shut until it is cool."]


def test_a_running_label_gives_nothing_a_value() -> None:
    assert slots(1, "**Build:** green") == {"|build"}
    assert slots(COMMON, "**Build:** green") == {""}


def test_a_field_stands_under_what_its_heading_names_and_not_under_an_hour_or_a_sentence() -> None:
    assert slots(1, "## 08:22 — Brno linehaul", "**Cutoff:** 22:05") == {"brno linehaul|cutoff"}
    for hour in ("08:22", "~08h22", "8.22"):
        assert slots(1, f"## {hour}", "**Cutoff:** 22:05") == {"|cutoff"}
    assert "|cutoff" in slots(1, "- The trailer is late again.", "  - **Cutoff:** 22:05")


def test_a_field_below_a_part_of_the_page_is_of_nothing_but_its_key() -> None:
    days = [day(number, "## Quill", "Mowed the lawn.") for number in range(COMMON)]
    sheaves = [bound(f"{number}.md", found) for number, found in enumerate(days)]
    field = bound("field.md", day(COMMON, "## Quill", "**Cutoff:** 22:05"))
    names = writers(label for sheaf in [*sheaves, field] for label in sheaf.labels())
    (unit,) = field.units(names)
    assert (unit.slot, unit.text) == ("|cutoff", "Cutoff: 22:05")


def test_a_heading_of_many_days_is_a_part_of_the_page() -> None:
    assert slots(COMMON, "## Notes", "**Cutoff:** 22:05") == {""}


def test_a_label_longer_than_an_item_is_no_defect() -> None:
    assert len(told(COMMON, f"## {'x' * 400}", "**Cutoff:** 22:05")) == COMMON


def test_a_row_without_a_name_keeps_what_its_cells_are_of() -> None:
    table = "# 2026-01-05\n\n| who | port |\n|---|---|\n|  | the gateway has 8443 |\n"
    assert [unit.text for entry in entries("memory/2026-01-05.md", table) for unit in units(entry)] == [
        "port the gateway has 8443"
    ]


def test_sentences_are_no_value() -> None:
    assert told(1, "**Quill:** Looked at the kiln. The lid stays shut.") == [
        "Quill: Looked at the kiln.",
        "The lid stays shut.",
    ]


def test_a_row_that_an_hour_begins_is_a_line_of_the_log() -> None:
    table = f"# 2026-01-05\n\n| time | note |\n|---|---|\n| 07:15 | {FACT} |\n"
    (entry,) = [entry for entry in entries("memory/2026-01-05.md", table) if FACT in entry.text]
    assert [(unit.text, unit.slot) for unit in units(entry)] == [(FACT, "")]


def test_a_row_that_a_number_begins_is_one_too() -> None:
    table = f"# 2026-01-05\n\n| # | note |\n|---|---|\n| 1 | {FACT} |\n"
    (entry,) = [entry for entry in entries("memory/2026-01-05.md", table) if FACT in entry.text]
    assert [(unit.text, unit.slot) for unit in units(entry)] == [(FACT, "")]


def test_a_ticket_before_a_value_is_a_ticket() -> None:
    (found,) = read(1, "**PAR-793:** done, deployed with build 4118")
    assert found.form & Form.TICKET


def test_a_category_marks_a_line_and_a_name_does_not() -> None:
    marked = [
        bool(unit.form & Form.MARKED)
        for entry in day(0, f"- [fact] {FACT}", f"- [Domo] {FACT}")
        for unit in units(entry)
    ]
    assert marked == [True, False]


def test_a_topic_before_a_sentence_stays_with_it() -> None:
    line = "Choir rehearsal: Pia has to be there at four."
    assert peeled(line) == ("", line)


@pytest.mark.parametrize(
    ("opens", "shuts"),
    [
        ("[BEGIN EXTERNAL CONTENT]", "[END EXTERNAL CONTENT]"),
        ("--- begin pasted page ---", "--- end pasted page ---"),
        ("<<<start of forwarded mail>>>", "<<<end of forwarded mail>>>"),
    ],
)
def test_what_is_marked_off_is_closed(opens: str, shuts: str) -> None:
    found = list(passages(f"Ours.\n{opens}\nTheirs.\n\nTheirs too.\n{shuts}\nOurs again."))
    assert [passage.text for passage in found if passage.shape is not Shape.CLOSED] == ["Ours.", "Ours again."]


@pytest.mark.parametrize(
    "line", ["Start the mail server at noon.", "- Begin the web page with the title.", "Ended the text."]
)
def test_work_that_begins_marks_nothing_off(line: str) -> None:
    assert all(passage.shape is not Shape.CLOSED for passage in passages(f"{line}\n\n{FACT}"))


def test_a_unit_after_a_number_ends_a_sentence() -> None:
    assert list(sentences("It took 115 ms. The trial is a week.")) == ["It took 115 ms.", "The trial is a week."]


@pytest.mark.parametrize(
    "title",
    """
    Fetched: https://example.net/tips | Web search results | Tool output | Pasted mail from unknown sender |
    Imported page | Web page: ten tips | search: labels | mail (ext) | pasted pdf text | Web fetch | Email from
    a stranger | Forwarded newsletter | Copied from a forum | From the web | Clipboard | External message |
    stdout | Comment from user123 | Unknown caller | Reddit thread | Excerpt from an article | Found on a
    website | Third-party content | Note from a visitor | Newsletter
    """.split("|"),
)
def test_a_title_that_names_a_place_where_others_write(title: str) -> None:
    assert foreign(" ".join(title.split()))


@pytest.mark.parametrize(
    "title",
    """
    Notes from the planning meeting | Notes from a meeting | Call from Anna | Website relaunch | Web server |
    Our newsletter | Feed the cat | Feed parser | Quotes for the roof | Comments on the draft | Browser
    extension | API response times | Model results | Imported contacts | Downloaded invoices | Pasted config |
    External drives | Third-party libraries | Inbound leads | Inbound | Unknown devices on the network | Answers
    from support | Things kept in the garage | Found in the garden | Lookup table | Screenshots of the new UI |
    Transcript of the board call | Spam filter | New email address | Some notes | Online banking | Booked online
    | A new form | Search index | Forum migration | YouTube channel
    """.split("|"),
)
def test_a_title_that_is_about_work(title: str) -> None:
    assert not foreign(" ".join(title.split()))
