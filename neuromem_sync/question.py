"""What a question says: the terms to look up, the names in it, the days it names, and whether it asks for a time.

Touches no store and scores nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from neuromem_sync import when
from neuromem_sync.layers.terms import asked, fold, tag_token, words
from neuromem_sync.query import Query

# English function words. Kept when a question has nothing else, so that "to be or not to be" is still found.
_FUNCTION_WORDS = """
a about after all also am an and any are as at be because been before being between both but by can could
did do does doing down during each else ever few for from further get got had has have having he her here
hers him his how i if in into is it its just ll many may me might more most much must my no nor not of off
on once only or other our ours out over own re s same shall she should so some such t than that the their
theirs them then there these they this those through to too under until up us ve very was we were what when
where which while who whom whose why will with would you your yours dont doesnt didnt isnt arent wasnt
werent wont cant couldnt wouldnt shouldnt hasnt havent hadnt im youre hes shes weve ive whats wheres whos
hows thats theres lets tell
"""
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
# With a date these ask for the days themselves: "what happened last week".
_DATE_WORDS = frozenset(
    {"ago", "past", "happen", "happened", "going", "new", "this", "last", "previous", "today", "tonight", "yesterday"}
    | {"day", "days", "night", "morning", "week", "weeks", "weekend", "month", "months", "year"}
    | {*when.MONTHS, *when.WEEKDAYS}
)


@dataclass(frozen=True, slots=True)
class Term:
    """A token to look up; `exact` is the word as asked where the token is only its stem."""

    token: str
    exact: str = ""
    part: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A query, understood.

    `names` are its words folded; `stretches` the days it names; `only_days`: it asks for those days and for nothing in
    them; `tags` are the tokens that every hit must have.
    """

    terms: tuple[Term, ...]
    names: frozenset[str]
    stretches: tuple[when.Stretch, ...]
    only_days: bool
    asks_when: bool
    tags: tuple[str, ...]


def understand(query: Query) -> Question:
    written = words(query.text)
    telling = [word for word in written if _folded(word) not in STOP_WORDS]
    stretches = when.stretches(query.text, query.now, query.zone)
    return Question(
        terms=_terms(telling or written),
        names=frozenset(map(_folded, written)),
        stretches=stretches,
        only_days=bool(stretches) and all(_folded(word) in _DATE_WORDS or word[0].isdigit() for word in telling),
        asks_when=when.asks_when(query.text),
        tags=tuple(tag_token(tag) for tag in query.tags),
    )


def _terms(written: list[str]) -> tuple[Term, ...]:
    found: dict[str, Term] = {}
    for word in written:
        exact = _folded(word)
        for place, token in enumerate(asked(word)):
            if place == 0:
                found[token] = Term(token, exact if exact != token else "")
            else:
                found.setdefault(token, Term(token, part=True))
    return tuple(found.values())


def _folded(word: str) -> str:
    plain = fold(word)
    return plain.removesuffix("'s").removesuffix("’s").replace("'", "").replace("’", "")
