"""A person with four editors, as a process: `human.py FILE EDITS SEED LONGEST_NAP` adds one line with each edit.

Who truncates or renames has read the file first, as an editor does.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

Save = Callable[[Path, bytes, random.Random], None]


def append(place: Path, line: bytes, chance: random.Random) -> None:
    with open(place, "ab", buffering=0) as file:
        file.write(line)


def append_and_linger(place: Path, line: bytes, chance: random.Random) -> None:
    with open(place, "ab", buffering=0) as file:
        time.sleep(chance.uniform(0, 0.004))
        file.write(line)
        time.sleep(chance.uniform(0, 0.002))


def rename(place: Path, line: bytes, chance: random.Random) -> None:
    data = place.read_bytes()
    beside = place.with_name("human.tmp")
    beside.write_bytes(_with(data, line, chance))
    os.replace(beside, place)


def truncate(place: Path, line: bytes, chance: random.Random) -> None:
    data = _with(place.read_bytes(), line, chance)
    half = chance.randrange(len(data))
    with open(place, "wb", buffering=0) as file:
        file.write(data[:half])
        time.sleep(chance.uniform(0, 0.002))
        file.write(data[half:])


SAVES: tuple[Save, ...] = (append, append_and_linger, rename, truncate)


def _with(data: bytes, line: bytes, chance: random.Random) -> bytes:
    """The line at the end, or below the first heading."""
    if chance.random() < 0.5:
        return data + line
    heading, ending, rest = data.partition(b"\n")
    return heading + ending + line + rest


def line_of(number: int) -> bytes:
    return b"- person %06d %s\n" % (number, SAVES[number % len(SAVES)].__name__.encode())


def main(place: Path, edits: int, seed: int, longest_nap: float) -> None:
    chance = random.Random(seed)
    order = list(range(edits))
    chance.shuffle(order)
    for number in order:
        SAVES[number % len(SAVES)](place, line_of(number), chance)
        time.sleep(chance.uniform(0, longest_nap))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
