"""What tells one kind of document from another: the table that shapes/ fills, one row a route.

Holds no code that reads a document; walk.py does, asking the shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from neuromem_sync.model import Kind, Layer, Origin


class Head(NamedTuple):
    """A heading as a shape sees it: `text` is what stands below it up to the next heading, `following` that one's title
    if it is deeper; `nested`: it stands inside a record that would own it."""

    level: int
    title: str
    text: str
    following: str
    nested: bool = False


def never(head: Head) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How one route's documents become entries.

    `kind` is that of paragraphs and list items, `record` that of what a heading owns with all below it: always for a
    heading with a time, and where `is_record` says so. `task` is the kind of check-list items, `item` of other items.
    `headed`: a heading names the entity that owns the fields below it; else the file does. Sections whose title
    matches `hidden` are never read. `whole`: what stands above the first heading can be a record, named as the file.
    `fixed`: paragraphs and items keep `kind` whatever form they have.
    """

    layer: Layer
    kind: Kind
    record: Kind
    origin: Origin = Origin.OWNER
    scope: str = "agent"
    is_record: Callable[[Head], bool] = never
    task: Kind = Kind.TASK
    item: Kind | None = None
    headed: bool = True
    hidden: re.Pattern[str] | None = None
    whole: bool = False
    fixed: bool = False

    def hides(self, title: str) -> bool:
        return self.hidden is not None and self.hidden.search(title) is not None
