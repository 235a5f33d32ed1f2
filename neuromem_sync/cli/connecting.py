"""What `init --for` does and says about the settings of another program."""

from __future__ import annotations

import os
import shutil
import sys

from neuromem_sync.cli import NAMES
from neuromem_sync.cli.options import here
from neuromem_sync.cli.output import ConnectionJson, InitJson
from neuromem_sync.cli.terminal import difference, say


def connect(result: InitJson, program: str, *, write: bool) -> None:
    """Put into the result what the program's files lack for this agent, and into the files if it is to be written."""
    from neuromem_sync import connection
    from neuromem_sync.homes import Around, Program, advice, settings

    ours = _program()
    wanted = settings(Program(program), result["agent"], Around.now(here()), ours)
    found = list(connection.connections(wanted))
    for each in found if write else ():
        connection.connect(each)
    result["connections"] = [
        ConnectionJson(
            path=str(each.file), diff=each.diff, written=not each.fault and (write or not each.diff), fault=each.fault
        )
        for each in found
    ]
    hints = [each.hint for each in found if each.hint]
    result["advice"] = [*hints, *advice(Program(program), result["agent"], ours)]


def tell(result: InitJson, program: str) -> None:
    """The same for people."""
    from neuromem_sync.homes import Program, title

    name = title(Program(program))
    lacking = [each for each in result["connections"] if each["diff"]]
    faults = [each["fault"] for each in result["connections"] if each["fault"]]
    if not lacking and not faults:
        say(f"{name} has its settings already.", "good")
    elif lacking and lacking[0]["written"]:
        say(f"{name} uses it from its next session on. Written:", "good")
    elif lacking:
        say(f"{name} uses it with these settings. To install them, repeat the command with --write:", "strong")
    for each in lacking:
        difference(each["diff"])
    for fault in faults:
        say(fault, "warn")
    for line in result["advice"]:
        say(f"  {line}", "faint")


def _program() -> str:
    """How another program starts us: by name where that is found, else by the place of the program that runs now."""
    running = os.path.abspath(sys.argv[0])
    return running if os.path.basename(running) in NAMES and not shutil.which(NAMES[0]) else NAMES[0]
