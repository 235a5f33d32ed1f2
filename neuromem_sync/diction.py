"""The words by which people tell what holds, and those by which they tell what happened once.

Counts words and knows no claim: what a phrase makes of a sentence is the matter of claims.py. What the lists are worth
on lives of authors who saw neither: docs/consolidation.md.
"""

from __future__ import annotations

from collections.abc import Sequence

HOLDS = frozenset(
    """
    every each always never only any anything anyone whoever whenever wherever unless without within per once
    if when then before after first instead or as so because please
    we our you who
    can cannot may must need needs want wants
    go goes get gets keep keeps take takes run runs start starts send sends use uses stay stays stand stands comes
    belongs lives means
    than under above behind longer
    """.split()
)
"""How often, in which case, in which order, whose; and verbs of what is done each time."""
HAPPENED = frozenset(
    """
    today tonight tomorrow yesterday this next last late still just until while done too
    i us somebody someone everybody people
    did had will made came went took got found sent brought read put left gone paid booked wrote asked told called
    answered says asks calls shows
    about nothing most more best other
    """.split()
)
"""When, by whom unnamed, deeds, hearsay and opinion."""
OPENS = frozenset("for when if no to in".split())
"""With these a sentence begins that tells what it holds for."""
LEAST, MOST = -3, 4  # words beyond which more of them say no more


def diction(told: Sequence[str]) -> int:
    """How many words more speak of what holds than of what happened, from LEAST to MOST. `told` is every word in
    order, as in `Wording.form`."""
    words = set(told)
    opens = bool(told) and told[0] in OPENS
    return max(LEAST, min(MOST, opens + len(words & HOLDS) - len(words & HAPPENED)))
