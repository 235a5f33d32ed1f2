"""`neuromem secrets`: where secrets stand in the files, never what they are."""

from __future__ import annotations

import click

from neuromem_sync.answer import run_blocking
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import show_doubts
from neuromem_sync.cli.options import agent_option, agents_and_folders, doors_of, json_option, only_agent
from neuromem_sync.cli.output import AllowedJson, SecretJson, SecretsJson
from neuromem_sync.cli.plain import plain_freshness
from neuromem_sync.cli.terminal import counted, emit, line, say, styled
from neuromem_sync.disclosures import NAME, Disclosure, Disclosures, allow, disclosures
from neuromem_sync.roster import daemon
from neuromem_sync.workspace import Workspace

_BETTER = "better kept in a password manager, or below a heading Credentials of mind/SHARED.md"


@click.command(short_help=COMMANDS["secrets"])
@agent_option
@json_option(SecretsJson, AllowedJson)
@click.option("--allow", "place", metavar="PATH:LINE", help="What is found there is no secret: index it.")
@click.argument("words", nargs=-1, metavar="[AGENT]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, place: str | None, words: tuple[str, ...]) -> int:
    """List the secrets in the files: where, of what kind, and how long; never what they are.

    None of them is in the index. What stands below a heading for credentials is where it may stay. Exit 0 if nothing
    stands elsewhere, 1 if something does. --allow takes back a false alarm, with a fingerprint in your config.toml.

    \b
    neuromem secrets
    neuromem secrets ava --json
    neuromem secrets ava --allow notes/build.md:12
    """
    workspace = only_agent(agent, words)
    if place is not None:
        _allow(workspace, place, as_json=as_json)
        return 0
    with doors_of(workspace) as doors:
        listed = run_blocking(disclosures(doors))
    if as_json:
        emit(_plain(workspace, listed))
    else:
        _show(workspace, listed)
        show_doubts(listed.freshness)
    return 0 if all(one.kept for one in listed.found) else 1


def _allow(workspace: Workspace, place: str, *, as_json: bool) -> None:
    count = allow(workspace, place)
    if as_json:
        emit(AllowedJson(agent=workspace.agent, place=place, allowed=count))
        return
    say(f"{counted(count, 'value')} at {place} will be indexed: no secret from now on", "good")
    if daemon(workspace) is not None:
        say("  a daemon watches, and reads its settings when it starts: start it anew", "faint")


def _plain(workspace: Workspace, listed: Disclosures) -> SecretsJson:
    secrets = [
        SecretJson(path=one.path, line=one.line, kind=one.kind, hint=one.hint, kept=one.kept) for one in listed.found
    ]
    return SecretsJson(agent=workspace.agent, secrets=secrets, freshness=plain_freshness(listed.freshness))


def _show(workspace: Workspace, listed: Disclosures) -> None:
    if not listed.found:
        say("no secrets")
    for one in listed.found:
        line(styled(f"{one.path}:{one.line}", "strong"), *_about(one))
    if any(not one.kept and one.kind != NAME for one in listed.found):
        say(f"  none is indexed; {_BETTER}", "faint")
        say(f"  what is no secret: neuromem secrets {workspace.spoken} --allow PATH:LINE", "faint")
    if any(one.kind == NAME for one in listed.found):
        say("  a file with a secret in its name is not read: rename it", "faint")


def _about(one: Disclosure) -> tuple[str, ...]:
    if one.kept:
        return styled(one.kind, "good"), styled("left out, may stay", "faint")
    kind = styled(one.kind, "warn")
    return (kind, styled(one.hint, "faint")) if one.hint else (kind,)
