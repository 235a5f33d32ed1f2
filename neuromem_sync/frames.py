"""What is said in one and the same form of ever other names: what happens again, not what holds.

Compares forms of sentences only; reads no text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from neuromem_sync.routine import runs
from neuromem_sync.units import Unit

ALIKE = 0.5  # share of their runs of words that two forms have in common, from which they are one


def happening(units: Sequence[Unit], names: frozenset[str]) -> list[bool]:
    """Of each unit, whether its form is filled with other names elsewhere."""
    filled: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    forms = [_form(unit, names) for unit in units]
    for unit, form in zip(units, forms, strict=True):
        if not unit.slot:
            filled[form].add(_names(unit, names))
    return [not unit.slot and len(filled[form]) > 1 for unit, form in zip(units, forms, strict=True)]


def _form(unit: Unit, names: frozenset[str]) -> tuple[str, ...]:
    """The form with its first word masked too, if that is a name."""
    return ("N", *unit.mask[1:]) if unit.first in names else unit.mask


def _names(unit: Unit, names: frozenset[str]) -> tuple[str, ...]:
    return ((unit.first, *unit.named)) if unit.first in names else unit.named


def different(units: Sequence[Unit]) -> int:
    """In how many forms that are not nearly one they say it."""
    counted: list[frozenset[int]] = []
    for unit in units:
        found = frozenset(runs(unit.mask))
        if all(len(found & other) < ALIKE * min(len(found), len(other)) for other in counted):
            counted.append(found)
    return len(counted)
