"""Numbers, hours and days as people write them out, rewritten to the one way in which wording.py reads values.

`half past eight in the evening` becomes `20:30`, `the 31st of March` and `March 31st` become `31 March`, the `15th of
the month` `№15`; in `from 300 to 600 requests` both numbers get their unit. Rewrites text, types no value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from neuromem_sync.lexicon import FUNCTION_WORDS

_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_FIRST = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_ORDINALS = [
    *_FIRST,
    *(f"twenty-{first}" for first in _FIRST[:9]),
    *("thirtieth", "thirty-first"),
]
_COUNTED = {word: number for number, word in enumerate([*_ONES, *_TEENS], 1)}
_COUNTED |= {word: 10 * number for number, word in enumerate(_TENS, 2)}
_PLACES = {word: number for number, word in enumerate(_ORDINALS, 1)}

_AMOUNT = rf"(?:\d+(?:[.,]\d+){{0,3}}|{'|'.join(_COUNTED)})"
_HOUR = rf"(?P<hour>\d{{1,2}}|{'|'.join(_COUNTED)})"
_TH = r"\d{1,2}(?:st|nd|rd|th)"
_NTH = rf"(?P<day>{_TH}|{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})"
_SPAN = r"(?:seconds?|minutes?|hours?|days?|weeks?|fortnights?|months?|years?)\b"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b"
)
_LATE = re.compile(r"\b(?:evenings?|nights?|afternoons?|tonight|supper|dinner|bed(?:time)?)\b", re.I)
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^a-z]+")
_SPANS = "second minute hour day week fortnight month year".split()
_TOLD = frozenset([*_COUNTED, *_ORDINALS, *_SPANS, "half", "quarter", "hundred"])
"""Words of which a text without digits has one, if anything in it is rewritten."""
_SIDES = {"past": 1, "to": -1, "before": -1}
_PARTS = {"half": 30, "quarter": 15}


def plainly(text: str) -> str:
    """The text with its numbers, hours and days written in the one way that is read."""
    small = text.lower()
    if _DIGIT.search(small) is None and _TOLD.isdisjoint(_WORD.split(small)):
        return text
    for signs, pattern, plain in _REWRITTEN:
        for sign in signs:
            if sign in small:
                text = pattern.sub(plain, text)
                break
    return text


def _number(word: str) -> int:
    """What a word, or digits, count."""
    return int(word) if word.isdigit() else _COUNTED[word.lower()]


def _tens(found: re.Match[str]) -> str:
    return str(_number(found["tens"]) + _number(found["ones"]))


def _hundreds(found: re.Match[str]) -> str:
    return str(100 * _number(found["times"]) + (_number(found["rest"]) if found["rest"] else 0))


def _past(found: re.Match[str]) -> str:
    """`quarter to nine`: an hour of the evening, where the sentence speaks of one."""
    hour = _number(found["hour"])
    if not 0 < hour <= 12:
        return found[0]
    late = 720 if hour < 12 and _LATE.search(found.string) else 0
    hours, minutes = divmod(60 * hour + late + _SIDES[found["side"].lower()] * _PARTS[found["part"].lower()], 60)
    return f"{hours}:{minutes:02d}"


def _whole_hour(found: re.Match[str]) -> str:
    """`eight o'clock`, `nine in the evening`."""
    hour = _number(found["hour"])
    if hour > 12:
        return found[0]
    late = hour < 12 and any(part in found[0].lower() for part in ("evening", "afternoon", "night"))
    return f"{hour + 12 * late}:00"


def _day_of_month(found: re.Match[str]) -> str:
    day = found["day"].lower()
    return f"№{_PLACES[day] if day in _PLACES else int(day[:-2])}"


_Plain = str | Callable[[re.Match[str]], str]
_Rule = tuple[Sequence[str], re.Pattern[str], _Plain]


def _rule(signs: str, pattern: str, plain: _Plain) -> _Rule:
    """`signs`, in small letters, between bars: a text without any of them is not searched."""
    return signs.split("|"), re.compile(rf"\b{pattern}", re.I), plain


_COUNTABLE = "floor|level|storey|page|row|line|shelf|platform|track|street|avenue|day|week|try|attempt"
"""What one has several of, in order: the 3rd of them is no day of the month."""
_ANY_NTH = "1st|2nd|3rd|" + "|".join(f"{digit}th" for digit in range(10))
_ANY_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTHS = "January February March April May June July August September October November December".split()


def _of_month(found: re.Match[str]) -> str:
    return f"{found['on']} {_MONTHS[int(found['of']) - 1]}"


_TIMES = {"k": 1_000, "m": 1_000_000}


def _multiplied(found: re.Match[str]) -> str:
    return f"{float(found['of']) * _TIMES[found['times'].lower()]:.0f}"


def _written_out(found: re.Match[str]) -> str:
    """`2e-4`: as many digits behind the point as it has."""
    digits = len(found["of"].partition(".")[2]) + int(found["places"])
    return f"{float(found[0]):.{digits}f}"


_REWRITTEN: tuple[_Rule, ...] = (
    _rule("e-", r"(?P<of>\d(?:\.\d{1,4})?)e-0?(?P<places>\d)\b", _written_out),
    _rule("k|m", r"(?<![.,\d])(?P<of>\d{1,4}(?:\.\d)?)(?P<times>[kK]|(?-i:M))\b(?!-)", _multiplied),
    _rule("0| ", r"(?<![.,\d])(?<!\d )(\d{1,3})[ \u00a0\u202f](\d{3})\b(?![.,:\d]| \d)", r"\1\2"),
    _rule(".", r"(?<![\d.])(?P<on>[12]?\d|3[01])\.(?P<of>[1-9]|1[0-2])\.(?=[ ,;:)])(?! (?-i:[A-Z]))", _of_month),
    _rule("ty-", rf"(?P<tens>{'|'.join(_TENS)})-(?P<ones>{'|'.join(_ONES)})\b", _tens),
    _rule(
        "hundred",
        rf"(?P<times>\d{{1,2}}|{'|'.join(_COUNTED)}) hundred(?: and (?P<rest>\d{{1,2}}|{'|'.join(_COUNTED)}))?\b",
        _hundreds,
    ),
    _rule("a hundred", r"a hundred\b", "100"),
    _rule("half |quarter ", rf"(?P<part>half|quarter) (?P<side>past|to|before) {_HOUR}\b", _past),
    _rule(
        "clock|in the mor|in the eve|in the aft|at night",
        rf"{_HOUR} (?:o['’]clock(?: (?:in the|at) \w+)?|in the (?:morning|evening|afternoon)|at night)\b",
        _whole_hour,
    ),
    _rule("fortnight", r"(?:a|one) fortnight\b", "14 days"),
    _rule(
        "ing |business |calendar |full |whole ",
        rf"({_AMOUNT}) (?:working|business|calendar|full|whole) (?={_SPAN})",
        r"\1 ",
    ),
    _rule("half an hour", r"half an hour\b", "30 minutes"),
    _rule("and a half", r"(?:an hour and a half|one and a half hours)\b", "90 minutes"),
    _rule("quarter of", r"(?:a )?quarter of an hour\b", "15 minutes"),
    _rule(
        "|".join(f"{one} {span}" for span in _SPANS for one in ("a", "an", "one")),
        rf"(within|in|after|every|for|of|than|least|most|takes?|took|lasts?|is|are) (?:an?|one) (?={_SPAN})",
        r"\1 1 ",
    ),
    _rule(
        " one ",
        r"(requires?|needs?|least|most|with|only|by|exactly|just|from) one (?!of\b|day\b)(?=[a-z]{3,})",
        r"\1 1 ",
    ),
    _rule("month", rf"{_NTH}(?: day)? of (?:the|each|every|a|that|any) month\b", _day_of_month),
    _rule("month", rf"{_NTH}(?= to the №)", _day_of_month),
    _rule(_ANY_MONTH, rf"(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?=(?-i:{_MONTH}))", r"\1 "),
    _rule(
        _ANY_MONTH,
        rf"((?-i:{_MONTH}))\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.,]?\d|\s?(?:[ap]m|%|°))",
        r"\2 \1",
    ),
    _rule(
        _ANY_NTH,
        rf"(?:(?<=\bon the )|(?<=\bby the )|(?<=before the )|(?<=after the )|(?<=until the ))"
        rf"(?P<day>{_TH})(?! (?:{_COUNTABLE})\b)",
        _day_of_month,
    ),
    _rule(_ANY_NTH, rf"(?P<day>{_TH})(?=[.,;)]|\s*$| (?:{'|'.join(sorted(FUNCTION_WORDS))})\b)", _day_of_month),
    _rule(_ANY_NTH, r"(\d{1,2})(?:st|nd|rd|th) (?=[a-z]{3,})", r"\1 "),
    _rule(
        "from |between ",
        rf"((?:from|between) )({_AMOUNT})( (?:to|and) {_AMOUNT} ?)([%€$£°]|[a-z][a-z-]{{2,}})",
        r"\1\2 \4\3\4",
    ),
    _rule(" instead of ", rf"({_AMOUNT})( instead of {_AMOUNT} )([a-z][a-z-]{{2,}})", r"\1 \3\2\3"),
    _rule(
        ", was |it was|which was|that was|used to be| not |formerly|previously|up from|down from|instead of"
        "|rather than",
        rf"({_AMOUNT}) ?(?![ap]m\b)(%|[a-z]{{2,}})((?: \w+){{0,3}},? \(?(?:(?:it|which|that) (?:was|used to be)|was|not"
        rf"|formerly|previously|up from|down from|instead of|rather than) )({_AMOUNT})(?![.,]?\d)(?=\s*(?:[).,;]|$))",
        r"\1 \2\3\4 \2",
    ),
    _rule("eur", r"EUR ?(?=\d)", "€"),
    _rule("usd", r"USD ?(?=\d)", "$"),
    _rule("gbp", r"GBP ?(?=\d)", "£"),
)
