"""Closed classes of English words by which the form of a sentence is known, and how they are found in it.

The phrases stand in lexicon.toml, the single words here. Few words and no topics: modals, doubt, tenses, pronouns,
words of change. Judges nothing (claims.py).
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

GAP = 4
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[:?→]")


def _phrases() -> Mapping[str, str]:
    """The phrases of each class, separated by commas."""
    given = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {name: ",".join(groups.values()) for name, groups in given.items()}


PHRASES = _phrases()

PRESENT = frozenset(
    """
    is are am isn't aren't has have hasn't haven't does do doesn't don't must mustn't should shouldn't can cannot can't
    will won't may need needs want wants prefers likes means counts goes go stays belongs lives runs gets takes comes
    holds sits works uses it's that's there's he's she's what's
    """.split()
)
PAST = frozenset(
    """
    ran sent wrote made took got met spent went had did saw found built held paid bought sold told spoke drove ate
    slept woke began brought caught chose drew fell gave grew heard hid kept knew lost meant rang rode rose sat shot
    sang stood stuck swept taught thought threw understood won wore was were came became hung dug fed led laid lent lit
    swapped redid rewrote reran rebuilt reset undid forgot broke froze stole flew blew drank swam overslept burnt spilt
    bit shook tore bent sought fought
    """.split()
)
PAST_FIRST = PAST | frozenset("set put cut read let shut hit hurt quit split spread left felt wound".split())
"""At the beginning of a sentence a form that could be present is a deed too: `Set the table`, `Cut bread`."""
UNCHANGED = frozenset("set put cut let shut hit hurt quit split spread read bet burst cast cost forecast beat".split())
"""Forms that are past after one that is spoken of: `Ann put`; the present would be `Ann puts`."""
WISHED = frozenset("like love appreciate prefer grateful ask rather".split())
"""After *would* they wish, and doubt nothing."""
SINCE_THEN = frozenset("now → instead longer anymore".split())
"""Words by which a deed is told for what holds since."""
ARE = frozenset("is are must may can has have".split())
MANY = frozenset("i you we they y'all one".split())
AFTER_VERB = frozenset("at on in to from by through with off under into via until the a an".split())
ONE = frozenset("he she it somebody someone everybody everyone nobody".split())
BEFORE_PARTICIPLE = frozenset(
    """
    is are be been being get gets has have the an a not only stay stays stayed remain remains must can as so when if
    well newly already two three four five six every each any after upon these those
    """.split()
)
NO_SUBJECT = frozenset(
    """
    the a an our my your his her its their of and or in on at to for from with by no all some many few these those two
    three mostly
    """.split()
)
NOT_DOING = frozenset("nothing anything something everything morning evening during string spring".split())
AFTER_DOING = frozenset(
    """
    the a an my our his her their your its this that these those whether if how why what for on at to with in into
    through over up out off from about around
    """.split()
)
NOT_NOW = frozenset(
    """
    right just by for until and from ^
    """.split()
)
SINCE = frozenset(
    """
    since from of starting effective agreed confirmed decided reminded
    """.split()
)
OPENERS = frozenset(
    """
    i we he she they also then finally first so and but eventually briefly quickly manually successfully just only
    later spontaneously
    """.split()
)
REFERRING = frozenset("that that's that’s this those there them they other others it he she him her".split())
"""Words that point back, wherever they stand in a sentence that names nothing itself."""
LEANING = frozenset(
    """
    it its it's this that that's these those he she they his her their them him there then same both which who such
    here because otherwise either neither yes ok okay done likes dislikes prefers hates loves wants works lives owns
    speaks
    """.split()
)
IMPERATIVES = frozenset(
    """
    add address always answer ask avoid bake be block book brew bring buy call cancel charge check choose clean close
    connect contact cook copy count cut delete do don't draw drive eat ensure expect feed file find fold follow get
    give go hand hang hold include keep label leave let limit list lock look make mark measure name never offer open
    order park pay phone pick plan point pour prefer preheat press print pull push put quote reach read record remember
    remove replace report reserve restart return ring rinse run save schedule send serve set show sign speak start stay
    stick stop store submit switch tag take talk tell test treat try turn use wait wash watch water wear work wrap
    write
    """.split()
)
ASKING = frozenset(
    """
    who what when where which why how does do did is are can could should shall would will has have any
    """.split()
)

FUNCTION_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being below between both but by
    can cannot could did do does doing down during each either else ever every few for from further get gets got had
    has have having he her here hers him his how however i if in into is it its itself just ll may me might more most
    much must my no nor not now of off on once only or other our ours out over own per quite rather re s same shall she
    should since so some still such t than that the their theirs them then there these they this those though through
    to too under until up upon us ve very via was we were what when where whether which while who whom whose why will
    with within without would yet you your yours don doesn didn isn aren wasn weren won can't couldn wouldn shouldn
    hasn haven hadn im never always use used uses using make makes made go goes keep keeps kept one thing things way
    please today tomorrow yesterday tonight like need needs want wants new day days week weeks month months year years
    hour hours minute minutes time times know knows known good everyone everybody stand stands remain remains remained
    stay stays stayed become becomes say says said tell tells told confirm confirms confirmed agree agrees agreed
    settle settled learn learned note noted
    """.split()
)
"""Words without a subject of their own: they link no two sentences. Other languages are kept apart by rarity."""

Table = Mapping[str, Mapping[str, Sequence[tuple[int, tuple[str, ...]]]]]
"""Phrases by their first two words; under "" where the first stands alone or before a gap."""


def words(text: str) -> list[str]:
    """The words of a sentence as written, with `:`, `?` and `→` as words."""
    return _WORD.findall(text.replace("’", "'"))


def table(listed: Iterable[tuple[int, str]]) -> Table:
    """Phrases, each with the number of its class."""
    found: dict[str, dict[str, list[tuple[int, tuple[str, ...]]]]] = defaultdict(lambda: defaultdict(list))
    for number, phrases in listed:
        for phrase in phrases.split(","):
            for first, *rest in product(*(place.split("|") for place in phrase.split())):
                second = rest.pop(0) if rest and rest[0] != "…" else ""
                found[first][second].append((number, tuple(rest)))
    return {first: dict(begun) for first, begun in found.items()}


def classes(told: Sequence[str], phrases: Table) -> Iterator[tuple[int, int]]:
    """The classes of which a sentence has a phrase, and where it begins. `told` are its words, small, after `^`."""
    for number, at, _ in _found(told, phrases):
        yield number, at


def without(told: Sequence[str], phrases: Table) -> Sequence[str]:
    """The words of a sentence but for those of some phrases, each of which is left as one `,`."""
    left = list(told)
    for _, at, end in sorted(_found(told, phrases), reverse=True):
        left[at:end] = [","]
    return left


def _found(told: Sequence[str], phrases: Table) -> Iterator[tuple[int, int, int]]:
    """The phrases in a sentence: their class, where they begin and where they end."""
    for at, word in enumerate(told):
        begun = phrases.get(word)
        if begun is None:
            continue
        for number, rest in begun.get("", ()):
            if end := _end(told, at + 1, rest) if rest else at + 1:
                yield number, at, end
        for number, rest in begun.get(told[at + 1], ()) if at + 1 < len(told) else ():
            if end := _end(told, at + 2, rest) if rest else at + 2:
                yield number, at, end


def _end(told: Sequence[str], at: int, rest: Sequence[str]) -> int:
    """Where a phrase ends of which the rest should stand at `at`; 0 if it does not."""
    for place, word in enumerate(rest):
        if word == "…":
            return max(_end(told, at + skip, rest[place + 1 :]) for skip in range(GAP + 1))
        if at >= len(told) or told[at] != word:
            return 0
        at += 1
    return at
