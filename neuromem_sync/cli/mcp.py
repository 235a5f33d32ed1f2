"""`neuromem mcp`: the memory of one agent as a server of the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path

import click

from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.options import agent_option, agents_and_folders, only_agent
from neuromem_sync.cli.terminal import say

ADDRESS = "127.0.0.1:8765"


@click.command(short_help=COMMANDS["mcp"])
@agent_option
@click.option(
    "--http",
    "address",
    is_flag=False,
    flag_value=ADDRESS,
    metavar="[HOST:PORT]",
    help=f"Serve over HTTP, on this machine only; {ADDRESS} if not said.",
)
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take the token for HTTP from here; else a new one is shown.",
)
@click.argument("words", nargs=-1, metavar="[AGENT]", shell_complete=agents_and_folders)
def command(agent: str | None, address: str | None, token_file: Path | None, words: tuple[str, ...]) -> None:
    """Serve the memory of one agent to a model: over stdin and stdout, until stdin ends.

    Whoever starts it, an MCP client by its settings, serves exactly this agent. With --http a client needs the token,
    as Authorization: Bearer TOKEN.

    \b
    neuromem mcp ava
    claude mcp add memory -- neuromem mcp ava
    neuromem mcp ava --http 127.0.0.1:8765 --token-file ~/.config/neuromem/token
    """
    if token_file and not address:
        raise click.UsageError("--token-file is for --http")
    workspace = only_agent(agent, words)
    import asyncio

    if address is None:
        from neuromem_sync import mcp

        asyncio.run(mcp.serve(workspace.name))
        return
    from neuromem_sync import loopback

    token = loopback.token_of(token_file)
    with loopback.listening(address) as listener:
        host, port = listener.getsockname()[:2]
        say(f"serving {workspace.agent} on http://{loopback.origins(host, port)[0]}{loopback.PATH}", err=True)
        if not token_file:
            say(f"token: {token}", err=True)
        asyncio.run(loopback.serve(workspace.name, listener, token))
