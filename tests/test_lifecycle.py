"""How long an entry is remembered, and what the archive makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuromem_sync.archive import AT_ONCE, ORPHANED, ArchiveReport, archive, prune
from neuromem_sync.layers.base import Heat
from neuromem_sync.layers.shelf_sqlite import SqliteShelf
from neuromem_sync.layers.touches_sqlite import SqliteTouches
from neuromem_sync.lifecycle import LONGEST, PLAIN, fades, importance, points_at, retention, returns, stability
from neuromem_sync.model import Entry, Kind, Layer, Origin, Source, Span
from neuromem_sync.signature import sig
from neuromem_sync.sqlite import connect
from tests.workshop import Workshop

DAY = 86400.0
PLAIN_TIME = 90 * DAY
NOON = 1772362800.0  # 1 March 2026, 12:00 in UTC
BORN = NOON - 300 * DAY

shares = st.floats(0, 1)
seconds = st.floats(0, 3000 * DAY)
heats = st.builds(
    lambda days, more, last: Heat(first=BORN, last=BORN + last, count=days + more, days=days),
    st.integers(1, 400), st.integers(0, 400), seconds,
) | st.none()  # fmt: skip


def entry(text: str = "lunch", *, anchor: str | None = None, **facts: object) -> Entry:
    source = Source(path="memory/2026-03-01.md", span=Span(start=0, end=9, line=1, end_line=1), anchor=anchor)
    given = {"layer": Layer.EPISODIC, "kind": Kind.ENTRY, "text": text, "source": source, "origin": Origin.AGENT}
    return Entry(**{**given, **facts})  # type: ignore[arg-type]


class TestImportance:
    def test_a_line_of_a_log_is_plain(self) -> None:
        assert importance(entry()) == PLAIN

    @pytest.mark.parametrize(
        "more",
        [
            entry(origin=Origin.OWNER),
            entry(kind=Kind.DECISION),
            entry(anchor="launch"),
            entry(attributes={"certainty": "certain"}),
            entry(attributes={"importance": "7"}),
        ],
    )
    def test_what_speaks_for_it(self, more: Entry) -> None:
        assert importance(entry()) < importance(more) < 1

    @pytest.mark.parametrize(
        "less",
        [
            entry(origin=Origin.UNTRUSTED),
            entry(attributes={"certainty": "assumption"}),
            entry(attributes={"importance": "1"}),
        ],
    )
    def test_what_speaks_against_it(self, less: Entry) -> None:
        assert 0 <= importance(less) < importance(entry())

    @pytest.mark.parametrize(
        "kept",
        [entry(tags=("pinned",)), entry(attributes={"state": "important"}), entry(attributes={"importance": "9"})],
    )
    def test_a_persons_mark_is_the_most_there_is(self, kept: Entry) -> None:
        assert importance(kept) == 1

    def test_a_rating_that_is_no_number_says_nothing(self) -> None:
        assert importance(entry(attributes={"importance": "high, they say"})) == PLAIN

    @given(st.integers(0, 500), st.integers(0, 500))
    def test_links_and_what_recurs_never_speak_against_it(self, links: int, recurring: int) -> None:
        assert 0 <= importance(entry(), links, recurring) <= importance(entry(), links + 1, recurring + 1) <= 1

    def test_a_link_means_the_entries_it_names(self) -> None:
        named, other = entry(anchor="launch", title="The launch"), entry(title="Lunch")
        assert [points_at("2026-03-01", each) for each in (named, other)] == [True, True]
        assert [points_at("2026-03-01#^launch", each) for each in (named, other)] == [True, False]
        assert [points_at("2026-03-01#The launch|then", each) for each in (named, other)] == [True, False]


class TestForgetting:
    @given(shares, heats, seconds, seconds)
    def test_later_never_means_more(self, weight: float, heat: Heat | None, age: float, later: float) -> None:
        early = retention(BORN, weight, heat, BORN + age, PLAIN_TIME)
        assert 0 <= retention(BORN, weight, heat, BORN + age + later, PLAIN_TIME) <= early <= 1

    @given(shares, shares, heats, seconds)
    def test_less_important_never_means_more(self, one: float, two: float, heat: Heat | None, age: float) -> None:
        less, more = sorted((one, two))
        now = BORN + age
        assert retention(BORN, less, heat, now, PLAIN_TIME) <= retention(BORN, more, heat, now, PLAIN_TIME)
        assert fades(BORN, less, heat, PLAIN_TIME) <= fades(BORN, more, heat, PLAIN_TIME)

    @given(shares, heats, st.integers(0, 50), st.integers(0, 50), seconds, seconds)
    def test_less_recalled_never_means_more(
        self, weight: float, heat: Heat | None, days: int, count: int, later: float, age: float
    ) -> None:
        base = heat or Heat(BORN, BORN, 1)
        more = Heat(base.first, base.last + later, base.count + days + count, base.days + days)
        now = BORN + age
        assert retention(BORN, weight, heat, now, PLAIN_TIME) <= retention(BORN, weight, more, now, PLAIN_TIME)
        assert fades(BORN, weight, heat, PLAIN_TIME) <= fades(BORN, weight, more, PLAIN_TIME)

    def test_a_plain_entry_lasts_the_retention_time(self) -> None:
        assert fades(BORN, PLAIN, None, PLAIN_TIME) == BORN + PLAIN_TIME

    def test_however_unimportant_it_lasts_the_retention_time(self) -> None:
        assert fades(BORN, 0.0, None, PLAIN_TIME) == BORN + PLAIN_TIME

    def test_recalls_on_several_days_last_longer_than_as_many_at_once(self) -> None:
        burst, spaced = Heat(BORN, BORN, 8, days=1), Heat(BORN, BORN, 8, days=8)
        assert stability(PLAIN, None, 1.0) < stability(PLAIN, burst, 1.0) < stability(PLAIN, spaced, 1.0) / 2

    def test_nothing_lasts_for_ever_by_itself(self) -> None:
        daily = Heat(BORN, BORN + 1000 * DAY, 5000, days=1000)
        assert fades(BORN, 0.99, daily, PLAIN_TIME) == daily.last + LONGEST * PLAIN_TIME

    def test_one_recall_brings_nothing_back(self) -> None:
        once, often = Heat(NOON, NOON, 9, days=1), Heat(BORN, NOON, 9, days=3)
        assert not returns(BORN, PLAIN, once, NOON + 1, PLAIN_TIME)
        assert returns(BORN, PLAIN, often, NOON + 1, PLAIN_TIME)
        assert not returns(BORN, PLAIN, often, NOON + 2000 * DAY, PLAIN_TIME)


class Attic:
    """A workshop with logs, its index and its touches, at moments of one's choice."""

    def __init__(self, shop: Workshop, live: Path) -> None:
        self.shop = shop
        self.live = connect(live)
        self.touches = SqliteTouches(self.live, ttl=300)

    def pass_over(self, now: float) -> ArchiveReport:
        with closing(self.shop.engine()) as engine:
            engine.cycle()
            return archive(engine.connection, SqliteShelf(), self.touches, now, PLAIN_TIME)

    def archived(self) -> set[str]:
        with closing(connect(self.shop.workspace.state / "index.db", readonly=True)) as index:
            rows = index.execute("SELECT text FROM entries WHERE key IN (SELECT key FROM episodic_archive)")
            return {text.partition("\n")[0] for (text,) in rows}

    def recall_on(self, text: str, *days: float) -> None:
        for day in days:
            self.touches.touch([self.shop.ids()[text]], NOON + day * DAY)


@pytest.fixture
def attic(tmp_path: Path) -> Iterator[Attic]:
    shop = Workshop(tmp_path)
    attic = Attic(shop, tmp_path / "heat.db")
    yield attic
    attic.live.close()


LUNCH, DINNER = "- 12:00 lunch", "- 19:00 dinner"
LOG = f"{LUNCH}\n{DINNER}\n"


class TestArchive:
    def test_what_is_as_old_as_the_retention_time_is_archived(self, attic: Attic) -> None:
        attic.shop.write("memory/2026-03-01.md", LOG)
        assert attic.pass_over(NOON + 89 * DAY) == ArchiveReport(archived=0, restored=0)
        assert attic.pass_over(NOON + 91 * DAY) == ArchiveReport(archived=2, restored=0)
        assert attic.pass_over(NOON + 91 * DAY) == ArchiveReport(archived=0, restored=0)

    def test_what_is_recalled_stays_longer(self, attic: Attic) -> None:
        attic.shop.write("memory/2026-03-01.md", LOG)
        attic.shop.sync()
        attic.recall_on(LUNCH, 30)
        attic.pass_over(NOON + 91 * DAY)
        assert attic.archived() == {DINNER}
        attic.pass_over(NOON + 119 * DAY)
        assert attic.archived() == {DINNER}
        attic.pass_over(NOON + 121 * DAY)
        assert attic.archived() == {LUNCH, DINNER}

    def test_what_a_person_marked_stays_until_the_mark_goes(self, attic: Attic) -> None:
        attic.shop.write("memory/2026-03-01.md", f"{LUNCH} #important\n{DINNER}\n")
        attic.pass_over(NOON + 9000 * DAY)
        assert attic.archived() == {DINNER}
        attic.shop.write("memory/2026-03-01.md", LOG)
        attic.pass_over(NOON + 9000 * DAY)
        assert attic.archived() == {LUNCH, DINNER}

    def test_a_mark_takes_it_out_of_the_archive(self, attic: Attic) -> None:
        attic.shop.write("memory/2026-03-01.md", LOG)
        attic.pass_over(NOON + 91 * DAY)
        attic.shop.write("memory/2026-03-01.md", f"{LUNCH} #important\n{DINNER}\n")
        attic.pass_over(NOON + 91 * DAY)
        assert attic.archived() == {DINNER}

    def test_what_others_link_to_stays_longer(self, attic: Attic) -> None:
        attic.shop.write("memory/2026-03-01.md", f"{LUNCH} ^lunch\n{DINNER} ^dinner\n")
        attic.shop.write("notes/Food.md", "We talked at [[2026-03-01#^lunch]].\n")
        attic.shop.write("notes/Plans.md", "As said at [[2026-03-01#^lunch|lunch]].\n")
        attic.pass_over(NOON + 160 * DAY)
        assert attic.archived() == {f"{DINNER} ^dinner"}

    def test_its_own_document_and_our_region_are_no_links(self, attic: Attic) -> None:
        attic.shop.write("memory/2026-03-01.md", f"{LUNCH} ^lunch\n{DINNER} ^dinner\n\nSee [[2026-03-01#^lunch]].\n")
        ours = "Ada was there [[2026-03-01#^lunch]]"
        attic.shop.write("mind/MEMORY.md", f"- {ours} <!-- nm:{sig(ours)} -->\n")
        attic.pass_over(NOON + 160 * DAY)
        assert {f"{LUNCH} ^lunch", f"{DINNER} ^dinner"} <= attic.archived()

    def test_other_notes_of_a_like_name_are_no_links(self, attic: Attic) -> None:
        attic.shop.write("memory/2026-03-01.md", f"{LUNCH} ^lunch\n")
        attic.shop.write("notes/Food.md", "See [[2026-03-01#^dinner]] at [[Cantine#^lunch]].\n")
        attic.shop.write("notes/Plans.md", "See [[2026-03-01#^soup]], [[Cantine]].\n")
        attic.pass_over(NOON + 160 * DAY)
        assert attic.archived() == {f"{LUNCH} ^lunch"}

    def test_what_is_recalled_again_often_comes_back(self, attic: Attic) -> None:
        attic.shop.write("memory/2026-03-01.md", LOG)
        attic.pass_over(NOON + 91 * DAY)
        attic.recall_on(LUNCH, 100, 100, 100, 101)
        assert attic.pass_over(NOON + 102 * DAY).restored == 0
        attic.recall_on(LUNCH, 103)
        assert attic.pass_over(NOON + 104 * DAY) == ArchiveReport(archived=0, restored=1)
        assert attic.archived() == {DINNER}

    def test_undated_entries_and_other_layers_do_not_age(self, attic: Attic) -> None:
        attic.shop.write("mind/INBOX.md", "- call Ada\n")
        attic.shop.write("mind/DECISIONS.md", "## 2020-01-01 — Use git\n\n**Decision:** git\n")
        assert attic.pass_over(NOON).archived == 0

    def test_the_index_still_equals_the_files(self, attic: Attic) -> None:
        attic.shop.write("memory/2026-03-01.md", LOG)
        attic.pass_over(NOON + 91 * DAY)
        assert attic.shop.verify().equal

    def test_a_pass_with_nothing_due_writes_nothing(self, attic: Attic) -> None:
        attic.shop.write("memory/2026-03-01.md", LOG)
        attic.pass_over(NOON + 91 * DAY)
        with closing(attic.shop.engine()) as engine:
            statements: list[str] = []
            engine.connection.set_trace_callback(statements.append)
            archive(engine.connection, SqliteShelf(), attic.touches, NOON + 92 * DAY, PLAIN_TIME)
        assert not [each for each in statements if not each.lstrip().startswith(("SELECT", "BEGIN", "ROLLBACK"))]

    def test_a_great_many_are_looked_at_in_several_passes(self, attic: Attic) -> None:
        attic.shop.write("memory/2026-03-01.md", "".join(f"- line {number}\n" for number in range(AT_ONCE + 5)))
        assert attic.pass_over(NOON + 91 * DAY) == ArchiveReport(archived=AT_ONCE, restored=0, left=True)
        assert attic.pass_over(NOON + 91 * DAY) == ArchiveReport(archived=5, restored=0)


class TestTouches:
    def prune(self, attic: Attic, now: float) -> int:
        with closing(attic.shop.engine()) as engine:
            engine.cycle()
            return prune(engine.connection, attic.touches, now, PLAIN_TIME)

    def test_those_of_no_entry_are_dropped_after_a_while(self, attic: Attic) -> None:
        attic.shop.write("memory/2026-03-01.md", LOG)
        attic.shop.sync()
        attic.recall_on(LUNCH, 0)
        attic.recall_on(DINNER, 0)
        attic.shop.write("memory/2026-03-01.md", f"{LUNCH}\n")
        assert self.prune(attic, NOON + ORPHANED / 2) == 0
        assert self.prune(attic, NOON + ORPHANED + 1) == 1
        assert attic.touches.idle(NOON + DAY) == [attic.shop.ids()[LUNCH]]

    def test_those_that_can_keep_nothing_any_more_are_dropped(self, attic: Attic) -> None:
        attic.shop.write("memory/2026-03-01.md", LOG)
        attic.shop.sync()
        attic.recall_on(LUNCH, 0)
        assert self.prune(attic, NOON + LONGEST * PLAIN_TIME) == 0
        assert self.prune(attic, NOON + 10 * PLAIN_TIME) == 1

    def test_days_are_counted_once(self, attic: Attic) -> None:
        for moment in (0.0, 10.0, 3600.0, DAY, DAY + 1, 9 * DAY):
            attic.touches.touch(["a"], NOON + moment)
        assert attic.touches.heat(["a"])["a"] == Heat(NOON, NOON + 9 * DAY, count=6, days=3)

    def test_touches_of_an_older_version_are_kept(self, tmp_path: Path) -> None:
        from neuromem_sync.layers.touches_sqlite import MIGRATIONS
        from neuromem_sync.sqlite import migrate

        with closing(connect(tmp_path / "live.db")) as live:
            migrate(live, "touches", MIGRATIONS[:1])
            live.execute("INSERT INTO touches VALUES ('once', 1.0, 2.0, 9, 1), ('twice', 1.0, 90000.0, 2, 1)")
            touches = SqliteTouches(live, ttl=300)
            assert touches.heat(["once", "twice"]) == {"once": Heat(1, 2, 9, 1), "twice": Heat(1, 90000, 2, 2)}
