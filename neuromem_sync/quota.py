"""A budget of tokens shared out: to each section its part, then what is left to whose turn it is.

So no section starves the others, however much it has to say. Knows no entries and orders nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from neuromem_sync.errors import NeuromemError
from neuromem_sync.excerpt import fenced, repeats
from neuromem_sync.tokens import count

CRUMB = 20
"""Tokens that a place and a few words need: with less room than that, nothing more is looked at."""
ENOUGH = 300
"""Tokens with which every section gets a line: what an error tells to give."""


class Piece(Protocol):
    """What is printed as a whole."""

    @property
    def cost(self) -> int:
        """Tokens of it as printed."""
        ...

    @property
    def says(self) -> frozenset[str]:
        """Its words; of pieces that say the same the first is taken."""
        ...

    def within(self, room: int, *, cut: bool = False) -> Piece | None:
        """As much of it as fits into so many tokens, with `cut` also a part of a line; None if nothing does."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A piece for a section, printed below `title`. Of what the sections leave, the lower `turn` takes first."""

    section: str
    title: str
    piece: Piece
    turn: int = 0


def share_out(offers: Sequence[Offer], shares: Mapping[str, float], room: int) -> list[Offer]:
    """The offers that fit into `room` tokens, titles and all, their pieces made smaller where need be, in their order.

    `shares` are the parts of the sections; one without a share has what others leave. What is left goes first to
    sections that have nothing yet, one piece each.
    """
    sharing = _Sharing(offers, room)
    full: set[str] = set()
    for place, offer in enumerate(offers):
        share = int(shares.get(offer.section, 0.0) * room) - sharing.used[offer.section]
        if offer.section not in full and not sharing.take(place, share):
            full.add(offer.section)
    by_turn = sorted(range(len(offers)), key=lambda place: (offers[place].turn, place))
    for place in by_turn:
        if not sharing.used[offers[place].section]:
            sharing.take(place, room, cut=True)
    for place in by_turn:
        sharing.grow(place)
    return [sharing.taken[place] for place in sorted(sharing.taken)]


class _Sharing:
    """What was taken so far, by its place among the offers, and the tokens that each section has used."""

    def __init__(self, offers: Sequence[Offer], room: int) -> None:
        self.taken: dict[int, Offer] = {}
        self.used = Counter[str]()
        self._offers = offers
        self._left = room
        self._titles: set[str] = set()

    def take(self, place: int, most: int, *, cut: bool = False) -> bool:
        """As much of an offer as fits, unless it says what was said already; whether there was room for that."""
        offer = self._offers[place]
        title = 0 if offer.title in self._titles else count(f"# {offer.title}\n")
        most = min(most, self._left - title)
        if most < CRUMB:
            return False
        if repeats(offer.piece.says, (other.piece.says for other in self.taken.values())):
            return True
        piece = offer.piece.within(most, cut=cut)
        if piece is not None:
            self._left -= title
            self._titles.add(offer.title)
            self._put(place, piece)
        return piece is not None

    def grow(self, place: int) -> None:
        """What was not taken, or not whole, gets what is left."""
        smaller = self.taken.get(place)
        if smaller is None:
            self.take(place, self._left)
        elif smaller.piece is not self._offers[place].piece:
            larger = self._offers[place].piece.within(self._left + smaller.piece.cost, cut=True)
            if larger is not None and larger.cost > smaller.piece.cost:
                self._put(place, larger)

    def _put(self, place: int, piece: Piece) -> None:
        before = self.taken.get(place)
        more = piece.cost - (before.piece.cost if before else 0)
        self.taken[place] = replace(self._offers[place], piece=piece)
        self.used[self._offers[place].section] += more
        self._left -= more


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What was taken of what was offered, the text a prompt gets, and the tokens of that."""

    offers: tuple[Offer, ...]
    text: str
    tokens: int


def fill(head: str, offers: Sequence[Offer], shares: Mapping[str, float], budget: int) -> Filled:
    """As much as fits into a budget of tokens below our own words, `head`, all that is printed counted.

    Nothing at all where nothing is offered. Raises NeuromemError for a budget in which none of what is offered fits.
    """
    if not offers:
        return Filled(offers=(), text="", tokens=0)
    taken = share_out(offers, shares, budget - count(fenced(head, ())))
    text = _text(head, taken)
    while taken and count(text) > budget:  # a tokenizer need not count a whole as the sum of its lines
        taken.remove(max(reversed(taken), key=lambda offer: offer.turn))
        text = _text(head, taken)
    if not taken:
        raise NeuromemError(f"a budget of {budget} tokens holds nothing", f"give it {ENOUGH} or more")
    return Filled(offers=tuple(taken), text=text, tokens=count(text))


def _text(head: str, offers: Sequence[Offer]) -> str:
    groups: dict[str, list[str]] = {}
    for offer in offers:
        groups.setdefault(offer.title, []).append(str(offer.piece))
    return fenced(head, tuple(groups.items()))
