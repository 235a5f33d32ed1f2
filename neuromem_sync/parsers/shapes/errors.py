"""Error patterns: a heading with a date, or with fields that say what happened, why, and what prevents it."""

from __future__ import annotations

from neuromem_sync.model import Kind, Layer
from neuromem_sync.parsers.inline import attribute_key
from neuromem_sync.parsers.records import PLAIN_ERROR, field_names
from neuromem_sync.parsers.shape import Head, Shape
from neuromem_sync.parsers.words import ERROR_FIELDS


def is_error(head: Head) -> bool:
    if head.level < 2 or head.nested:
        return False
    if attribute_key(head.following) in ERROR_FIELDS or field_names(head.text) & ERROR_FIELDS:
        return True
    return PLAIN_ERROR.search(head.text) is not None


SHAPE = Shape(layer=Layer.PROCEDURAL, kind=Kind.ERROR, record=Kind.ERROR, item=Kind.ERROR, is_record=is_error)
