"""What a life says that lasts, and how an item is recognised; kept as JSON outside of the workspace.

Judges nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

_MARKUP = re.compile(r"[*`\u200b]|\[\[|\]\]|<!--.*?-->")


def plain(text: str) -> str:
    """One line without marks."""
    return " ".join(_MARKUP.sub("", text).split())


def pattern(ways: tuple[str, ...]) -> str:
    """A regular expression for any way to write one value."""
    alternatives = "|".join(r"\s+".join(map(re.escape, way.split())) for way in sorted(ways, key=len, reverse=True))
    return rf"(?<![\w.,/])(?:{alternatives})s?(?!\w|[.,:]\d|/\w)"


@dataclass(frozen=True)
class Fact:
    """`subject` and `value` must all be found in an item; `old` are values that once held. `said` are its wordings.

    `known`: MEMORY.md or the profile says it, so it must not be learned again.
    """

    name: str
    kind: str
    known: bool
    subject: tuple[str, ...]
    value: str
    old: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    def about(self, text: str) -> bool:
        return all(found.search(text) for found in self._subject)

    def current(self, text: str) -> bool:
        """Whether a plain text says it as it is now."""
        return self._value.search(text) is not None and self.about(text)

    def outdated(self, text: str) -> bool:
        """Whether a plain text says it as it once was, and not as it is now."""
        return any(old.search(text) for old in self._old) and not self._value.search(text) and self.about(text)

    @cached_property
    def _subject(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(each, re.I) for each in self.subject)

    @cached_property
    def _value(self) -> re.Pattern[str]:
        return re.compile(self.value, re.I)

    @cached_property
    def _old(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(each, re.I) for each in self.old)


@dataclass(frozen=True, slots=True)
class Noise:
    """A sentence that must not be learned, and of what kind it is."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Truth:
    facts: tuple[Fact, ...]
    noise: tuple[Noise, ...] = ()


def write(truth: Truth, path: Path) -> None:
    path.write_text(json.dumps(asdict(truth), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> Truth:
    given = json.loads(path.read_text(encoding="utf-8"))
    return Truth(tuple(map(_fact, given["facts"])), tuple(Noise(**each) for each in given["noise"]))


def _fact(given: Mapping[str, Any]) -> Fact:
    return Fact(
        name=given["name"],
        kind=given["kind"],
        known=given["known"],
        subject=tuple(given["subject"]),
        value=given["value"],
        old=tuple(given["old"]),
        said=tuple(given["said"]),
    )
