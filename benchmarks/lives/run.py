"""Learns from lives, scores what was learned, and prints it as a table.

Makes nothing up; see life.py for that.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.lives import life, truth
from benchmarks.lives.learned import Learned, learned
from benchmarks.lives.scorer import Score, Verdict, score
from benchmarks.lives.truth import Truth

WRITTEN = Path(__file__).parent / "written"
COLUMNS = (
    "precision",
    "recall",
    "superseded",
    "hostile",
    "strangers",
    "known again",
    "duplicates",
    "junk",
    "items",
    "seconds",
)
Make = Callable[[Path, str, int], Truth]
"""Writes the life of a name and a seed to a folder."""
SHOWN = 100
"""Characters of an item under `--misses`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was learned of one life, how good it is, and how long it took, with the index."""

    name: str
    truth: Truth
    learned: Learned
    score: Score
    seconds: float

    @property
    def cells(self) -> tuple[float, ...]:
        """As in COLUMNS."""
        verdicts = (
            Verdict.SUPERSEDED,
            Verdict.HOSTILE,
            Verdict.STRANGER,
            Verdict.KNOWN,
            Verdict.DUPLICATE,
            Verdict.JUNK,
        )
        counts = map(self.score.count, verdicts)
        return (self.score.precision, self.score.recall, *counts, len(self.score.items), self.seconds)


def generated(name: str, seeds: Iterable[int], make: Make = life.make) -> Iterator[Outcome]:
    """An outcome for each seed of a bank, or of who else makes lives; workspaces are made and removed again."""
    for seed in seeds:
        with tempfile.TemporaryDirectory(prefix="neuromem-lives-") as place:
            root = Path(place) / "workspace"
            yield _outcome(f"{name} {seed}", root, make(root, name, seed))


def written() -> Iterator[Outcome]:
    """An outcome for each hand-written life."""
    for path in sorted(WRITTEN.glob("*/truth.json")):
        yield _outcome(path.parent.name, path.parent / "workspace", truth.read(path))


def _outcome(name: str, root: Path, true: Truth) -> Outcome:
    start = time.perf_counter()
    found = learned(root)
    seconds = time.perf_counter() - start
    return Outcome(name, true, found, score(found.items, true), seconds)


def show(outcomes: Iterable[Outcome], *, misses: bool) -> None:
    """Print a row a life as it is done, then mean and worst."""
    print(_row(("life", *COLUMNS)))
    print(_row(["---"] * (1 + len(COLUMNS))))
    rows = []
    for outcome in outcomes:
        rows.append(outcome.cells)
        print(_row((outcome.name, *map(_cell, outcome.cells))), flush=True)
        if misses:
            print("\n".join(f"    {line}" for line in explained(outcome)))
    columns = list(zip(*rows, strict=True))
    print(_row(("mean", *(_cell(statistics.fmean(column)) for column in columns))))
    worst: list[Callable[[Iterable[float]], float]] = [min, min, *[max] * (len(COLUMNS) - 2)]
    print(_row(("worst", *(_cell(choose(column)) for choose, column in zip(worst, columns, strict=True)))))


def explained(outcome: Outcome) -> Iterator[str]:
    """What should not have been learned and where it comes from; what was missed and the gate that held it."""
    for item in outcome.score.items:
        if item.verdict is not Verdict.FOUND:
            yield f"{item.verdict:<11}{item.about:<24} {item.text[:SHOWN]}"
    for fact in outcome.score.missed:
        held = [near for near in outcome.learned.nearest if fact.current(truth.plain(near.text))]
        gates = ", ".join(sorted({f"{near.gate} {near.score:.2f}" for near in held})) or "held back early"
        yield f"missed     {fact.name:<24} said {len(fact.said)}x, {gates}: {fact.said[-1][:SHOWN]}"
    yield ", ".join(f"{gate} {count}" for gate, count in sorted(outcome.learned.held_back.items()))


def _cell(value: float) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
