"""Values in a sentence and their types: dates, times, spans, money, numbers with units, versions, places.

Reads single tokens; wording.py finds them. Two ways to write one value give one value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from neuromem_sync.layers.terms import LONGEST, fold

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_DAY_NAMES = {form: day[:3] for day in _WEEKDAYS for form in (day, day + "s", day[:3])}
_DAY_NAMES |= {"tues": "tue", "thurs": "thu", "thur": "thu"}
_MONTH_NAMES = {form: month[:3] for month in _MONTHS for form in (month, month[:3])} | {"sept": "sep"}
_CLOCK_WORDS = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}

UNITS = {
    "percent": "%", "euro": "€", "euros": "€", "eur": "€", "dollar": "$", "dollars": "$", "usd": "$", "pounds": "£",
    "degree": "°", "degrees": "°", "celsius": "°",
} | {
    form: forms.split()[0]
    for forms in (
        "ms msec millisecond milliseconds", "kg kgs kilo kilos kilogram kilograms", "g gram grams gramme grammes",
        "km kilometre kilometres kilometer kilometers", "cm centimetre centimetres centimeter centimeters",
        "mm millimetre millimetres millimeter millimeters", "l litre litres liter liters",
        "kb kilobyte kilobytes", "mb megabyte megabytes", "gb gigabyte gigabytes", "tb terabyte terabytes",
    )
    for form in forms.split()
}  # fmt: skip
SPANS = {
    form: span
    for forms, span in (
        ("s sec secs second seconds", ("seconds", 1)), ("m min mins minute minutes", ("seconds", 60)),
        ("h hr hrs hour hours", ("seconds", 3600)), ("d day days", ("days", 1)), ("w wk week weeks", ("days", 7)),
        ("fortnight fortnights", ("days", 14)), ("month months", ("days", 30)), ("year years", ("days", 365)),
    )
    for form in forms.split()
}  # fmt: skip
"""Two weeks are fourteen days. Hours and days stay apart: they measure different things."""
_ORDER = {month[:3]: number for number, month in enumerate(_MONTHS, 1)}
HALF_A_YEAR, FAR = 183, 10_000  # days
UNCOUNTED = frozenset("id version number weekday month monthday date days € $ £".split())
"""Types of values that count nothing, or of which any number is agreed."""
FIGURELESS = frozenset("id version weekday month monthday date clock seconds days".split())
"""Types of values that are no figure of anything, or of which one is written in many ways that give one value."""
NUMBERS = {
    word: str(number)
    for numbers, words in (
        (range(2, 12), "two three four five six seven eight nine ten eleven"),
        (range(12, 20), "twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"),
        (range(20, 100, 10), "twenty thirty forty fifty sixty seventy eighty ninety"),
        ((100, 1), "hundred single"),
    )
    for number, word in zip(numbers, words.split(), strict=True)
}


def calendar(lower: str, written: str) -> str:
    """A weekday, a month, or a word that names an hour, as a value; "" for other words.

    `may` and `sat` only when written as names.
    """
    if written[0].isupper() or len(lower) > 4:
        if lower in _DAY_NAMES:
            return f"weekday={_DAY_NAMES[lower]}"
        if lower in _MONTH_NAMES:
            return f"month={_MONTH_NAMES[lower]}"
    return f"clock={_CLOCK_WORDS[lower]}" if lower in _CLOCK_WORDS else ""


def dated(number: str, found: str) -> str:
    """A number before a month is a day of it."""
    return f"date={found[6:]}-{number}" if number and found.startswith("month=") else found


def measured(number: str, unit: str) -> str:
    """A number of days, minutes and the like, in one unit each."""
    kind, factor = SPANS[unit]
    return f"{kind}={int(number) * factor}" if number.isdigit() and len(number) < 10 else f"{kind}={number}*{factor}"


def untyped(number: str, before: str) -> str:
    """A number without a unit is typed by its form, a small one by the word before it: `bay 14`."""
    kind = "version" if "." in number else "number" if len(number) > 2 else before
    return f"{kind}={number}"


def value(kind: str, written: str) -> str:
    """A token that is a value by itself; `kind` is a group of wording's pattern."""
    if kind == "clock":
        return f"clock={_clock(written)}"
    if kind == "monthday":
        return f"monthday={written[1:]}"
    if kind == "money":
        return f"{written[0]}={number(written[1:])}"
    if kind == "number":
        return f"{'°' if '°' in written else written[-1]}={number(written.strip('€$£%°CF '))}"
    plain = fold(written.strip("` ")).rstrip(".,;:)/")[:LONGEST]
    return f"{'id' if kind in ('path', 'address', 'code') else kind}={plain}"


def number(written: str) -> str:
    """`1,450` and `1.450` are 1450; `3,5` is 3.5."""
    plain = written.strip().replace(",", ".")
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


def exact(kind: str, plain: str) -> float:
    """How far a value is told to the last figure, as what was measured is and what was agreed hardly ever: an hour to
    the minute, a percentage with a fraction, a count from a hundred that ends in neither 0 nor 5; less so a span in odd
    minutes, and little a count below a hundred in neither fives nor dozens. 0 to 1."""
    if kind == "clock":
        return float(plain[-2:].isdigit() and int(plain[-2:]) % 5 > 0)
    if kind == "%" and "." in plain:
        return 1.0
    if kind in UNCOUNTED or not plain.isdigit():
        return 0.0
    number = int(plain[-12:])
    if kind == "seconds":
        return 0.6 if number > 60 and number % 300 else 0.0
    if number <= 10 or number % 5 == 0 or number & (number - 1) == 0:
        return 0.0
    return 1.0 if number >= 100 else 0.2 if number % 12 else 0.0


def ahead(plain: str, day: int) -> int:
    """How many days a date lies ahead of a day's ordinal; one without a year is the next that is not half a year past.
    FAR for what is no day."""
    month, _, number = plain.partition("-")
    try:
        if month not in _ORDER:
            return date.fromisoformat(plain).toordinal() - day
        year = date.fromordinal(day - HALF_A_YEAR).year
        near = (date(each, _ORDER[month], int(number)).toordinal() - day for each in (year, year + 1))
        return next((days for days in near if days > -HALF_A_YEAR), FAR)
    except ValueError:
        return FAR


def figures(values: Iterable[str]) -> Iterator[str]:
    """The numbers among values, whatever they are of: `88 characters`, `column 88` and `a length of 88` give one."""
    for kind, plain in types(values):
        if kind not in FIGURELESS and plain.isdigit():
            yield plain


def types(values: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each value with its type."""
    for each in values:
        kind, _, plain = each.rpartition("=")
        yield kind, plain
