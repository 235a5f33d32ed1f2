"""Session snapshots: where something was left, to be taken up again."""

from __future__ import annotations

from neuromem_sync.model import Kind, Layer, Origin
from neuromem_sync.parsers.shape import Shape

SHAPE = Shape(
    layer=Layer.EPISODIC, kind=Kind.SNAPSHOT, record=Kind.SNAPSHOT, origin=Origin.AGENT, task=Kind.SNAPSHOT, fixed=True
)
