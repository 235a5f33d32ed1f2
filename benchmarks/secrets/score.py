"""Counts what is seen: of each class of seeds, and of lines that hold no secret.

Goes the way a document goes into the index: parsed, then redacted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass

from benchmarks.secrets.seeds import Seed
from neuromem_sync.detectors import find
from neuromem_sync.parsers import Document, parse
from neuromem_sync.redact import masked, redact
from neuromem_sync.workspace import route

WINDOW = 10
"""So many characters of a secret in a row are a leak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Of one class: how many there were, and those that stand in an entry or a problem."""

    seeds: int
    leaked: tuple[Seed, ...]

    @property
    def recall(self) -> float:
        return 1 - len(self.leaked) / self.seeds


def scores(given: Iterable[Seed]) -> dict[str, Score]:
    """By class."""
    by_class: dict[str, list[Seed]] = defaultdict(list)
    for seed in given:
        by_class[seed.kind].append(seed)
    return {kind: Score(seeds=len(some), leaked=tuple(filter(leaks, some))) for kind, some in by_class.items()}


def leaks(seed: Seed) -> bool:
    """Whether a piece of the secret stands in what the document becomes."""
    if masked(seed.path) != seed.path:  # then it is not read at all
        return False
    kind = route(seed.path)
    parsed = parse(Document(seed.path, seed.text.encode(), kind)).result
    entries, problems = redact(parsed.entries or (), kind)
    told = "\n".join(strings((entries, problems, parsed.problems))).casefold()
    return any(piece in told for piece in pieces(seed.secret))


def pieces(secret: str) -> set[str]:
    """Each WINDOW of a secret in lower case; a short one whole."""
    folded = secret.casefold()
    return {folded[at : at + WINDOW] for at in range(max(1, len(folded) - WINDOW + 1))}


def false_alarms(lines: Iterable[str]) -> Counter[str]:
    """Lines that hold no secret, in which one is seen."""
    return Counter(line for line in lines if find(line))


def strings(value: object) -> Iterator[str]:
    """Every string anywhere in a value."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))
    elif hasattr(value, "items"):
        yield from strings(tuple(value.items()))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from strings(one)
