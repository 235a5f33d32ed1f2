"""Forgetting: exactly the lines that were meant leave the files, and nothing of them stays in the state folder."""

from __future__ import annotations

import json
import os
import pty
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuromem_sync import app, lock
from neuromem_sync.config import load
from neuromem_sync.errors import StateError, WorkspaceError, WriteConflict
from neuromem_sync.forget import Forgetting, Forgotten
from neuromem_sync.item import Item, render
from neuromem_sync.journal import Journal, Plan
from neuromem_sync.layers.touches_sqlite import SqliteTouches
from neuromem_sync.merge import merge
from neuromem_sync.model import Entry
from neuromem_sync.naming import find
from neuromem_sync.parsers import Document, parse
from neuromem_sync.purge import purge
from neuromem_sync.region import adopt
from neuromem_sync.removal import Removal
from neuromem_sync.sqlite import PRAGMAS, connect, read
from neuromem_sync.workspace import route
from tests.workshop import CLOCK, Workshop, eventually

LOG = "memory/2026-03-01.md"


def entries_of(data: bytes, path: str = LOG) -> tuple[Entry, ...]:
    found = parse(Document(path=path, data=data, route=route(path), zone="UTC")).result.entries
    assert found is not None
    return found


def removal(data: bytes, *words: str, path: str = LOG) -> Removal:
    """Of the entries that have one of these words."""
    spans = tuple(e.source.span for e in entries_of(data, path) if any(word in e.text for word in words))
    assert spans, "no entry has these words"
    return Removal(path=path, zone="UTC", shown=data, spans=spans)


def without(data: bytes, *words: str, path: str = LOG) -> bytes:
    return removal(data, *words, path=path)(data)


class TestRemoval:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (b"- a one\n- secret\n- b two\n", b"- a one\n- b two\n"),
            (b"- a one\n- secret\n  - with a child\n  and more\n- b two\n", b"- a one\n- b two\n"),
            (b"first\n\nsecret\n\nlast\n", b"first\n\nlast\n"),
            (b"secret\n\nlast\n", b"last\n"),
            (b"first\n\nsecret\n", b"first\n"),
            (b"first\n\nsecret", b"first\n"),
            (b"secret\n", b""),
            (b"# Day\n\n### 09:00 - secret\n\nmore of it\n\n### 10:00 - lunch\n", b"# Day\n\n### 10:00 - lunch\n"),
            (b"first\r\n\r\nsecret\r\n\r\nlast\r\n", b"first\r\n\r\nlast\r\n"),
            (b"\xef\xbb\xbfsecret\n\nlast\n", b"\xef\xbb\xbflast\n"),
            (b"> quote\n\nsecret\n\n> other\n", b"> quote\n\n> other\n"),
        ],
    )
    def test_whole_lines_and_no_double_blank_line(self, before: bytes, after: bytes) -> None:
        assert without(before, "secret") == after

    def test_of_a_table_the_row_goes_and_the_header_stays(self) -> None:
        head = b"| Loop | Opened | Status |\n|---|---|---|\n"
        table = head + b"| secret | 2026-01-01 | x |\n"
        assert without(table, "secret", path="mind/LOOPS.md") == head
        assert without(table + b"| Paint | 2026-01-01 | x |\n", "secret", path="mind/LOOPS.md") == (
            head + b"| Paint | 2026-01-01 | x |\n"
        )

    def test_what_it_kept_apart_stays_apart(self) -> None:
        assert without(b"Title\n- secret\n---\n", "secret") == b"Title\n\n---\n"

    def test_what_gives_others_their_time_cannot_go_alone(self) -> None:
        with pytest.raises(WriteConflict, match="no longer mean the same"):
            without(b"**Timezone:** Asia/Tokyo\n\n- 10:00 lunch\n", "Timezone")

    def test_several_at_once(self) -> None:
        assert without(b"- a one\n\n- secret\n\n- more\n\n- b two\n", "secret", "more") == b"- a one\n\n- b two\n"

    def test_lines_that_others_add_meanwhile_stay(self) -> None:
        take_out = removal(b"- a one\n- secret\n", "secret")
        assert take_out(b"- a one\n- secret\n- 10:00 new\n") == b"- a one\n- 10:00 new\n"

    @pytest.mark.parametrize("now", [b"- a one\n", b"- a one\n- secret!\n", b"- secret\n- a one\n- secret\n"])
    def test_what_is_gone_changed_or_there_twice_is_refused(self, now: bytes) -> None:
        with pytest.raises(WriteConflict, match="edited or copied meanwhile"):
            removal(b"- a one\n- secret\n", "secret")(now)

    LINES = ("- one\n", "- two words\n  and more\n", "text\n", "\n", "### 10:00 - title\n", "> quote\n", "| a | b |\n")

    @given(st.lists(st.sampled_from(LINES), max_size=12), st.lists(st.sampled_from(LINES), max_size=12))
    def test_every_other_line_survives_in_order(self, above: list[str], below: list[str]) -> None:
        data = "".join([*above, "\n- secret\n\n", *below]).encode()
        try:
            left = without(data, "secret")
        except WriteConflict:
            return
        spans = [e.source.span for e in entries_of(data) if "secret" in e.text]
        kept = data[: spans[0].start] + data[spans[-1].end :]
        assert [line for line in left.splitlines() if line.strip()] == [x for x in kept.splitlines() if x.strip()]


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def found(shop: Workshop, *words: str, paths: tuple[str, ...] = ()) -> list[str]:
    shop.sync()
    with closing(shop.engine()) as engine:
        return [str(entry.source) for entry in read(engine.connection, find(shop.root, words, paths))]


def forget(shop: Workshop, *words: str, paths: tuple[str, ...] = ()) -> Forgotten:
    with closing(shop.engine()) as engine:
        engine.cycle()
        chosen = read(engine.connection, find(shop.root, words, paths))
        return Forgetting(engine, shop.workspace, chosen).carry_out(CLOCK)


def holds(shop: Workshop, *words: str) -> list[str]:
    """Where the bytes of a word stand in the state folder, and which words the search index still knows."""
    state = shop.workspace.state
    named = [
        f"{path.relative_to(state)}: {word}"
        for path in sorted(state.rglob("*"))
        if path.is_file()
        for word in words
        if word.lower().encode() in path.read_bytes().lower()
    ]
    with closing(sqlite3.connect(state / "index.db")) as index:
        for layer in ("episodic", "semantic", "procedural"):
            index.execute(f"CREATE VIRTUAL TABLE temp.{layer} USING fts5vocab(main, {layer}_terms, row)")
            terms = [term for (term,) in index.execute(f"SELECT term FROM temp.{layer}")]
            named += [f"{layer}: {term}" for term in terms for word in words if word[:6].lower() in term]
    return named


class TestFinding:
    def test_by_any_line_of_it(self, shop: Workshop) -> None:
        shop.write(LOG, "- lunch\n- 14:02 the call\n  with Ada\n")
        assert found(shop, f"{LOG}:3") == [f"{LOG}:2"]

    def test_by_an_id_as_short_as_it_is_unique(self, shop: Workshop) -> None:
        shop.write(LOG, "- lunch\n- dinner\n")
        shop.sync()
        assert found(shop, shop.ids()["- dinner"][:8]) == [f"{LOG}:2"]

    def test_an_id_that_could_be_several_names_them(self, shop: Workshop) -> None:
        shop.write(LOG, "".join(f"- number {each}\n" for each in range(400)))
        shop.sync()
        ids = sorted(shop.ids().values())
        with closing(connect(shop.workspace.state / "index.db")) as index:
            index.executemany("UPDATE entries SET id = ? WHERE id = ?", [("abcdef01", ids[0]), ("abcdef02", ids[1])])
            with pytest.raises(WorkspaceError, match="2 ids begin with abcdef") as caught:
                read(index, find(shop.root, ("abcdef",), ()))
        assert "abcdef01, abcdef02" in caught.value.hint

    @pytest.mark.parametrize(
        "word", ["lunch", "abcdef1234", f"{LOG}:9", "../ava/x.md:1", "/etc/passwd:1", "memory/none.md:1"]
    )
    def test_a_word_that_names_nothing_is_a_mistake(self, shop: Workshop, word: str) -> None:
        shop.write(LOG, "- lunch\n")
        with pytest.raises(WorkspaceError):
            found(shop, word)

    def test_whoever_says_the_same_is_named_too(self, shop: Workshop) -> None:
        shop.write(LOG, "- the code word is heliotrope\n- the code word is heliotrope, they say\n")
        shop.write("notes/Words.md", "The list\n\n* the code word is heliotrope\n")
        assert found(shop, f"{LOG}:1") == [f"{LOG}:1", "notes/Words.md:3"]

    def test_secrets_are_told_apart_though_the_index_has_none(self, shop: Workshop) -> None:
        shop.write(LOG, "- the password is hunter2hunter\n- the password is correct-horse9\n")
        shop.write("notes/Words.md", "* the password is hunter2hunter\n")
        assert found(shop, f"{LOG}:1") == [f"{LOG}:1", "notes/Words.md:1"]
        assert "hunter2hunter" not in "".join(shop.ids())

    def test_a_document_and_a_folder(self, shop: Workshop) -> None:
        shop.write("notes/a.md", "one\n\ntwo\n")
        shop.write("notes/deep/b.md", "three\n")
        shop.write("notesbook.md", "four\n")
        assert found(shop, paths=("notes/a.md",)) == ["notes/a.md:1", "notes/a.md:3"]
        assert found(shop, paths=("notes",)) == ["notes/a.md:1", "notes/a.md:3", "notes/deep/b.md:1"]

    def test_what_our_region_learned_from_it_goes_with_it(self, shop: Workshop) -> None:
        shop.write(LOG, "- 10:00 The gate opens at 07:45 on the north side. Ada told me.\n- The kettle is new.\n")
        ours = render(Item("Facts", "The gate opens at 07:45 on the north side", LOG), "mind/MEMORY.md")
        other = render(Item("Facts", "The kettle is new", LOG), "mind/MEMORY.md")
        marks = ("<!-- neuromem:begin memory v=1 sha256= -->", "<!-- neuromem:end memory kept= gone= -->")
        shop.write("mind/MEMORY.md", "\n".join(("Mine.", "", marks[0], ours, other, marks[1], "")))
        assert found(shop, f"{LOG}:1") == [f"{LOG}:1", "mind/MEMORY.md:4"]


SECRET = "The orangutan Wolfgang keeps the heliotrope ledger under the staircase."
WORDS = ("orangutan", "wolfgang", "heliotrope", "staircase")
REST = "- We had soup for lunch, with bread.\n"


class TestForgetting:
    @pytest.fixture(autouse=True)
    def _careless_sqlite(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Some builds overwrite deleted rows by themselves; nothing may rest on that."""
        monkeypatch.setattr("neuromem_sync.sqlite.PRAGMAS", (*PRAGMAS, "PRAGMA secure_delete = OFF"))

    def test_nothing_of_it_is_left_anywhere(self, shop: Workshop) -> None:
        shop.write(LOG, f"{REST}- 10:00 {SECRET}\n")
        shop.write("mind/DECISIONS.md", f"## 2026-02-03 — Ledger\n\n**Decision:** {SECRET}\n")
        shop.write("notes/Many.md", "".join(f"A line with number {n} in it.\n\n" for n in range(300)))
        shop.sync()
        shop.write(LOG, f"- 09:00 before\n{REST}- 10:00 {SECRET}\n")
        shop.recall("heliotrope ledger")
        (shop.workspace.state / "verify-left").mkdir()
        (shop.workspace.state / "verify-left" / "index.db").write_text(SECRET, encoding="utf-8")
        assert holds(shop, *WORDS)
        assert forget(shop, f"{LOG}:3") == Forgotten(edited=(LOG,), refused={})
        assert forget(shop, "mind/DECISIONS.md:1").edited == ("mind/DECISIONS.md",)
        assert holds(shop, *WORDS) == []
        assert (shop.root / LOG).read_text(encoding="utf-8") == f"- 09:00 before\n{REST}"
        assert [path for path in shop.root.rglob("*") if path.is_file() and b"Wolfgang" in path.read_bytes()] == []
        assert shop.verify().equal
        assert shop.recall("soup for lunch").hits

    @pytest.mark.parametrize("path", ["mind/MEMORY.md", "Mind/memory.md"])
    def test_kept_versions_of_our_region_that_say_it_go(self, shop: Workshop, path: str) -> None:
        shop.write(LOG, f"{REST}- 10:00 {SECRET}\n")
        shop.sync()
        with closing(Journal(shop.workspace.state)) as journal:
            for body in (b"- soup\n", f"- {SECRET}".encode(), b"- about the Wolfgang matter\n"):
                plan = Plan(path=path, spare="x", before=b"b", after=b"a", lines=b"", found=b"", body=body,
                            daemon=False, at=CLOCK.now())  # fmt: skip
                journal.swapped(journal.begin(plan), CLOCK.now())
        forget(shop, f"{LOG}:2")
        assert holds(shop, *WORDS) == []
        with closing(Journal(shop.workspace.state)) as journal:
            assert [version.body for version in journal.versions(path)] == [b"- soup\n"]

    def test_a_kept_sentence_goes_even_if_all_its_words_are_common(self, shop: Workshop) -> None:
        shop.write(LOG, "- We had soup for lunch.\n- 10:00 We had bread for lunch.\n- The bread is new.\n")
        shop.sync()
        with closing(Journal(shop.workspace.state)) as journal:
            for body in (b"- We had soup for lunch.\n", b"- We had bread for lunch.\n"):
                plan = Plan(path="mind/MEMORY.md", spare="x", before=b"b", after=b"a", lines=b"", found=b"", body=body,
                            daemon=False, at=CLOCK.now())  # fmt: skip
                journal.swapped(journal.begin(plan), CLOCK.now())
        forget(shop, f"{LOG}:2")
        with closing(Journal(shop.workspace.state)) as journal:
            assert [version.body for version in journal.versions("mind/MEMORY.md")] == [b"- We had soup for lunch.\n"]

    def test_of_our_region_the_item_goes_like_one_a_person_deleted(self, shop: Workshop) -> None:
        path, claim = "mind/MEMORY.md", "The gate opens at 07:45 on the north side"
        shop.write(LOG, f"- {claim}.\n{REST}")
        wanted = [Item("Facts", claim, LOG), Item("Facts", "We had soup for lunch, with bread", LOG)]
        before = merge(adopt(b"# Mine\n\n- a line of mine\n"), wanted, None, path).data
        shop.write(path, before.decode())
        assert forget(shop, f"{LOG}:1").edited == (LOG, path)
        left = (shop.root / path).read_bytes()
        gone = set(before.splitlines()) - set(left.splitlines())
        assert gone == {line for line in before.splitlines() if b"gate" in line}
        again = merge(left, wanted, None, path)
        assert b"gate" not in again.data
        assert b"soup" in again.data
        assert shop.verify().equal

    def test_what_nights_worked_out_goes(self, shop: Workshop) -> None:
        shop.write("mind/MEMORY.md", adopt(b"# Mine\n").decode())
        shop.write(LOG, f"{REST}- 10:00 Remember: {SECRET}\n")
        with app.nights(shop.workspace, load(), CLOCK) as nights:
            nights.run()
        named = {path.name for path in shop.workspace.state.iterdir()}
        forget(shop, f"{LOG}:2")
        left = {path.name for path in shop.workspace.state.iterdir()}
        assert holds(shop, *WORDS) == []
        known = {"index.db", "live.db", "journal.db", "units.db", lock.WATCH, lock.WRITER, "append.lock"}
        assert {name.removesuffix("-wal").removesuffix("-shm") for name in named} <= known, "who purges the others?"
        assert not any(name.startswith("units.db") for name in left)

    def test_its_touches_go(self, shop: Workshop) -> None:
        shop.write(LOG, f"{REST}- 10:00 {SECRET}\n")
        shop.sync()
        gone, stays = shop.ids()[f"- 10:00 {SECRET}"], shop.ids()[REST.rstrip()]
        with closing(connect(shop.workspace.state / "live.db")) as live:
            touches = SqliteTouches(live, 300)
            touches.touch([gone, stays], CLOCK.now())
            forget(shop, gone)
            assert touches.heat([gone, stays]).keys() == {stays}
        assert eventually(lambda: shop.tell() or holds(shop, gone) == [], 60.0)  # servers have to be told of it

    def test_a_daemon_does_not_bring_it_back(self, shop: Workshop) -> None:
        shop.write(LOG, f"{REST}- 10:00 {SECRET}\n")
        with shop.daemon():
            assert shop.recall("heliotrope ledger").hits
            assert forget(shop, f"{LOG}:2").edited == (LOG,)
            assert not shop.recall("heliotrope ledger").hits
            shop.write(LOG, f"{REST}- 11:00 something else\n")
            assert eventually(lambda: shop.recall("something else").hits)
            assert holds(shop, *WORDS) == []
        assert holds(shop, *WORDS) == []

    def test_a_file_that_changed_under_it_is_left_whole(self, shop: Workshop) -> None:
        shop.write(LOG, f"{REST}- 10:00 {SECRET}\n")
        shop.write("notes/Ledger.md", f"* 10:00 {SECRET}\n")
        with closing(shop.engine()) as engine:
            engine.cycle()
            chosen = read(engine.connection, find(shop.root, (f"{LOG}:2",), ()))
            forgetting = Forgetting(engine, shop.workspace, chosen)
            shop.write(LOG, f"{REST}- 10:01 {SECRET}\n")
            done = forgetting.carry_out(CLOCK)
        assert done.edited == ("notes/Ledger.md",)
        assert list(done.refused) == [LOG]
        assert (shop.root / LOG).read_text(encoding="utf-8") == f"{REST}- 10:01 {SECRET}\n"

    def test_a_protected_file_may_be_edited_since_a_person_agreed(self, shop: Workshop) -> None:
        shop.write("USER.md", f"- Name: Ada\n- {SECRET}\n")
        assert forget(shop, "USER.md:2").edited == ("USER.md",)
        assert (shop.root / "USER.md").read_text(encoding="utf-8") == "- Name: Ada\n"

    def test_of_a_document_the_entries_go_and_the_file_stays(self, shop: Workshop) -> None:
        shop.write("notes/Old.md", f"# Old\n\n{SECRET}\n\n- {SECRET}\n")
        forget(shop, paths=("notes/Old.md",))
        assert (shop.root / "notes/Old.md").read_text(encoding="utf-8") == "# Old\n"
        assert holds(shop, *WORDS) == []

    def test_who_says_it_again_meanwhile_is_told(self, shop: Workshop) -> None:
        shop.write(LOG, f"{REST}- {SECRET}\n")
        shop.write("notes/Old.md", f"{SECRET}\n")
        with closing(shop.engine()) as engine:
            engine.cycle()
            chosen = read(engine.connection, find(shop.root, (), ("notes/Old.md",)))
            forgetting = Forgetting(engine, shop.workspace, chosen)
            shop.write("notes/New.md", f"{SECRET}\n")
            engine.cycle()
            done = forgetting.carry_out(CLOCK)
        assert [str(entry.source) for entry in done.left] == ["notes/New.md:1"]

    def test_a_reader_in_the_way_of_purging_is_told_of(self, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
        shop.write(LOG, REST)
        shop.sync()
        monkeypatch.setattr("neuromem_sync.sqlite.PRAGMAS", ("PRAGMA busy_timeout = 10", *PRAGMAS[1:]))
        with closing(connect(shop.workspace.state / "index.db", readonly=True)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM entries").fetchone()
            with pytest.raises(StateError):
                purge(shop.workspace.state, ())

    def test_another_writer_is_waited_for(self, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
        shop.write(LOG, f"{REST}- 10:00 {SECRET}\n")
        with closing(app.engine(shop.workspace, load(), CLOCK)) as engine:
            engine.cycle()
            chosen = read(engine.connection, find(shop.root, (f"{LOG}:2",), ()))
            forgetting = Forgetting(engine, shop.workspace, chosen)
            monkeypatch.setattr("neuromem_sync.lock.TURN", 0.0)
            with lock.held(engine.state / lock.WRITER), pytest.raises(lock.LockHeld):
                forgetting.carry_out(CLOCK)
        assert SECRET in (shop.root / LOG).read_text(encoding="utf-8")


class TestCommand:
    def run(self, shop: Workshop, *words: str, answer: str | None = None) -> tuple[int, str]:
        """Exit code and output; with an answer, on a terminal where a person types it."""
        command = [sys.executable, "-m", "neuromem_sync", "forget", *words, "--agent", str(shop.root)]
        environment = {**os.environ, "NEUROMEM_STATE": str(shop.home)}
        if answer is None:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
            return done.returncode, done.stdout + done.stderr
        ours, theirs = pty.openpty()
        with open(ours, "wb", buffering=0) as keyboard:
            keyboard.write(answer.encode())
            done = subprocess.run(command, env=environment, capture_output=True, text=True, stdin=theirs)
            os.close(theirs)
        return done.returncode, done.stdout + done.stderr

    def test_without_edit_nothing_changes(self, shop: Workshop) -> None:
        shop.write(LOG, f"{REST}- {SECRET}\n")
        code, said = self.run(shop, f"{LOG}:2")
        assert (code, f"{LOG}:2" in said, "the files still say it" in said) == (1, True, True)
        assert SECRET in (shop.root / LOG).read_text(encoding="utf-8")

    def test_without_a_person_nothing_is_edited(self, shop: Workshop) -> None:
        shop.write(LOG, f"{REST}- {SECRET}\n")
        code, said = self.run(shop, f"{LOG}:2", "--edit")
        assert code == 2
        assert "--yes" in said
        assert SECRET in (shop.root / LOG).read_text(encoding="utf-8")

    @pytest.mark.parametrize(("answer", "code", "left"), [("n\n", 1, True), ("\n", 1, True), ("y\n", 0, False)])
    def test_a_person_is_asked(self, shop: Workshop, answer: str, code: int, left: bool) -> None:
        shop.write(LOG, f"{REST}- {SECRET}\n")
        done, said = self.run(shop, f"{LOG}:2", "--edit", answer=answer)
        assert (done, f"-- {SECRET}" in said) == (code, True)
        assert (SECRET in (shop.root / LOG).read_text(encoding="utf-8")) is left

    def test_as_json(self, shop: Workshop) -> None:
        shop.write(LOG, f"{REST}- {SECRET}\n")
        code, said = self.run(shop, f"{LOG}:2", "--edit", "--yes", "--json")
        value = json.loads(said)
        assert code == 0
        assert value["edited"] == [LOG]
        assert [(each["line"], each["forgotten"]) for each in value["entries"]] == [(2, True)]


def test_what_is_only_read_is_not_edited_whoever_asks(shop: Workshop) -> None:
    shop.write(LOG, f"{REST}- {SECRET}\n")
    with closing(shop.engine()) as engine:
        engine.cycle()
        chosen = read(engine.connection, find(shop.root, (f"{LOG}:2",), ()))
        with pytest.raises(WorkspaceError, match="only read"):
            Forgetting(engine, replace(shop.workspace, readonly=True), chosen)


def test_a_version_that_a_lost_state_left_beside_the_file_goes(shop: Workshop) -> None:
    place = shop.write("tea.md", "Ana drinks green tea.\n\nBruno drinks coffee.\n")
    beside = place.with_name(".tea.md.0123456789abcdef.neuromem")
    beside.write_bytes(place.read_bytes())
    shop.sync()
    assert forget(shop, "tea.md:1").edited == ("tea.md",)
    assert not beside.exists()
    assert place.read_text() == "Bruno drinks coffee.\n"


@pytest.mark.parametrize("edited", [False, True])
def test_a_state_that_fails_says_what_it_still_has(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch, edited: bool
) -> None:
    """The lines are gone from the file: nobody can name them a second time, to have them purged."""
    place = shop.write("tea.md", "Ana drinks green tea.\n\nBruno drinks coffee.\n")
    shop.sync()

    def full(*_given: object) -> None:
        raise StateError("the disk is full", "make room")

    monkeypatch.setattr(Journal, "swapped" if edited else "begin", full)
    with pytest.raises(StateError, match="the disk is full") as told:
        forget(shop, "tea.md:1")
    assert ("green tea" not in place.read_text()) == edited
    assert ("already edited: tea.md" in told.value.hint) == edited
    assert (f"rm -r {shop.workspace.state}; neuromem sync" in told.value.hint) == edited
