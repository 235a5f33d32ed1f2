"""Sentences from templates: `<a|b>` is a choice, also nested; `{slot}` is filled in; `{Slot}` with a capital letter.

Draws by dice it is given, and knows no facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import prod

from benchmarks.lives.dice import Dice

Slot = str | tuple[str, ...] | Callable[[], str]
"""A template, ways to write one value, or what is asked anew each time."""

_CHOICE = re.compile(r"<([^<>]*\|[^<>]*)>")
_SLOT = re.compile(r"\{(\w+)(?::(\d))?\}")
_COUNTED = re.compile(r"\0(\d+)\0")


def drawn(template: str, slots: Mapping[str, Slot], dice: Dice) -> str:
    """One wording of a template, with a capital letter. Raises KeyError for a slot that nobody fills."""
    return capital(filled(template, slots, dice))


def filled(template: str, slots: Mapping[str, Slot], dice: Dice) -> str:
    """One wording of a template as it stands. Raises KeyError for a slot that nobody fills."""
    while True:
        text = _CHOICE.sub(lambda found: dice.pick(found[1].split("|")), template)
        text = _SLOT.sub(lambda found: _slot(found[1], found[2], slots, dice), text)
        if text == template:
            return text
        template = text


def _slot(name: str, number: str | None, slots: Mapping[str, Slot], dice: Dice) -> str:
    given = slots[name] if name in slots else slots[name.lower()]
    if callable(given):
        text = given()
    elif isinstance(given, str):
        text = given
    else:
        text = given[min(int(number), len(given) - 1)] if number else dice.pick(given)
    return text if name.islower() else capital(text)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def wordings(template: str) -> int:
    """How many wordings the choices of a template give; slots count as one."""
    while _CHOICE.search(template):
        template = _CHOICE.sub(lambda found: f"\0{sum(map(_ways, found[1].split('|')))}\0", template)
    return _ways(template)


def _ways(text: str) -> int:
    return prod(int(found) for found in _COUNTED.findall(text))
