"""What becomes of the region when logs and people both have something to say."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from neuromem_sync.errors import WriteConflict
from neuromem_sync.item import render
from neuromem_sync.merge import MOST_GONE, Merged, merge
from neuromem_sync.region import Item, Region, adopt, find, marked
from neuromem_sync.signature import sig

PATH = "mind/MEMORY.md"
API = Item("Facts", "The API listens on port 8080", "memory/2026-03-01.md", "^a1")
DEBIAN = Item("Facts", "The gateway runs Debian 12", "memory/2026-03-01.md")
BACKUP = Item("Facts", "Backups run at 03:00", "memory/2026-03-03.md")
TEA = Item("Preferences", "Ana prefers tea", "memory/2026-03-02.md", "L5")
LESSON = Item("Lessons", "Never restart the broker during a migration", "mind/ERRORS.md")
MINE = b"# Memory\n\nMine.\n"


def again(data: bytes, *wanted: Item, base: bytes | None = None, **how: bool) -> Merged:
    """Merge, and see that merging the outcome changes nothing, with and without its base."""
    merged = merge(data, wanted, base, PATH, **how)
    for known in (None, region(merged.data).body):
        repeated = merge(merged.data, wanted, known, PATH)
        assert (repeated.data, repeated.added, repeated.removed, repeated.deleted) == (merged.data, (), (), ())
    return merged


def region(data: bytes) -> Region:
    found = find(data)
    assert found is not None
    return found


def written(*wanted: Item) -> bytes:
    return again(adopt(MINE), *wanted).data


def line(item: Item) -> bytes:
    return render(item, PATH).encode() + b"\n"


def body(data: bytes) -> str:
    return region(data).body.decode()


def texts(data: bytes) -> list[str]:
    return [item.text for item in region(data).items]


def test_the_layout_of_a_region() -> None:
    merged = again(adopt(MINE), TEA, API, LESSON, DEBIAN)
    assert body(merged.data) == (
        "\n### Facts\n\n"
        "- The API listens on port 8080 ([memory/2026-03-01.md](../memory/2026-03-01.md#^a1)) <!-- nm:b61bcf2462 -->\n"
        "- The gateway runs Debian 12 ([memory/2026-03-01.md](../memory/2026-03-01.md)) <!-- nm:822c70c454 -->\n"
        "\n### Preferences\n\n"
        "- Ana prefers tea ([memory/2026-03-02.md](../memory/2026-03-02.md#L5)) <!-- nm:60b122ce8e -->\n"
        "\n### Lessons\n\n"
        "- Never restart the broker during a migration ([mind/ERRORS.md](ERRORS.md)) <!-- nm:2bc4217eec -->\n"
        "\n"
    )
    assert merged.added == (TEA.text, API.text, LESSON.text, DEBIAN.text)


def test_items_come_and_go_without_a_trace() -> None:
    data = written(API, TEA)
    without = again(data, API)
    assert (without.removed, without.kept) == ((TEA.text,), (API.text,))
    assert without.data == written(API)
    assert again(without.data, API, TEA).data == data
    assert again(data).data == adopt(MINE)


def test_a_new_item_stands_beside_its_neighbours_and_moves_nobody() -> None:
    data = written(API, BACKUP)
    assert texts(again(data, API, DEBIAN, BACKUP).data) == [API.text, DEBIAN.text, BACKUP.text]
    assert texts(again(data, DEBIAN, BACKUP, API).data) == [API.text, DEBIAN.text, BACKUP.text]


def test_the_first_of_equal_items_counts() -> None:
    twice = Item("Facts", f"  {API.text}\n", "memory/other.md")
    assert written(API, DEBIAN, twice) == written(API, DEBIAN)


def test_a_claim_that_says_nothing_is_not_written() -> None:
    assert again(adopt(MINE), Item("Facts", "\u200b <!--", "a.md"), Item("Facts", "---", "a.md")).data == adopt(MINE)


EDITS: dict[str, Callable[[bytes], bytes]] = {
    "moved to the end": lambda data: _moved(data, line(API)),
    "indented": lambda data: data.replace(line(API), b"   " + line(API)),
    "another bullet": lambda data: data.replace(line(API), b"*" + line(API)[1:]),
    "a remark": lambda data: data.replace(line(API), line(API)[:-1] + b" since May\n"),
    "a box": lambda data: data.replace(line(API), b"- [x]" + line(API)[1:]),
    "blank lines": lambda data: data.replace(line(API), b"\n\n" + line(API) + b"\n \n"),
    "no heading": lambda data: data.replace(b"### Facts\n\n", b""),
    "another heading": lambda data: data.replace(b"### Facts", b"### What is so"),
    "a line of its own": lambda data: data.replace(line(API), b"see below\n" + line(API) + b"see above\n"),
    "twice": lambda data: data.replace(line(API), line(API) * 2),
    "another link": lambda data: data.replace(b"(../memory/2026-03-01.md#^a1)", b"(elsewhere.md)"),
    "no link": lambda data: data.replace(b" ([memory/2026-03-01.md](../memory/2026-03-01.md#^a1))", b""),
}


def _moved(data: bytes, what: bytes) -> bytes:
    return data.replace(what, b"", 1).replace(b"<!-- neuromem:end", what + b"<!-- neuromem:end")


@pytest.mark.parametrize("how", EDITS)
def test_what_a_person_does_around_the_text_stays(how: str) -> None:
    theirs = EDITS[how](written(API, DEBIAN, TEA))
    assert theirs != written(API, DEBIAN, TEA)
    merged = again(theirs, API, DEBIAN, TEA)
    assert region(merged.data).body == region(theirs).body
    assert (merged.added, merged.removed, merged.edited, merged.deleted) == ((), (), (), ())


@pytest.mark.parametrize("how", ["a remark", "a box", "another link"])
def test_an_item_that_a_person_added_to_is_not_taken_out(how: str) -> None:
    theirs = EDITS[how](written(API, DEBIAN, TEA))
    merged = again(theirs, DEBIAN, TEA)
    assert region(merged.data).body == region(theirs).body
    assert merged.removed == ()


@pytest.mark.parametrize("remark", [b"  - a child\n", b"goes on here\n", b"\n  later on\n", b"  ```\n- code\n  ```\n"])
def test_nor_one_with_a_remark_below_it(remark: bytes) -> None:
    theirs = written(API, DEBIAN).replace(line(API), line(API) + remark)
    assert again(theirs, DEBIAN).removed == ()
    assert line(API) + remark + line(BACKUP) in again(theirs, API, BACKUP, DEBIAN).data


@pytest.mark.parametrize("how", ["moved to the end", "indented", "another bullet", "blank lines", "twice", "no link"])
def test_any_other_is_when_it_is_no_longer_wanted(how: str) -> None:
    merged = again(EDITS[how](written(API, DEBIAN, TEA)), DEBIAN, TEA)
    assert API.text not in merged.data.decode()
    assert dict(region(merged.data).gone) == {}


def test_an_edited_item_is_a_persons_from_then_on() -> None:
    theirs = written(API, DEBIAN).replace(b"8080", b"9090")
    merged = again(theirs, API, DEBIAN)
    assert region(merged.data).body == region(theirs).body
    assert merged.edited == ("The API listens on port 9090",)
    assert list(region(merged.data).gone) == [API.sig]
    assert region(again(merged.data).data).people == ("The API listens on port 9090",)
    restated = Item("Facts", "The API is listening on port 8080", "memory/2026-03-09.md")
    assert again(merged.data, restated, DEBIAN).added == ()


def test_an_edited_item_is_known_even_if_the_end_marker_is_older_than_it() -> None:
    edited = line(API).replace(b"8080", b"9090")
    begin, end = marked(edited, (), {})
    assert again(begin + b"\n" + edited + end + b"\n", API).added == ()


def test_an_edit_that_is_taken_back_is_still_a_persons() -> None:
    edited = again(written(API).replace(b"8080", b"9090"), API).data
    theirs = edited.replace(b"9090", b"8080")
    assert again(theirs).data == again(theirs, API).data
    assert line(API) in again(theirs).data


@pytest.mark.parametrize("known", [True, False], ids=["with the last body", "without it"])
def test_a_deleted_item_never_returns(known: bool) -> None:
    data = written(API, DEBIAN)
    base = region(data).body if known else None
    merged = again(data.replace(line(API), b""), API, DEBIAN, base=base)
    assert merged.deleted == (API.text,)
    assert texts(again(merged.data, API, DEBIAN).data) == [DEBIAN.text]
    reworded = Item("Lessons", "Our API listens on port 8080", "memory/2026-03-09.md")
    assert again(merged.data, reworded, DEBIAN).added == ()
    other = Item("Facts", "The web UI listens on port 3000", "memory/2026-03-09.md")
    assert again(merged.data, other, DEBIAN).added == (other.text,)


def test_a_deleted_item_that_nobody_can_word_any_more_is_known_by_its_signature() -> None:
    merged = again(written(API, DEBIAN).replace(line(API), b""), DEBIAN)
    assert merged.deleted == (API.sig,)
    assert dict(region(merged.data).gone) == {API.sig: 0}
    assert again(merged.data, API, DEBIAN).added == ()


def test_one_of_two_like_claims_is_deleted_and_the_other_stays() -> None:
    twin = Item("Facts", "Our API listens on port 8080", "memory/2026-03-09.md")
    merged = again(written(API, twin).replace(line(API), b""), API, twin)
    assert texts(merged.data) == [twin.text]


def test_a_deleted_item_that_a_person_puts_back_is_theirs() -> None:
    gone = again(written(API, DEBIAN).replace(line(API), b""), API, DEBIAN).data
    theirs = gone.replace(line(DEBIAN), line(DEBIAN) + line(API))
    merged = again(theirs)
    assert region(merged.data).people == (API.text,)
    assert API.sig not in region(merged.data).kept


@pytest.mark.parametrize(
    "theirs",
    [
        written(API, DEBIAN).replace(f" <!-- nm:{API.sig} -->".encode(), b""),
        written(API, DEBIAN).replace(line(API), b"").replace(b"Mine.\n", b"Mine.\n\n" + line(API)),
        written(API, DEBIAN).replace(line(API), b"```\n" + line(API) + b"```\n"),
    ],
    ids=["without its comment", "outside of the region", "in a fence"],
)
def test_an_item_that_a_person_takes_over_is_not_written_beside_it(theirs: bytes) -> None:
    merged = again(theirs, API, DEBIAN)
    assert merged.data.count(API.text.encode()) == 1
    assert (merged.added, merged.deleted) == ((), ())


def test_what_the_file_says_already_is_not_written() -> None:
    theirs = adopt(b"# Memory\n\n* the API listens on port 8080.\n")
    assert again(theirs, API, DEBIAN).added == (DEBIAN.text,)


def test_a_copy_that_was_changed_leaves_the_original_alone() -> None:
    copy = line(API).replace(b"8080", b"9090")
    merged = again(written(API, DEBIAN).replace(line(API), line(API) + copy), API, DEBIAN)
    assert (texts(merged.data), merged.edited) == ([API.text, DEBIAN.text], ())
    assert copy in again(merged.data, DEBIAN).data


def test_a_stale_buffer_deletes_nothing() -> None:
    """It brings its own end marker back: what that one never knew cannot be missed."""
    old = written(API)
    new = again(old, API, DEBIAN)
    base = region(new.data).body
    assert again(old, API, DEBIAN, base=base).data == new.data
    assert again(old, API, DEBIAN, base=base).deleted == ()
    edited = again(old.replace(b"8080", b"9090"), API, DEBIAN, base=base)
    assert list(region(edited.data).gone) == [API.sig]
    end = marked(b"", [API.sig, DEBIAN.sig], {})[1]
    taken_out = old[: old.rindex(b"<!-- neuromem:end")] + end + b"\n"
    assert again(taken_out, API, DEBIAN, base=base).deleted == (DEBIAN.text,)


def test_an_item_whose_source_is_lost_is_linked_anew() -> None:
    data = again(written(API, DEBIAN).replace(line(API), b"  " + line(API)), API, DEBIAN).data
    moved = Item("Facts", API.text, "memory/archive/2026-03-01.md", "^a1")
    assert merge(data, [moved, DEBIAN], None, PATH).data == data
    merged = merge(data, [moved, DEBIAN], None, PATH, lost=["memory/2026-03-01.md"])
    assert b"\n  " + line(moved) + line(DEBIAN) in merged.data


def test_a_link_that_a_person_set_is_theirs() -> None:
    theirs = again(EDITS["another link"](written(API)), API).data
    assert merge(theirs, [API], None, PATH, lost=[API.path]).data == theirs


def test_an_item_below_an_indented_one_takes_no_children() -> None:
    child = b"  " + line(API) + b"  - mine\n"
    theirs = written(TEA, API, BACKUP).replace(line(API), child)
    assert child + line(DEBIAN) in again(theirs, TEA, API, DEBIAN, BACKUP).data
    parent = b"- my own\n  " + line(API)
    theirs = written(TEA, API).replace(line(API), parent)
    assert parent in again(theirs, TEA, DEBIAN, API).data


@pytest.mark.parametrize("mine", [b"\xef\xbb\xbf# M\r\n", b"# M\r\n\r\nlast", b"last", b"\xff\xfe\x00bytes\n", b""])
def test_the_form_of_the_file_is_kept(mine: bytes) -> None:
    start = adopt(mine)
    merged = again(start, API, TEA)
    newline = b"\r\n" if b"\r" in mine else b"\n"
    assert merged.data.startswith(mine)
    assert merged.data.count(newline) == merged.data.count(b"\n")
    assert again(merged.data).data == start
    assert again(merged.data[: -len(newline)], API, TEA).data == merged.data[: -len(newline)]


def test_bytes_that_are_no_text_stay_inside_of_the_region_too() -> None:
    theirs = written(API, DEBIAN).replace(line(API), line(API) + b"- \xff\xfe\tbroken \r\n")
    assert b"- \xff\xfe\tbroken \r\n" in again(theirs, TEA).data


def test_broken_bytes_cannot_pass_for_the_sign_that_stands_for_them() -> None:
    broken = line(Item("Facts", "Ana \ufffd tea", "a.md")).replace(b"Ana tea", b"Ana \xff tea")
    theirs = written(API).replace(line(API), broken)
    assert broken in again(theirs, API).data


def test_tombstones_are_bounded_and_the_oldest_leave_first() -> None:
    gone = {sig(str(number)): number + 1 for number in range(MOST_GONE)}
    begin, end = marked(line(API), [API.sig, DEBIAN.sig], gone)
    merged = again(begin + b"\n" + line(API) + end + b"\n", API)
    left = list(region(merged.data).gone)
    assert left == [*list(gone)[1:], DEBIAN.sig]
    assert max(map(len, merged.data.splitlines())) + 500 * len(API.sig) < 1 << 16


def test_a_file_without_a_region_is_refused() -> None:
    with pytest.raises(WriteConflict, match="no region") as caught:
        merge(MINE, [API], None, PATH)
    assert "--adopt" in caught.value.hint
