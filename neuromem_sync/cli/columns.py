"""Rows in columns, as wide as what they hold."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click

from neuromem_sync.fence import clean


def table(rows: Iterable[Sequence[object]], header: Sequence[str] = ()) -> None:
    """Print rows in columns, numbers to the right. Nothing is cut off: a terminal wraps what is too long.

    The header is for people and so for terminals only; without rows nothing is printed.
    """
    cells = [[clean(str(cell)).replace("\n", " ") for cell in row] for row in rows]
    if not cells:
        return
    numeric = [all(cell.replace(",", "").isdigit() for cell in column) for column in zip(*cells, strict=True)]
    shown = ([list(header)] if header and sys.stdout.isatty() else []) + cells
    widths = [max(map(width, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        padded = (
            " " * (most - width(cell)) + cell if right else cell + " " * (most - width(cell))
            for cell, most, right in zip(row, widths, numeric, strict=True)
        )
        click.echo("  ".join(padded).rstrip())


def width(text: str) -> int:
    """Columns of a terminal that `text` takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)
