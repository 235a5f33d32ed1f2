"""What a question says about time: the stretches of days it names, and whether it asks for a time.

Understands English names and ISO dates. Reads no documents (the parsers do) and filters nothing: ranking.py prefers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

Stretch = tuple[float, float]  # POSIX seconds, half-open

YEARS_BACK = 10  # a month without a year is that month of any of these years
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MONTH = "|".join(f"{name}|{name[:3]}" for name in MONTHS)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_ISO = re.compile(r"\b(\d{4})-(\d{2})(?:-(\d{2}))?\b")
_NAMED = re.compile(rf"\b(?:{_DAY} (?:of )?)?({_MONTH})\.?(?: {_DAY}\b)?(?:,? (\d{{4}})\b)?")
_MONTH_LIKE = re.compile(r"\b(?:in|last|since|during|of|early|late|mid) (?:may|mar|march)\b")
_AGO = re.compile(r"\b(\d{1,3}|an?|one|two|three|four|five|six) (day|week|month)s? ago\b")
_LAST = re.compile(rf"\b(last|past|this|previous) (week|weekend|month|year|{'|'.join(WEEKDAYS)})\b")
_DAY_WORD = re.compile(r"\b(today|yesterday|tonight|this morning|last night)\b")
_ASKS_WHEN = re.compile(
    r"\bwhen\b|\bhow (?:long|often|recently)\b|\bhow many (?:days|weeks|months|years)\b"
    r"|\b(?:what|which|in what|in which) (?:date|day|week|month|year|time)\b"
)
_TIME_WORD = re.compile(
    r" (?:ago|last|next|since|soon|recently|upcoming|yesterday|today|tonight|tomorrow|morning|day|week|weekend|month|"
    "year|" + "|".join(name for name in (*WEEKDAYS, *MONTHS) if name != "may") + ") "
)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def asks_when(question: str) -> bool:
    return _ASKS_WHEN.search(question.lower()) is not None


def tells_when(token_string: str) -> bool:
    """Does an entry hold words of time, as the answer to "when" would?"""
    return _TIME_WORD.search(token_string) is not None


def stretches(question: str, now: float, zone: str) -> tuple[Stretch, ...]:
    """The days, weeks, months or years a question names, seen from `now` in `zone`."""
    today = datetime.fromtimestamp(now, ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    text = question.lower()
    found = [*_iso(text, today), *_named(text, today), *_relative(text, today)]
    return tuple(dict.fromkeys((start.timestamp(), end.timestamp()) for start, end in found))


def _iso(text: str, today: datetime) -> Iterator[tuple[datetime, datetime]]:
    for year, month, day in _ISO.findall(text):
        yield from _stretch(today, int(year), int(month), int(day) if day else None)


def _named(text: str, today: datetime) -> Iterator[tuple[datetime, datetime]]:
    for before, name, after, year in _NAMED.findall(text):
        day = before or after
        if name in ("may", "mar", "march") and not (day or year or _MONTH_LIKE.search(text)):
            continue  # the verb
        month = next(number for number, full in enumerate(MONTHS, 1) if full.startswith(name))
        years = [int(year)] if year else range(today.year, today.year - YEARS_BACK, -1)
        for each in years:
            yield from _stretch(today, each, month, int(day) if day else None)


def _stretch(today: datetime, year: int, month: int, day: int | None) -> Iterator[tuple[datetime, datetime]]:
    """That day or month; nothing when the calendar has no such day."""
    try:
        start = today.replace(year=year, month=month, day=day or 1)
        yield start, start + timedelta(days=1) if day else _month_after(start)
    except (ValueError, OverflowError):
        return


def _month_after(start: datetime) -> datetime:
    return (start.replace(day=1) + timedelta(days=32)).replace(day=1)


def _relative(text: str, today: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = timedelta(days=1)
    for word in _DAY_WORD.findall(text):
        start = today - day if word in ("yesterday", "last night") else today
        yield start, start + day
    for number, unit in _AGO.findall(text):
        count = _NUMBERS[number] if number in _NUMBERS else int(number)
        yield _ago(today, count, unit)
    for which, unit in _LAST.findall(text):
        yield _this(today, unit) if which == "this" else _last(today, unit)


def _ago(today: datetime, count: int, unit: str) -> tuple[datetime, datetime]:
    """Around that many days, weeks or months back: the day, the week or the month about it."""
    days, width = {"day": (1, 0), "week": (7, 3), "month": (30, 15)}[unit]
    middle = today - timedelta(days=days * count)
    return middle - timedelta(days=width), middle + timedelta(days=width + 1)


def _this(today: datetime, unit: str) -> tuple[datetime, datetime]:
    start = _start_of(today, unit)
    return start, max(today + timedelta(days=1), start + timedelta(days=1))


def _last(today: datetime, unit: str) -> tuple[datetime, datetime]:
    if unit in WEEKDAYS or unit == "weekend":
        start = _start_of(today - timedelta(days=1), unit)
        return start, start + timedelta(days=2 if unit == "weekend" else 1)
    end = _start_of(today, unit)
    return _start_of(end - timedelta(days=1), unit), end


def _start_of(today: datetime, unit: str) -> datetime:
    """The latest start of such a week, weekend, weekday, month or year that is not after `today`."""
    if unit == "month":
        return today.replace(day=1)
    if unit == "year":
        return today.replace(month=1, day=1)
    weekday = {"week": 0, "weekend": 5}.get(unit)
    if weekday is None:
        weekday = WEEKDAYS.index(unit)
    return today - timedelta(days=(today.weekday() - weekday) % 7)
