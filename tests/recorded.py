"""`neuromem` as a transcript runs it: the program itself. What it prints with --json is kept, to be looked at later."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from pathlib import Path

from neuromem_sync.cli import main

FOLDER = "TRANSCRIPT_JSON"
"""The variable that names the folder in which each such run leaves a file: its words, and what it printed."""


class Kept(io.TextIOWrapper):
    """A text stream that remembers what was written to it."""

    text = ""

    def write(self, text: str) -> int:
        self.text += text
        return super().write(text)


def recorded() -> None:
    """Run one command, and keep its JSON if that is what it was asked for."""
    own = sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
    if "--json" not in own:
        main()
    encoding = sys.stdout.encoding
    sys.stdout = kept = Kept(sys.stdout.detach(), encoding=encoding)
    try:
        main()
    finally:
        place = Path(os.environ[FOLDER]) / f"{os.getpid()}-{time.monotonic_ns()}.json"
        place.write_text(json.dumps({"words": own, "printed": kept.text}), encoding="utf-8")
