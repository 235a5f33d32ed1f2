"""What every detector returns.

Knows no format and no phrase.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`text[start:end]` is a secret of this `kind`."""

    start: int
    end: int
    kind: str
