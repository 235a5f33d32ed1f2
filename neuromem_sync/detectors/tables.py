"""Secrets in a column that is named for them, in tables too broken to be read as one.

A table that can be read gives rows with fields, whose names redact.py looks at itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from neuromem_sync.detectors.base import Found
from neuromem_sync.detectors.prose import is_secret_attribute


def find(text: str) -> Iterator[Found]:
    """What stands below the name of a secret."""
    names: list[str] = []
    at = 0
    for line in text.splitlines(keepends=True):
        if "|" not in line:
            names = []
        elif not names:
            names = [name.strip(" \t*_`") for name, _ in _cells(line)]
        else:
            for name, (cell, start) in zip(names, _cells(line), strict=False):
                value = cell.strip()
                if value and is_secret_attribute(name, value):
                    begin = at + start + cell.index(value)
                    yield Found(start=begin, end=begin + len(value), kind="field")
        at += len(line)


def _cells(line: str) -> Iterator[tuple[str, int]]:
    """Each cell and where it begins; what stands before the first bar and behind the last is none."""
    bars = [at for at, character in enumerate(line) if character == "|"]
    for bar, end in pairwise(bars):
        yield line[bar + 1 : end], bar + 1
