"""Who someone is: fields of the person or agent that the file is about."""

from __future__ import annotations

from neuromem_sync.model import Kind, Layer
from neuromem_sync.parsers.shape import Shape

SHAPE = Shape(layer=Layer.SEMANTIC, kind=Kind.STATEMENT, record=Kind.STATEMENT, headed=False)
