"""Decision records: a heading with a date, a record's fields, or sub-headings named as those fields."""

from __future__ import annotations

from neuromem_sync.model import Kind, Layer
from neuromem_sync.parsers.inline import attribute_key
from neuromem_sync.parsers.records import field_names
from neuromem_sync.parsers.shape import Head, Shape
from neuromem_sync.parsers.words import DECISION_FIELDS


def is_decision(head: Head) -> bool:
    if head.level < 2 or head.nested:
        return False
    return bool(field_names(head.text) & DECISION_FIELDS) or attribute_key(head.following) in DECISION_FIELDS


SHAPE = Shape(
    layer=Layer.PROCEDURAL, kind=Kind.DECISION, record=Kind.DECISION, item=Kind.DECISION, is_record=is_decision
)
