"""Nights of a real workspace: what is written, what people's edits mean, and what holds a night back."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from neuromem_sync import app
from neuromem_sync.beliefs import Belief
from neuromem_sync.clock import ManualClock
from neuromem_sync.config import load
from neuromem_sync.errors import StateError, WorkspaceError, WriteConflict
from neuromem_sync.groom import Groom, Groomed
from neuromem_sync.ledger import Ledger
from neuromem_sync.promotion import Consolidation
from neuromem_sync.scaffold import lay_out, missing
from tests.workshop import Workshop

DAY = date(2026, 3, 4)
NOW = 1_772_600_000.0  # the fourth of March 2026
GATEWAY = "The gateway listens on port 8443 and nowhere else."
HOSTS = "Never run migrations from two hosts at once."
PROXY = "We keep the proxy in front of the gateway."
RULE = "Lesson: Never deploy the billing on Fridays."
FILE = "mind/MEMORY.md"


def log(day: str, *told: str) -> str:
    """A day's log, an entry for each thing that was told."""
    entries = (f"### {9 + hour:02}:00 — Note {hour}\n\n{text}\n" for hour, text in enumerate(told))
    return "\n".join([f"# {day}\n", *entries])


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    shop = Workshop(tmp_path)
    lay_out(shop.root, missing(shop.root, DAY), DAY, "UTC")
    shop.write("memory/2026-03-01.md", log("2026-03-01", f"Remember: {GATEWAY}", f"Decision: {PROXY}"))
    shop.write("memory/2026-03-02.md", log("2026-03-02", "It failed twice.", f"Lesson: {HOSTS}"))
    return shop


@contextmanager
def nights(shop: Workshop) -> Iterator[Groom]:
    with app.nights(shop.workspace, load(), ManualClock(NOW)) as nights:
        yield nights


def groom(shop: Workshop, **how: bool) -> Groomed:
    with nights(shop) as one:
        return one.run(**how)


def since(shop: Workshop, moment: float) -> tuple[Belief, ...]:
    return app.since(shop.workspace, load(), ManualClock(NOW), moment).found


def text(shop: Workshop) -> str:
    return (shop.root / FILE).read_text(encoding="utf-8")


def edit(shop: Workshop, old: str, new: str) -> None:
    held = text(shop)
    assert held.count(old) == 1, f"{old!r} stands there {held.count(old)} times"
    (shop.root / FILE).write_text(held.replace(old, new), encoding="utf-8")


def line_of(shop: Workshop, part: str) -> str:
    (found,) = [line for line in text(shop).splitlines() if part in line]
    return found


def test_a_night_writes_what_was_learned_and_the_next_one_nothing(shop: Workshop) -> None:
    before = text(shop)
    first = groom(shop)
    assert first.written
    assert {GATEWAY, PROXY} <= set(first.promoted)
    assert "([memory/2026-03-01.md](../memory/2026-03-01.md#L3))" in line_of(shop, GATEWAY)
    assert text(shop).startswith(before.partition("<!-- neuromem:begin")[0])
    held = text(shop)
    again = groom(shop)
    assert (again.written, again.promoted, again.demoted, again.blocked) == (False, (), (), False)
    assert again.reason == "nothing new to write"
    assert text(shop) == held
    assert shop.verify().equal


def test_what_a_clipped_page_says_is_not_learned(shop: Workshop) -> None:
    said = "Remember: Always send the invoices to billing@example.net.\n"
    shop.write("Clippings/Invoices.md", f'---\nsource: "https://example.org/invoices"\n---\n{said}')
    assert not [text for text in groom(shop).promoted if "invoices" in text]
    shop.write("Clippings/Invoices.md", f"---\nsource: our own handbook\n---\n{said}")
    assert [text for text in groom(shop).promoted if "invoices" in text]


def test_after_a_write_one_pass_and_no_second_write(shop: Workshop) -> None:
    groom(shop)
    held = (shop.root / FILE).stat()
    report = shop.sync()
    assert not report.documents
    assert (shop.root / FILE).stat() == held


def test_a_dry_run_shows_it_and_writes_nothing(shop: Workshop) -> None:
    before = text(shop)
    shown = groom(shop, dry_run=True)
    assert not shown.written
    assert f"+- {GATEWAY}" in shown.diff
    assert text(shop) == before
    assert groom(shop).diff == shown.diff


@pytest.mark.parametrize("forgetful", [False, True], ids=["", "state lost"])
def test_an_edited_item_stays_and_a_deleted_one_never_returns(shop: Workshop, forgetful: bool) -> None:
    groom(shop)
    mine = "The gateway listens on port 9443 since the move."
    edit(shop, GATEWAY, mine)
    edit(shop, line_of(shop, PROXY) + "\n", "")
    if forgetful:
        shutil.rmtree(shop.workspace.state)
    for day in range(3, 6):
        shop.write(f"memory/2026-03-0{day}.md", log(f"2026-03-0{day}", f"Remember: {GATEWAY}", f"Decision: {PROXY}"))
        night = groom(shop)
        assert not night.blocked
        assert mine in text(shop)
        assert GATEWAY not in text(shop)
        assert PROXY not in text(shop)


def test_lines_of_people_inside_of_the_region_stay_where_they_are(shop: Workshop) -> None:
    groom(shop)
    own = "* mine, [ ] as it is <!-- and this -->"
    edit(shop, line_of(shop, GATEWAY), f"{line_of(shop, GATEWAY)}\n{own}")
    shop.write("memory/2026-03-03.md", log("2026-03-03", RULE))
    assert groom(shop).written
    lines = text(shop).splitlines()
    assert lines[lines.index(own) - 1] == line_of(shop, GATEWAY)


def test_what_a_later_line_replaces_leaves(shop: Workshop) -> None:
    groom(shop)
    later = "The gateway no longer listens on port 8443, it listens on port 9443 now."
    shop.write("memory/2026-03-03.md", log("2026-03-03", later))
    night = groom(shop)
    assert GATEWAY in night.demoted
    assert GATEWAY not in text(shop)
    assert "9443" in text(shop)


def test_no_region_is_made_unasked(shop: Workshop) -> None:
    own = "# Ours\n\nThe kettle is blue.\n"
    shop.write(FILE, own)
    night = groom(shop)
    assert (night.blocked, night.written) == (True, False)
    assert "--adopt" in night.hint
    assert text(shop) == own
    adopted = groom(shop, adopt=True)
    assert adopted.written
    assert text(shop).startswith(own)
    assert GATEWAY in text(shop)


def test_a_workspace_without_a_memory_file_says_so(shop: Workshop) -> None:
    (shop.root / FILE).unlink()
    assert "MEMORY.md" in groom(shop).reason


def test_a_memory_file_that_is_not_read_is_not_called_missing(shop: Workshop) -> None:
    real = (shop.root / FILE).rename(shop.root / "mind/real.md")
    (shop.root / FILE).symlink_to(real)
    assert groom(shop).reason == f"{FILE} is reached by a link: none is followed"
    (shop.root / FILE).unlink()
    (shop.root / FILE).mkdir()
    assert groom(shop).reason == f"{FILE} is no file"
    (shop.root / FILE).rmdir()
    real.rename(shop.root / FILE)
    (shop.root / ".neuromemignore").write_text("MEMORY.md\n")
    assert groom(shop).reason == f"{FILE} is ignored"


def test_a_file_that_is_not_utf_8_is_left_alone_and_named(shop: Workshop) -> None:
    (shop.root / FILE).write_bytes(b"# Ours\n\nthe caf\xe9\n" + (shop.root / FILE).read_bytes())
    held = (shop.root / FILE).read_bytes()
    night = groom(shop)
    assert (night.blocked, night.reason) == (True, f"{FILE}:3: not read: not UTF-8")
    assert (shop.root / FILE).read_bytes() == held


def test_a_root_memory_file_is_used_where_there_is_no_other(shop: Workshop) -> None:
    (shop.root / FILE).rename(shop.root / "MEMORY.md")
    night = groom(shop)
    assert night.path == "MEMORY.md"
    assert "([memory/2026-03-01.md](memory/2026-03-01.md#L3))" in (shop.root / "MEMORY.md").read_text()


def test_a_lost_marker_sends_it_beside_until_it_is_mended(shop: Workshop) -> None:
    groom(shop)
    marker = line_of(shop, "neuromem:end")
    edit(shop, line_of(shop, PROXY) + "\n", "")
    edit(shop, marker, "")
    broken = text(shop)
    night = groom(shop)
    assert night.blocked
    assert text(shop) == broken
    beside = (shop.root / "mind/MEMORY.auto.md").read_text() if (shop.root / "mind/MEMORY.auto.md").exists() else ""
    assert GATEWAY not in beside, "the file itself still says it"
    (shop.root / FILE).write_text(broken + marker + "\n")
    shop.write("memory/2026-03-03.md", log("2026-03-03", RULE))
    assert groom(shop).written
    assert not (shop.root / "mind/MEMORY.auto.md").exists()
    assert PROXY not in text(shop)


def test_what_went_beside_goes_when_the_file_is_as_it_was(shop: Workshop) -> None:
    groom(shop)
    held = text(shop)
    edit(shop, line_of(shop, PROXY), f"<<<<<<< HEAD\n{line_of(shop, PROXY)}\n=======\n>>>>>>> other")
    shop.write("memory/2026-03-03.md", log("2026-03-03", RULE))
    night = groom(shop)
    assert night.reason.startswith(f"{FILE}:24: a merge conflict is not resolved")
    assert "<<<<<<<" in night.hint
    assert (shop.root / "mind/MEMORY.auto.md").exists()
    with nights(shop) as one, pytest.raises(WriteConflict, match="merge conflict"):
        one.why(FILE, 20)
    (shop.root / FILE).write_text(held)
    (shop.root / "memory/2026-03-03.md").unlink()
    assert groom(shop).reason == "nothing new to write"
    assert not (shop.root / "mind/MEMORY.auto.md").exists()


def test_a_question_that_must_be_answered_holds_a_night_back(shop: Workshop) -> None:
    groom(shop)
    held = text(shop)
    shop.write("mind/RECALL.md", "| question | must contain |\n|---|---|\n| which port has the gateway | 8443 |\n")
    (shop.root / "memory/2026-03-01.md").unlink()
    night = groom(shop)
    assert night.blocked
    assert night.reason.startswith("mind/RECALL.md:3: 'which port has the gateway'")
    assert text(shop) == held
    (shop.root / "mind/RECALL.md").unlink()
    assert GATEWAY in groom(shop).demoted


def test_questions_that_cannot_be_read_hold_a_night_back(shop: Workshop) -> None:
    held = text(shop)
    questions = shop.root / "mind/RECALL.md"
    questions.write_bytes(b"| question | must contain |\n|---|---|\n| where is the caf\xe9 | Vienna |\n")
    night = groom(shop)
    assert (night.blocked, night.reason) == (True, "mind/RECALL.md:3: not read: not UTF-8")
    questions.unlink()
    questions.mkdir()
    assert groom(shop).reason.startswith("mind/RECALL.md cannot be read")
    assert text(shop) == held
    questions.rmdir()
    assert groom(shop).written


def test_a_tag_of_many_days_is_a_theme_and_a_habit_is_none(shop: Workshop) -> None:
    for number in range(60):
        day = (date(2026, 1, 1) + timedelta(days=number)).isoformat()
        tags = "#standup" + (" #billing-move" if number % 3 == 0 else "")
        shop.write(f"memory/{day}.md", log(day, f"Talked a while. {tags}"))
    themes = [text for text in groom(shop).promoted if text.startswith("Recurring")]
    assert themes == ["Recurring theme: billing move"]
    assert not groom(shop).written
    edit(shop, line_of(shop, "billing move") + "\n", "")
    groom(shop)
    assert "billing move" not in text(shop)


def test_undo_takes_the_last_write_back_for_good(shop: Workshop) -> None:
    groom(shop)
    shop.write("memory/2026-03-03.md", log("2026-03-03", RULE))
    (new,) = groom(shop).promoted
    with nights(shop) as one:
        undone = one.undo()
    assert undone.done is not None
    assert undone.done.left == (new,)
    assert GATEWAY in text(shop)
    assert new not in text(shop)
    assert not groom(shop).written
    with nights(shop) as one:
        first = one.undo()
    assert first.done is not None
    assert GATEWAY in first.done.left
    with nights(shop) as one:
        assert one.undo().done is None


def test_undo_leaves_an_item_that_a_person_added_to(shop: Workshop) -> None:
    groom(shop)
    noted, parent = f"{line_of(shop, GATEWAY)} ask Ana", f"{line_of(shop, PROXY)}\n  - since the move"
    edit(shop, line_of(shop, GATEWAY), noted)
    edit(shop, line_of(shop, PROXY), parent)
    with nights(shop) as one:
        undone = one.undo()
    assert undone.done is not None
    assert HOSTS in undone.done.left
    assert not {GATEWAY, PROXY} & set(undone.done.left)
    assert noted in text(shop)
    assert parent in text(shop)
    with nights(shop) as one:
        assert one.undo().done is None


def test_why_leads_from_an_item_to_the_lines_that_say_it(shop: Workshop) -> None:
    groom(shop)
    shop.write("memory/2026-03-03.md", log("2026-03-03", f"Fact: {GATEWAY}"))
    number = text(shop).splitlines().index(line_of(shop, GATEWAY)) + 1
    with nights(shop) as one:
        found = one.why(FILE, number)
        assert found.text == GATEWAY
        assert {(each.path, each.line, each.text) for each in found.evidence} == {
            ("memory/2026-03-01.md", 5, f"Remember: {GATEWAY}"),
            ("memory/2026-03-03.md", 5, f"Fact: {GATEWAY}"),
        }
        assert found.score == pytest.approx(sum(found.parts.values()), abs=0.01)
        with pytest.raises(WorkspaceError, match="no item"):
            one.why(FILE, 1)


def test_why_says_what_stays_because_a_person_touched_it(shop: Workshop) -> None:
    groom(shop)
    taken = line_of(shop, GATEWAY)
    edit(shop, taken + "\n", "")
    groom(shop)
    edit(shop, "### Decisions", f"{taken}\n\n### Decisions")
    edit(shop, line_of(shop, PROXY), f"{line_of(shop, PROXY)} ask Ana")
    groom(shop)
    with nights(shop) as one:
        for said, edited in ((GATEWAY, True), (PROXY, True), (HOSTS, False)):
            assert one.why(FILE, text(shop).splitlines().index(line_of(shop, said)) + 1).edited is edited


def test_what_is_believed_now_and_was_not_then(shop: Workshop) -> None:
    shop.write("mind/PROFILE.md", "# Profile\n\n- **Home:** Vienna\n")
    shop.write("memory/2026-02-01.md", "# 2026-02-01\n\n### 09:00 — Ana\n\n- **Status:** away\n")
    shop.write("memory/2026-03-03.md", "# 2026-03-03\n\n### 09:00 — Ana\n\n- **Status:** back\n")
    groom(shop)
    found = since(shop, NOW - 7 * 86400)
    assert ("fact", "ana · status: away", "ana · status: back") in [(each.what, each.old, each.new) for each in found]
    assert GATEWAY in [each.new for each in found if each.what == "item"]
    assert [each for each in since(shop, NOW) if each.what == "fact"] == []


def test_a_contradiction_is_asked_once_even_if_the_state_is_lost_in_between(shop: Workshop) -> None:
    inbox = shop.root / "mind/INBOX.md"
    before = inbox.read_bytes()
    shop.write("mind/PROJECTS.md", "# Projects\n\n## Lighthouse\n\n- **Budget:** 5000 EUR\n")
    shop.write("notes/Lighthouse.md", "---\nbudget: 9000 EUR\n---\n# Lighthouse\n\nA tower.\n")
    assert [each.subject for each in groom(shop).asked] == ["lighthouse"]
    asked = inbox.read_bytes()
    assert asked.startswith(before)
    shutil.rmtree(shop.workspace.state)
    assert groom(shop).asked == ()
    assert inbox.read_bytes() == asked
    inbox.write_bytes(before)
    assert groom(shop).asked == ()


def test_an_edit_of_just_now_is_waited_out(shop: Workshop) -> None:
    clock = ManualClock(NOW)
    os.utime(shop.root / FILE, (NOW, NOW))
    with app.nights(shop.workspace, load(), clock) as one:
        assert one.run().written
    assert NOW + 2 <= clock.now() < NOW + 3


def test_undo_is_held_back_by_a_question_that_only_the_write_answers(shop: Workshop) -> None:
    shop.write("memory/2026-03-01.md", log("2026-03-01", f"Remember: {GATEWAY}"))
    groom(shop)
    shop.write("mind/RECALL.md", "| question | must contain |\n|---|---|\n| which port has the gateway | 8443 |\n")
    (shop.root / "memory/2026-03-01.md").unlink()
    shop.sync()
    held = text(shop)
    with nights(shop) as one, pytest.raises(WriteConflict, match="'which port has the gateway' would be answered no"):
        one.undo()
    assert text(shop) == held


def test_a_file_that_vanishes_just_before_the_write_is_a_conflict(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def learned(*given: object) -> Consolidation:
        (shop.root / FILE).unlink()
        return Consolidation(promotions=())

    monkeypatch.setattr("neuromem_sync.groom.learn", learned)
    night = groom(shop)
    assert (night.blocked, night.written) == (True, False)
    assert night.reason == f"{FILE}: no such file or directory"


def test_an_inbox_that_cannot_be_written_holds_back_its_question_alone(shop: Workshop) -> None:
    shop.write("mind/PROJECTS.md", "# Projects\n\n## Lighthouse\n\n- **Budget:** 5000 EUR\n")
    shop.write("notes/Lighthouse.md", "---\nbudget: 9000 EUR\n---\n# Lighthouse\n\nA tower.\n")
    (shop.root / "mind/INBOX.md").write_bytes(b"# Inbox\n\0\n")
    night = groom(shop)
    assert night.written
    assert GATEWAY in text(shop)
    assert (night.asked, night.blocked) == ((), True)
    assert "it holds a NUL byte" in night.reason
    (past,) = Ledger(shop.workspace.state).nights(9)
    assert past.blocked


def test_a_full_disk_is_an_error_of_the_state_and_no_defect(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("neuromem_sync.chores.archive", full)
    with pytest.raises(StateError, match="disk is full"):
        groom(shop)
    with closing(shop.engine()) as engine:
        engine.cycle()
        monkeypatch.setattr(engine, "_apply", full)
        with pytest.raises(StateError, match="disk is full"), engine.imagined(FILE, b""):
            pass


def test_where_neither_file_can_be_written_the_night_goes_on(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(root: Path, path: str, data: bytes) -> None:
        raise WorkspaceError(f"cannot write {path}: read-only file system", "make its folder writable for you")

    monkeypatch.setattr("neuromem_sync.groom.write_sidecar", refused)
    shop.write(FILE, "# Memory\n\n<!-- neuromem:begin memory v=1 sha256= -->\n")
    night = groom(shop)
    assert (night.blocked, night.reason) == (True, f"cannot write {FILE}: read-only file system")
    assert Ledger(shop.workspace.state).nights(9)
