"""What agents are told to do: kept as it is, whatever form a line has."""

from __future__ import annotations

from neuromem_sync.model import Kind, Layer
from neuromem_sync.parsers.shape import Shape

SHAPE = Shape(layer=Layer.SEMANTIC, kind=Kind.INSTRUCTION, record=Kind.INSTRUCTION, task=Kind.INSTRUCTION, fixed=True)
