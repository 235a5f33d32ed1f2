"""Draws the picture of the README from a real run: `python -m tests.picture > docs/picture.svg`.

The commands are run on a terminal, in a home of their own; what they print is drawn as it is, with nothing fetched.
"""

from __future__ import annotations

import os
import pty
import re
import subprocess
import tempfile
from html import unescape
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.transcript import environment, furnish, run

WIDTH = 104
PREPARED = """\
neuromem init ava --agent ava
cat >> ava/mind/DECISIONS.md <<'END'

### 2026-02-20 — Hosts are named after rivers

- **Decision:** every new host gets the name of a river
END
cat >> ava/mind/ERRORS.md <<'END'

### 2026-02-11 — Forced push over main

- **What happened:** git push --force origin main lost two commits of Nadia
- **How to Avoid:** push to a branch and open a pull request
END
NEUROMEM_NOW=2026-02-28T18:30+01:00 neuromem task ava start migrate "Move the database"
NEUROMEM_NOW=2026-02-28T18:50+01:00 neuromem task ava pause migrate "The schema is copied; next the rows, then the DNS."
neuromem groom ava
"""
SHOWN = (
    (
        "an edit, in any editor, by a person or an agent",
        "echo 'The gateway listens on port 8443, behind Caddy.' >> ava/notes.md",
    ),
    ("is in the next answer", "neuromem recall ava 'which port does the gateway listen on'"),
    ("what failed before is said before it is done again", "neuromem shield ava git push --force origin main"),
    ("an agent that wakes knows what is open and what holds", "neuromem session ava"),
    (
        "and what proved true goes into MEMORY.md, every night",
        "neuromem remember ava 'Lesson: never run migrations from two hosts at once.'",
    ),
    ("", "neuromem groom ava"),
)
THEME = TerminalTheme(
    (16, 20, 24),
    (208, 214, 220),
    [
        (60, 66, 72),
        (240, 113, 120),
        (127, 200, 127),
        (230, 190, 100),
        (97, 175, 239),
        (198, 120, 221),
        (86, 182, 194),
        (208, 214, 220),
    ],
)
# Rich's own template fetches a font from the network.
FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>A terminal: an edit, and the answers it becomes</title>
<style>
text {{ font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }}
.{unique_id}-title {{ font-size: 16px; }}
.{unique_id}-matrix {{ font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix" xml:space="preserve">
{matrix}
</g>
</g>
</svg>
"""


def drawn() -> Console:
    """The run, on a console that has recorded it."""
    console = Console(record=True, width=WIDTH, file=StringIO(), color_system="truecolor", force_terminal=True)
    with tempfile.TemporaryDirectory() as folder:
        home = furnish(Path(folder))
        run(PREPARED, home)
        for why, command in SHOWN:
            if why:
                console.print(Text(f"# {why}", style="dim"))
            console.print(Text.assemble(("$ ", "green"), (command, "bold")))
            console.print(Text.from_ansi(on_a_terminal(command, home)))
    return console


def on_a_terminal(command: str, home: Path) -> str:
    """What a command prints where colours are seen."""
    ours, theirs = pty.openpty()
    try:
        subprocess.run(
            ["bash", "-c", command],
            cwd=home,
            env=environment(home) | {"COLUMNS": str(WIDTH), "TERM": "xterm-256color"},
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            timeout=60,
            check=False,
        )
        os.write(theirs, b"\0")  # so that there is something to read, and its end is known
        shown = b""
        while not shown.endswith(b"\0"):
            shown += os.read(ours, 1 << 16)
    finally:
        os.close(ours)
        os.close(theirs)
    return shown[:-1].decode().replace("\r\n", "\n")


def svg() -> str:
    return drawn().export_svg(title="neuromem", theme=THEME, code_format=FORMAT, unique_id="neuromem")


def told(picture: str) -> list[str]:
    """The text of a picture, line by line."""
    lines: dict[str, str] = {}
    for y, text in re.findall(r'<text [^>]*\by="([^"]+)"[^>]*clip-path=[^>]*>([^<]*)</text>', picture):
        lines[y] = lines.get(y, "") + unescape(text)
    return [line.replace("\xa0", " ").strip() for line in lines.values()]


if __name__ == "__main__":
    print(svg(), end="")
