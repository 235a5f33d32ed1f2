"""`neuromem remember`: write something down where a person would have, in today's log or the inbox."""

from __future__ import annotations

import sys

import click

from neuromem_sync.allowed import Allowed
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import show_written
from neuromem_sync.cli.options import agent_option, agents_and_folders, clock, json_option, one_agent, settings_of
from neuromem_sync.cli.output import RememberJson
from neuromem_sync.cli.terminal import emit, say
from neuromem_sync.errors import NeuromemError
from neuromem_sync.logbook import Book, remember


@click.command(short_help=COMMANDS["remember"])
@agent_option
@json_option(RememberJson)
@click.option(
    "--importance",
    type=click.FloatRange(0, 1),
    metavar="NUMBER",
    help="From 0 to 1; the file says 1 to 10, so 0.8 is written as 8.",
)
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Add a #tag (repeatable).")
@click.option(
    "--to",
    "book",
    type=click.Choice([book.value for book in Book]),
    default=Book.LOG.value,
    help="Where to: today's log, if not said, or mind/INBOX.md.",
)
@click.argument("words", nargs=-1, metavar="[AGENT] TEXT", shell_complete=agents_and_folders)
def command(
    agent: str | None,
    as_json: bool,
    importance: float | None,
    tags: tuple[str, ...],
    book: str,
    words: tuple[str, ...],
) -> None:
    """Write TEXT at the end of today's log, or of the inbox; - takes it from stdin.

    It becomes Markdown as you would have typed it, and is found by the next recall. A short first line that stands
    alone is its title. A secret is written too, but never indexed, and stderr says so.

    \b
    neuromem remember ava "the gateway moved behind the proxy" --tag ops --importance 0.8
    neuromem remember ava --to inbox "call the plumber"
    git log -1 --format=%B | neuromem remember ava -
    """
    workspace, rest = one_agent(agent, words)
    text = _from_stdin() if rest == ("-",) else " ".join(rest)
    allowed = Allowed(settings_of(workspace).redact.allow)
    written = remember(
        workspace, text, now=clock().now(), to=Book(book), importance=importance, tags=tags, allowed=allowed
    )
    if as_json:
        emit(RememberJson(agent=workspace.agent, path=written.path, line=written.line))
    else:
        say(str(written), "strong")
    show_written(written)


def _from_stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NeuromemError("what stdin gives is not UTF-8", "convert it: iconv -t UTF-8") from error
