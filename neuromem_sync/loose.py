"""What the values of loosely typed columns mean: numbers kept as texts, shares of ten, times in thousandths.

Knows no table (predecessor.py). Nothing raises: what means nothing is None, or empty.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

LATEST = 4102444800.0
"""2100-01-01: a later moment is a number in another unit, or none."""


def text_of(value: object) -> str:
    """A value as text; "" for nothing, and for bytes that are no text."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return ""
    return str(value)


def parsed(value: object) -> object:
    """What a column of JSON says; None for what is no JSON."""
    try:
        return json.loads(text_of(value))
    except (ValueError, RecursionError):
        return None


def words(value: object) -> tuple[str, ...]:
    """The words of a list, or of one text with commas."""
    if isinstance(value, str):
        value = value.split(",")
    return tuple(str(word).strip() for word in value if str(word).strip()) if isinstance(value, list) else ()


def number(value: object) -> float | None:
    """A number, also one that is written as text; None for what is none."""
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def whole(value: object, otherwise: int) -> int:
    """A count from 0 up; `otherwise` where there is none."""
    found = number(value)
    return otherwise if found is None else max(0, int(found))


def share(value: object) -> float | None:
    """A share from 0 to 1; what is above is of ten, or of a hundred."""
    found = number(value)
    if found is None:
        return None
    unit = next((unit for unit in (1, 10, 100) if found <= unit), found)
    return min(1.0, max(0.0, found / unit))


def moment(value: object) -> float | None:
    """POSIX seconds of a number in seconds or thousandths, or of an ISO 8601 text; None for what is no time."""
    found = number(value)
    if found is None:
        try:
            said = datetime.fromisoformat(text_of(value))
        except ValueError:
            return None
        found = (said if said.tzinfo else said.replace(tzinfo=UTC)).timestamp()
    found = found / 1000 if found > LATEST else found
    return found if 0 < found < LATEST else None
