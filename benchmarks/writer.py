"""The other process of the edit benchmark: writes where it is told to, and says when the file was closed.

Reads `PATH WORD` lines from its input; answers each with the monotonic clock (one for all processes) after closing.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path


def edit(path: Path, word: str, stamp: int) -> None:
    """An entry more, in the middle of the file."""
    lines = path.read_text(encoding="utf-8").split("\n")
    at = next((number for number in range(len(lines) // 2, len(lines)) if not lines[number]), len(lines) - 1)
    lines[at:at] = ["", f"- 23:{stamp % 60:02} The word of the moment is {word}."]
    path.write_text("\n".join(lines), encoding="utf-8")


def main() -> None:
    for stamp, line in enumerate(sys.stdin):
        path, _, word = line.strip().rpartition(" ")
        edit(Path(path), word, stamp)
        print(time.monotonic_ns(), flush=True)


if __name__ == "__main__":
    main()
