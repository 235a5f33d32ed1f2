"""How things are done: a heading with steps below it, or with sub-headings that hold them."""

from __future__ import annotations

from neuromem_sync.model import Kind, Layer
from neuromem_sync.parsers.records import field_names, has_steps
from neuromem_sync.parsers.shape import Head, Shape

STEPS = frozenset(("steps", "procedure", "checklist", "instructions", "how to", "how", "when to use", "trigger"))
_FIELDS = frozenset(["trigger", "when", "when_to_use", "use_when", "successes", "failures"])


def is_procedure(head: Head) -> bool:
    if head.title.casefold() in STEPS and (head.nested or head.level > 1):
        return False
    return has_steps(head.text) or head.following.casefold() in STEPS or bool(field_names(head.text) & _FIELDS)


SHAPE = Shape(
    layer=Layer.PROCEDURAL,
    kind=Kind.STATEMENT,
    record=Kind.PROCEDURE,
    task=Kind.PROCEDURE,
    is_record=is_procedure,
    whole=True,
)
