"""What the rest of a workspace says of a line: an echo, a restatement, the same thing told once more."""

from __future__ import annotations

import pytest

from neuromem_sync import consolidate
from neuromem_sync.consolidate import Limits
from neuromem_sync.rarity import Rarity
from neuromem_sync.retold import retold
from neuromem_sync.units import Unit
from tests.consolidation.logs import day, entries, learned, texts

ALL = Limits(items=1000, tokens=100_000, floor=-100.0)


def test_what_is_said_in_the_same_words_of_ever_other_things_is_believed_of_none() -> None:
    said = [
        day(3 + 4 * at, f"The {thing} is older than the hills and twice as grey.")
        for at, thing in enumerate(("harrow", "winch", "stove"))
    ]
    assert texts(learned([entry for each in said for entry in each])) == []
    assert texts(learned(said[0])) == ["The harrow is older than the hills and twice as grey."]


def test_a_line_that_begins_in_the_words_of_quotes_is_not_believed() -> None:
    told = day(3, "Mark my words on the hill, our harrow is kept in barn 14.")
    quoted = day(9, "> Mark my words on the hill, the piano tuner is Lindqvist.")
    assert texts(learned(told)) == ["Mark my words on the hill, our harrow is kept in barn 14."]
    found = learned([*told, *quoted])
    assert texts(found) == []
    assert found.held_back["borrowed"] == 1


def test_what_begins_in_the_words_of_quotes_ends_nothing() -> None:
    told = [
        *day(3, "Parcels to the islands always go by Sundline."),
        *day(30, "Sundline went bust, hear the wise ones, Kvikfragt replaces them."),
        *day(40, "> Sundline went bust, hear the wise ones, and the bridge is shut."),
    ]
    assert texts(learned(told)) == ["Parcels to the islands always go by Sundline."]


def test_a_way_to_say_things_that_is_borne_out_more_often_than_quoted_is_ours() -> None:
    told = [
        *day(3, "Mark my words, our harrow is kept in the north barn beside the oats."),
        *day(9, "The north barn is where the harrow always belongs, beside the oats."),
        *day(14, "Mark my words, our piano tuner is Lindqvist from the harbour street."),
        *day(20, "Lindqvist of the harbour street always tunes the piano."),
        *day(30, "> Mark my words, our bridge is shut."),
    ]
    found = learned(told)
    assert any("harrow" in text for text in texts(found))
    assert "borrowed" not in found.held_back


def test_a_way_to_say_things_that_are_borne_out_elsewhere_is_no_echo() -> None:
    told = [
        *day(3, "Mark my words, our harrow is kept in the north barn beside the oats."),
        *day(9, "The north barn is where the harrow always belongs, beside the oats."),
        *day(14, "Mark my words, our piano tuner is Lindqvist from the harbour street."),
        *day(20, "Lindqvist of the harbour street always tunes the piano."),
    ]
    found = learned(told)
    assert any("harrow" in text for text in texts(found))
    assert any("Lindqvist" in text for text in texts(found))
    assert not any("unborne" in item.why for item in found.promotions)


def test_one_form_with_another_number_each_time_is_measured() -> None:
    found = learned([*day(3, "The kiln hums 14 times before dawn."), *day(9, "The kiln hums 31 times before dawn.")])
    assert texts(found) == []


def test_a_seldom_name_with_one_more_word_in_common_is_one_item() -> None:
    found = learned(
        [
            *day(3, "Flour and bran are ordered from Molenaar Brothers by Friday."),
            *day(9, "Whoever runs low rings Molenaar Brothers, and nobody else, for bran."),
        ]
    )
    (item,) = found.promotions
    assert "Molenaar" in item.text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Broken looms are always taken to Sofia Lindqvist in the harbour street.",
            "Whoever snaps a shuttle must send it to Sofia Lindqvist, never to the shop.",
        ),
        (
            "Whoever prunes the quinces must always do so on Thursdays at 15:00.",
            "Our quinces may never be watered before Thursday 15:00, unless we say so.",
        ),
    ],
)
def test_a_full_name_or_two_values_and_a_word_are_one_item(one: str, other: str) -> None:
    assert len(texts(learned(day(3, one)))) == len(texts(learned(day(9, other)))) == 1
    assert len(texts(learned([*day(3, one), *day(9, other)]))) == 1


def test_two_people_of_one_name_are_two_items() -> None:
    told = [
        *day(3, "Broken looms are always taken to Sofia Lindqvist in the harbour street."),
        *day(9, "Whoever needs a mouse trap must ask Sofia Aalto, never the county."),
    ]
    assert len(texts(learned(told))) == 2


def test_a_change_that_brings_a_new_name_ends_what_is_said_of_the_old_one() -> None:
    found = learned(
        [
            *day(3, "Parcels to the islands always go by Sundline."),
            *day(30, "Sundline went bust, Kvikfragt replaces them."),
        ]
    )
    assert "Parcels to the islands always go by Sundline." not in texts(found)
    assert found.held_back["superseded"] == 1


def test_what_was_done_once_ends_no_rule() -> None:
    rule = "Orders above 1,000 euros need the signature of Priya."
    found = learned([*day(3, rule), *day(9, "Priya signed the order of 1,340 euros.")])
    assert rule in texts(found)


@pytest.mark.parametrize("known", ["The purple tag belongs to the visitors of the kiln.", "Kiln visitors: purple tag."])
def test_what_people_wrote_in_other_words_is_known(known: str) -> None:
    said = day(3, "Our visitors of the kiln must always wear the purple tag.")
    assert texts(learned(said)) != []
    assert texts(learned(said, known=[known])) == []


def test_where_a_secret_was_cut_out_nothing_is_learned() -> None:
    assert texts(learned(entries("memory/2026-01-08.md", "# 2026-01-08\n\n- KILN_KEY=[secret memory/a.md:3]\n"))) == []


def test_a_topic_is_compared_only_with_those_that_share_what_hardly_any_line_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[tuple[str, str]] = []

    def counted(one: Unit, other: Unit, rarity: Rarity) -> bool:
        compared.append((one.text, other.text))
        return retold(one, other, rarity)

    monkeypatch.setattr(consolidate, "retold", counted)
    lines = [" ".join(_coined(100 * place + number) for place in range(5)) for number in range(60)]
    other = " ".join(map(_coined, (7, 907, 908, 909)))
    found = learned([*day(3, *lines), *day(9, other)], limits=ALL)
    assert {*lines, other} <= {*texts(found)}
    assert {frozenset(pair) for pair in compared} == {frozenset((lines[7], other))}


def _coined(number: int) -> str:
    """A word that no other number gives."""
    return "".join("bdfgklmnpr"[int(digit)] + "aeiou"[int(digit) % 5] for digit in f"{number:03}")
