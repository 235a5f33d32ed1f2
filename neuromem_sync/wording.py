"""What a sentence is made of: stems, typed values, names, and its form with the values masked.

Judges nothing: whether a sentence is a claim is the matter of claims.py. Knows one sentence and no corpus.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from neuromem_sync import measures
from neuromem_sync.layers.terms import LONGEST, asked, fold, stem
from neuromem_sync.lexicon import FUNCTION_WORDS
from neuromem_sync.numerals import plainly

_TOKEN = re.compile(
    r"\s*(?:"  # here, or each kind is looked for at each space
    r"(?P<plain>[^\W\d_]+(?=[\s,;!?]|$))"  # most words, told from all else at once
    r"|(?P<code>`[^`\n]+`)"
    r"|(?P<address>[a-z][a-z0-9+.-]{0,31}://\S+|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+"
    r"|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?)"
    r"|(?P<ticket>\b[A-Z][A-Z0-9]+-\d+\b(?!\.\d)|(?<![\w&])\#\d+\b"
    r"|\b(?=[0-9a-f]{0,39}\d)(?=[0-9a-f]{0,39}[a-f])[0-9a-f]{7,40}\b)"
    r"|(?P<date>\b\d{4}-\d{2}-\d{2}\b)"
    r"|(?P<clock>\b\d{1,2}:\d{2}(?::\d{2})?(?:\s?[apAP]\.?[mM]\b\.?)?|\b\d{1,2}(?:\.\d{2})?\s?[apAP]\.?[mM]\b\.?)"
    r"|(?P<version>\bv?\d+(?:\.\d+){1,3}(?!\w|\s?[%€£$°])(?<!\d\.\d{3})(?!\s(?:" + "|".join(measures.UNITS) + r")\b))"
    r"|(?P<path>(?<!\w)(?:[~.]{1,2})?/[\w.@+-]+(?:/[\w.@+-]+)*"
    r"|\b[\w.@+-]{1,64}(?:/[\w.@+-]{1,64}){1,16}\.\w+|\b[\w-]{1,64}(?:\.[\w-]{1,64}){2,16}\b"
    r"|\b[\w-]{1,64}\.[a-z]\w{0,4}\b|\b[\w.-]{3,64}/[\w./-]{3,})"
    r"|(?P<monthday>№\d{1,2}\b)"
    r"|(?P<money>[€$£]\s?\d+(?:[.,]\d+)*)"
    r"|(?P<number>\d+(?:[.,]\d+)*(?:\s?(?:[%€£$]|°\s?[CF]?\b|°))?)"
    r"|(?P<word>[^\W\d_][^\W_]*(?:['’](?!s\b)\w+)?))"
)
_WORDS = frozenset(("plain", "word"))
_CAPITAL = r"(?-i:[A-ZÀ-Þ]|\d)"
_FORMER = re.compile(
    r"\b(?:not|(?<=now, )was|(?<=\()was|no longer|no more|instead of|rather than|in place of|used to be|left"
    r"|replac(?:es|ed|ing)|supersed(?:ed|es|ing)|succeed(?:ed|s)|(?:takes?|took|taken|taking) the place of"
    r"|dropped|gave up|given up|strike"
    r"|scratch|so forget|unlike|as against|used to say|which was|who was|stopped(?: \w+ing)?|abandoned|retired|formerly"
    r"|previously|former|from(?=[^,;.]{2,40}? (?:in)?to\b)|(?:up|down) from|out of|enough of|done with|out with"
    r"|(?:moved?|moving|switch(?:ed|ing)?|migrat(?:ed|ing)|went|gone) away from|until (?:last|this|the) \w+"
    r"|(?:which|that|who|it|this|he|she) (?:was|were|had been|has been)(?: (?:once|till then|until then))?|had been|ex"
    r"|turned (?:\w+ )?backs? on|(?:farewell|goodbye|bye[- ]bye|adieu)(?: to|,)?|in lieu of"
    r"|parted (?:company|ways) with|(?:inherit(?:ed|s)|took over|tak(?:es|en|ing) over)(?: [^,;.]{1,40}?)? from"
    r"|ste(?:ps|pped) in for|(?:forget|the old|is the new|follows)(?= " + _CAPITAL + r")"
    r"|(?:swap(?:ped|s|ping)?|trad(?:ed|es|ing)|exchang(?:ed|es|ing)|leaving)(?= [^,;.]{2,40}? for\b))\s+"
    r"(?P<what>[^,;.—–()]{2,60}?)"
    r"(?=[,;—–()]|[.:]\s|\.?$|\s(?:but|and|to|any ?more|for|with|because|since|now|it|in favou?r|by|as)\b)",
    re.I,
)
_LEAVING = re.compile(
    r"(?P<what>[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+)?"
    r"|(?<![\w.,])[€$£]?\d[\d.,:]*\d(?: ?(?:euros?|days?|hours?|minutes?|%))?) (?:has |have )?"
    r"(?:stopped|stops|left|quits?|retired|retires|stepped (?:down|back)|steps (?:down|back)|moved away"
    r"|had (?:its|his|her|their) day|gave way to|got too \w+|never (?:stayed|worked|fitted|lasted)|of old"
    r"|(?:handed|passed) (?:[^,;.]{1,40} )?(?:over |on )?to|was (?:retired|cancell?ed|silly|too \w+"
    r"|last (?:year|month|week))|is (?:out|history|gone|over|dead|off(?=\W*$))|(?:is|was) no (?:longer|more)"
    r"|(?:does |delivers |gets )?nothing (?:more|further)|before, \S+ now)\b"
)
"""A name or a number, and behind it that it is no more what it was."""
_RISEN = re.compile(r"(?<![\w.,])(?P<what>[€$£]?\d[\d.,:]*(?: ?[\w%€$£]+)?) ?(?:→|[-=]>) ?[€$£]?\d")
"""A number before an arrow to another."""
_BARE = re.compile(r"(?:number)?=(?P<figure>\d.*)").match


class Wording(NamedTuple):
    """A sentence taken apart.

    `stems` are its words that mean something, each once, in order; `values` are typed, as `type=value`; `named` are the
    stems written with a capital inside the sentence, `first` the one that begins it with a capital. `form` is every
    word in order, with values, names and tickets masked. `tickets`: it names one.
    """

    stems: tuple[str, ...]
    values: tuple[str, ...]
    named: tuple[str, ...]
    first: str
    form: tuple[str, ...]
    tickets: bool


def wording(text: str) -> Wording:
    """A sentence taken apart; no text makes it raise."""
    return _Reader(plainly(text)).read()


def former(text: str) -> tuple[str, ...]:
    """The words and values that a sentence names as what no longer is."""
    found: dict[str, None] = {}
    said = plainly(text)
    for each in chain(_FORMER.finditer(said), _LEAVING.finditer(said), _RISEN.finditer(said)):
        taken = wording(each["what"])
        found.update(dict.fromkeys((*taken.stems, *taken.values)))
    return tuple(_typed_as(said, found))


def _typed_as(said: str, gone: Iterable[str]) -> Iterator[str]:
    """What was, a bare number being of the one type that the sentence has: `75 euro now, 40 was silly`."""
    given = [value.partition("=") for value in wording(said).values]
    for each in gone:
        bare = _BARE(each)
        types = {type_ for type_, _, figure in given if bare and figure != bare["figure"]} - {"", "number"}
        yield f"{min(types)}={bare['figure']}" if bare and len(types) == 1 else each


class _Reader:
    """Walks the tokens of one sentence. A number is kept, with where it ended, until its unit is known."""

    __slots__ = ("end", "first", "form", "named", "number", "previous", "stems", "text", "tickets", "values")

    def __init__(self, text: str) -> None:
        self.text = text
        self.stems: dict[str, None] = {}
        self.values: dict[str, None] = {}
        self.named: dict[str, None] = {}
        self.form: list[str] = []
        self.first = self.previous = self.number = ""
        self.end = 0
        self.tickets = False

    def read(self) -> Wording:
        for token in _TOKEN.finditer(self.text):
            kind = str(token.lastgroup)
            written, at = token[kind], token.start(kind)
            word = _known(written) if kind in _WORDS else None
            if self.number and (word is None or not _joins(self.text[self.end : at])):
                self._flush()
            if word is not None:
                if self.number or word.typed:
                    self._word(word, at, token.end())
                elif word.stems:
                    self._meaning(word, at)
                else:
                    self.form.append(word.lower)
            elif kind == "number" and written[-1].isdigit():
                self._count(measures.number(written), token.end())
            else:
                self._value(kind, written)
        self._flush()
        taken = (tuple(self.stems), tuple(self.values), tuple(self.named), self.first, tuple(self.form))
        return Wording(*taken, self.tickets)

    def _count(self, number: str, end: int) -> None:
        self._flush()
        self.number, self.end = number, end
        self.form.append("0")

    def _flush(self) -> None:
        """A number that no unit followed."""
        if self.number:
            self.values[measures.untyped(self.number, self.previous)] = None
            self.number = ""

    def _value(self, kind: str, written: str) -> None:
        if kind == "ticket":
            self.tickets = True
            self.form.append("T")
            return
        self.values[measures.value(kind, written)] = None
        if kind == "code":
            self._inside(written.strip("`"))
        self.form.append("P" if kind in ("path", "address", "code") else "0")

    def _inside(self, code: str) -> None:
        """The words and paths of a name, a setting or a command in code: elsewhere they may stand without its marks."""
        for token in () if _PLACE.fullmatch(code) else _TOKEN.finditer(code):
            kind = str(token.lastgroup)
            if kind in _WORDS:
                self.stems.update(dict.fromkeys(_known(token[kind]).stems))
            elif kind in ("path", "address"):
                self.values[measures.value(kind, token[kind])] = None

    def _word(self, word: _Word, at: int, end: int) -> None:
        if word.counts:
            self._count(word.counts, end)
        elif word.day:
            self.values[measures.dated(self.number, word.day)] = None
            self.number = "" if word.day.startswith("month=") else self.number
            self._flush()
            self.form.append("D")
        elif self.number and self._unit(word.lower):
            self.form.append(word.lower)
        else:
            self._meaning(word, at)

    def _unit(self, lower: str) -> bool:
        """Take the word after a number as its unit; whether it is nothing else."""
        if lower in measures.SPANS:
            self.values[measures.measured(self.number, lower)] = None
        elif lower in FUNCTION_WORDS or lower in _RATES:
            self._flush()
        else:
            self.values[f"{measures.UNITS.get(lower) or stem(lower)}={self.number}"] = None
        self.number = ""
        return lower in measures.SPANS or lower in measures.UNITS

    def _meaning(self, word: _Word, at: int) -> None:
        for each in word.stems:
            self.stems[each] = None
        if not word.capital:
            self.form.append(word.lower)
        elif not self.form:
            self.first = word.stems[0]
            self.form.append(word.lower)
        else:
            if not _begins(self.text, at):
                self.named.update(dict.fromkeys(word.stems))
            self.form.append("N")
        if word.stems:
            self.previous = word.stems[0]


_RATES = frozenset("hourly daily nightly weekly monthly quarterly yearly annually".split())
"""How often, behind a number that is of something else."""
_PLACE = re.compile(r"[^\s=]*:[^\s=]*")
"""Code that is one place, and says nothing by its parts: `disk:/texts`, `host:8443`."""


def _joins(between: str) -> bool:
    """Whether it stands between a number and its unit: `30 days`, `a 30-day trial`."""
    return between == "-" or between.isspace()


def _begins(text: str, at: int) -> bool:
    """Whether a capital at `at` stands at the beginning of a sentence inside the text."""
    before = text[:at].rstrip("\"“‘'(*_ ")
    return not before or before[-1] in ".!?;"


class _Word(NamedTuple):
    """A word by itself: its stems if it means something, `capital` if it is written with one then; the number that it
    `counts`, the `day`, month or hour that it names, or ""; `typed`: it does one or the other."""

    lower: str
    stems: tuple[str, ...]
    capital: bool
    counts: str
    day: str
    typed: bool


@lru_cache(maxsize=8192)
def _known(written: str) -> _Word:
    lower = fold(written)
    stems = _stems(lower) if len(lower) > 1 and lower not in FUNCTION_WORDS else ()
    counts, day = measures.NUMBERS.get(lower, ""), measures.calendar(lower, written)
    return _Word(lower, stems, bool(stems) and written[0].isupper(), counts, day, bool(counts or day))


def _stems(lower: str) -> tuple[str, ...]:
    """The stem of a word, `nightly` as `night` and `summarise` as `summary`; a word of another script as the index
    would look it up."""
    if lower.isascii():
        found = stem(lower)[:LONGEST]
        found = found[:-2] if len(found) > 5 and found.endswith("li") else found
        return (found[:-1] if len(found) > 6 and found.endswith(("is", "iz")) else found,)
    return tuple(dict.fromkeys(asked(lower))) or (lower[:LONGEST],)
