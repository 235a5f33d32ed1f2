"""What a cycle does about earlier writes, and what it leaves alone."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from neuromem_sync.aftercare import Aftercare
from neuromem_sync.clock import ManualClock
from neuromem_sync.errors import StateError
from neuromem_sync.journal import FILE
from tests.workshop import CLOCK, Workshop
from tests.writeback.bench import NEW, OLD, PATH, START, Bench, linux_only, version


@linux_only
def test_a_dry_run_carries_nothing_over(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write(PATH, OLD.decode())
    with closing(shop.engine()) as engine:
        bench = Bench(engine.root, engine.state)
        with bench.desk(CLOCK) as desk:
            desk.writeback.write(PATH, version(1))
        bench.spares[0].write_bytes(OLD + b"late\n")
        engine.cycle(dry_run=True)
        assert bench.data == NEW
        engine.cycle()
        assert bench.data == NEW + b"late\n"


@linux_only
def test_what_cannot_be_carried_over_is_told(tmp_path: Path) -> None:
    shop = Workshop(tmp_path)
    shop.write(PATH, OLD.decode())
    with closing(shop.engine()) as engine:
        bench = Bench(engine.root, engine.state)
        with bench.desk(CLOCK) as desk:
            desk.writeback.write(PATH, version(1))
        bench.spares[0].write_bytes(OLD.replace(b"Ada", b"Ben"))
        bench.place.write_bytes(NEW.replace(b"Ada", b"Eve"))
        (problem,) = engine.cycle().late
        assert "edited in two places at once" in problem.message
        assert engine.cycle().late == ()


def test_a_journal_that_cannot_be_read_is_looked_at_and_the_look_says_why(tmp_path: Path) -> None:
    bench = Bench.at(tmp_path)
    (bench.state / FILE).write_bytes(b"no database at all, though long enough to be looked at" * 9)
    with closing(Aftercare(bench.root, bench.state, ManualClock(START))) as care:
        assert care.next_due() == 0.0
        with pytest.raises(StateError, match="not a database"):
            care.look(START)
