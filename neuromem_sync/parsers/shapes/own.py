"""A file that is wholly written by us: statements that point to their sources and are evidence of nothing."""

from __future__ import annotations

from neuromem_sync.model import Kind, Layer, Origin
from neuromem_sync.parsers.shape import Shape

SHAPE = Shape(layer=Layer.SEMANTIC, kind=Kind.STATEMENT, record=Kind.STATEMENT, origin=Origin.NEUROMEM)
