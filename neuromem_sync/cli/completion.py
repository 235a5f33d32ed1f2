"""`neuromem completion`: the script by which a shell completes commands, options and agents."""

from __future__ import annotations

import click

from neuromem_sync.cli import COMMANDS, NAMES, application

SHELLS = ("bash", "zsh", "fish")


@click.command(short_help=COMMANDS["completion"])
@click.argument("shell", type=click.Choice(SHELLS), metavar="bash|zsh|fish")
def command(shell: str) -> None:
    """Print a script that completes commands, options and agents.

    \b
    bash:  echo 'eval "$(neuromem completion bash)"' >> ~/.bashrc
    zsh:   echo 'eval "$(neuromem completion zsh)"' >> ~/.zshrc
    fish:  neuromem completion fish > ~/.config/fish/completions/neuromem.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    for name in NAMES:
        variable = f"_{name.upper().replace('-', '_')}_COMPLETE"
        assert kind  # click knows every shell of SHELLS
        click.echo(kind(application, {}, name, variable).source())
