"""Whose a line is, and what counts as the same claim in other words."""

from __future__ import annotations

import pytest

from neuromem_sync.signature import alike, is_own, normalised, sig, signed, simhash

from .likeness import DIFFERENT, RESTATED

TEXT = "The API listens on port 8080"


def own(text: str = TEXT, front: str = "- ", behind: str = "") -> str:
    return f"{front}{text} ([memory/a.md](../memory/a.md#^b)) <!-- nm:{sig(text)} -->{behind}"


def test_a_signature_is_ten_hex_digits_and_never_changes() -> None:
    assert sig(TEXT) == "b61bcf2462"
    assert simhash(TEXT) == 0x28BB0FC498DBCE74


def test_white_space_and_composition_do_not_count_but_case_and_marks_do() -> None:
    assert sig("  Café\tin  Lisbon ") == sig("Cafe\u0301 in Lisbon")
    assert normalised("a \n b") == "a b"
    assert len({sig(text) for text in ("Use git", "use git", "Use git.", "Use *git*")}) == 4


@pytest.mark.parametrize(
    "line",
    [
        own(),
        own(front="    * "),
        own(front="12) "),
        own(front="- [x] "),
        own(behind=" and so it was"),
        own() + "\r\n",
        f"-   {TEXT}   <!-- nm:{sig(TEXT)} -->",
        own(f"{TEXT} ([really])"),
    ],
)
def test_a_line_stays_ours_while_its_text_does(line: str) -> None:
    assert is_own(line)


@pytest.mark.parametrize(
    "line",
    [
        own().replace("8080", "9090"),
        own().replace("8080 ", "8080, as ever "),
        own().replace("- ", "", 1),
        "> " + own(),
        own().partition(" <!--")[0],
        own().replace(" -->", ""),
        f"- {TEXT} <!-- nm:{sig(TEXT)[:6]} -->",
        "",
    ],
)
def test_any_other_line_is_not(line: str) -> None:
    assert not is_own(line)


def test_what_a_person_put_beside_the_text_is_seen() -> None:
    lines = (own(), own(front="- [ ] "), own(behind=" !"), "- plain")
    assert [found and found.plain for found in map(signed, lines)] == [True, False, False, None]


def test_a_line_of_any_length_is_read_at_once() -> None:
    for line in ("- " + " " * 100_000 + "<!-- nm:", "- " + "([" * 100_000 + "<!-- nm:0123456789 -->", "- " * 100_000):
        assert not is_own(line)


def test_wordings_of_one_claim_are_alike_and_claims_of_one_form_are_not() -> None:
    """The figures by which FAR was chosen."""
    restated = sum(alike(simhash(one), simhash(other)) for one, other in RESTATED)
    different = sum(alike(simhash(one), simhash(other)) for one, other in DIFFERENT)
    assert (len(RESTATED), restated) == (60, 59)
    assert (len(DIFFERENT), different) == (60, 8)


def test_another_value_is_another_claim() -> None:
    first = simhash(TEXT)
    assert not alike(first, simhash("The web UI listens on port 3000"))
    assert not alike(first, simhash("The API listens on port 9090"))
    assert not alike(first, simhash("The API does not listen on port 8080"))
    assert alike(simhash("Two reviewers approve"), simhash("2 reviewers approve"))


def test_nothing_is_like_nothing() -> None:
    assert simhash("") == simhash("— !") == 0
    assert not alike(0, 0)
    assert not alike(0, simhash(TEXT))
