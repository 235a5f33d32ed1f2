"""`neuromem install-service`: the daemon as a service of its user."""

from __future__ import annotations

import click

from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.options import agent_option, agents_and_folders, json_option, many_agents
from neuromem_sync.cli.output import ServiceJson
from neuromem_sync.cli.terminal import emit, say
from neuromem_sync.daemon.service import Service, install, remove, run, service
from neuromem_sync.errors import WorkspaceError


@click.command(short_help=COMMANDS["install-service"])
@agent_option
@json_option(ServiceJson)
@click.option("--print", "printed", is_flag=True, help="Print the file, and do nothing.")
@click.option("--no-start", is_flag=True, help="Write the file, and start nothing.")
@click.option("--remove", "removed", is_flag=True, help="Stop the service and take its file away.")
@click.argument("words", nargs=-1, metavar="[AGENT…]", shell_complete=agents_and_folders)
def command(
    agent: str | None, as_json: bool, printed: bool, no_start: bool, removed: bool, words: tuple[str, ...]
) -> int:
    """Have the daemon started with your session, and again when it fails: a systemd user unit, or a launchd agent.

    Without a name it watches every agent that is registered when it starts. Exit 1 if the service manager refused.

    \b
    neuromem-sync install-service
    neuromem-sync install-service --print        look at it first
    neuromem-sync install-service --remove
    neuromem-sync status                         is it running, and in step?
    """
    wanted = service(_agents(agent, words))
    if printed:
        click.echo(wanted.data.decode(), nl=False)
        return 0
    if removed:
        refused = run(wanted.end) if wanted.path.exists() else ""
        changed = remove(wanted)
    else:
        changed = install(wanted)
        refused = "" if no_start else run(wanted.begin)
    running = not (no_start or removed or refused)
    if as_json:
        emit(ServiceJson(path=str(wanted.path), changed=changed, running=running, refused=refused))
    else:
        _tell(wanted, changed=changed, removed=removed, running=running, refused=refused)
    return 1 if refused else 0


def _agents(agent: str | None, words: tuple[str, ...]) -> tuple[str, ...]:
    """Registered names only: a service must find its workspaces whatever folder it starts in."""
    chosen = many_agents(agent, words) if agent or words else ()
    for workspace in chosen:
        if not workspace.registered:
            hint = f"register it first: neuromem init {workspace.root} --agent NAME"
            raise WorkspaceError(f"{workspace.root} is not registered", hint)
    return tuple(workspace.agent for workspace in chosen)


def _tell(wanted: Service, *, changed: bool, removed: bool, running: bool, refused: str) -> None:
    if removed:
        say(f"removed {wanted.path}" if changed else f"there is no {wanted.path}")
    else:
        say(f"wrote {wanted.path}" if changed else f"{wanted.path} is as it should be")
    if refused:
        say(refused, "warn", err=True)
        if not removed:
            say("it is in place: start it with the commands of your service manager", err=True)
    elif running:
        say("it runs, now and whenever you log in", "good")
        say(f"  to look at it: {wanted.shown}", "faint")
