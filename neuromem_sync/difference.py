"""What an edit changes, as people read it: a unified diff."""

from __future__ import annotations

from difflib import unified_diff


def difference(path: str, before: bytes, after: bytes, context: int = 1) -> str:
    """The lines that differ, with `context` lines around them; "" if none do."""
    old, new = (data.decode("utf-8", "replace").splitlines() for data in (before, after))
    return "\n".join(unified_diff(old, new, path, path, n=context, lineterm=""))
