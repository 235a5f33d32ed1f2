"""`python -m benchmarks.lives make FOLDER`: write a life; `run`: see what consolidation finds in some."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.lives import life, run
from benchmarks.lives.bank import BANKS
from benchmarks.lives.others import life as others
from benchmarks.lives.others.words import AUTHORS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lives", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    making = verbs.add_parser("make", help="write a workspace, and beside it what is true in it")
    making.add_argument("folder", type=Path)
    making.add_argument("--seed", type=int, default=0)
    running = verbs.add_parser("run", help="learn from lives and score it")
    running.add_argument("--seeds", type=_seeds, default=range(10), help="like 3 or 0-9")
    running.add_argument("--written", action="store_true", help="the hand-written lives instead")
    running.add_argument("--misses", action="store_true", help="what was missed, and what should not have been learned")
    for verb in (making, running):
        verb.add_argument("--bank", choices=BANKS, default=BANKS[0])
        verb.add_argument("--others", choices=AUTHORS, help="another author's words and layouts instead of a bank")
    given = parser.parse_args()
    name, make = (given.others, others.make) if given.others else (given.bank, life.make)
    if given.verb == "make":
        make(given.folder, name, given.seed)
    elif given.written:
        run.show(run.written(), misses=given.misses)
    else:
        run.show(run.generated(name, given.seeds, make), misses=given.misses)


def _seeds(text: str) -> range:
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


if __name__ == "__main__":
    main()
