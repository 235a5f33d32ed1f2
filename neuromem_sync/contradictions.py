"""Two values of one attribute of one thing, with nothing that says which holds: found in the index, asked in the inbox.

Only what cannot be meant otherwise is asked: most things of one name with two values in real folders are two things, or
have both. Writes nothing, and does not remember what it has asked.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby, islice
from unicodedata import normalize
from urllib.parse import quote

from neuromem_sync.handwriting import inbox_item as item_of
from neuromem_sync.index import entries_of
from neuromem_sync.model import Entry, Route, Source, entity_key
from neuromem_sync.parsers.reading import name_of
from neuromem_sync.parsers.words import TRACKER_SECTIONS
from neuromem_sync.sqlite import Reading
from neuromem_sync.workspace import route

MOST = 5
"""Questions a run: more at once would be answered by none."""
LONGEST = 60
"""Characters of a value that is one fact; longer ones are sentences, which differ without contradicting."""
BY_DESIGN = 3
"""Things that may have two values of one name; where more have, the name is used for two things. A vault of 4,901 notes
says every height in two forms: without this, 4,440 questions."""

# Fields that say when, where from and how to show, and those that may well have several values.
_NO_FACTS = """
    alias aliases attendees author authors category categories certainty clock context created cssclass cssclasses date
    description due edited goal id importance keywords last_modified last_seen last_touch last_update last_updated link
    links modified name next next_action next_step note notes opened participants people permalink progress project
    promotion publish related see_also slug source sources state step steps summary tag tags title trigger type up
    updated url version
"""
_NO_FACT = frozenset(_NO_FACTS.split())
_OF_A_THING = frozenset({Route.MEMORY, Route.LOOPS, Route.GOALS, Route.PROJECTS, Route.ROADMAP})
"""Documents in which a heading names a thing; in others it names a part of the page."""
_PERSON = frozenset({"mind/profile.md", "user.md"})
"""Two files about one person, who is called `user`."""

_SUBJECT = "CASE subject WHEN 'profile' THEN 'user' ELSE subject END"
_CANDIDATES = f"""
SELECT {_SUBJECT} AS thing, name, value, entry FROM attributes JOIN entries ON entries.key = entry
WHERE origin IN ('owner', 'agent')
AND (kind IN ('attribute', 'project', 'goal', 'loop') OR (kind = 'statement' AND text LIKE '#%')) AND (thing, name) IN
    (SELECT {_SUBJECT} AS thing, name FROM attributes GROUP BY thing, name HAVING count(DISTINCT value) > 1)
ORDER BY thing, name, entry
"""
# Several values, or a placeholder for one; `[[a link]]` is neither.
_SEVERAL = re.compile(r"; | \| |(?<!\[)\[(?!\[)|[<{]")
_WORDS = re.compile(r"\w+")
_ANCHOR = re.compile(rb"\^(nm-[0-9a-f]{10})(?![\w-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Values of `name` of `subject` (a canonical key) that cannot all hold, each with a place, in order of places."""

    subject: str
    name: str
    values: tuple[tuple[str, Source], ...]

    @property
    def anchor(self) -> str:
        """Ever the same for the same values of the same attribute, wherever they stand."""
        said = "\0".join((self.subject, self.name, *sorted(_folded(value) for value, _ in self.values)))
        return f"nm-{blake2b(said.encode(), digest_size=5).hexdigest()}"


@dataclass(frozen=True, slots=True)
class _Claim:
    value: str
    entry: Entry

    @property
    def path(self) -> str:
        return self.entry.source.path

    @property
    def route(self) -> Route:
        return route(self.path)

    @property
    def section(self) -> tuple[str, tuple[str, ...]]:
        """Where values below each other are meant to stand together; a profile's headings only sort what it says."""
        return self.path, () if self.route is Route.PROFILE else self.entry.heading


def contradictions() -> Reading[list[Contradiction]]:
    """All there are, by subject and name.

    A value that is dated yields to a later one, and an undated one to none: so two values contradict each other if both
    are undated, or both are of the latest date. A value that only says more than another agrees with it.
    """
    rows = yield _CANDIDATES, ()
    entries = yield from entries_of(sorted({entry for *_, entry in rows}))
    groups = [
        (subject, name, [_Claim(value, entries[entry]) for _, _, value, entry in group])
        for (subject, name), group in groupby(rows, key=lambda row: (row[0], row[1]))
    ]
    plural = {name for _, name, claims in groups if _is_plural(claims)}
    found = []
    for subject, name, claims in groups:
        if name not in _NO_FACT and name not in plural:
            values = _live([claim for claim in claims if _is_claim(claim, subject)], subject)
            if values:
                found.append(Contradiction(subject=subject, name=name, values=values))
    often = Counter(one.name for one in found)
    return [one for one in found if often[one.name] <= BY_DESIGN]


def unasked(
    found: Iterable[Contradiction], inbox: bytes, seen: Collection[str], most: int = MOST
) -> tuple[Contradiction, ...]:
    """Those to be asked now: no item of `inbox` asks them, ticked or not, and none of `seen` (anchors) ever has."""
    asked = anchors(inbox)
    new = (one for one in found if one.anchor not in asked and one.anchor not in seen)
    return tuple(islice(new, most))


def anchors(inbox: bytes) -> frozenset[str]:
    """Of the questions that stand in this inbox."""
    return frozenset(anchor.decode() for anchor in _ANCHOR.findall(inbox))


def inbox_item(contradiction: Contradiction) -> str:
    """The question as one open item of `mind/INBOX.md`, both places linked, ended by the anchor and a line ending."""
    name = contradiction.name.replace("_", " ")
    values = " or ".join(f"{_code(value)} ({_link(source)})" for value, source in contradiction.values)
    question = f"[ ] Which holds for {_code(contradiction.subject)}, {_code(name)}: {values}?"
    return item_of(f"{question} Correct, date or remove the others. ^{contradiction.anchor}")


def _is_plural(claims: Sequence[_Claim]) -> bool:
    """Whether somebody wrote several values below each other: then the attribute is one that has several."""
    sections = sorted((claim.section, _folded(claim.value)) for claim in claims)
    return any(len({value for _, value in section}) > 1 for _, section in groupby(sections, key=lambda found: found[0]))


def _is_claim(claim: _Claim, subject: str) -> bool:
    """Whether an entry says one fact of a thing, not of a part of a page."""
    value, headings = claim.value, claim.entry.heading[1:]
    if len(value) > LONGEST or "\n" in value or _SEVERAL.search(value) or not _folded(value):
        return False
    if "conflicted" in claim.entry.tags:
        return False
    if claim.route is Route.PROFILE:
        return bool(_own_file(claim, subject))
    if not all(_names(heading, subject) for heading in headings):
        return False
    return claim.route in _OF_A_THING or (claim.route is Route.NOTE and bool(_own_file(claim, subject)))


def _names(heading: str, subject: str) -> bool:
    """Whether a heading says no more than what it is about: below any other one, a name is the name of a part."""
    return heading.casefold() in TRACKER_SECTIONS or subject in entity_key(heading)


def _own_file(claim: _Claim, subject: str) -> str:
    """The document, if it is the one about the subject; else an empty string."""
    if claim.path.casefold() in _PERSON:
        return "the person"
    return claim.path if subject == entity_key(name_of(claim.path)) else ""


def _live(claims: Sequence[_Claim], subject: str) -> tuple[tuple[str, Source], ...]:
    """The values that hold now, the first place of each; none if two files of one name may be two things."""
    if len({_own_file(claim, subject) for claim in claims} - {""}) > 1:
        return ()
    undated = [claim for claim in claims if claim.entry.instant is None]
    latest = max((claim.entry.instant or 0.0 for claim in claims), default=0.0)
    dated = [claim for claim in claims if claim.entry.instant == latest]
    return _different(undated) or _different(dated)


def _different(claims: Sequence[_Claim]) -> tuple[tuple[str, Source], ...]:
    """The values none of which is a part of another one, if there are two."""
    kept: dict[str, _Claim] = {}
    for claim in sorted(claims, key=lambda claim: (claim.entry.source.path, claim.entry.source.span.start)):
        kept.setdefault(_folded(claim.value), claim)
    whole = [value for value in kept if not any(value != other and value in other for other in kept)]
    return tuple((kept[value].value, kept[value].entry.source) for value in whole) if len(whole) > 1 else ()


def _folded(value: str) -> str:
    """The words of a value, each with a space around it, whatever their case and marks."""
    words = _WORDS.findall(normalize("NFKC", value).casefold())
    return f" {' '.join(words)} " if words else ""


def _code(text: str) -> str:
    return f"`{text.replace('`', chr(39))}`"


def _link(source: Source) -> str:
    target = quote(posixpath.relpath(source.path, "mind"), safe="/")
    label = str(source).replace("[", "(").replace("]", ")")
    return f"[{label}]({target}{f'#^{source.anchor}' if source.anchor else ''})"
