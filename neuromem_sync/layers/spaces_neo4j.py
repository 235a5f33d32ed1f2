"""What an agent may see of the entities on a server: those of its own index, and those that other agents share.

Asks nothing: who reads gives it the indexes that are there (projection_neo4j.EPOCHS).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from neuromem_sync.layers.facts_neo4j import SHARED, entity_uid, space_of
from neuromem_sync.sqlite import Row


@dataclass(frozen=True, slots=True)
class Spaces:
    """`own` are those of one's index: what is its alone, and what it shares, if it ever shared."""

    own: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def every(self) -> tuple[str, ...]:
        return self.own + self.others

    def uids(self, *keys: str) -> list[str]:
        return _uids(self.every, keys)

    def asked(self, keys: Iterable[str]) -> list[dict[str, Any]]:
        """Names as statements take them: whose nodes may be one's own, and whose of others."""
        return [{"key": key, "own": _uids(self.own, [key]), "others": _uids(self.others, [key])} for key in keys]


def visible(agent: str, epoch: str, epochs: Sequence[Row]) -> Spaces:
    """Given all indexes (agent, uid, whether it shares), the one that told something last first.

    Of each other agent that one counts: the others of that agent are its other machines, which say the same, or were
    lost.
    """
    own = space_of(agent, epoch)
    latest = {name: (uid, shares) for name, uid, shares in reversed(epochs) if name != agent}
    shared = any(shares for _, uid, shares in epochs if uid == own)
    others = tuple(SHARED + uid for _, (uid, shares) in sorted(latest.items()) if shares)
    return Spaces((own, SHARED + own) if shared else (own,), others)


def _uids(spaces: Sequence[str], keys: Iterable[str]) -> list[str]:
    return [entity_uid(space, key) for key in keys for space in spaces]
