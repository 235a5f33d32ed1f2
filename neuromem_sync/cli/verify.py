"""`neuromem verify`: make the index again from nothing and compare."""

from __future__ import annotations

from shlex import quote

import click

from neuromem_sync import app
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.bar import progress
from neuromem_sync.cli.options import agent_option, agents_and_folders, clock, json_option, only_agent, settings_of
from neuromem_sync.cli.output import VerifyJson
from neuromem_sync.cli.terminal import emit, say
from neuromem_sync.verify import Verification
from neuromem_sync.workspace import Workspace


@click.command(short_help=COMMANDS["verify"])
@agent_option
@json_option(VerifyJson)
@click.argument("words", nargs=-1, metavar="[AGENT]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, words: tuple[str, ...]) -> int:
    """Prove that the index equals the files: parse everything from nothing and compare all four layers.

    Exit 0 if they are equal, 1 on any difference.

    \b
    neuromem verify
    neuromem verify ava --json
    """
    workspace = only_agent(agent, words)
    with progress(f"reading {workspace.agent} again", clock().monotonic, quiet=as_json) as advance:
        found = app.verify(workspace, settings_of(workspace), clock(), advance)
    if as_json:
        emit(_plain(found))
    else:
        _show(found, workspace)
    return 0 if found.equal else 1


def _plain(found: Verification) -> VerifyJson:
    return VerifyJson(
        equal=found.equal,
        digest=found.digest,
        differences=list(found.differences),
        unverified=list(found.unverified),
    )


def _show(found: Verification, workspace: Workspace) -> None:
    if found.equal:
        say(f"the index equals the files ({found.digest[:16]})", "good")
    else:
        say("the index differs from the files:", "bad")
        for difference in found.differences:
            say(f"  {difference}")
        say(
            f"this is a defect; to start afresh: rm -r {quote(str(workspace.state))}; neuromem sync {workspace.spoken}",
            "faint",
        )
    for path in found.unverified:
        say(f"not compared, it could not be read: {path}", "warn")
