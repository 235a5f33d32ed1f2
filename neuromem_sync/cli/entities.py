"""`neuromem entities`: who and what a memory names, or all that is known of one of them."""

from __future__ import annotations

import click

from neuromem_sync.answer import run_blocking
from neuromem_sync.browse import Entities, Portrait, entities, portrait
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.columns import table
from neuromem_sync.cli.hits import gist, show_doubts, when
from neuromem_sync.cli.options import agent_option, agents_and_folders, doors_of, json_option, one_agent
from neuromem_sync.cli.output import AttributeJson, EntitiesJson, MentionedJson, PortraitJson, TieJson
from neuromem_sync.cli.plain import plain_entry, plain_freshness
from neuromem_sync.cli.terminal import counted, emit, line, say, styled
from neuromem_sync.entities import Attribute, Tie
from neuromem_sync.layers.graph import Mentioned
from neuromem_sync.workspace import Workspace

LISTED, MENTIONS = 50, 10
"""Without --limit: a screen of entities; of one, as many mentions as recall gives hits."""


@click.command(short_help=COMMANDS["entities"])
@agent_option
@json_option(EntitiesJson, PortraitJson)
@click.option("--type", "kind", metavar="TYPE", help="Only those written as such: person, note, path, url …")
@click.option("--limit", type=click.IntRange(1, 10000), metavar="NUMBER", help="At most so many (50; of one: 10).")
@click.argument("words", nargs=-1, metavar="[AGENT] [NAME…]", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, kind: str | None, limit: int | None, words: tuple[str, ...]) -> int:
    """List who and what is named, the most mentioned first; or with NAME all that is known of one.

    Of one: its attributes with the time they hold, its relations, what it occurs with, and where it is mentioned.
    Exit 0 with something, 1 with nothing.

    \b
    neuromem entities ava --type person
    neuromem entities ava Nadia
    neuromem entities ava "api gateway" --json
    """
    workspace, name = one_agent(agent, words)
    if name and kind:
        raise click.UsageError("--type narrows the list: leave it out with a NAME")
    with doors_of(workspace) as doors:
        if name:
            one = run_blocking(portrait(doors, " ".join(name), limit=limit or MENTIONS))
            emit(_plain_one(workspace, one)) if as_json else _show_one(workspace, one, " ".join(name))
            return 0 if one.entity else 1
        found = run_blocking(entities(doors, limit=limit or LISTED, type=kind))
    emit(_plain(workspace, found)) if as_json else _show(found)
    return 0 if found.entities else 1


def _show(found: Entities) -> None:
    rows = [(each.name, each.type, each.entries, each.relations) for each in found.entities]
    table(rows, header=("name", "type", "entries", "relations"))
    if not found.entities:
        say("nothing is named", err=True)
    show_doubts(found.freshness)


def _show_one(workspace: Workspace, one: Portrait, name: str) -> None:
    if one.entity is None:
        say(f"nobody mentions {name}", err=True)
        near = f"did you mean {', or '.join(one.similar)}?"
        say(f"  {near if one.similar else f'to search for it: neuromem recall {workspace.spoken} {name}'}", err=True)
    else:
        facts = f"{counted(one.entity.entries, 'entry')}, {counted(one.entity.relations, 'relation')}"
        line(styled(one.entity.name, "strong"), styled(f"[{one.entity.type}] {facts}", "faint"))
        if one.aliases:
            say(f"  also {', '.join(one.aliases)}")
        _show_known(one)
    show_doubts(one.freshness)


def _show_known(one: Portrait) -> None:
    for each in one.attributes:
        line(
            "  ",
            styled(f"{each.name}: {' '.join(each.value.split())}", "plain"),
            styled(f"{_validity(each)}{each.entry.source}", "faint"),
        )
    for tie in one.relations:
        say(f"   {_tie(tie)}")
    if one.beside:
        say(f"   beside {', '.join(f'{tie.other} ({tie.weight})' for tie in one.beside)}", "faint")
    for entry in one.mentions:
        line(styled(f"  {entry.source}", "strong"), styled(when(entry.at), "faint"), styled(gist(entry), "plain"))


def _validity(each: Attribute) -> str:
    since = f"since {each.since[:10]}, " if each.since else ""
    return f"{since}until {each.until[:10]}, " if each.until else since


def _tie(tie: Tie) -> str:
    times = f" ({tie.weight} times)" if tie.weight > 1 else ""
    kind = tie.kind.replace("_", " ")
    return f"-{kind}-> {tie.other}{times}" if tie.outward else f"<-{kind}- {tie.other}{times}"


def _plain(workspace: Workspace, found: Entities) -> EntitiesJson:
    return EntitiesJson(
        agent=workspace.agent,
        entities=[_plain_mentioned(each) for each in found.entities],
        freshness=plain_freshness(found.freshness),
    )


def _plain_mentioned(each: Mentioned) -> MentionedJson:
    return MentionedJson(key=each.key, name=each.name, type=each.type, entries=each.entries, relations=each.relations)


def _plain_one(workspace: Workspace, one: Portrait) -> PortraitJson:
    return PortraitJson(
        agent=workspace.agent,
        entity=_plain_mentioned(one.entity) if one.entity else None,
        aliases=list(one.aliases),
        attributes=[_plain_attribute(each) for each in one.attributes],
        relations=[_plain_tie(tie) for tie in one.relations],
        beside=[_plain_tie(tie) for tie in one.beside],
        mentions=[plain_entry(entry) for entry in one.mentions],
        similar=list(one.similar),
        freshness=plain_freshness(one.freshness),
    )


def _plain_attribute(each: Attribute) -> AttributeJson:
    source = each.entry.source
    return AttributeJson(
        name=each.name, value=each.value, since=each.since, until=each.until, path=source.path, line=source.span.line
    )


def _plain_tie(tie: Tie) -> TieJson:
    return TieJson(kind=tie.kind, other=tie.other, outward=tie.outward, entries=tie.weight)
