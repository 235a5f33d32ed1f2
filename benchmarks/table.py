"""Measures as rows, and rows as a Markdown table.

Measures nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measure: `value`, the `goal` it may be at most, and a floor taken in the same run, all in `unit`."""

    name: str
    value: float
    unit: str = "ms"
    goal: float | None = None
    floor: float | None = None
    floor_name: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of them lie; 1.0 is the largest."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(
    name: str,
    values: Sequence[float],
    *,
    goals: Sequence[float | None],
    floor: float | None = None,
    floor_name: str = "",
) -> Iterable[Row]:
    """Rows for the median, the 99th percentile and the largest of `values` (ms), as many as there are goals."""
    for label, share, goal in zip(("p50", "p99", "max"), (0.5, 0.99, 1.0), goals, strict=False):
        known = floor if label == "p50" else None
        yield Row(
            name=f"{name}, {label}",
            value=quantile(values, share),
            goal=goal,
            floor=known,
            floor_name=floor_name if known else "",
            note=f"n = {len(values)}" if label == "p50" else "",
        )


def markdown(rows: Iterable[Row]) -> str:
    head = ("what", "measured", "goal", "floor or peer of this run", "ratio", "note")
    body = [
        (
            row.name,
            _amount(row.value, row.unit),
            "" if row.goal is None else f"≤ {_amount(row.goal, row.unit)}",
            "" if row.floor is None else f"{row.floor_name} {_amount(row.floor, row.unit)}",
            "" if row.ratio is None else f"{row.ratio:.1f}",
            row.note,
        )
        for row in rows
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *body))


def _amount(value: float, unit: str) -> str:
    return f"{value:.3g} {unit}".strip() if value < 1000 else f"{value:.0f} {unit}"
