"""What a remembered text looks like in a file, and that no text reaches beyond its own entry."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from neuromem_sync.errors import NeuromemError
from neuromem_sync.handwriting import inbox_item, log_entry, weight
from neuromem_sync.model import Entry, Route
from neuromem_sync.parsers import Document, parse
from neuromem_sync.parsers.nothing import nothing
from tests.parsers.documents import LINES, MARKED

ZONE = "Europe/Vienna"
NOON = datetime(2026, 3, 1, 12, 5, tzinfo=ZoneInfo(ZONE))

LOG = "# 2026-03-01\n\n## Log\n\n### 09:00 — Standup\n\nThe gateway works again. #ops\n"
INBOX = "# Inbox\n\nWhat has no place yet.\n\n- call the plumber\n- [ ] a promise\n  with two lines\n"
LOGS = (
    LOG,
    "",
    "- 08:00 an item\n- another\n",
    "## 10:00 — Second level\n\n1. one\n2. two\n",
    "---\nyesterday was calm\n",
)
INBOXES = (
    INBOX,
    "",
    "# Inbox\n",
    "A sentence.\n",
    "<div>\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "1. first\n2. second\n",
)

MORE = (
    "``` py", "````", " ```", "- ```", "> ```", "~~~ a`b", "</pre>", "<PRE>", "<!-->", "<!-- a --> <!-- b", "a <!-- b",
    "#", "######", "\t# tabbed", "Text <private>with</private> a secret", "<PRIVATE>", "`<private>`",
    "<claude-mem-context>", "</claude-mem-context>", "<!-- nm:0a1b2c3d4e -->", "<!-- neuromem:begin memory",
    "**timezone:** Asia/Tokyo", "...", "||||||| base", "<<<<<<<", ">>>>>>>", "- - -", "***", "%% open", "`open",
    "[[open", "^anchor", "14:05 later", "---", "### 15:00 — Another", "# 2026-03-02", "\u2028", "\u0085", "a\r\nb",
    "a\rb", "<!-- importance: 3 -->", "word",
)  # fmt: skip
lines = st.one_of(st.sampled_from((*LINES, *MARKED, *MORE)), st.text(max_size=8))
texts = st.lists(lines, min_size=1, max_size=8).map("\n".join)
MANY = settings(max_examples=200, deadline=None)


def entries(route: Route, text: str, day: str = "2026-03-01") -> tuple[Entry, ...]:
    path = f"memory/{day}.md" if route is Route.LOG else "mind/INBOX.md"
    return parse(Document(path, text.encode(), route, ZONE)).result.entries or ()


def written(make: object, *given: object) -> str | None:
    """What `make` gives; None for a text that it refuses."""
    try:
        return make(*given)  # type: ignore[operator,no-any-return]
    except NeuromemError:
        return None


@MANY
@given(st.sampled_from(LOGS), texts, texts)
@example(LOG, "```\nleft open", "later")
@example(LOG, "<!--\n```\n-->", "later")
@example(LOG, "- ```\n# a\n```", "later")
@example(LOG, "- ```\n# a\n  ```", "later")
@example(LOG, "<claude-mem-context>", "</claude-mem-context>")
@example(LOG, "<private>\n< Private reason>", "later")
@example("---\nyesterday was calm\n", "```\n---\n```", "later")
def test_a_log_has_one_entry_more(before: str, text: str, later: str) -> None:
    """Whatever the text, and whatever is written after it."""
    new, end = written(log_entry, text, NOON, 0.8, ("home",)), written(log_entry, later, NOON)
    if new is None or end is None:
        return
    found = entries(Route.LOG, f"{before}\n{new}\n{end}")
    earlier = entries(Route.LOG, before)
    assert found[: len(earlier)] == earlier
    if "private" in (text + later).lower():
        return
    assert len(found) == len(earlier) + 2
    entry = found[-2]
    assert entry.text == new.rstrip("\n")
    assert entry.at == "2026-03-01T12:05:00+01:00"
    assert "home" in entry.tags or "%%" in text or "`" in text
    assert entry.attributes["importance"] == "8"


@MANY
@given(st.sampled_from(INBOXES), texts, texts)
@example(INBOX, "- -", "later")
@example(INBOX, "---", "later")
@example(INBOX, "a\n```\nb", "later")
def test_the_inbox_has_one_entry_more(before: str, text: str, later: str) -> None:
    new, end = written(inbox_item, text), written(inbox_item, later)
    if new is None or end is None:
        return
    gap = "" if before.rstrip().rpartition("\n")[2][:1] in ("-", " ", "1", "2") else "\n"
    found = entries(Route.INBOX, before + gap + new + end)
    earlier = entries(Route.INBOX, before)
    assert found[: len(earlier)] == earlier
    if "private" in (text + later).lower():
        return
    silent = nothing(ZONE).lines
    assert [entry.text for entry in found[len(earlier) :]] == [
        item.rstrip("\n") for item in (new, end) if not silent(item.rstrip("\n"))
    ]


@MANY
@given(texts)
def test_no_word_is_lost(text: str) -> None:
    for new in (written(log_entry, text, NOON), written(inbox_item, text)):
        if new is not None:
            assert _words(new).endswith(_words(text)) or _words(text) in _words(new)


def _words(text: str) -> str:
    """Letters and digits in their order, but for a privacy that had no end and the mark of a heading."""
    return "".join(char for char in text.replace("</private>", "") if char.isalnum())


@MANY
@given(texts)
def test_what_is_private_stays_private(text: str) -> None:
    """Nothing that stands between `<private>` and its end, or the end of the text, comes into an entry."""
    hidden = f"{text}\n<private>\nthe well is poisoned\n"
    for route, new in ((Route.LOG, written(log_entry, hidden, NOON)), (Route.INBOX, written(inbox_item, hidden))):
        if new is not None:
            found = entries(route, f"{new}\n### 13:00 — Afterwards\n")
            assert not [entry for entry in found if "poisoned" in entry.text]
            assert found[-1].title == "Afterwards"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The gateway is up", "### 12:05 — The gateway is up\n"),
        ("Gateway\n\nIt is up.\nSince ten.", "### 12:05 — Gateway\n\nIt is up.\nSince ten.\n"),
        ("# Gateway\nIt is up.", "### 12:05 — Gateway\n\nIt is up.\n"),
        ("It is up and it\nwill stay up.", "### 12:05\n\nIt is up and it\nwill stay up.\n"),
        ("- one\n- two", "### 12:05\n\n- one\n- two\n"),
        ("task:: export", "### 12:05\n\ntask:: export\n"),
        ("Run it:\n\n```sh\n# as root\n./run\n```", "### 12:05 — Run it:\n\n```sh\n# as root\n./run\n```\n"),
        ("Notes\n\n# Chapter", "### 12:05 — Notes\n\n\\# Chapter\n"),
        ("Notes\n\n```\nx", "### 12:05 — Notes\n\n\\```\nx\n"),
        ("Merge\n\n<<<<<<< HEAD", "### 12:05 — Merge\n\n\\<<<<<<< HEAD\n"),
        ("Zone\n\n**Timezone:** Asia/Tokyo", "### 12:05 — Zone\n\n**Timezone**: Asia/Tokyo\n"),
        ("a <!-- b", "### 12:05 — a <\\!-- b\n"),
        ("an end </claude-mem-context>", "### 12:05 — an end `</claude-mem-context>`\n"),
        ("all of it\n\n<private>\nx", "### 12:05 — all of it\n\n<private>\nx\n</private>\n"),
    ],
)  # fmt: skip
def test_a_log_entry(text: str, shown: str) -> None:
    assert log_entry(text, NOON) == shown


def test_importance_and_tags_stand_below_a_log_entry() -> None:
    shown = log_entry("Gateway\n\nIt is up.", NOON, 0.75, ("ops", "#area/sub"))
    assert shown == "### 12:05 — Gateway\n\nIt is up.\n\n#ops #area/sub <!-- importance: 8 -->\n"


@pytest.mark.parametrize(
    ("text", "marks", "shown"),
    [
        ("call Ana", (), "- call Ana\n"),
        ("call Ana", (0.5, ("home",)), "- call Ana #home <!-- importance: 5 -->\n"),
        ("call Ana ^ana", (0.5,), "- call Ana ^ana\n  <!-- importance: 5 -->\n"),
        ("one\n\ntwo\n  three", (None, ("home",)), "- one\n\n  two\n    three\n  #home\n"),
        ("# Title", (), "- \\# Title\n"),
        ("---", (), "- \\---\n"),
        ("- -", (), "- \\- -\n"),
    ],
)
def test_an_inbox_item(text: str, marks: tuple[object, ...], shown: str) -> None:
    assert inbox_item(text, *marks) == shown  # type: ignore[arg-type]


def test_the_second_showing_of_an_hour_says_its_offset() -> None:
    early = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo(ZONE))
    texts = [log_entry("Now", at) for at in (early, early.replace(fold=1))]
    assert texts == ["### 02:30 — Now\n", "### 02:30 +01:00 — Now\n"]
    read = [entry.at for text in texts for entry in entries(Route.LOG, text, "2026-10-25")]
    assert read == ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]


def test_importance_is_one_to_ten() -> None:
    assert [weight(given) for given in (0, 0.04, 0.1, 0.25, 0.5, 0.8, 0.95, 1)] == [1, 1, 1, 3, 5, 8, 10, 10]


@pytest.mark.parametrize(
    "refused",
    [
        lambda: weight(8),
        lambda: weight(-0.1),
        lambda: weight(float("nan")),
        lambda: log_entry(" \n\t", NOON),
        lambda: log_entry("a\0b", NOON),
        lambda: log_entry("a\ud800b", NOON),
        lambda: log_entry("a\x1b[2Jb", NOON),
        lambda: log_entry("a", NOON, None, ("two words",)),
        lambda: log_entry("a", NOON, None, ("42",)),
        lambda: inbox_item("a\n\n<!-- neuromem:private -->"),
    ],
)
def test_what_cannot_be_written_is_refused(refused: object) -> None:
    with pytest.raises(NeuromemError) as told:
        refused()  # type: ignore[operator]
    assert told.value.hint
