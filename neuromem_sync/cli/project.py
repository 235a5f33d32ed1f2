"""`neuromem project`: tell the servers what they have yet to be told, or everything once more."""

from __future__ import annotations

import click

from neuromem_sync import app
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.options import agent_option, agents_and_folders, clock, json_option, many_agents, settings_of
from neuromem_sync.cli.output import ProjectedJson, ServerJson
from neuromem_sync.cli.several import each_agent
from neuromem_sync.cli.terminal import counted, say
from neuromem_sync.workspace import Workspace

NO_SERVER = "no server is named: neuromem config set layers.working.url redis://…"


@click.command(short_help=COMMANDS["project"])
@agent_option
@json_option(ProjectedJson, each_agent=True)
@click.option("--rebuild", is_flag=True, help="Empty the servers of this agent, and tell them everything.")
@click.option("--seconds", type=click.FloatRange(0, 86400), default=600.0, help="Stop after about so long [600].")
@click.argument("words", nargs=-1, metavar="[AGENT…]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, rebuild: bool, seconds: float, words: tuple[str, ...]) -> int:
    """Tell Redis and Neo4j what they have yet to be told. The daemon does it by itself.

    \b
    neuromem project              the agent of this folder, or all of them
    neuromem project --rebuild    from nothing, for a server that is new or in doubt
    """

    def one(workspace: Workspace) -> tuple[int, ProjectedJson]:
        told = app.project(workspace.require(), settings_of(workspace), clock(), seconds, rebuild=rebuild)
        servers = [
            ServerJson(store=each.store, told=each.told, left=each.lag.letters, dead=each.lag.dead, reason=each.reason)
            for each in told
        ]
        if not as_json:
            _show(servers)
        return int(any(each["left"] for each in servers)), ProjectedJson(agent=workspace.agent, servers=servers)

    return each_agent(many_agents(agent, words), one, as_json=as_json)


def _show(servers: list[ServerJson]) -> None:
    if not servers:
        say(NO_SERVER, "faint")
    for each in servers:
        done = f"{each['store']}: told of {counted(each['told'], 'entry')}"
        if not each["left"]:
            say(f"{done}, in step", "good")
        else:
            say(f"{done}, {each['left']} left{': ' if each['reason'] else ''}{each['reason']}", "warn")
