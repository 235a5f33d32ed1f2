"""A budget shared out: never overdrawn, nobody starved, nothing left over that somebody could use."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from neuromem_sync import tokens
from neuromem_sync.quota import CRUMB, Offer, share_out

SHARES = {"tasks": 0.3, "today": 0.5, "errors": 0.1}


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of so many tokens that can be made smaller down to `least`."""

    name: int
    cost: int
    least: int

    @property
    def says(self) -> frozenset[str]:
        return frozenset((f"word{self.name}",))

    def within(self, room: int, *, cut: bool = False) -> Block | None:
        least = CRUMB if cut else self.least
        return self if self.cost <= room else Block(self.name, room, self.least) if least <= room else None


def spent(offers: list[Offer]) -> int:
    titles = {offer.title for offer in offers}
    return sum(offer.piece.cost for offer in offers) + sum(tokens.count(f"# {title}\n") for title in titles)


NAMES = count(1000)


def titled(section: str, *costs: int, turn: int = 0) -> list[Offer]:
    return [Offer(section=section, title=section, piece=Block(next(NAMES), cost, cost), turn=turn) for cost in costs]


blocks = st.builds(lambda cost, least: (cost, min(cost, least)), st.integers(1, 400), st.integers(1, 80))
many = st.lists(st.tuples(st.sampled_from(["tasks", "today", "errors", "before"]), blocks, st.integers(0, 3)))


def offered(drawn: list[tuple[str, tuple[int, int], int]]) -> list[Offer]:
    return [
        Offer(section=section, title=section, piece=Block(name, *sizes), turn=turn)
        for name, (section, sizes, turn) in enumerate(drawn)
    ]


@given(many, st.integers(-10, 3000))
def test_never_overdrawn_and_always_in_order(drawn: list[tuple[str, tuple[int, int], int]], room: int) -> None:
    offers = offered(drawn)
    taken = share_out(offers, SHARES, room)
    assert not taken or spent(taken) <= room
    places = [offer.piece.name for offer in taken]  # type: ignore[attr-defined]
    assert places == sorted(set(places))
    assert taken == share_out(offers, SHARES, room)


@given(many)
def test_what_fits_whole_is_taken_whole(drawn: list[tuple[str, tuple[int, int], int]]) -> None:
    offers = offered(drawn)
    assert share_out(offers, SHARES, spent(offers) + CRUMB) == offers


def test_a_long_section_starves_no_other() -> None:
    offers = [*titled("today", *[100] * 50), *titled("tasks", 90), *titled("errors", 60)]
    taken = share_out(offers, SHARES, 1000)
    assert [offer.section for offer in taken].count("today") >= 5
    assert {offer.section for offer in taken} == {"today", "tasks", "errors"}


def test_what_is_left_goes_to_whose_turn_it_is() -> None:
    offers = [*titled("before", 200, 200, turn=2), *titled("tasks", 400, turn=1)]
    before, tasks = share_out(offers, SHARES, 460)
    assert tasks == offers[2]
    assert before.piece.cost < 60, "made smaller"


def test_a_repetition_makes_room_for_another() -> None:
    one, other = titled("tasks", 50, 50)
    again = Offer(section="today", title="today", piece=one.piece)
    assert share_out([one, again, other], SHARES, 1000) == [one, other]
