"""What a sentence is made of: stems, typed values, names, and its form with the values masked.

Judges nothing: whether a sentence is a claim is the matter of claims.py. Knows one sentence and no corpus.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from neuromem_sync.layers.terms import LONGEST, asked, fold, stem

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_DAY_NAMES = {form: day[:3] for day in _WEEKDAYS for form in (day, day + "s", day[:3])}
_DAY_NAMES |= {"tues": "tue", "thurs": "thu", "thur": "thu"}
_MONTH_NAMES = {form: month[:3] for month in _MONTHS for form in (month, month[:3])} | {"sept": "sep"}
_UNITS = {
    "percent": "%", "euro": "€", "euros": "€", "eur": "€", "dollar": "$", "dollars": "$", "usd": "$", "pounds": "£",
    "degree": "°", "degrees": "°", "celsius": "°",
}  # fmt: skip
_NUMBERS = {
    word: str(number)
    for number, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split(), 2
    )
} | {
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "ninety": "90",
    "hundred": "100",
    "single": "1",
}
_SPANS = {
    form: span
    for forms, span in (
        ("s sec secs second seconds", ("seconds", 1)), ("m min mins minute minutes", ("seconds", 60)),
        ("h hr hrs hour hours", ("seconds", 3600)), ("d day days", ("days", 1)), ("w wk week weeks", ("days", 7)),
        ("fortnight fortnights", ("days", 14)), ("month months", ("days", 30)), ("year years", ("days", 365)),
    )
    for form in forms.split()
}  # fmt: skip
"""Two weeks are fourteen days. Hours and days stay apart: they measure different things."""
_CLOCK_WORDS = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}

FUNCTION_WORDS = frozenset(
    (
        "a about above after again all also am an and any are as at be because been before being below between both "
        "but by can cannot could did do does doing down during each either else ever every few for from further get "
        "gets got had has have having he her here hers him his how however i if in into is it its itself just ll may "
        "me might more most much must my no nor not now of off on once only or other our ours out over own per quite "
        "rather re s same shall she should since so some still such t than that the their theirs them then there "
        "these they this those though through to too under until up upon us ve very via was we were what when where "
        "whether which while who whom whose why will with within without would yet you your yours don doesn didn isn "
        "aren wasn weren won can couldn wouldn shouldn hasn haven hadn im never always use used uses using make makes "
        "made go goes keep keeps kept one thing things way please today tomorrow yesterday tonight like need needs "
        "want wants new day days week weeks month months year years hour hours minute minutes time times"
    ).split()
)
"""Words without a subject of their own: they link no two sentences. English; other languages are kept apart by rarity."""

_TOKEN = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|(?P<address>[a-z][a-z0-9+.-]*://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?)"
    r"|(?P<ticket>\b[A-Z][A-Z0-9]+-\d+\b(?!\.\d)|(?<![\w&])\#\d+\b|\b(?=[0-9a-f]{0,39}\d)(?=[0-9a-f]{0,39}[a-f])[0-9a-f]{7,40}\b)"
    r"|(?P<date>\b\d{4}-\d{2}-\d{2}\b)"
    r"|(?P<clock>\b\d{1,2}:\d{2}(?::\d{2})?(?:\s?[apAP]\.?[mM]\b\.?)?|\b\d{1,2}\s?[apAP]\.?[mM]\b\.?)"
    r"|(?P<version>\bv?\d+(?:\.\d+){1,3}(?![\w%€])(?<!\d\.\d{3}))"
    r"|(?P<path>(?:[~.]{1,2})?/[\w.@+-]+(?:/[\w.@+-]+)*|\b[\w.@+-]+(?:/[\w.@+-]+)+\.\w+|\b[\w-]+(?:\.[\w-]+){2,}\b|\b[\w-]+\.[a-z]\w{0,4}\b|\b[\w.-]{3,}/[\w./-]{3,})"
    r"|(?P<money>[€$£]\s?\d+(?:[.,]\d+)*)"
    r"|(?P<number>\d+(?:[.,]\d+)*(?:\s?(?:[%€£$]|°\s?[CF]?\b|°))?)"
    r"|(?P<word>[^\W\d_]\w*(?:['’](?!s\b)\w+)?)"
)


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
    return _Reader(text).read()


class _Reader:
    """Walks the tokens of one sentence, remembering a number until its unit is known."""

    __slots__ = ("end", "first", "form", "named", "number", "previous", "stems", "text", "tickets", "values")

    def __init__(self, text: str) -> None:
        self.text = text
        self.stems: dict[str, None] = {}
        self.values: dict[str, None] = {}
        self.named: dict[str, None] = {}
        self.form: list[str] = []
        self.first = ""
        self.previous = ""
        self.number = ""
        self.end = 0
        self.tickets = False

    def read(self) -> Wording:
        for token in _TOKEN.finditer(self.text):
            kind, written = token.lastgroup, token.group()
            if kind == "word":
                if self.number and not self.text[self.end : token.start()].isspace():
                    self._flush()
                self._word(written, token.start())
            elif kind == "number" and written[-1].isdigit():
                self._flush()
                self.number = _number(written)
                self.end = token.end()
                self.form.append("0")
            else:
                self._flush()
                self._value(kind or "", written)
        self._flush()
        return Wording(
            tuple(self.stems), tuple(self.values), tuple(self.named), self.first, tuple(self.form), self.tickets
        )

    def _word(self, written: str, at: int) -> None:
        lower = fold(written)
        if lower in _NUMBERS:
            self._flush()
            self.number = _NUMBERS[lower]
            self.end = at + len(written)
            self.form.append("0")
            return
        if self._calendar(lower, written):
            return
        if self.number and self._unit(lower):
            self.form.append(lower)
            return
        inside = bool(self.form)
        capital = written[0].isupper() and lower != "i" and not lower.startswith(("i'", "i’"))
        content = lower not in FUNCTION_WORDS and len(lower) > 1
        forms = _stems(lower) if content else ()
        self.stems.update(dict.fromkeys(forms))
        if capital and content:
            if inside and not _begins(self.text, at):
                self.named.update(dict.fromkeys(forms))
            elif not inside:
                self.first = forms[0] if forms else ""
        self.form.append("N" if capital and inside and content else lower)
        if content:
            self.previous = forms[0] if forms else lower

    def _calendar(self, lower: str, written: str) -> bool:
        """A weekday, a month, or a word that names an hour; `may` and `sat` only when written as names."""
        named = written[0].isupper() or len(lower) > 4
        found = (lower in _DAY_NAMES and named and f"weekday={_DAY_NAMES[lower]}") or (
            lower in _MONTH_NAMES and named and f"month={_MONTH_NAMES[lower]}"
        )
        found = found or (lower in _CLOCK_WORDS and f"clock={_CLOCK_WORDS[lower]}")
        if not found:
            return False
        self._flush()
        self.values[found] = None
        self.form.append("D")
        return True

    def _unit(self, lower: str) -> bool:
        """The word after a number is its unit, unless it is a word without a subject; whether it is nothing else."""
        measure = lower in _SPANS or lower in _UNITS
        if span := _SPANS.get(lower):
            self.values[f"{span[0]}={_times(self.number, span[1])}"] = None
        elif lower in FUNCTION_WORDS:
            self._flush()
        else:
            self.values[f"{_UNITS.get(lower) or stem(lower)}={self.number}"] = None
        self.number = ""
        return measure

    def _flush(self) -> None:
        """A number without a unit is typed by the word before it: `port 8080`, `Python 3.13`."""
        if self.number:
            kind = "version" if "." in self.number else "number" if len(self.number) > 2 else self.previous
            self.values[f"{kind}={self.number}"] = None
            self.number = ""

    def _value(self, kind: str, written: str) -> None:
        if kind == "ticket":
            self.tickets = True
            self.form.append("T")
            return
        if kind == "code":
            self._code(written)
            return
        self.values[f"{_type(kind, written)}={_plain(kind, written)}"] = None
        self.form.append("P" if kind in ("path", "address") else "0")

    def _code(self, written: str) -> None:
        plain = fold(written.strip("` "))[:LONGEST]
        if plain:
            self.values[f"id={plain}"] = None
            self.form.append("P")


def _begins(text: str, at: int) -> bool:
    """Whether a capital at `at` stands at the beginning of a sentence inside the text."""
    before = text[:at].rstrip("\"“‘'(*_ ")
    return not before or before[-1] in ".!?;"


@lru_cache(maxsize=65536)
def _stems(lower: str) -> tuple[str, ...]:
    if lower.isascii():
        found = stem(lower)[:LONGEST]
        return (found[:-2] if len(found) > 5 and found.endswith("li") else found,)  # nightly, night
    return tuple(dict.fromkeys(asked(lower))) or (lower[:LONGEST],)


def _times(number: str, factor: int) -> str:
    return str(int(number) * factor) if number.isdigit() and len(number) < 10 else f"{number}*{factor}"


def _type(kind: str, written: str) -> str:
    if kind in ("path", "address"):
        return "id"
    if kind == "money":
        return written[0]
    if kind == "number":
        return "°" if "°" in written else written[-1]
    return kind


def _plain(kind: str, written: str) -> str:
    if kind == "clock":
        return _clock(written)
    if kind in ("money", "number"):
        return _number(written.strip("€$£%°CF "))
    return fold(written).rstrip(".,;:)")[:LONGEST]


def _number(written: str) -> str:
    """`1,450` and `1.450` are 1450; `3,5` is 3.5."""
    plain = written.replace(",", ".")
    return plain.replace(".", "") if re.fullmatch(r"\d{1,3}(?:\.\d{3})+", plain) else plain


def _clock(written: str) -> str:
    """`9 pm`, `21:00` and `9:00 PM` are one time."""
    digits = re.findall(r"\d+", written)
    hour, minute = int(digits[0]), digits[1] if len(digits) > 1 else "00"
    lower = written.lower()
    if "p" in lower and hour < 12:
        hour += 12
    elif "a" in lower and hour == 12:
        hour = 0
    return f"{hour:02d}:{minute}"


_FORMER = re.compile(
    r"\b(?:not|no longer|instead of|rather than|in place of|used to be|replac(?:es|ed|ing)|left|dropped|gave up|given up|stopped(?: \w+ing)?|abandoned|retired|formerly|previously|former|from|out of)\s+"
    r"(?P<what>[^,;.—–()]{2,60}?)(?=[,;—–()]|\.\s|\.?$|\s(?:but|and|to|any ?more|for|with|because|since|now|it|in favou?r|by|as)\b)",
    re.I,
)


def former(text: str) -> tuple[str, ...]:
    """The words and values that a sentence names as what no longer is."""
    found: dict[str, None] = {}
    for each in _FORMER.finditer(text):
        taken = wording(each["what"])
        found.update(dict.fromkeys((*taken.stems, *taken.values)))
    return tuple(found)


def types(values: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each value with its type."""
    for value in values:
        kind, _, plain = value.rpartition("=")
        yield kind, plain
