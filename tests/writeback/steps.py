"""The steps of a write, and the moments before and after each of them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest

STEPS = (
    "neuromem_sync.journal.Journal.begin",
    "neuromem_sync.staging.os.open",
    "neuromem_sync.staging._resemble",
    "neuromem_sync.staging.os.fsync",
    "neuromem_sync.staging.os.rename",
    "neuromem_sync.writeback.stage",
    "neuromem_sync.exchange.exchange",
    "neuromem_sync.writeback.swap",
    "neuromem_sync.writeback.flush_folder",
    "neuromem_sync.journal.Journal.swapped",
)
MOMENTS = tuple((step, when) for step in STEPS for when in ("before", "after"))


def at_moment(step: str, when: str, event: Callable[[], None]) -> pytest.MonkeyPatch:
    """Let `event` happen the first time that moment comes. In a process of its own: it is not taken back."""
    patch = pytest.MonkeyPatch()
    owner, name = step.rsplit(".", 1)
    original = getattr(_resolve(owner), name)
    seen: list[bool] = []

    def instead(*given: Any, **named: Any) -> Any:
        first = not seen
        seen.append(True)
        if first and when == "before":
            event()
        result = original(*given, **named)
        if first and when == "after":
            event()
        return result

    patch.setattr(_resolve(owner), name, instead)
    return patch


def _resolve(dotted: str) -> Any:
    parts = dotted.split(".")
    found: Any = importlib.import_module(".".join(parts[:2]))
    for part in parts[2:]:
        found = getattr(found, part)
    return found
