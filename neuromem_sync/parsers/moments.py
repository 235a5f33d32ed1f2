"""Dates, clock times and zones as people write them in headings and list items.

Guesses nothing: what names no real date is no date, and a file's mtime is none either.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Clock = tuple[int, int, int]
MIDNIGHT: Clock = (0, 0, 0)

_DATE = r"(?P<date>\d{4}-\d{1,2}-\d{1,2})"
_CLOCK = r"(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)(?!\d)(?:\.\d+)?(?:[ ]?(?P<half>[AaPp])\.?[Mm]\b\.?)?"
_ZONE = (
    r"(?:[ ]?(?P<zone>Z\b|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?(?!\d)|[A-Z]\w+/[\w/+-]+|[A-Z]{2,5}\b)"
    r"(?=$|[\s\])—–:-]))?"
)
_END = r"[\])*_]{0,3}(?:\s*(?:—|–|--?|:)(?:\s+|(?<=[—–])|$)|\s+|$)[*_]{0,2}\s*"
_BEGIN = r"[\[(*_]{0,3}"
_CLOCKED = re.compile(f"{_BEGIN}(?P<date>){_CLOCK}{_ZONE}{_END}")
_DATED = re.compile(f"{_BEGIN}{_DATE}(?:(?:[T ]|, ){_CLOCK}{_ZONE})?{_END}")
_ENDED = re.compile(rf"(?P<rest>.*\S)\s*\({_DATE}(?:[ T]{_CLOCK}{_ZONE})?\)[*_:]{{0,3}}\s*$")

# Abbreviations that zoneinfo does not know, or knows as a fixed offset people do not mean.
_ABBREVIATIONS = {
    "ET": "America/New_York", "EST": "America/New_York", "EDT": "America/New_York",
    "CT": "America/Chicago", "CST": "America/Chicago", "CDT": "America/Chicago",
    "MT": "America/Denver", "MST": "America/Denver", "MDT": "America/Denver",
    "PT": "America/Los_Angeles", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
    "CEST": "CET", "EEST": "EET", "WEST": "WET", "BST": "Europe/London",
    "JST": "Asia/Tokyo", "IST": "Asia/Kolkata", "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney",
    "Z": "UTC", "GMT": "UTC",
}  # fmt: skip
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")


class Moment(NamedTuple):
    """A time found at the edge of a title: `rest` is the title without it, `fault` what is impossible about it.

    `timed`: a clock time was written, be it possible or not.
    """

    rest: str
    date: str | None = None
    clock: Clock | None = None
    zone: str | None = None
    fault: str = ""
    timed: bool = False


def moment(title: str) -> Moment | None:
    """`14:02 CET — Title`, `2026-03-01 — Title`, `2026-03-01 14:02: Title`, `Title (2026-03-01)`; else None."""
    return leading(title) or _trailing(title)


def leading(title: str) -> Moment | None:
    """The same, only at the beginning."""
    if title[:1] not in "0123456789[(*_":
        return None
    found = _CLOCKED.match(title) or _DATED.match(title)
    return _read(found, title[found.end() :]) if found else None


def _trailing(title: str) -> Moment | None:
    found = _ENDED.match(title) if ")" in title[-4:] else None
    return _read(found, found["rest"].strip("*_ ")) if found else None


def _read(found: re.Match[str], rest: str) -> Moment:
    written, clock, half, zone = found["date"], found["clock"], found["half"], found["zone"]
    if zone and not zone_of(zone):
        rest, zone = found.string[found.start("zone") :], None
    date = real_date(written) if written else None
    time = _clock(clock, half) if clock else None
    fault = f"there is no {written}" if written and not date else ""
    if clock and not time:
        fault = f"there is no {clock}{f' {half.upper()}M' if half else ''}"
    return Moment(rest, None if fault else date, time, zone, fault, clock is not None)


@lru_cache(maxsize=4096)
def _clock(written: str, half: str | None) -> Clock | None:
    hour, minute, second = ([int(part) for part in written.split(":")] + [0])[:3]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "pP" else 0)
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


@lru_cache(maxsize=4096)
def real_date(written: str) -> str | None:
    """`2026-3-1` as `2026-03-01`; None for a date that does not exist."""
    try:
        year, month, day = (int(part) for part in written.split("-"))
        return datetime(year, month, day).date().isoformat()
    except ValueError:
        return None


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo | None:
    """An IANA name, a common abbreviation or an offset; None if it is none of these."""
    if found := _OFFSET.fullmatch(name):
        sign, hours, minutes = found.groups()
        span = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-span if sign == "-" else span) if span < timedelta(hours=24) else None
    try:
        return ZoneInfo(_ABBREVIATIONS.get(name, name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=8192)
def instant(date: str, clock: Clock, zone: str) -> tuple[str, str]:
    """ISO 8601 with the zone's offset then, and `gap` or `fold` if the clock showed that hour never or twice."""
    year, month, day = (int(part) for part in date.split("-"))
    there = datetime(year, month, day, *clock, tzinfo=zone_of(zone) or UTC)
    early, late = there.utcoffset(), there.replace(fold=1).utcoffset()
    if early == late or early is None or late is None:
        return there.isoformat(), ""
    return there.isoformat(), "gap" if early < late else "fold"
