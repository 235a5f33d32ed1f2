"""Migration: everything the predecessor kept is in the workspace or named, and nothing that stood there is touched."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from neuromem_sync import files
from neuromem_sync.errors import StateError, WorkspaceError
from neuromem_sync.migrate import ELSEWHERE, IN_FILES, TWICE, Document, Fate, migrate
from neuromem_sync.model import Entry, Kind, Layer
from tests.predecessor import MORNING, PROCEDURES, config, memories, table, whole
from tests.rights import somebody_else
from tests.workshop import Workshop

DAY = "memory/2025-11-03-migrated.md"


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return tmp_path / "old"


def text(shop: Workshop, path: str = DAY) -> str:
    return (shop.root / path).read_text(encoding="utf-8")


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def indexed(shop: Workshop) -> list[Entry]:
    shop.sync()
    assert shop.verify().equal
    return shop.entries()


# --- what becomes of a memory


def test_everything_is_found_again(shop: Workshop, old: Path) -> None:
    done = migrate(shop.workspace, whole(old))
    assert done.whole
    assert (done.memories, done.procedures) == (4, 2)
    assert [document.path for document in done.documents] == [
        "memory/undated-migrated.md",
        DAY,
        "memory/2025-11-04-migrated.md",
        "mind/PROCEDURES/migrated.md",
    ]
    entries = indexed(shop)
    assert len(entries) == 6
    for words in ("dark mode", "gateway proxy", "quiet week", "otters hands", "service live", "hello"):
        assert shop.recall(words).hits, words


def test_a_memory_keeps_its_day_its_minute_its_weight_and_its_tags(shop: Workshop, old: Path) -> None:
    migrate(shop.workspace, whole(old))
    entry = indexed(shop)[0]
    assert (entry.layer, entry.kind) == (Layer.EPISODIC, Kind.ENTRY)
    assert entry.at == "2025-11-03T10:02:00+00:00"
    assert entry.title == "User prefers dark mode"
    assert entry.tags == ("ui", "two-words")
    assert entry.attributes["importance"] == "8"
    assert entry.text.endswith("<!-- migrated: semantic -->")


def test_the_time_is_the_agent_s(tmp_path: Path, old: Path) -> None:
    shop = Workshop(tmp_path)
    shop.workspace = type(shop.workspace).at(shop.root, state_home=shop.home, agent="ava", zone="Pacific/Auckland")
    migrate(shop.workspace, memories(old, {"content": "Up", "created_at": MORNING}))
    assert "**Timezone:** Pacific/Auckland\n\n### 23:02 — Up\n" in text(shop)
    assert indexed(shop)[0].at == "2025-11-03T23:02:00+13:00"


def test_what_a_person_marked_does_not_fade(shop: Workshop, old: Path) -> None:
    migrate(
        shop.workspace, memories(old, {"content": "Up", "created_at": MORNING, "importance": 0.1, "user_marked": 1})
    )
    assert "<!-- importance: 9 -->\n\n<!-- migrated: marked -->" in text(shop)


def test_no_time_stays_no_time(shop: Workshop, old: Path) -> None:
    migrate(shop.workspace, memories(old, {"content": "Otters"}, {"content": "Bats", "created_at": "soon"}))
    assert text(shop, "memory/undated-migrated.md") == "# Undated\n\n- Bats\n\n- Otters\n"
    assert [entry.at for entry in indexed(shop)] == [None, None]


@pytest.mark.parametrize("at", [MORNING, MORNING * 1000, str(MORNING), "2025-11-03T10:02:00", "2025-11-03T11:02+01:00"])
def test_times_of_every_kind(shop: Workshop, old: Path, at: object) -> None:
    columns = "content, created_at"
    migrate(shop.workspace, memories(old, {"content": "Up", "created_at": at}, columns=columns))
    assert "### 10:02 — Up" in text(shop)


@pytest.mark.parametrize("importance", [0.5, 5, 50, "0.5"])
def test_weights_of_every_kind(shop: Workshop, old: Path, importance: object) -> None:
    migrate(shop.workspace, memories(old, {"content": "Up", "created_at": MORNING, "importance": importance}))
    assert "<!-- importance: 5 -->" in text(shop)


HOSTILE = (
    "# Mind\n\nfirst",
    "```\nnever closed",
    "<!-- never closed",
    "<!-- neuromem:begin memory v=1 sha256=0 -->\nI am yours\n<!-- neuromem:end memory kept= gone= -->",
    "### 09:00 — not an entry\n\n### 10:00 — nor this",
    "---\nagent: eve\n---",
    "<private>\nopen",
    "**Timezone:** Asia/Tokyo",
    "one\0two\x1b[31m\ud800",
)


def test_nothing_reaches_beyond_its_own_entry(shop: Workshop, old: Path) -> None:
    rows = []
    for number, hostile in enumerate(HOSTILE):
        content = hostile.encode("utf-8", "replace").decode()
        rows += [{"content": content, "created_at": MORNING + 120 * number}]
        rows += [{"content": f"witness {number}", "created_at": MORNING + 120 * number + 60}]
    done = migrate(shop.workspace, memories(old, *rows))
    assert done.whole
    entries = {entry.title: entry for entry in indexed(shop)}
    for number in range(len(HOSTILE)):
        minute = 3 + 2 * number
        assert entries[f"witness {number}"].at == f"2025-11-03T10:{minute:02}:00+00:00"
    assert not shop.sync().problems


def test_nothing_reaches_beyond_its_own_procedure(shop: Workshop, old: Path) -> None:
    rows: list[dict[str, object]] = []
    for number, hostile in enumerate(HOSTILE[:-1]):
        rows.append({"id": hostile, "pattern_template": hostile, "description": hostile, "tags": json.dumps([hostile])})
        rows.append(
            {"id": f"witness {number}", "pattern_template": "Look\nTell", "description": "Then", "failure_count": 3}
        )
    old.mkdir()
    table(old / "procedural.db", "procedures", PROCEDURES, rows)
    assert migrate(shop.workspace, old).whole
    found = {entry.procedure.name: entry.procedure for entry in indexed(shop) if entry.procedure}
    for number in range(len(HOSTILE) - 1):
        witness = found[f"witness {number}"]
        assert (witness.trigger, witness.steps, witness.successes, witness.failures) == ("Then", ("Look", "Tell"), 0, 3)
    assert not shop.sync().problems


def test_notes_cannot_break_out_of_their_comment(shop: Workshop, old: Path) -> None:
    layer = "x --> # out <!-- neuromem:private -->"
    migrate(shop.workspace, memories(old, {"content": "Up", "created_at": MORNING, "layer": layer}))
    (entry,) = indexed(shop)
    assert text(shop).count("-->") == 1
    assert entry.title == "Up"


def test_a_long_line_is_broken_and_found(shop: Workshop, old: Path) -> None:
    long = "start " + "word " * 60000 + "ottersend " + "x" * 200000
    done = migrate(shop.workspace, memories(old, {"content": long, "created_at": MORNING}))
    assert done.whole
    indexed(shop)
    assert shop.recall("ottersend").hits
    assert "".join(text(shop).split()).count("x" * 200000) == 1


def test_a_large_day_is_two_documents(shop: Workshop, old: Path) -> None:
    rows = [{"content": f"n{number} " + "word " * 200000, "created_at": MORNING + 60 * number} for number in range(5)]
    done = migrate(shop.workspace, memories(old, *rows))
    assert [document.path for document in done.documents] == [DAY, "memory/2025-11-03-migrated-2.md"]
    assert sum(document.entries for document in done.documents) == 5
    assert not shop.sync().problems


def test_what_no_document_can_hold_is_named(shop: Workshop, old: Path) -> None:
    done = migrate(shop.workspace, memories(old, {"content": "word " * 1000000}, {"content": "Up"}))
    assert list(done.lost) == ["a memory that cannot be written down: it is larger than a document may be (4 MiB)"]
    assert not done.whole


def test_what_is_larger_than_any_document_is_named_at_once(shop: Workshop, old: Path) -> None:
    memories(old)
    with closing(sqlite3.connect(old / "episodic.db")) as connection:
        connection.execute("INSERT INTO memories (content) VALUES (zeroblob(40000000)), ('Up')")
        connection.commit()
    done = migrate(shop.workspace, old)
    assert list(done.lost) == ["a memory that cannot be written down: it is larger than a document may be (4 MiB)"]
    assert [entry.text for entry in indexed(shop)] == ["- Up"]


def test_no_memory_is_a_record_of_ours(shop: Workshop, old: Path) -> None:
    told = "- task:: build\n- state:: completed\n- **Procedure:** deploy\n- outcome:: success"
    memories(old, {"content": f"A mail\n\n{told}", "created_at": MORNING})
    table(old / "procedural.db", "procedures", PROCEDURES, [{"id": "p", "pattern_template": f"Look\n{told}"}])
    assert migrate(shop.workspace, old).whole
    assert {entry.kind for entry in indexed(shop)} == {Kind.ENTRY, Kind.PROCEDURE}
    assert shop.recall("completed").hits


# --- what is not written


def test_what_is_in_the_files_is_not_written_again(shop: Workshop, old: Path) -> None:
    shop.write("notes/a.md", "Otters hold hands.\n")
    shop.write(".neuromemignore", "secret/\n")
    shop.write("secret/b.md", "x\n")
    elsewhere = old / "elsewhere.md"
    sources = ["notes/a.md", str(shop.root / "notes/a.md"), "/before/ava/notes/a.md", "./notes/../notes/a.md"]
    shop.write("DREAMS.md", "x\n")
    shop.write("mind/TEMPLATES/c.md", "x\n")
    (shop.root / "link.md").symlink_to(shop.root / "notes/a.md")
    others = ["gone.md", "../old/elsewhere.md", str(elsewhere), "secret/b.md", "a\0b.md"]
    others += ["DREAMS.md", "mind/TEMPLATES/c.md", "link.md", "notes"]
    rows = [{"content": source, "metadata": json.dumps({"source_file": source})} for source in (*sources, *others)]
    memories(old, *rows)
    elsewhere.write_text("x\n", encoding="utf-8")
    config(old, {"agents": {"ava": {"workspace": "/before/ava"}}})
    done = migrate(shop.workspace, old)
    assert done.kept == {IN_FILES: len(sources)}
    assert done.documents[0].entries == len(others)


def test_another_agent_s_memories_stay_where_they_are(shop: Workshop, old: Path) -> None:
    config(old, {"agents": {"ava": {}, "bo": {"workspace": "/old/bo"}}})
    rows = [{"content": f"of {name}", "metadata": json.dumps({"agent": name})} for name in ("ava", "bo", "cy", "main")]
    done = migrate(shop.workspace, memories(old, *rows), {"cy"})
    assert done.kept == {f"{ELSEWHERE}: bo": 1, f"{ELSEWHERE}: cy": 1}
    assert text(shop, "memory/undated-migrated.md") == "# Undated\n\n- of ava\n\n- of main\n"


def test_what_was_said_twice_is_said_once(shop: Workshop, old: Path) -> None:
    rows = [{"content": "Up", "created_at": MORNING + second} for second in (0, 20, 3600)]
    done = migrate(shop.workspace, memories(old, *rows))
    assert done.kept == {TWICE: 1}
    assert text(shop).count("— Up") == 2


# --- stores in any state


def test_few_columns_are_enough(shop: Workshop, old: Path) -> None:
    done = migrate(shop.workspace, memories(old, {"content": "Otters"}, columns="content"))
    assert done.whole
    table(old / "procedural.db", "procedures", "pattern_template", [{"pattern_template": "Knock {times}"}])
    migrate(shop.workspace, old)
    assert "## Knock {times}\n\n1. Knock {times}\n" in text(shop, "mind/PROCEDURES/migrated.md")


def test_what_is_missing_or_broken_is_named(shop: Workshop, old: Path) -> None:
    memories(old, {"content": None}, {"content": b"\xff\xfe"}, {"content": "Up", "metadata": "{no"})
    table(old / "procedural.db", "procedure_executions", "procedure_id, success", [{"procedure_id": "x", "success": 1}])
    (old / "config.json").write_text("{", encoding="utf-8")
    done = migrate(shop.workspace, old)
    assert {reason.partition(":")[0]: count for reason, count in done.lost.items()} == {
        "a memory without text": 2,
        "metadata that is no JSON": 1,
        "procedural.db has no table procedures": 1,
        "a run of a procedure that is not there": 1,
        "config.json cannot be read": 1,
    }
    assert [document.entries for document in done.documents] == [1]


def test_what_has_no_place_is_counted(shop: Workshop, old: Path) -> None:
    whole(old)
    table(old / "episodic.db", "access_log", "memory_id, accessed_at, query", [{"memory_id": "a1"}])
    table(old / "episodic.db", "moods", "name", [{"name": "calm"}, {"name": "tired"}])
    done = migrate(shop.workspace, old)
    assert done.left == {
        "embedding": 1,
        "access_count": 1,
        "metadata.session_id": 1,
        "records of who looked when": 1,
        "table moods of episodic.db": 2,
    }


def test_a_damaged_store_gives_what_it_can(shop: Workshop, old: Path) -> None:
    rows = [{"content": f"number {number} " + "x" * 900, "created_at": MORNING + number} for number in range(400)]
    path = memories(old, *rows) / "episodic.db"
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    done = migrate(shop.workspace, old)
    assert 300 < done.memories < 400
    (reason,) = done.lost
    assert reason.startswith("episodic.db is damaged (database disk image is malformed): only 3")
    assert not done.whole


def test_what_is_no_database_is_named(shop: Workshop, old: Path) -> None:
    old.mkdir()
    (old / "episodic.db").write_bytes(b"not a database, but long enough to be read as one" * 100)
    assert list(migrate(shop.workspace, old).lost) == ["episodic.db cannot be read: file is not a database"]


def test_an_empty_folder_is_a_mistake(shop: Workshop, old: Path) -> None:
    old.mkdir()
    with pytest.raises(WorkspaceError, match="holds nothing to migrate"):
        migrate(shop.workspace, old)


def left_by_a_crash(old: Path, mode: str) -> Path:
    """A copy of a store as it stands when its program is killed: one memory is in its journal alone."""
    memories(old, {"content": "in the file", "created_at": MORNING})
    copied = old.with_name("copied")
    with closing(sqlite3.connect(old / "episodic.db", isolation_level=None)) as live:
        live.execute(f"PRAGMA journal_mode = {mode}")
        if mode == "DELETE":
            live.execute("PRAGMA cache_size = 1")
            live.execute("BEGIN IMMEDIATE")
            live.executemany("INSERT INTO memories(content) VALUES(?)", [(f"undone {'x' * 4000}",)] * 50)
        else:
            live.execute("INSERT INTO memories(content, created_at) VALUES('in the log', ?)", (MORNING,))
        shutil.copytree(old, copied)
    (copied / "episodic.db-shm").unlink(missing_ok=True)
    return copied


@pytest.mark.parametrize(("mode", "count"), [("WAL", 2), ("DELETE", 1)])
def test_a_store_whose_program_was_killed(shop: Workshop, old: Path, mode: str, count: int) -> None:
    copied = left_by_a_crash(old, mode)
    before = tree(copied)
    assert len(before) == 2
    done = migrate(shop.workspace, copied)
    assert (done.whole, done.memories) == (True, count)
    assert tree(copied) == before


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_no_byte_of_the_stores_changes(shop: Workshop, old: Path, mode: str) -> None:
    whole(old)
    with closing(sqlite3.connect(old / "episodic.db")) as store:
        store.execute(f"PRAGMA journal_mode = {mode}")
    before = tree(old)
    assert len(before) == 3
    assert migrate(shop.workspace, old).memories == 4
    assert tree(old) == before


def test_a_log_of_writes_in_a_folder_that_may_not_be_written(somebody: Path) -> None:
    with somebody_else():
        shop = Workshop(somebody)
        copied = left_by_a_crash(somebody / "old", "WAL")
        copied.chmod(0o555)
        done = migrate(shop.workspace, copied)
        copied.chmod(0o755)
    assert (done.whole, done.memories) == (True, 2)


def test_a_store_that_may_not_be_read(somebody: Path) -> None:
    with somebody_else():
        shop = Workshop(somebody)
        old = memories(somebody / "old", {"content": "Up"})
        (old / "episodic.db").chmod(0)
        with pytest.raises(StateError, match="permission denied"):
            migrate(shop.workspace, old)


def test_a_folder_that_may_not_be_entered(somebody: Path) -> None:
    with somebody_else():
        shop = Workshop(somebody)
        old = memories(somebody / "old", {"content": "Up"})
        old.chmod(0o600)
        with pytest.raises(WorkspaceError, match="permission denied"):
            migrate(shop.workspace, old)
        old.chmod(0o700)


def test_a_store_in_use(shop: Workshop, old: Path) -> None:
    memories(old, {"content": "in the file"})
    with closing(sqlite3.connect(old / "episodic.db", isolation_level=None)) as live:
        live.execute("PRAGMA journal_mode = WAL")
        live.execute("INSERT INTO memories(content) VALUES('in the log')")
        live.execute("BEGIN IMMEDIATE")
        live.execute("INSERT INTO memories(content) VALUES('not yet')")
        assert migrate(shop.workspace, old).memories == 2


# --- once, whole, and nothing else


def test_the_second_time_nothing_changes(shop: Workshop, old: Path) -> None:
    migrate(shop.workspace, whole(old))
    before = {path: (shop.root / path).stat() for path in tree(shop.root)}
    again = migrate(shop.workspace, old)
    assert {document.fate for document in again.documents} == {Fate.THERE}
    assert again.whole
    assert {path: (shop.root / path).stat() for path in tree(shop.root)} == before


def test_what_is_there_is_not_touched_and_what_it_lacks_is_named(shop: Workshop, old: Path) -> None:
    shop.write(DAY, "mine\n")
    done = migrate(shop.workspace, whole(old))
    assert text(shop) == "mine\n"
    assert done.documents[1] == Document(path=DAY, entries=2, fate=Fate.THERE, lacking=2)
    assert not done.whole


def test_a_dry_run_says_the_same_and_writes_nothing(shop: Workshop, old: Path) -> None:
    planned = migrate(shop.workspace, whole(old), dry_run=True)
    assert tree(shop.root) == {}
    done = migrate(shop.workspace, old)
    assert [(each.path, each.entries) for each in planned.documents] == [
        (each.path, each.entries) for each in done.documents
    ]


def test_a_folder_that_leads_out_is_not_written_through(shop: Workshop, old: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (shop.root / "memory").symlink_to(tmp_path / "outside")
    with pytest.raises(WorkspaceError, match="leads out of the workspace"):
        migrate(shop.workspace, whole(old))
    assert tree(tmp_path / "outside") == {}


def test_a_disk_without_links(shop: Workshop, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(files.os, "link", refuse)
    assert migrate(shop.workspace, whole(old)).whole
    assert len(indexed(shop)) == 6


def test_killed_at_any_moment_the_next_run_completes_it(tmp_path: Path) -> None:
    killings(tmp_path, days=60, times=6)


@pytest.mark.long
def test_killed_at_any_moment_often(tmp_path: Path) -> None:
    killings(tmp_path, days=2000, times=60)


def killings(tmp_path: Path, days: int, times: int) -> None:
    rows = [{"content": f"day {day}", "created_at": MORNING + 86400 * day} for day in range(days)]
    old = memories(tmp_path / "old", *rows)
    expected = Workshop(tmp_path / "expected")
    migrate(expected.workspace, old)
    shop, dice, cut = Workshop(tmp_path / "killed"), random.Random(7), 0
    for _ in range(times):
        process = subprocess.Popen(
            [sys.executable, "-m", "neuromem_sync", "migrate", str(shop.root), str(old)],
            env={**os.environ, "NEUROMEM_STATE": str(shop.home)},
            stdout=subprocess.DEVNULL,
        )
        while process.poll() is None and not tree(shop.root):
            time.sleep(0.001)
        time.sleep(dice.uniform(0, 0.02))
        process.send_signal(signal.SIGKILL)
        process.wait()
        made = {path: data for path, data in tree(shop.root).items() if not path.endswith("~")}
        assert made.items() <= tree(expected.root).items()
        cut += len(made) < days
        if len(made) == days:
            shutil.rmtree(shop.root / "memory")
    assert cut, "no run was killed before its end"
    assert migrate(shop.workspace, old).whole
    assert tree(shop.root) == tree(expected.root)
