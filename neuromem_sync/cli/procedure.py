"""`neuromem procedure`: list, show and render procedures, and record how one went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import click

from neuromem_sync.answer import run_blocking
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.columns import table
from neuromem_sync.cli.hits import show_doubts, show_written
from neuromem_sync.cli.options import (
    agent_first,
    agent_option,
    agents_and_folders,
    doors_of,
    json_option,
    one_agent,
)
from neuromem_sync.cli.output import ListedJson, ProcedureJson, RecordedJson, RenderedJson
from neuromem_sync.cli.plain import plain_freshness
from neuromem_sync.cli.practice import plain_guidance, rate, show
from neuromem_sync.cli.terminal import emit, say
from neuromem_sync.procedures import Guidance, listing, named, note, render
from neuromem_sync.workspace import Workspace

ACTIONS = ("list", "show", "render", "record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for, of which agent; `words` are those after the action."""

    workspace: Workspace
    words: tuple[str, ...]
    values: tuple[str, ...]
    reason: str
    took: str
    as_json: bool


@click.command(short_help=COMMANDS["procedure"])
@agent_option
@json_option(ListedJson, ProcedureJson, RenderedJson, RecordedJson)
@click.option("--set", "values", multiple=True, metavar="NAME=VALUE", help="A parameter, for render (repeatable).")
@click.option("--reason", default="", metavar="TEXT", help="Why it went so, for record.")
@click.option("--took", default="", metavar="TIME", help="How long it took, for record: 3m20s.")
@click.argument("words", nargs=-1, metavar="[AGENT] [ACTION] [NAME] [OUTCOME]", shell_complete=agents_and_folders)
def command(
    agent: str | None, as_json: bool, values: tuple[str, ...], reason: str, took: str, words: tuple[str, ...]
) -> int:
    """List, show and render procedures, and record how one went.

    ACTION is list, also where none is said, show NAME, render NAME or record NAME success|failure. NAME may be the
    procedure's place, path:line. An outcome is a line of today's log, and the next rate counts it.

    \b
    neuromem procedure ava list
    neuromem procedure ava show "deploy gateway"
    neuromem procedure ava render "deploy gateway" --set host=db1
    neuromem procedure ava record "deploy gateway" failure --reason "disk full" --took 3m20s
    """
    workspace, rest = one_agent(agent, words)
    agent_first(agent, words, rest)
    action, *given = rest or ("list",)
    if action not in ACTIONS:
        raise click.UsageError(f"{action!r} is nothing to do with a procedure: there are {', '.join(ACTIONS)}")
    if (values and action != "render") or ((reason or took) and action != "record"):
        raise click.UsageError("--set belongs to render, --reason and --took to record")
    wish = Wish(workspace=workspace, words=tuple(given), values=values, reason=reason, took=took, as_json=as_json)
    return _DOES[action](wish)


def _list(wish: Wish) -> int:
    _expect(wish, 0, "list takes no name: neuromem procedure show NAME")
    with doors_of(wish.workspace) as doors:
        listed = run_blocking(listing(doors))
    found, agent = listed.procedures, wish.workspace.agent
    if wish.as_json:
        procedures = [plain_guidance(each) for each in found]
        emit(ListedJson(agent=agent, procedures=procedures, freshness=plain_freshness(listed.freshness)))
    elif found:
        header = ("place", "procedure", "went well", "last")
        table([(each.source, each.name, rate(each), _last(each)) for each in found], header)
    else:
        say("no procedures: write one into mind/PROCEDURES.md", err=True)
    if not wish.as_json:
        show_doubts(listed.freshness)
    return 0 if found else 1


def _show(wish: Wish) -> int:
    each = _named(wish)
    if wish.as_json:
        emit(plain_guidance(each))
        return 0
    show(each)
    return 0


def _render(wish: Wish) -> int:
    each = _named(wish)
    steps = render(each.procedure, dict(_pair(value) for value in wish.values))
    if wish.as_json:
        emit(RenderedJson(agent=wish.workspace.agent, name=each.name, text=steps))
    else:
        say(steps)
        if each.unverified:
            say(f"unverified: {each.source}", "warn", err=True)
    return 0


def _record(wish: Wish) -> int:
    _expect(wish, 2, "say how it went: neuromem procedure record NAME success|failure")
    if wish.words[1] not in ("success", "failure"):
        raise click.UsageError(f"{wish.words[1]!r} is neither success nor failure")
    name, outcome = wish.words
    with doors_of(wish.workspace) as doors:
        noted = run_blocking(note(doors, name, outcome, reason=wish.reason, took=wish.took))
    written = noted.written
    if wish.as_json:
        agent, name = wish.workspace.agent, noted.procedure.name
        emit(RecordedJson(agent=agent, name=name, outcome=outcome, path=written.path, line=written.line))
    else:
        say(str(written), "strong")
    show_written(written)
    return 0


_DOES: dict[str, Callable[[Wish], int]] = {"list": _list, "show": _show, "render": _render, "record": _record}


def _named(wish: Wish) -> Guidance:
    _expect(wish, 1, "say which one, in quotes if its name has spaces: neuromem procedure list")
    with doors_of(wish.workspace) as doors:
        return run_blocking(named(doors, wish.words[0]))


def _expect(wish: Wish, words: int, otherwise: str) -> None:
    if len(wish.words) != words:
        raise click.UsageError(otherwise)


def _pair(value: str) -> tuple[str, str]:
    name, equals, text = value.partition("=")
    if not equals or not name:
        raise click.UsageError(f"--set {value!r} is not NAME=VALUE")
    return name, text


def _last(each: Guidance) -> str:
    if not each.last:
        return ""
    return f"{each.last.result} {(each.last.at or '')[:10]}".strip()
