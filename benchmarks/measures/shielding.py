"""How often `shield` is right about plans, and how long a hook before a tool waits for it.

The plans are those of benchmarks/shield/; the time is that of the large workspace.
"""

from __future__ import annotations

import json
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from benchmarks import shield as plans
from benchmarks.bench import Bench, milliseconds
from benchmarks.table import Row, quantile
from neuromem_sync import agents, app
from neuromem_sync.answer import run_blocking
from neuromem_sync.clock import ManualClock, SystemClock
from neuromem_sync.config import load
from neuromem_sync.shield import known
from neuromem_sync.workspace import Workspace

TIMES = 15
NOW = 1_772_000_000.0


def measure(bench: Bench) -> Iterator[Row]:
    for sets in (["development", "second"], ["heldout"], list(plans.SETS)):
        yield from _quality(sets)
    bench.neuromem("sync", str(bench.root))
    asked = [f"git push --force && {needle.query}" for needle in bench.made.needles]
    yield Row(name="shield of a command, in process, p50", value=quantile(_looked(bench, asked), 0.5), goal=10)
    call = json.dumps({"tool_name": "Bash", "tool_input": {"command": asked[0]}})
    words = [bench.executable, "shield", "--agent", str(bench.root), "--hook"]
    hook = ["sh", "-c", f"printf %s {shlex.quote(call)} | {shlex.join(words)}"]
    with bench.daemon():
        taken = [bench.run(hook).seconds * 1000 for _ in range(TIMES)]
    yield Row(name="`neuromem shield --hook` as a process, daemon running", value=quantile(taken, 0.5), goal=150)


def _quality(sets: Sequence[str]) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as place:
        workspace = Workspace.at(Path(place) / "ava", state_home=Path(place) / "state", agent="ava")
        verdict = plans.judge(sets, workspace, ManualClock(NOW))
    name, note = f"shield, {' + '.join(sets)}", f"{len(verdict.judged)} plans"
    yield Row(name=f"{name}: precision", value=verdict.precision, unit="", note=note)
    yield Row(name=f"{name}: recall", value=verdict.recall, unit="")
    yield Row(name=f"{name}: false alarms", value=verdict.alarms, unit="")


def _looked(bench: Bench, asked: Sequence[str]) -> list[float]:
    workspace, _ = agents.one(str(bench.root), (), agents.registered(load()), bench.root)
    with closing(app.doors(workspace.require(), load(bench.root), SystemClock())) as doors:
        return [milliseconds(run_blocking, known(doors, plan)) for plan in asked]
