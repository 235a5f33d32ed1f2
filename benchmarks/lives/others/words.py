"""What one author wrote, read from a TOML file: facts in many wordings, noise, names and the workspace's own files.

Draws nothing. In a file, `[cast]` names what stays the same in a life (several keys in one: as many different names),
`[pools]` and `[numbers]` what is drawn anew each time, `[variants]` what replaces parts of both.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

AUTHORS = ("firm", "family", "homelab", "theatre")

Words = tuple[str, ...]
Pools = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a fact is about, in the words of its author.

    `values` are ways to write each value it can have; one without values is recognised by `always` instead.
    `patterns` recognise a value, by its first way, where its ways do not. `stated` is kept for MEMORY.md. `wrong` never
    held. `noun` can stand before "is". `desk` is the agent it belongs to. `noise` holds a kind and a sentence each.
    """

    name: str
    kind: str
    recognised: Words
    said: Words
    values: tuple[Words, ...] = ()
    patterns: Mapping[str, str] = field(default_factory=dict)
    always: str = ""
    moved: Words = ()
    stated: str = ""
    noun: str = ""
    wrong: Words = ()
    desk: int | None = None
    variant: str = ""
    noise: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Names and pools that go together, like those of one trade."""

    cast: Pools
    pools: Pools


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """`attributed` are kinds of noise whose sentences name their source; facts of `owned` kinds belong in USER.md."""

    name: str
    attributed: Words
    owned: Words
    agents: tuple[Words, ...]
    roles: tuple[Words, ...]
    cast: Pools
    numbers: Mapping[str, tuple[int, int]]
    pools: Pools
    variants: Mapping[str, Variant]
    kept: Pools
    noise: Pools
    withdrawn: tuple[Words, ...]
    topics: tuple[Topic, ...]


@cache
def load(name: str) -> Author:
    """The author of that name."""
    given = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))
    noise = given["noise"]
    return Author(
        name=name,
        attributed=tuple(given["attributed"]),
        owned=tuple(given["owned"]),
        agents=_lists(given["agents"]),
        roles=_lists(given["roles"]),
        cast=_pools(given["cast"]),
        numbers={key: (low, high) for key, (low, high) in given["numbers"].items()},
        pools=_pools(given["pools"]),
        variants={key: _variant(each) for key, each in given.get("variants", {}).items()},
        kept=_pools(given["kept"]),
        withdrawn=_lists(noise.pop("withdrawn")),
        noise=_pools(noise),
        topics=tuple(_topic(key, topic, given["pools"]) for key, topic in given["topics"].items()),
    )


def ways(value: str) -> Words:
    """Ways to write one value: `Monday = Mondays` in a file."""
    return tuple(value.split(" = "))


def _topic(name: str, given: dict[str, Any], pools: Mapping[str, list[str]]) -> Topic:
    values = given.pop("values", [])
    drawn = pools["people"] if values == ["@people"] else values
    lists: dict[str, Any] = {key: tuple(given.pop(key, ())) for key in ("recognised", "said", "moved", "wrong")}
    return Topic(name=name, values=tuple(map(ways, drawn)), noise=_lists(given.pop("noise", [])), **lists, **given)


def _variant(given: Mapping[str, Any]) -> Variant:
    return Variant(cast=_pools(given["cast"]), pools=_pools(given["pools"]))


def _lists(given: list[list[str]]) -> tuple[Words, ...]:
    return tuple(map(tuple, given))


def _pools(given: Mapping[str, list[str]]) -> Pools:
    return {key: tuple(each) for key, each in given.items()}
