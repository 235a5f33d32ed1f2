"""A bank of words: topics that facts are made of, frames to say them in, and noise, read from one TOML file.

Draws nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

BANKS = ("development", "second", "third", "fourth", "heldout")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a kind of fact is about, the values it can have, and templates that say it.

    `x` fills the subject's slot, where it has one. `recognised` are regular expressions that every saying matches.
    `noun` can stand before "is". `title`, `what` and `why` make a record, `field` an attribute below a heading.
    """

    name: str
    kind: str
    values: tuple[Words, ...]
    recognised: Words
    said: Words
    moved: Words = ()
    x: tuple[Words, ...] = ()
    times: int = 1
    changes: bool = False
    noun: str = ""
    title: str = ""
    what: str = ""
    why: str = ""
    field: Words = ()

    @property
    def framing(self) -> tuple[str, str]:
        """Names of the frames that may stand before and behind it; what I want, nobody else confirms."""
        return ("own lead", "own tail") if self.kind == "preference" else ("lead", "tail")


@dataclass(frozen=True, slots=True)
class Bank:
    name: str
    pools: Mapping[str, Words]
    topics: tuple[Topic, ...]
    frames: Mapping[str, Sequence[Any]]
    noise: Mapping[str, Sequence[Any]]
    blocks: Mapping[str, Words]

    def statements(self, topic: Topic) -> Words:
        """Frames that say a topic's value by its noun."""
        frames: Words = tuple(self.frames["is"]) if topic.noun else ()
        return tuple(frame for frame in frames if topic.kind != "preference" or "{p}" not in frame)


@cache
def load(name: str) -> Bank:
    """The bank of that name."""
    given = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))
    noise = dict(given["noise"])
    blocks = noise.pop("blocks")
    noise["hostile"] = noise.pop("injected")
    people = tuple((full, full.split()[0]) for full in given["pools"]["people"])
    topics = tuple(_topic(key, topic, people) for key, topic in given["topics"].items())
    return Bank(name, given["pools"], topics, given["frames"], noise, blocks)


def _topic(name: str, given: Mapping[str, Any], people: tuple[Words, ...]) -> Topic:
    return Topic(
        name=name,
        kind=given["kind"],
        values=_ways(given["v"], people),
        recognised=tuple(given["is"]),
        said=tuple(given["said"]),
        moved=tuple(given.get("moved", ())),
        x=_ways(given.get("x", ()), people),
        times=given.get("times", 1),
        changes=given.get("changes", False),
        noun=given.get("noun", ""),
        title=given.get("title", ""),
        what=given.get("what", ""),
        why=given.get("why", ""),
        field=tuple(given.get("field", ())),
    )


def _ways(given: str | Sequence[str], people: tuple[Words, ...]) -> tuple[Words, ...]:
    return people if given == "@people" else tuple(tuple(value.split(" = ")) for value in given)
