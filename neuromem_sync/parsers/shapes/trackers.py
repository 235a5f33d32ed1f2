"""Loops, goals, projects and roadmaps: things with a state, told by a heading with fields, an item or a row."""

from __future__ import annotations

import re
from collections.abc import Callable

from neuromem_sync.model import Kind, Layer
from neuromem_sync.parsers.records import field_names
from neuromem_sync.parsers.shape import Head, Shape
from neuromem_sync.parsers.words import TRACKER_SECTIONS

_TABLE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*\|", re.M)
_LIST = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")


def is_tracked(head: Head) -> bool:
    """A heading with a title of its own, and fields or a paragraph below it."""
    if head.level < 2 or head.title.casefold() in TRACKER_SECTIONS or _TABLE.search(head.text):
        return False
    names = field_names(head.text)
    if head.nested:
        return "status" in names
    return bool(names) or bool(head.text.strip() and not head.following and not _LIST.match(head.text))


def _tracker(kind: Kind, is_record: Callable[[Head], bool] = is_tracked) -> Shape:
    return Shape(layer=Layer.SEMANTIC, kind=Kind.STATEMENT, record=kind, item=kind, task=kind, is_record=is_record)


LOOPS = _tracker(Kind.LOOP)
GOALS = _tracker(Kind.GOAL)
PROJECTS = _tracker(Kind.PROJECT)
ROADMAP = Shape(layer=Layer.SEMANTIC, kind=Kind.STATEMENT, record=Kind.GOAL, task=Kind.GOAL, is_record=is_tracked)
