"""`neuromem config`: what every setting is and where it comes from; change one."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from neuromem_sync import agents, configure
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.columns import table
from neuromem_sync.cli.options import agent_option, agents_and_folders, here, json_option, user_settings
from neuromem_sync.cli.output import ConfigPathJson, SettingJson, SettingsJson
from neuromem_sync.cli.terminal import emit, say
from neuromem_sync.config import config_path
from neuromem_sync.configure import Setting
from neuromem_sync.roster import daemon

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

NEXT = {
    f"layers.{layer}.url": (
        "to tell it what there is: neuromem project",
        f"what changes is kept for it, in case it comes back; if it does not: neuromem project --forget {store}",
    )
    for layer, store in (("working", "redis"), ("semantic", "neo4j"))
}
"""What comes after a server was named, and after none is any more."""


class Verbs(click.Group):
    """A group that knows a setting from a command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in set(configure.keys()):
            raise NoVerb(*args)
        return super().resolve_command(ctx, args)


class NoVerb(click.UsageError):
    """A setting in the place of a command; `hint` says which command is meant."""

    def __init__(self, key: str, *values: str) -> None:
        super().__init__(f"{key} is a setting")
        self.hint = f"neuromem config {' '.join(('set', key, *values)) if values else f'get {key}'}"


@click.group(
    cls=Verbs, short_help=COMMANDS["config"], invoke_without_command=True, subcommand_metavar="[COMMAND] [ARGS]..."
)
@agent_option
@json_option(SettingsJson)
@click.pass_context
def command(context: click.Context, agent: str | None, as_json: bool) -> None:
    """Show and change settings. Without a word it shows them.

    \b
    neuromem config
    neuromem config get recall.limit
    neuromem config set recall.limit 20
    neuromem config unset recall.limit
    """
    if context.invoked_subcommand is None:
        _show(_root(agent, ()), as_json)
    elif agent or as_json:
        raise click.UsageError(f"write the options after {context.invoked_subcommand}")


def _keys(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    known = configure.keys()
    return [CompletionItem(key) for key in known if key.startswith(incomplete)]


@command.command(short_help="Show every setting.")
@click.argument("words", nargs=-1, metavar="[AGENT]", shell_complete=agents_and_folders)
@agent_option
@json_option(SettingsJson)
def show(words: tuple[str, ...], agent: str | None, as_json: bool) -> None:
    """Show every setting with its value and where that comes from.

    With an agent, or inside of a workspace, with what its .neuromem.toml says.

    \b
    neuromem config show
    neuromem config show ava --json
    """
    _show(_root(agent, words), as_json)


@command.command(short_help="Print the value of a setting.")
@click.argument("key", shell_complete=_keys)
@agent_option
@json_option(SettingJson)
def get(key: str, agent: str | None, as_json: bool) -> None:
    """Print the value of the setting KEY, and nothing else.

    \b
    neuromem config get consolidate.at
    neuromem config get recall.limit --agent ava
    """
    found = configure.setting(key, _root(agent, ()))
    emit(_plain(found)) if as_json else say(_written(found))


@command.command("set", short_help="Change a setting.")
@click.argument("key", shell_complete=_keys)
@click.argument("value")
@json_option(SettingJson)
def set_(key: str, value: str, as_json: bool) -> None:
    """Set KEY to VALUE in config.toml, for every agent; what else stands there stays, comments too.

    With - for VALUE it is typed unseen, or read from a pipe: a password that no history of a shell keeps.
    A workspace's own .neuromem.toml is its author's and is never written.

    \b
    neuromem config set recall.limit 20
    neuromem config set consolidate.at ""
    neuromem config set layers.semantic.password -
    """
    value = _unseen(key) if value == "-" else value
    written = configure.set_value(key, value)
    said = written if isinstance(written, str) else value
    _tell(key, f"{key} is {said or 'empty'} now, in {config_path()}", as_json)


@command.command("unset", short_help="Go back to the default of a setting.")
@click.argument("key", shell_complete=_keys)
@json_option(SettingJson)
def unset(key: str, as_json: bool) -> None:
    """Take KEY out of config.toml, so that its default holds; what else stands there stays.

    \b
    neuromem config unset recall.limit
    neuromem config unset layers.working.url
    """
    default = configure.unset(key)
    said = ",".join(default) if isinstance(default, list) else default
    _tell(key, f"{key} is {'empty' if said == '' else said} again, the default", as_json)


def _unseen(key: str) -> str:
    """The value as it is typed on a terminal, shown to nobody, or the first line of a pipe."""
    configure.setting(key)
    if sys.stdin.isatty():
        return str(click.prompt(key, default="", hide_input=True, show_default=False, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _tell(key: str, change: str, as_json: bool) -> None:
    """What was changed, and what else decides: the environment, a daemon that has read the settings before."""
    found = configure.setting(key)
    if as_json:
        emit(_plain(found))
        return
    say(change, "strong")
    if found.source not in (str(config_path()), configure.DEFAULT):
        say(f"{found.source} in the environment goes before it: {_written(found)}", "warn")
    if any(daemon(each) is not None for each in agents.registered(user_settings()).values()):
        say("A daemon is running: for it this holds once it is started again.", "warn")
    if key in NEXT:
        say(NEXT[key][not found.value], "faint")


@command.command(short_help="Print where config.toml is.")
@json_option(ConfigPathJson)
def path(as_json: bool) -> None:
    """Print the path of config.toml, whether it is there or not.

    \b
    $EDITOR "$(neuromem config path)"
    """
    where = config_path()
    emit(ConfigPathJson(path=str(where), exists=where.exists())) if as_json else say(str(where))


def _root(agent: str | None, words: tuple[str, ...]) -> Path | None:
    """The workspace that is meant; None where nothing says which: the user's own settings then."""
    known = agents.registered(user_settings())
    if len(words) + bool(agent) > 1:
        raise click.UsageError("one agent at a time")
    said = agent or (words[0] if words else None)
    found = agents.named(said, known, here()) if said else agents.default(known, here())
    return found.root if found else None


def _show(root: Path | None, as_json: bool) -> None:
    found = configure.settings(root)
    if as_json:
        emit(SettingsJson(path=str(config_path()), settings=[_plain(each) for each in found]))
    else:
        table([(each.key, _written(each), _source(each)) for each in found], header=("setting", "value", "from"))


def _source(each: Setting) -> str:
    """A path as a person would write it."""
    home = os.path.expanduser("~")
    return f"~{each.source.removeprefix(home)}" if each.source.startswith(f"{home}/") else each.source


def _written(each: Setting) -> str:
    """As `set` takes it."""
    return ",".join(each.value) if isinstance(each.value, list) else str(each.value)


def _plain(each: Setting) -> SettingJson:
    return SettingJson(key=each.key, value=each.value, default=each.default, source=each.source)
