"""What a night learns of a workspace: the one place where these benchmarks meet the product.

Scores nothing, and works on a copy.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.lives.settled import settle
from neuromem_sync import app
from neuromem_sync.clock import ManualClock
from neuromem_sync.config import Settings
from neuromem_sync.promotion import NearMiss
from neuromem_sync.region import find
from neuromem_sync.workspace import Workspace

LATER = 4_000_000_000.0
"""POSIX seconds after every file was made: no edit has to be waited for."""


@dataclass(frozen=True, slots=True)
class Learned:
    """The items of MEMORY.md, and for whoever asks why: what was held back, by which gate, how often."""

    items: tuple[str, ...]
    nearest: tuple[NearMiss, ...]
    held_back: Mapping[str, int]


def learned(root: Path) -> Learned:
    """Groom a copy of a workspace, its files as old as its last day, and read what stands in its MEMORY.md then."""
    with tempfile.TemporaryDirectory(prefix="neuromem-lives-") as folder:
        copy = Path(folder, "life")
        shutil.copytree(root, copy)
        settle(copy)
        workspace = Workspace.at(copy, state_home=Path(folder, "state"), agent="ava")
        with app.nights(workspace, Settings(), ManualClock(LATER)) as nights:
            night = nights.run(adopt=True)
        region = find((copy / night.path).read_bytes())
    items = tuple(item.text for item in region.items) if region else ()
    return Learned(items, night.nearest, night.held_back)
