"""`neuromem show`: all that is known of an entry, or the entries of a document."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

import click

from neuromem_sync.address import Address, address
from neuromem_sync.answer import run_blocking
from neuromem_sync.browse import Shown, show
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.hits import gist, label, show_doubts, when
from neuromem_sync.cli.options import agent_option, agents_and_folders, doors_of, json_option, one_agent
from neuromem_sync.cli.output import EntityJson, HeatJson, RelationJson, ShowJson, ShownJson
from neuromem_sync.cli.plain import plain_entry, plain_freshness
from neuromem_sync.cli.terminal import counted, emit, line, say, styled
from neuromem_sync.clock import iso
from neuromem_sync.model import Entry, Layer
from neuromem_sync.show import Particulars
from neuromem_sync.signature import unsigned
from neuromem_sync.workspace import Workspace


@click.command(short_help=COMMANDS["show"])
@agent_option
@json_option(ShowJson)
@click.argument("words", nargs=-1, metavar="[AGENT] ID|PATH:LINE|PATH", shell_complete=agents_and_folders)
def command(agent: str | None, as_json: bool, words: tuple[str, ...]) -> int:
    """Show all that is known of the entry with an id (or how it begins), or on a line; or list those of a document.

    Showing is not recalling: it leaves no touch. Exit 0 with an entry, 1 if there is none, 2 for what is neither an
    id nor a place.

    \b
    neuromem show ava memory/2026-03-01.md:14
    neuromem show ava 3f9c --json
    neuromem show ava mind/DECISIONS.md
    """
    workspace, rest = one_agent(agent, words)
    if len(rest) != 1:
        raise click.UsageError("name one entry or document: an id, path:line, or a path")
    named = address(workspace.root, rest[0])
    with doors_of(workspace) as doors:
        found = run_blocking(show(doors, named))
    if as_json:
        emit(_plain(workspace, found))
    else:
        _show(workspace, named, found)
    return 0 if found.entries else 1


def _show(workspace: Workspace, named: Address, found: Shown) -> None:
    whole = not named.id and named.line is None
    for each in found.entries:
        _list(each) if whole else _show_one(each)
    if not found.entries:
        what, hint = _missing(workspace, named, found)
        say(what, err=True)
        say(f"  {hint}", err=True)
    show_doubts(found.freshness)


def _missing(workspace: Workspace, named: Address, found: Shown) -> tuple[str, str]:
    if named.id:
        return f"no entry has the id {named.id}", "name it by its place, path:line, as recall shows it"
    if found.alike:
        place = found.alike if named.line is None else f"{found.alike}:{named.line}"
        return f"nothing of {named.path} is indexed", f"did you mean: neuromem show {workspace.spoken} {quote(place)}"
    if found.nearest is None:
        return f"nothing of {named.path} is indexed", f"what could not be read: neuromem problems {workspace.spoken}"
    return (
        f"there is no entry at {named.path}:{named.line}",
        f"the nearest: neuromem show {workspace.spoken} {quote(f'{named.path}:{found.nearest}')}",
    )


def _head(each: Particulars) -> tuple[str, str, str]:
    entry = each.entry
    kind = label(entry, working=bool(each.working))
    return styled(str(entry.source), "strong"), styled(kind, "faint"), styled(when(entry.at), "faint")


def _list(each: Particulars) -> None:
    line(*_head(each), styled(gist(each.entry), "plain"))


def _show_one(each: Particulars) -> None:
    line(*_head(each))
    for text in unsigned(each.entry.text).splitlines():
        say(f"  {text}")
    for name, value in (*_of_file(each.entry), *_of_layers(each)):
        line(styled(f"  {name:<10}", "faint"), styled(value.replace("\n", " "), "plain"))


def _of_file(entry: Entry) -> Iterator[tuple[str, str]]:
    span = entry.source.span
    yield "id", entry.id
    yield "lines", f"{span.line}-{span.end_line}, bytes {span.start}-{span.end}"
    if entry.source.anchor:
        yield "anchor", f"^{entry.source.anchor}"
    if entry.heading:
        yield "heading", " > ".join(entry.heading)
    if entry.tags:
        yield "tags", " ".join(f"#{tag}" for tag in entry.tags)
    if entry.links:
        yield "links", " ".join(f"[[{link}]]" for link in entry.links)
    if entry.subject and entry.attributes:
        yield "of", entry.subject
    for name, value in entry.attributes.items():
        yield "attribute", f"{name}: {value}"
    if entry.entities:
        yield "names", ", ".join(f"{entity.name} ({entity.type})" for entity in entry.entities)
    for relation in entry.relations:
        context = f" ({relation.context})" if relation.context else ""
        yield "relation", f"{relation.subject} -{relation.kind}-> {relation.object}{context}"
    yield "origin", entry.origin if entry.scope == "agent" else f"{entry.origin}, {entry.scope}"


def _of_layers(each: Particulars) -> Iterator[tuple[str, str]]:
    if each.working:
        yield "working", _WORKING.get(each.working, each.working)
    if each.faded:
        yield "faded", "archived" if each.entry.layer is Layer.EPISODIC else "superseded by a later decision"
    if each.heat:
        times, days = counted(each.heat.count, "time"), counted(each.heat.days, "day")
        yield "heat", f"recalled or written {times} on {days}, last {when(iso(each.heat.last))} UTC"


_WORKING = {
    "touched": "it was recalled or written a moment ago",
    "task": "it is a task that is not over",
    "resume": "it is the latest resume note",
    "today": "it is of today",
}


def _plain(workspace: Workspace, found: Shown) -> ShowJson:
    return ShowJson(
        agent=workspace.agent,
        entries=[_plain_one(each) for each in found.entries],
        freshness=plain_freshness(found.freshness),
    )


def _plain_one(each: Particulars) -> ShownJson:
    entry, heat = each.entry, each.heat
    return ShownJson(
        **plain_entry(entry),
        start=entry.source.span.start,
        end=entry.source.span.end,
        anchor=entry.source.anchor,
        heading=list(entry.heading),
        links=list(entry.links),
        subject=entry.subject,
        attributes=dict(entry.attributes),
        entities=[EntityJson(key=named.key, name=named.name, type=named.type) for named in entry.entities],
        relations=[
            RelationJson(subject=told.subject, kind=told.kind, object=told.object, context=told.context)
            for told in entry.relations
        ],
        scope=entry.scope,
        working=each.working,
        faded=each.faded,
        heat=HeatJson(count=heat.count, days=heat.days, last=iso(heat.last)) if heat else None,
    )
