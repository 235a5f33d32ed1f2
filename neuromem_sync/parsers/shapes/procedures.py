"""How things are done: a heading with steps below it, or with sub-headings that hold them."""

from __future__ import annotations

from neuromem_sync.model import Kind, Layer
from neuromem_sync.parsers.records import field_names, has_steps
from neuromem_sync.parsers.shape import Head, Shape
from neuromem_sync.parsers.words import PROCEDURE_FIELDS, STEP_SECTIONS


def is_procedure(head: Head) -> bool:
    if head.title.casefold() in STEP_SECTIONS and (head.nested or head.level > 1):
        return False
    if has_steps(head.text) or head.following.casefold() in STEP_SECTIONS:
        return True
    return bool(field_names(head.text) & PROCEDURE_FIELDS)


SHAPE = Shape(
    layer=Layer.PROCEDURAL,
    kind=Kind.STATEMENT,
    record=Kind.PROCEDURE,
    task=Kind.PROCEDURE,
    is_record=is_procedure,
    whole=True,
)
