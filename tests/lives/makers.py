"""Who makes lives: the generator with its banks of words, and the one with other authors' words and layouts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.lives import life
from benchmarks.lives.bank import BANKS
from benchmarks.lives.others import life as others
from benchmarks.lives.others.words import AUTHORS
from benchmarks.lives.truth import Truth

Maker = Callable[[Path, str, int], Truth]
MAKERS: Mapping[str, Maker] = {**dict.fromkeys(BANKS, life.make), **dict.fromkeys(AUTHORS, others.make)}
