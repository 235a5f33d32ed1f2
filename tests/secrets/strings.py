"""Every string anywhere in a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))
    elif hasattr(value, "items"):
        yield from strings(tuple(value.items()))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from strings(one)
