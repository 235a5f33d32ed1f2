"""Where the region is, what its lines say, and when its bounds are in doubt."""

from __future__ import annotations

from dataclasses import replace
from posixpath import normpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuromem_sync.errors import WriteConflict
from neuromem_sync.item import lines_of, render
from neuromem_sync.neutral import neutral
from neuromem_sync.region import Item, adopt, find, marked, people
from neuromem_sync.signature import sig, signed

PATH = "mind/MEMORY.md"
API = Item("Facts", "The API listens on port 8080", "memory/2026-03-01.md", "^a1")
TEA = Item("Preferences", "Ana prefers tea", "memory/2026-03-02.md", "L5")


def file(*lines: str, above: str = "# Memory\n\nMine.\n\n") -> bytes:
    """A file whose region holds these lines and says that it was written with API and TEA."""
    body = "".join(f"{line}\n" for line in lines).encode()
    begin, end = marked(body, {API.sig, TEA.sig}, {})
    return above.encode() + begin + b"\n" + body + end + b"\n\nBelow.\n"


def shown(item: Item) -> str:
    return render(item, PATH)


WRITTEN = ("", "### Facts", "", shown(API), "", "### Preferences", "", shown(TEA), "")


def test_an_item_is_one_line_with_its_source_seen_from_the_file() -> None:
    assert shown(API) == (
        "- The API listens on port 8080 ([memory/2026-03-01.md](../memory/2026-03-01.md#^a1)) <!-- nm:b61bcf2462 -->"
    )
    assert "([memory/2026-03-01.md](memory/2026-03-01.md#^a1))" in render(API, "MEMORY.md")


def test_the_region_gives_back_what_was_written() -> None:
    data = file(*WRITTEN)
    region = find(data, path=PATH)
    assert region is not None
    assert region.items == (API, TEA)
    assert data[region.start : region.end].startswith(b"<!-- neuromem:begin memory v=1 sha256=")
    assert data[region.end :] == b"\n\nBelow.\n"
    assert region.body == "".join(f"{line}\n" for line in WRITTEN).encode()
    assert (region.people, region.edited, dict(region.buried)) == ((), (), {})


def test_a_file_without_markers_has_no_region() -> None:
    assert find(b"# Memory\n\nDo not write between `<!-- neuromem:begin` and the end.\n") is None


@given(
    st.text(max_size=60),
    st.text(min_size=1, max_size=40),
    st.text("abcXYZ09-^#() %é", max_size=12),
)
def test_any_text_and_any_path_survive_the_line(text: str, name: str, fragment: str) -> None:
    item = Item("Facts", neutral(text), normpath(f"memory/{name}"), fragment)
    if not item.text:
        return
    region = find(file("### Facts", "", shown(item)))
    assert region is not None
    assert region.items == (item,)


@given(st.text(max_size=80))
def test_neutral_is_neutral_already(text: str) -> None:
    once = neutral(text)
    assert neutral(once) == once
    assert len(once) <= 300
    found = signed(f"- {once} <!-- nm:{sig(once)} -->")
    assert not once or (found is not None and found.is_own and found.text == once)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The API listens on port 8080", "The API listens on port 8080"),
        ("latency < 5 ms and a -> b, 3 >= 2", "latency < 5 ms and a -> b, 3 >= 2"),
        ("see `config/deploy.toml` and arr[0]", "see `config/deploy.toml` and arr[0]"),
        ("**Status:** 🟢 *fine*, costs $5, 70%", "**Status:** 🟢 *fine*, costs $5, 70%"),
        ("- [x] # > Use git", "Use git"),
        ("2024. was a good year", "2024 was a good year"),
        ("[docs](https://x.example/a) are at https://x.example", "docs are at x.example"),
        ("[[Gateway|the gateway]] runs ![[x]]", "the gateway runs x"),
        ("a <!-- b --> c", "a ‹!-- b → c"),
        ("<b>bold</b>", "‹b›bold‹/b›"),
        ("run ```` and ![open it", "run ` and [open it"),
        ("a %% b", "a % b"),
        ("done ^abc-1", "done"),
        ("\u202e\u200b", ""),
        ("---", ""),
    ],
)
def test_what_neutral_leaves(text: str, left: str) -> None:
    assert neutral(text) == left


def test_a_long_claim_is_cut_between_words() -> None:
    assert neutral("word " * 100) == "word " * 58 + "word…"
    assert neutral("x" * 400) == "x" * 299 + "…"


BEGIN = "<!-- neuromem:begin memory v=1 sha256=00 -->"
END = "<!-- neuromem:end memory kept= gone= -->"


@pytest.mark.parametrize(
    ("lines", "line", "says"),
    [
        ((BEGIN, "a"), 1, "has lost the other"),
        (("a", END), 2, "has lost the other"),
        ((END, BEGIN), 1, "has lost the other"),
        ((BEGIN, BEGIN, END), 3, "more than one pair"),
        ((BEGIN, END, "", BEGIN, END), 4, "more than one pair"),
        (("```", BEGIN, END, "```", BEGIN, END), 5, "more than one pair"),
        (("```", BEGIN, END, "```"), 2, "in a code block"),
        ((BEGIN, "<!-- neuromem:begin other v=1 sha256=00 -->", END), 2, "a region inside"),
        ((BEGIN, "<!-- neuromem:end memory kept=0123"), 2, "not as it was written"),
        ((BEGIN, "<!-- neuromem:end memory kept=0123 gone= -->"), 2, "not as it was written"),
        ((BEGIN, END + " mine"), 2, "not as it was written"),
        ((BEGIN.replace("v=1", "v=2"), END), 1, "not as it was written"),
        (("  " + BEGIN, END), 1, "not as it was written"),
        ((BEGIN, "<!-- neuromem:end"), 2, "not as it was written"),
        ((BEGIN, "<<<<<<< HEAD", "a", "=======", "b", ">>>>>>> theirs", END), 2, "a merge conflict"),
        ((BEGIN, "```", "a", END), 4, "does not end there"),
    ],
)
def test_bounds_in_doubt_are_refused_at_their_place(lines: tuple[str, ...], line: int, says: str) -> None:
    with pytest.raises(WriteConflict, match=says) as caught:
        find("\n".join(lines).encode(), path=PATH)
    assert caught.value.message.startswith(f"{PATH}:{line}: ")
    assert caught.value.hint
    assert caught.value.sidecar


def test_other_regions_beside_ours_and_talk_about_it_do_not_matter() -> None:
    other = "<!-- neuromem:begin other v=1 sha256=00 -->\n<!-- neuromem:end other kept= gone= -->\n"
    region = find(file(*WRITTEN, above=f"{other}> {BEGIN}\n\nSay `{END}`.\n"))
    assert region is not None
    assert region.items == (API, TEA)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"# M\n",
        b"no newline",
        b"# M\r\n\r\ntext\r\n",
        b"\xef\xbb\xbf# M\n\n",
        b"\xff\xfe broken\n",
        b"\xef\xbb\xbf",
    ],
)
def test_adopting_adds_at_the_end_and_changes_no_byte(data: bytes) -> None:
    adopted = adopt(data)
    assert adopted.startswith(data)
    newline = b"\r\n" if b"\r" in data else b"\n"
    assert adopted.count(newline) == adopted.count(b"\n")
    assert (
        adopted[len(data) :]
        .lstrip()
        .startswith(b"## Learned" + newline * 2 + b"<!-- neuromem:begin memory v=1 sha256=")
    )
    region = find(adopted)
    assert region is not None
    assert (region.body, region.newline) == (b"", newline)
    with pytest.raises(WriteConflict, match="there is a region already"):
        adopt(adopted)


def test_a_file_that_ends_in_a_code_block_is_not_adopted() -> None:
    with pytest.raises(WriteConflict, match=r"MEMORY.md:3: a code block does not end"):
        adopt(b"```\na\n")


def test_what_people_wrote_is_told_apart() -> None:
    edited = shown(API).replace("8080", "9090")
    data = file("", "### Facts", "- mine, see ([a](b)) <!-- note -->", edited, "    code", "", shown(TEA), "### Own")
    region = find(data)
    assert region is not None
    assert region.items == (replace(TEA, section="Facts"),)
    assert [each.text for each in region.edited] == ["The API listens on port 9090"]
    assert region.people == ("mine, see", "The API listens on port 9090", "code", "### Own")
    assert people(data, region) == ("# Memory", "Mine.", "Below.", *region.people)


def test_deleted_claims_are_known_in_other_words_too() -> None:
    region = find(file("", "### Facts", "", shown(API), ""), base=("\n".join(WRITTEN) + "\n").encode())
    assert region is not None
    assert list(region.buried) == [TEA.sig]
    assert region.deleted("Ana prefers tea")
    assert region.deleted("Ana really prefers tea")
    assert not region.deleted("Bo prefers the night train")
    assert not region.deleted(API.text)


def test_the_original_of_an_edited_item_counts_as_deleted() -> None:
    region = find(file("", "### Facts", "", shown(API).replace("API", "public API"), shown(TEA), ""))
    assert region is not None
    assert region.deleted(API.text)
    assert not region.deleted(TEA.text)


def test_a_fence_in_the_region_holds_nothing_of_ours() -> None:
    region = find(file("```", shown(API), "### Facts", "```", shown(TEA)))
    assert region is not None
    assert region.items == (replace(TEA, section=""),)
    assert [line.code for line in lines_of(region.body)] == [True, True, True, True, False]
