"""Any other Markdown file: statements and entities."""

from __future__ import annotations

from neuromem_sync.model import Kind, Layer
from neuromem_sync.parsers.shape import Shape

SHAPE = Shape(layer=Layer.SEMANTIC, kind=Kind.STATEMENT, record=Kind.STATEMENT)
