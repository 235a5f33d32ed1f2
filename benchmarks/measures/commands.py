"""What a shell waits for: every command that reads, as a whole process with a daemon running, and `recall` without.

The floors are the bare interpreter, and click imported. They take turns with the commands, so that a busy machine is
as slow for both.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from benchmarks import floors
from benchmarks.bench import Bench, Ended, milliseconds
from benchmarks.table import Row, quantile

TIMES = 15
BARE, CLICK, HELP, RECALL = "bare Python", "import click", "`neuromem --help`", "`neuromem recall`"


class _Took(NamedTuple):
    """Medians in milliseconds: what a shell waits, and what the processor works, which is steadier."""

    wall: float
    processor: float

    @property
    def note(self) -> str:
        return f"processor {self.processor:.0f} ms"


def measure(bench: Bench) -> Iterator[Row]:
    bench.neuromem("sync", str(bench.root))
    around = {
        BARE: [sys.executable, "-c", "pass"],
        CLICK: [sys.executable, "-c", "import click"],
        HELP: [bench.executable, "--help"],
    }
    recall = {RECALL: _ours(bench, "recall", bench.made.needles[0].query)}
    with bench.daemon():
        beside = _medians(bench, {**around, **recall, **_reads(bench)})
    alone = _medians(bench, {CLICK: around[CLICK], **recall})
    click = beside[CLICK].wall
    yield Row(name=BARE, value=beside[BARE].wall, note=beside[BARE].note)
    for name, took in beside.items():
        if name not in {BARE, CLICK}:
            what, goal = (name, 80) if name == HELP else (f"{name}, daemon running", 150)
            yield Row(name=what, value=took.wall, goal=goal, floor=click, floor_name=CLICK, note=took.note)
    sweep = quantile([milliseconds(floors.stat_sweep, bench.root) for _ in range(7)], 0.5)
    yield Row(
        name=f"{RECALL}, no daemon",
        value=alone[RECALL].wall,
        floor=alone[CLICK].wall + sweep,
        floor_name=f"{CLICK}, scandir and stat",
        note=alone[RECALL].note,
    )


def _reads(bench: Bench) -> Mapping[str, Sequence[str]]:
    """Every other command that answers from the index, of something that is there."""
    needle = bench.made.needles[0]
    place = f"{needle.path}:{needle.line}"
    reads: Mapping[str, Sequence[str]] = {
        "recent": (),
        "session": (),
        "context": (needle.query,),
        "how": (needle.query,),
        "shield": (f"git push --force && {needle.query}",),
        "procedure list": (),
        "procedure show": (str(_first(bench, "procedure", "list")["name"]),),
        "task list": (),
        "timeline": (),
        "tags": (),
        "entities": (),
        "entities NAME": (str(_first(bench, "entities")["name"]),),
        "show PATH:LINE": (place,),
        "show ID": (str(_first(bench, "show", place)["id"]),),
        "stats": (),
        "status": (),
        "problems": (),
        "secrets": (),
        "diff": (),
        "health": (),
    }
    verbs = {name: [word for word in name.split() if word.islower()] for name in reads}
    return {f"`neuromem {name}`": _ours(bench, *verbs[name], *given) for name, given in reads.items()}


def _ours(bench: Bench, *words: str) -> Sequence[str]:
    return [bench.executable, words[0], "--agent", str(bench.root), *words[1:]]


def _first(bench: Bench, *words: str) -> Mapping[str, Any]:
    """The first thing that a command lists."""
    value = json.loads(bench.run([*_ours(bench, *words), "--json"]).printed)
    listed: Mapping[str, Any] = next(each for each in value.values() if isinstance(each, list))[0]
    return listed


def _medians(bench: Bench, commands: Mapping[str, Sequence[str]]) -> dict[str, _Took]:
    """What each takes; each round runs them all."""
    ended: dict[str, list[Ended]] = {name: [] for name in commands}
    for _ in range(TIMES):
        for name, words in commands.items():
            ended[name].append(bench.run(words))
    return {name: _took(runs) for name, runs in ended.items()}


def _took(runs: Sequence[Ended]) -> _Took:
    wall = quantile([run.seconds for run in runs], 0.5)
    processor = quantile([run.processor for run in runs], 0.5)
    return _Took(1000 * wall, 1000 * processor)
