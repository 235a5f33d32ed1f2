"""Daily logs: what happened, in the order it was written; a timed heading or item is one entry."""

from __future__ import annotations

from neuromem_sync.model import Kind, Layer, Origin
from neuromem_sync.parsers.shape import Shape

SHAPE = Shape(layer=Layer.EPISODIC, kind=Kind.ENTRY, record=Kind.ENTRY, origin=Origin.AGENT)
