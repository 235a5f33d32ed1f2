"""The command line: one application under two names, `neuromem` and `neuromem-sync`.

Knows the commands by name and purpose only: a command's own file (`cli/NAME.py`, holding `command`) is
imported when it is invoked, so that help and mistakes are answered at once.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# What a person wants, in the order of a first day. tests/test_cli.py holds every text equal to the command's own.
SECTIONS = {
    "Begin": {
        "init": "Lay out a workspace, or adopt a folder.",
        "sync": "Bring the memory in step with the files.",
        "watch": "Keep it in step, edit by edit.",
        "migrate": "Bring over what the predecessor remembered.",
        "demo": "Watch an edit become an answer.",
    },
    "Ask": {
        "session": "Tell an agent that wakes what there is to know.",
        "recall": "Ask the memory.",
        "context": "Fit what matters for a question into a budget.",
        "how": "Say how it is done here, and what went wrong.",
        "shield": "Warn of what failed before.",
    },
    "Look around": {
        "recent": "List what was written lately.",
        "timeline": "List what happened, day by day.",
        "entities": "List who and what is named, or all of one.",
        "related": "List what is joined to something.",
        "path": "Show how two things hang together.",
        "tags": "List the tags, and how many entries have them.",
        "show": "Show all that is known of an entry.",
        "stats": "Count files, entries and layers.",
    },
    "Write": {
        "remember": "Write something down.",
        "task": "Keep tasks that survive restarts.",
        "procedure": "List, show and render procedures; record outcomes.",
        "forget": "Take entries out of files and memory.",
    },
    "What was learned": {
        "groom": "Write what proved true into MEMORY.md.",
        "undo": "Take back the last write into MEMORY.md.",
        "why": "Show where an item of MEMORY.md comes from.",
        "diff": "Show what is believed now and was not then.",
    },
    "Keep well": {
        "health": "Say what needs a person, and what to do.",
        "status": "Say whether a daemon keeps it in step.",
        "problems": "List what could not be read.",
        "secrets": "List the secrets in the files, never what they are.",
        "verify": "Prove that the index equals the files.",
        "project": "Tell Redis and Neo4j what they have to be told.",
        "wait": "Return when every edit so far is in the index.",
    },
    "Set up": {
        "agents": "List, add, rename and remove agents.",
        "config": "Show and change settings.",
        "mcp": "Serve the memory of one agent to a model.",
        "install-service": "Have the daemon started with your session.",
        "completion": "Print a script that completes commands.",
    },
}
COMMANDS = {name: purpose for section in SECTIONS.values() for name, purpose in section.items()}
OTHER_WORDS = {
    "recall": "search find query ask grep get",
    "remember": "add write note save store",
    "recent": "last latest log history",
    "forget": "delete remove rm",
    "groom": "consolidate sleep learn dream",
    "sync": "index scan refresh update reindex",
    "watch": "daemon start serve run",
    "health": "check doctor",
    "task": "tasks todo",
    "procedure": "procedures",
    "agents": "agent list ls",
    "config": "settings set",
    "entities": "entity people who",
    "tags": "tag",
    "undo": "revert",
    "--help": "help",
    "--version": "version",
}
"""What people type who know other programs: the command they mean, by all such words."""
NAMES = ("neuromem", "neuromem-sync")
INTERRUPTED = 130
SELDOM = 50_000
"""Objects between two runs of the garbage collector: 4 to 8 ms of a command, and no more than some MB of a daemon."""
FULL = (errno.ENOSPC, errno.EDQUOT)
ROOM = "make room on it: it may be where the output goes"
DEFECT = "this is a defect of neuromem: please report it with the lines above"


class Commands(click.Group):
    """A group whose commands are imported when they are invoked."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        command: click.Command = import_module(f"neuromem_sync.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        widest = max(map(len, COMMANDS))
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(widest), purpose) for name, purpose in commands.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise UnknownCommand(args[0], args[1:])
        return super().resolve_command(ctx, args)


class UnknownCommand(click.UsageError):
    """A word that is no command; `hint` names the nearest, or the order of words."""

    def __init__(self, name: str, rest: Sequence[str]) -> None:
        super().__init__(f"there is no command {name!r}")
        if rest and rest[0] in COMMANDS:
            turned = f"{rest[0]} --help" if name == "help" else f"{rest[0]} {name}"
            self.hint = f"the command comes first: neuromem {turned}"
            return
        near = _nearest(name)
        self.hint = f"did you mean: neuromem {near}" if near else "to see them all: neuromem --help"


def _nearest(name: str) -> str:
    """The command that is meant by a word that is none, or ""."""
    for meant, words in OTHER_WORDS.items():
        if name in words.split():
            return meant
    import difflib

    return next(iter(difflib.get_close_matches(name, COMMANDS, 1, 0.6)), "")


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from neuromem_sync import __version__

        click.echo(f"neuromem {__version__}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Print the version."
)
def application() -> None:
    """A folder of Markdown as a memory that works like a mind.

    \b
    Begin with:  neuromem init ~/ava --agent ava
                 neuromem sync
                 neuromem recall ava "what did we decide"

    What a command takes, with examples:  neuromem COMMAND --help
    """


def main() -> None:
    """Run one command and leave with its exit code."""
    _stand_in()
    sys.exit(run(sys.argv[1:]))


def _stand_in() -> None:
    """What stands for a stream that was closed before we began: nothing is read from it, and what is said is lost.

    In this order they take the numbers that are free, so that no file of ours is ever taken for one of them.
    """
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115 - for the life of the process
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def run(arguments: Sequence[str]) -> int:
    """One command, from its words to its exit code; errors become a message, a hint and a code."""
    from neuromem_sync.errors import NeuromemError

    # What cannot be encoded (a file name in no known encoding) is shown escaped, not a reason to fail.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    # Most commands end before the collector finds anything: loading them made it run a dozen times for nothing.
    gc.set_threshold(SELDOM)
    try:
        code = _invoke(list(arguments))
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.ClickException as error:
        return _fail(arguments, "usage", _usage(error), _usage_hint(error))
    except NeuromemError as error:
        return _fail(arguments, error.code, error.message, error.hint, error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        _give_up(sys.stdout)
        return 0
    except Exception as error:  # noqa: BLE001 - a process edge: left to Python a defect would end with 1, our "no"
        if isinstance(error, UnicodeEncodeError) and not _are_text(arguments):
            return _fail(arguments, "usage", "what was typed holds a byte that is no text", "type it in UTF-8")
        if isinstance(error, OSError) and error.errno in FULL:
            _give_up(sys.stdout)  # most likely it is what has no room: then there is none for JSON either
            return _fail((), "full", "no space left on the disk that was to be written to", ROOM)
        import traceback

        traceback.print_exc()
        return _fail(arguments, "defect", f"{type(error).__name__}: {error}", DEFECT)
    return code if isinstance(code, int) else 0


def _give_up(*streams: TextIO) -> None:
    """What could not be said is dropped: the interpreter's own flush at exit must not fail on it once more."""
    for stream in streams:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _are_text(arguments: Sequence[str]) -> bool:
    return not any("\ud800" <= each <= "\udfff" for each in "".join(arguments))


def _invoke(arguments: list[str]) -> Any:
    called = Path(sys.argv[0]).name
    name = called if called in NAMES else NAMES[0]
    if f"_{name}_complete".replace("-", "_").upper() in os.environ:
        application.main(prog_name=name)
    # Not `application.main`: it ends with 1, our "no", when the reader of a pipe has gone.
    with application.make_context(name, arguments) as context:
        return application.invoke(context)


def _usage(error: click.ClickException) -> str:
    """What click says, in a line, its types in words."""
    said = " ".join(error.format_message().split())
    for kind, words in (("integer range", "whole number"), ("float range", "number")):
        said = said.replace(f"is not a valid {kind}", f"is no {words}")
    return said


def _usage_hint(error: click.ClickException) -> str:
    if hint := getattr(error, "hint", ""):
        return str(hint)
    context: Any = getattr(error, "ctx", None)
    if context and context.parent is None and getattr(error, "option_name", None) in ("--agent", "--json"):
        return f"it goes after the command: neuromem COMMAND {error.option_name}"  # type: ignore[attr-defined]
    short = isinstance(error, click.NoSuchOption) and not error.option_name[2:3].isalpha()
    text = "; a text that begins with - stands behind --" if short and context and context.parent else ""
    return f"to see how: {context.command_path} --help{text}" if context else ""


def _fail(arguments: Sequence[str], code: str, message: str, hint: str, exit_code: int = 2) -> int:
    from neuromem_sync.cli.terminal import fail

    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    try:
        fail(code, message, hint, as_json="--json" in options)
        sys.stdout.flush()
    except OSError:
        _give_up(sys.stdout, sys.stderr)  # the code alone tells where nothing can be said
    return exit_code
