"""Every finding from a workspace that has it, none from one that is well, and a page that lists them all."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from neuromem_sync import app, backlog, lock, nightly, surroundings
from neuromem_sync.clock import Clock, ManualClock
from neuromem_sync.config import Recall, Settings, load
from neuromem_sync.finding import SHOWN, Code, Finding, Level, among
from neuromem_sync.freshness import Status, prepare, publish
from neuromem_sync.health import Health, examine
from neuromem_sync.journal import CONFLICT, Journal, Plan
from neuromem_sync.ledger import Ledger, Past
from neuromem_sync.query import Freshness, State
from neuromem_sync.scaffold import lay_out, missing
from neuromem_sync.sqlite import connect, read
from neuromem_sync.sync import Sync
from tests.rights import somebody_else
from tests.workshop import CLOCK, Workshop

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/health.md"
NOW = 1_772_625_600.0  # noon of the fourth of March 2026, in UTC
HOUR, DAY = 3600.0, 86400.0
TODAY = date(2026, 3, 4)
MEMORY = "mind/MEMORY.md"
OF_SERVERS = (Code.SERVER, Code.SERVER_LAGS)


@pytest.fixture(autouse=True)
def machine_in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    """A workspace as `init` lays it out, in step."""
    shop = Workshop(tmp_path)
    lay_out(shop.root, missing(shop.root, TODAY), TODAY, "UTC")
    shop.sync()
    return shop


def health(shop: Workshop, clock: Clock | None = None, settings: Settings | None = None) -> Health:
    """Without what servers say of themselves, where the suite stands on some: that is in tests/test_faults_redis.py."""
    found = app.health(shop.workspace, settings or load(), clock or ManualClock(NOW))
    return replace(found, findings=tuple(each for each in found.findings if each.code not in OF_SERVERS))


def codes(shop: Workshop, *, but: Code | None = Code.NO_DAEMON) -> list[Code]:
    return [finding.code for finding in health(shop).findings if finding.code is not but]


def only(shop: Workshop, code: Code) -> Finding:
    (found,) = [finding for finding in health(shop).findings if finding.code is code]
    return found


def test_every_code_is_on_the_page_with_its_level() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted((code.value, code.level.value) for code in Code)


def test_every_code_is_said_by_somebody() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "neuromem_sync").glob("*.py"))
    assert [code for code in Code if f"Code.{code.name}" not in source] == []


def test_many_places_are_counted_and_a_few_named() -> None:
    assert among(["a.md"]) == "a.md"
    assert among([f"{number}" for number in range(SHOWN + 2)]) == "0, 1, 2, 3, 4 and 2 more"


class TestIndexAndDaemon:
    def test_well_with_a_daemon_whose_word_is_taken(self, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
        def blow_up(*_given: object) -> None:
            raise AssertionError("no look of its own")

        shop.write("tea.md", "Ava likes tea.\n")
        monkeypatch.setattr(Sync, "cycle", blow_up)
        with shop.daemon():
            found = health(shop, CLOCK)
        assert (found.findings, found.well, found.freshness.state) == ((), True, State.FRESH)
        assert found.entries == 1
        assert found.state_bytes > 0

    def test_no_daemon_is_worth_knowing_and_no_illness(self, shop: Workshop) -> None:
        found = health(shop)
        assert [finding.code for finding in found.findings] == [Code.NO_DAEMON]
        assert found.well
        assert found.freshness.state is State.FRESH

    def test_it_looks_at_the_files_itself(self, shop: Workshop) -> None:
        shop.write("tea.md", "Ava likes tea.\n")
        assert health(shop).entries == 1

    def test_when_all_files_were_looked_at(self, shop: Workshop) -> None:
        looked = health(shop)
        assert looked.scanned == looked.freshness.as_of != "", "just now, by itself"
        with shop.daemon():
            first = health(shop, CLOCK)
            again = health(shop, CLOCK)
        assert first.scanned == again.scanned < again.freshness.as_of, "by the daemon, when it began"

    def test_it_changes_no_file(self, shop: Workshop) -> None:
        shop.write("a.md~", "")
        past(shop, night(DAY))
        before = {place: place.stat() for place in shop.root.rglob("*")}
        health(shop)
        assert {place: place.stat() for place in shop.root.rglob("*")} == before

    def test_a_first_index_is_not_made_unasked(self, tmp_path: Path) -> None:
        shop = Workshop(tmp_path)
        shop.write("tea.md", "Ava likes tea.\n")
        assert codes(shop, but=None) == [Code.NO_INDEX]
        assert not shop.home.exists()

    def test_nor_one_by_other_rules(self, shop: Workshop) -> None:
        shop.write("tea.md", "Ava likes tea.\n")
        with closing(connect(shop.workspace.state / "index.db")) as index:
            index.execute("UPDATE meta SET value = 'old UTC' WHERE name = 'rules'")
        found = health(shop)
        assert Code.OTHER_RULES in [finding.code for finding in found.findings]
        assert (found.entries, found.freshness.state) == (0, State.STOPPED)

    def test_a_first_index_that_was_cut_short(self, tmp_path: Path) -> None:
        shop = Workshop(tmp_path)
        shop.write("tea.md", "Ava likes tea.\n")
        shop.engine().close()
        assert codes(shop) == [Code.NO_INDEX]

    def test_a_root_that_is_gone(self, shop: Workshop) -> None:
        shop.root.rename(shop.root.with_name("elsewhere"))
        assert codes(shop) == [Code.ROOT_GONE]

    def test_a_halt_says_how_to_end_it(self, shop: Workshop) -> None:
        for place in sorted(shop.root.rglob("*"), reverse=True):
            place.rmdir() if place.is_dir() else place.unlink()
        found = health(shop)
        assert [finding.code for finding in found.findings] == [Code.HALTED]
        assert "--confirm-loss" in found.findings[0].hint
        assert found.freshness.state is State.DEGRADED

    def test_a_cycle_that_fails(self, shop: Workshop) -> None:
        (shop.workspace.state / lock.WRITER).unlink()
        (shop.workspace.state / lock.WRITER).mkdir(mode=0o700)
        assert codes(shop) == [Code.NOT_SYNCED]

    def test_a_layer_that_fails_is_named(self, shop: Workshop) -> None:
        with closing(connect(shop.workspace.state / "index.db")) as index:
            tables = [name for (name,) in index.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            index.execute(f"DROP TABLE {next(name for name in tables if name.startswith('semantic'))}")
        assert "semantic" in only(shop, Code.LAYER_FAILED).message

    def test_a_part_that_fails_keeps_no_other_from_its_report(self, shop: Workshop) -> None:
        (shop.workspace.state / "index.db").write_bytes(b"no database at all, though long enough to be looked at")
        shop.write("mind/LOOPS.md~", "")
        assert codes(shop) == [Code.PART_FAILED, Code.LEFTOVERS]

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            (None, Code.STARTING),
            ((State.VERIFYING, "", True), Code.VERIFYING),
            ((State.DEGRADED, "too many folders (fs.inotify.max_user_watches)", True), Code.DEGRADED),
            ((State.FRESH, "", False), Code.NO_ANSWER),
            ((State.FRESH, "", True), Code.DEGRADED),  # it is found not to answer
        ],
        ids=["starting", "verifying", "degraded", "no touch", "deaf"],
    )
    def test_what_a_daemon_says_of_itself(
        self, shop: Workshop, said: tuple[State, str, bool] | None, code: Code
    ) -> None:
        with closing(connect(shop.workspace.state / "live.db")) as live, lock.held(shop.workspace.state / lock.WATCH):
            prepare(live)
            if said:
                state, reason, answers = said
                freshness = Freshness(state=state, generation=1, as_of="", reason=reason)
                publish(live, Status(pid=os.getpid(), freshness=freshness, answers=answers))
            found = health(shop, settings=replace(load(), recall=Recall(fresh_ms=20)))
        assert [finding.code for finding in found.findings] == [code]
        assert found.freshness.state is State.FRESH, "it looked itself"
        assert ("sysctl" in found.findings[0].hint) == bool(said and said[1])


class TestDocumentsAndFiles:
    def test_what_cannot_be_read(self, shop: Workshop) -> None:
        (shop.root / "tea.md").write_bytes(b"\xff\xfe\xff")
        assert only(shop, Code.UNVERIFIED).place == "tea.md"

    def test_what_is_not_believed_yet(self, shop: Workshop) -> None:
        shop.write("tea.md", "Ava likes tea.\n")
        shop.sync()
        shop.write("tea.md", "")
        assert only(shop, Code.PENDING).place == "tea.md"

    def test_problems_are_counted_and_placed(self, shop: Workshop) -> None:
        shop.write("home.md", "\n\n".join(f"The wifi password is hunter{number}-and-more" for number in range(7)))
        found = only(shop, Code.PROBLEMS)
        assert found.message == (
            "7 passages were not read in full: home.md:1, home.md:3, home.md:5, home.md:7, home.md:9 and 2 more"
        )
        assert found.hint.endswith(f"neuromem problems {shop.root}")

    def test_two_versions_of_a_file(self, shop: Workshop) -> None:
        copies = [
            "mind/LOOPS.sync-conflict-20260301-120000-ABC.md",
            "mind/LOOPS (Ana's conflicted copy 2026-03-01).md",
            "mind/MEMORY.neuromem-conflict-2026-03-01-0a0b0c0d.md",
        ]
        for copy in copies:
            shop.write(copy, "")
        found = [finding for finding in health(shop).findings if finding.code is Code.CONFLICT_COPY]
        assert [finding.place for finding in found] == sorted(copies)

    def test_what_is_left_and_what_leads_out(self, shop: Workshop, tmp_path: Path) -> None:
        for left in ("a.md~", "notes/.a.md.swp", "node_modules/b.md~"):
            shop.write(left, "")
        (shop.root / "out.md").symlink_to(tmp_path / "other.md")
        (shop.root / "folder").symlink_to(tmp_path)
        (shop.root / "in.md").symlink_to(shop.root / MEMORY)
        (shop.root / "loop.md").symlink_to("loop.md")
        assert only(shop, Code.LEFTOVERS).message.endswith(": a.md~, notes/.a.md.swp")
        assert only(shop, Code.LINK_OUT).message.endswith(": folder, out.md")

    def test_what_is_ignored_is_no_concern(self, shop: Workshop) -> None:
        shop.write(".neuromemignore", "drafts/\n*~\n")
        shop.write("drafts/a.md.orig", "")
        shop.write("b.md~", "")
        assert codes(shop) == []


class TestStateFolder:
    def test_open_to_others(self, shop: Workshop) -> None:
        shop.workspace.state.chmod(0o755)
        (shop.workspace.state / "index.db").chmod(0o644)
        found = only(shop, Code.STATE_OPEN)
        assert found.message.endswith(f": {shop.workspace.state}, {shop.workspace.state / 'index.db'}")
        assert codes(shop) == [Code.STATE_OPEN], "the file is open still"

    def test_one_that_may_not_be_looked_into_is_named(self, somebody: Path) -> None:
        settings = load()
        with somebody_else():
            shop = Workshop(somebody)
            shop.workspace.make_state().chmod(0)
            with closing(app.doors(shop.workspace, settings, CLOCK)) as doors:
                found = examine(doors)
        assert found.state_bytes == 0
        assert "permission denied" in next(each.message for each in found.findings if each.part == "health").lower()

    def test_a_hint_can_be_typed_wherever_the_folder_is(self, tmp_path: Path) -> None:
        state = tmp_path / "Application Support"
        state.mkdir(mode=0o755)
        (found,) = surroundings.state_folder(state)
        assert found.hint == f"chmod -R go= '{state}'"

    def test_large(self, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(surroundings, "LARGE", 1)
        assert codes(shop) == [Code.STATE_LARGE]

    @pytest.mark.parametrize(
        ("megabytes", "expected"), [(499, [Code.DISK_LOW]), (49, [Code.DISK_FULL]), (501, [])], ids=["low", "full", ""]
    )
    def test_room_on_the_disk(
        self, shop: Workshop, monkeypatch: pytest.MonkeyPatch, megabytes: int, expected: list[Code]
    ) -> None:
        def statvfs(_place: Path) -> os.statvfs_result:
            return os.statvfs_result((4096, 1 << 20, 10**9, 0, megabytes, 0, 0, 0, 0, 255))

        monkeypatch.setattr(os, "statvfs", statvfs)
        assert codes(shop) == expected

    def test_watched_folders(self, tmp_path: Path) -> None:
        infos, limit = tmp_path / "7/fdinfo", tmp_path / "limit"
        infos.mkdir(parents=True)
        limit.write_text("10\n")
        (infos / "3").write_text("pos:\t0\nflags:\t00\n" + "inotify wd:1 ino:2\n" * 9)
        assert [each.code for each in surroundings.watches(7, limit, tmp_path)] == [Code.WATCHES_LOW]
        limit.write_text("11\n")
        assert list(surroundings.watches(7, limit, tmp_path)) == []
        assert list(surroundings.watches(8, limit, tmp_path)) == [], "no such process, or no such system"


class TestWhatWaits:
    def log(self, shop: Workshop, day: str, written: float) -> None:
        place = shop.write(f"memory/{day}.md", f"# {day}\n\n### 09:00 — Tea\n\nAva drank tea.\n")
        os.utime(place, (written, written))

    def test_no_log_of_today(self, shop: Workshop) -> None:
        (shop.root / "memory/2026-03-04.md").unlink()
        self.log(shop, "2026-03-02", NOW - 2 * DAY)
        assert only(shop, Code.LOG_MISSING).place == "memory/2026-03-02.md"
        before_noon = health(shop, ManualClock(NOW - HOUR)).findings
        assert [finding.code for finding in before_noon] == [Code.NO_DAEMON]

    def test_who_keeps_no_log_misses_none(self, shop: Workshop) -> None:
        self.log(shop, "2026-02-20", NOW - 12 * DAY)
        assert codes(shop) == []

    @pytest.mark.parametrize(("hours", "expected"), [(5.9, []), (6.1, [Code.LOG_QUIET])])
    def test_todays_log_is_hours_old(self, shop: Workshop, hours: float, expected: list[Code]) -> None:
        self.log(shop, "2026-03-03", NOW - DAY)
        self.log(shop, "2026-03-04", NOW - hours * HOUR)
        assert codes(shop) == expected

    @pytest.mark.parametrize(("zone", "here", "unknown"), [("UTC", 3600, 1), ("UTC", 0, 0), ("Europe/Vienna", 3600, 0)])
    def test_times_read_as_utc(self, shop: Workshop, zone: str, here: float, unknown: int) -> None:
        self.log(shop, "2026-03-04", NOW)
        shop.sync()
        with closing(connect(shop.workspace.state / "index.db", readonly=True)) as index:
            assert len(read(index, backlog.zone_unknown(zone, here))) == unknown

    def test_what_was_left_lying(self, shop: Workshop) -> None:
        shop.write(
            "mind/LOOPS.md",
            "# Loops\n\n## Active\n\n"
            "### Renew the certificate\n\n- **Due:** 2026-03-01\n- **Next action:** ask Bruno\n\n"
            "### Order chairs\n\n- **Last touch:** 2026-03-01\n",
        )
        overdue, aged = only(shop, Code.OVERDUE), only(shop, Code.AGED)
        assert (overdue.place, overdue.hint) == ("mind/LOOPS.md:5", "next: ask Bruno")
        assert aged.message == "loop 'Order chairs': stale since 2026-03-01 (3 days)"

    def test_questions_without_an_answer(self, shop: Workshop) -> None:
        shop.write(
            "mind/INBOX.md",
            "# Inbox\n\n- [x] Which holds? ^nm-0000000000\n- [ ] Which holds? ^nm-0000000001\n- [ ] Buy tea\n",
        )
        assert only(shop, Code.QUESTION).place == "mind/INBOX.md:4"


def night(ago: float, **facts: object) -> Past:
    quiet = {"written": False, "promoted": 0, "demoted": 0, "archived": 0, "eligible": 0, "blocked": False}
    return Past(at=NOW - ago, **{**quiet, "reason": "", **facts})  # type: ignore[arg-type]


def past(shop: Workshop, *nights: Past) -> None:
    for each in nights:
        Ledger(shop.workspace.state).note(each)


class TestNights:
    @contextmanager
    def watched(self, shop: Workshop, since: float) -> Iterator[None]:
        """A daemon that has watched for so long, and vouches for nothing."""
        place = shop.workspace.state / lock.WATCH
        with lock.held(place):
            os.utime(place, (NOW - since, NOW - since))
            yield

    @pytest.mark.parametrize(
        ("ago", "since", "late"),
        [(7 * HOUR, 9 * DAY, False), (33 * HOUR, 9 * DAY, True), (33 * HOUR, HOUR / 2, False), (None, 2 * DAY, True)],
        ids=["it came", "it did not", "the daemon has just begun", "none ever"],
    )
    def test_a_night_that_did_not_come(self, shop: Workshop, ago: float | None, since: float, late: bool) -> None:
        if ago:
            past(shop, night(ago))
        with self.watched(shop, since):
            assert (Code.NIGHT_LATE in codes(shop)) == late

    def test_without_a_daemon_none_is_expected(self, shop: Workshop) -> None:
        past(shop, night(9 * DAY))
        assert codes(shop) == []

    def test_blocked_ones_say_why(self, shop: Workshop) -> None:
        held = {"blocked": True, "reason": "mind/MEMORY.md is being edited"}
        past(shop, night(3 * DAY), night(2 * DAY, **held), night(DAY, **held))
        assert only(shop, Code.NIGHT_BLOCKED).message == (
            "the last 2 nights could not write: mind/MEMORY.md is being edited"
        )
        past(shop, night(0))
        assert codes(shop) == []

    def test_nothing_was_ever_learned(self, shop: Workshop) -> None:
        past(shop, *(night(days * DAY, eligible=90) for days in range(3)))
        assert "3 nights learned nothing, of 90 claims" in only(shop, Code.EMPTY_NIGHTS).message

    @pytest.mark.parametrize(
        "nights",
        [
            [night(days * DAY, eligible=90) for days in range(2)],
            [night(minutes * 60, eligible=90) for minutes in range(9)],
            [night(days * DAY, eligible=9) for days in range(9)],
            [night(9 * DAY, promoted=1), *(night(days * DAY, eligible=90) for days in range(5))],
        ],
        ids=["two nights", "one evening", "little to learn", "it was learned once"],
    )
    def test_empty_nights_that_are_no_illness(self, shop: Workshop, nights: list[Past]) -> None:
        past(shop, *nights)
        assert codes(shop) == []

    def test_what_people_wrote_themselves_need_not_be_learned(self, shop: Workshop) -> None:
        with (shop.root / MEMORY).open("a", encoding="utf-8") as memory:
            memory.write("\n".join(["\n## Ours\n", *(f"- Host {number} is in Graz." for number in range(80))]))
        past(shop, *(night(days * DAY, eligible=90) for days in range(3)))
        assert codes(shop) == []

    def test_no_region_is_a_choice_and_nights_do_not_count_then(self, shop: Workshop) -> None:
        shop.write(MEMORY, "# Ours\n\nThe kettle is blue.\n")
        past(shop, night(DAY, blocked=True, reason="mind/MEMORY.md has no region of ours"))
        found = only(shop, Code.NO_REGION)
        assert "--adopt" in found.hint
        assert codes(shop) == [Code.NO_REGION]

    def test_without_a_memory_file_it_is_told_only_where_nights_were(self, shop: Workshop) -> None:
        (shop.root / MEMORY).unlink()
        assert codes(shop) == []
        past(shop, night(DAY, blocked=True, reason="there is no MEMORY.md to write into"))
        assert codes(shop) == [Code.NO_REGION]

    def test_damaged_markers(self, shop: Workshop) -> None:
        text = (shop.root / MEMORY).read_text(encoding="utf-8")
        shop.write(MEMORY, "".join(line for line in text.splitlines(True) if "neuromem:end" not in line))
        assert only(shop, Code.REGION_BROKEN).place == MEMORY

    def test_a_file_beside(self, shop: Workshop) -> None:
        shop.write("mind/MEMORY.auto.md", "<!-- neuromem: ours -->\n")
        assert only(shop, Code.SIDECAR).place == "mind/MEMORY.auto.md"


class TestWrites:
    """Of a workspace whose daemon does not look after them: a command would, before it is asked."""

    def found(self, shop: Workshop, *spares: str) -> list[Code]:
        with closing(connect(shop.workspace.state / "index.db", readonly=True)) as index:
            ward = nightly.Ward(
                workspace=shop.workspace, index=index, given=Settings().consolidate, now=NOW, daemon=None, name="ava"
            )
            return [finding.code for finding in nightly.writes(ward, spares)]

    def begun(self, journal: Journal, ago: float) -> Plan:
        plan = Plan(
            path=MEMORY, spare=".MEMORY.md.0a.neuromem", before=b"old", after=b"new", lines=b"", found=None, body=None,
            daemon=True, at=NOW - ago,
        )  # fmt: skip
        return journal.begin(plan)

    def test_none_is_no_finding(self, shop: Workshop) -> None:
        assert self.found(shop) == []

    def test_one_that_was_cut_short(self, shop: Workshop) -> None:
        with closing(Journal(shop.workspace.state)) as journal:
            self.begun(journal, 30)
            assert self.found(shop) == []
            self.begun(journal, 90)
        assert self.found(shop) == [Code.WRITE_OPEN]

    @pytest.mark.parametrize(("ago", "expected"), [(300, []), (900, [Code.PUT_ASIDE])])
    def test_one_whose_old_version_is_still_kept(self, shop: Workshop, ago: float, expected: list[Code]) -> None:
        shop.write("mind/.MEMORY.md.0a.neuromem", "")
        with closing(Journal(shop.workspace.state)) as journal:
            journal.swapped(self.begun(journal, ago), NOW - ago)
        assert self.found(shop, "mind/.MEMORY.md.0a.neuromem") == expected

    def test_an_old_version_that_nobody_knows_of(self, shop: Workshop) -> None:
        shop.write("mind/.MEMORY.md.0b.neuromem-part", "")
        assert codes(shop) == [Code.LEFT_ASIDE]
        Journal(shop.workspace.state).close()
        assert codes(shop) == [Code.LEFT_ASIDE]

    @pytest.mark.parametrize(("ago", "expected"), [(HOUR, [Code.WRITE_CONFLICT]), (2 * DAY, [])])
    def test_people_in_the_way(self, shop: Workshop, ago: float, expected: list[Code]) -> None:
        with closing(Journal(shop.workspace.state)) as journal:
            journal.mark_conflict(MEMORY, NOW - ago)
            assert journal.marks(MEMORY, CONFLICT) == 1
        assert self.found(shop) == expected


def test_the_worst_comes_first(shop: Workshop) -> None:
    shop.write("a.md~", "")
    shop.write("mind/LOOPS.sync-conflict-20260301-120000-ABC.md", "")
    (shop.workspace.state / lock.WRITER).unlink()
    (shop.workspace.state / lock.WRITER).mkdir(mode=0o700)
    levels = [finding.level for finding in health(shop).findings]
    assert levels == [Level.BAD, Level.WARN, Level.INFO, Level.INFO]
