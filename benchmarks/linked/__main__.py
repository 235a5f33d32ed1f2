"""`python -m benchmarks.linked [held-out]`: how many of the places that answer are among the ten hits of recall.

By text alone, and with the graph: the one a server has, if the environment names one, else the index's own.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks.linked.town import LIMIT, Question, Town, build, joined
from neuromem_sync import app
from neuromem_sync.answer import run_blocking
from neuromem_sync.clock import SystemClock
from neuromem_sync.config import load
from neuromem_sync.doors import BlockingDoors
from neuromem_sync.layers.graph import Graphs
from neuromem_sync.query import Query
from neuromem_sync.recall import recall
from neuromem_sync.workspace import Workspace

DEVELOPMENT, HELD_OUT = range(10), range(100, 110)

Scores = dict[tuple[str, bool], list[float]]


def ask_town(seed: int, scores: Scores, times: Scores) -> None:
    """Every question about one workspace, with the graph and without."""
    with tempfile.TemporaryDirectory() as folder:
        town = build(Path(folder) / "town", seed)
        workspace = Workspace.at(town.root, state_home=Path(folder) / "state", agent=f"town{seed}")
        settings, clock = load(), SystemClock()
        with closing(app.doors(workspace, settings, clock)) as doors:
            run_blocking(doors.prove())
            app.project(workspace, settings, clock, 60.0)
            for question in town.questions:
                for graphs in ((), doors.graphs):
                    begun = time.perf_counter()
                    places = hits(doors, question, graphs)
                    times.setdefault((question.kind, bool(graphs)), []).append(time.perf_counter() - begun)
                    scores.setdefault((question.kind, bool(graphs)), []).append(score(town, question, places))


def hits(doors: BlockingDoors, question: Question, graphs: Graphs | tuple[()]) -> set[str]:
    query = Query(text=question.text, limit=LIMIT, now=doors.clock.now())
    found = run_blocking(doors.read(recall(query, doors.layers, (), graphs)))
    if found.problems:
        sys.exit(found.problems[0].message)
    return {f"{hit.path}:{hit.line}" for hit in found.hits}


def score(town: Town, question: Question, places: set[str]) -> float:
    """The share of the answers that are there, of ten at most; of a connection, whether a whole chain is."""
    if question.ends:
        return float(joined(town, question.ends, places))
    return len(places & question.answers) / min(LIMIT, len(question.answers))


def main() -> None:
    scores, times = Scores(), Scores()
    for seed in HELD_OUT if "held-out" in sys.argv[1:] else DEVELOPMENT:
        ask_town(seed, scores, times)
    print("questions          text   graph   p50 ms of each")
    for kind in dict.fromkeys(kind for kind, _ in scores):
        print(f"{kind:10} {len(scores[kind, True]):5} {_row(kind, scores, times)}")
    mean = [
        statistics.mean(statistics.mean(each) for (_, on), each in scores.items() if on is way) for way in (False, True)
    ]
    print(f"mean             {mean[0]:7.3f} {mean[1]:7.3f}")


def _row(kind: str, scores: Scores, times: Scores) -> str:
    found = [f"{statistics.mean(scores[kind, way]):7.3f}" for way in (False, True)]
    return " ".join((*found, *(f"{statistics.median(times[kind, way]) * 1000:7.1f}" for way in (False, True))))


main()
