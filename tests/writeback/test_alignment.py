"""Which lines stayed: right for every pair of texts, and soon told for long ones that say the same again and again."""

from __future__ import annotations

from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuromem_sync import alignment
from neuromem_sync.alignment import FEW, Run, runs
from neuromem_sync.weave import line_digests, weave

TEXTS = st.lists(st.sampled_from([b"", b"a", b"b", b"c", b"d", b"e", b"f", b"g"]), max_size=30)


@given(TEXTS, TEXTS)
def test_runs_are_equal_lines_in_order(before: list[bytes], after: list[bytes]) -> None:
    at = place = 0
    for run in runs(before, after):
        assert run.length
        assert run.start >= at
        assert run.first >= place
        at, place = run.start + run.length, run.first + run.length
        assert before[run.start : at] == after[run.first : place]


@given(st.lists(st.binary(max_size=2), max_size=30, unique=True), TEXTS)
def test_where_lines_were_only_added_all_others_are_found_again(text: list[bytes], more: list[bytes]) -> None:
    added = [b"new %d" % number for number, _ in enumerate(more)]
    mixed = list(text)
    for number, line in enumerate(added):
        mixed.insert(number * 3 % (len(mixed) + 1), line)
    assert sum(run.length for run in runs(text, mixed)) == len(text)


def test_lines_that_changed_places_stay_where_most_are() -> None:
    before, after = ([bytes([each]) for each in line] for line in (b"abcdef", b"fabcde"))
    assert [(run.first - run.start, run.length) for run in runs(before, after)] == [(1, 1)] * 5


def test_a_long_stretch_of_one_line_is_told_by_its_ends() -> None:
    blank, other = [b""] * (FEW + 1), [b"x", *[b""] * (FEW + 2), b"y"]
    assert runs(blank, blank) == [Run(0, 0, FEW + 1)]
    assert runs([b"-", *blank, b"+"], [b"!", *other, b"?"]) == []


def test_late_lines_of_a_file_of_megabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of it blank, most items in it fifty times: all with all would be a thousand million comparisons."""
    compared: list[int] = []

    class Counting(SequenceMatcher[bytes]):
        def __init__(self, isjunk: None, one: list[bytes], other: list[bytes], autojunk: bool) -> None:
            compared.append(len(one) * len(other))
            super().__init__(isjunk, one, other, autojunk)

    monkeypatch.setattr(alignment, "SequenceMatcher", Counting)
    items = [b"- item %d\n" % (number if number % 10 == 0 else number % 50) for number in range(30_000)]
    origin = [line for item in items for line in (item, b"\n")]
    copy = [b"first, late\n", *origin[:20_000], b"late\n", *origin[20_000:], b"last, late\n"]
    text = [*origin[:40_000], b"ours\n", *origin[40_100:]]
    woven = weave(line_digests(b"".join(origin)), b"".join(copy), b"".join(text))
    wanted = [b"first, late\n", *origin[:20_000], b"late\n", *origin[20_000:40_000], b"ours\n", *origin[40_100:]]
    assert woven == b"".join([*wanted, b"last, late\n"])
    assert sum(compared) < 100_000
