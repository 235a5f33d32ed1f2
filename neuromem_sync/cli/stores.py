"""How a store that answers for a layer is told of to people. Asks none."""

from __future__ import annotations

from neuromem_sync.cli.output import StoreJson
from neuromem_sync.cli.terminal import counted
from neuromem_sync.query import Stored


def answering(stored: Stored) -> str:
    """`redis, in step`, or which one answers in its place, and why; how far behind, where that is not the reason."""
    left = counted(stored.left, "entry")
    if not stored.reason:
        return f"{stored.store}, {f'{left} behind' if stored.left else 'in step'}"
    behind = f" ({left} behind)" if stored.left and not stored.reason.endswith(left) else ""
    return f"{stored.store}: {stored.reason}{behind}"


def plain_store(stored: Stored) -> StoreJson:
    return StoreJson(
        layer=stored.layer.value,
        store=stored.store,
        server=stored.server,
        left=stored.left,
        reason=stored.reason,
    )
