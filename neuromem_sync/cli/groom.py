"""`neuromem groom`: consolidate, and write what was learned into MEMORY.md."""

from __future__ import annotations

import click

from neuromem_sync import app
from neuromem_sync.ageing import Aged
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.options import agent_option, agents_and_folders, clock, json_option, many_agents, settings_of
from neuromem_sync.cli.output import AgedJson, GroomJson, MissJson
from neuromem_sync.cli.several import each_agent
from neuromem_sync.cli.terminal import counted, difference, line, say, styled
from neuromem_sync.groom import Groomed
from neuromem_sync.workspace import Workspace

AGED = 5
"""What was left lying, at most so much of it: more is a list nobody reads."""


@click.command(short_help=COMMANDS["groom"])
@agent_option
@json_option(GroomJson, each_agent=True)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--adopt", is_flag=True, help="Make our region in a MEMORY.md that has none.")
@click.option("--explain", is_flag=True, help="Show what was held back, by which gate, and how nearly.")
@click.option("--night", is_flag=True, hidden=True, help="Nobody asked for it: the daemon does.")
@click.argument("words", nargs=-1, metavar="[AGENT…]", shell_complete=agents_and_folders)
def command(
    agent: str | None,
    as_json: bool,
    dry_run: bool,
    adopt: bool,
    explain: bool,
    night: bool,
    words: tuple[str, ...],
) -> int:
    """Consolidate: write what proved true into MEMORY.md, archive what faded.

    Everything outside of the marked region of MEMORY.md stays as it is, and so does what you changed inside of it.
    Exit 0 if it could, 1 if something held it back.

    \b
    neuromem groom --dry-run        the difference, and nothing else
    neuromem groom ava              once, now
    neuromem groom ava --explain    and why the rest was not learned
    neuromem groom ava --adopt      make the region in a MEMORY.md of your own
    """

    def one(workspace: Workspace) -> tuple[int, GroomJson]:
        done = _groom(workspace, dry_run=dry_run, adopt=adopt, night=night)
        if not as_json:
            _show(done, workspace.spoken, dry_run=dry_run, explain=explain)
        return int(done.blocked), _plain(done)

    return each_agent(many_agents(agent, words), one, as_json=as_json)


def _groom(workspace: Workspace, *, dry_run: bool, adopt: bool, night: bool) -> Groomed:
    with app.nights(workspace.require(), settings_of(workspace), clock(), daemon=night) as nights:
        return nights.run(dry_run=dry_run, adopt=adopt)


def _plain(done: Groomed) -> GroomJson:
    return GroomJson(
        agent=done.agent,
        written=done.written,
        promoted=len(done.promoted),
        demoted=len(done.demoted),
        archived=done.archived,
        held_back=sum(done.held_back.values()),
        reason=done.reason,
        hint=done.hint,
        blocked=done.blocked,
        path=done.path,
        gates=dict(done.held_back),
        nearest=[
            MissJson(
                text=miss.text, path=miss.source.path, line=miss.source.span.line, gate=miss.gate, score=miss.score
            )
            for miss in done.nearest
        ],
        asked=[f"{each.subject} · {each.name}" for each in done.asked],
        aged=[_plain_aged(each) for each in done.aged],
        diff=done.diff,
    )


def _plain_aged(each: Aged) -> AgedJson:
    place = each.source
    return AgedJson(
        path=place.path,
        line=place.span.line,
        title=each.title,
        reason=str(each.reason),
        since=each.since.isoformat(),
        days=each.days,
        next=each.next,
    )


def _show(done: Groomed, name: str, *, dry_run: bool, explain: bool) -> None:
    if dry_run:
        difference(done.diff)
    else:
        _show_items(done)
    if done.path and not done.blocked:
        held = sum(done.held_back.values())
        counts = f"{counted(len(done.promoted), 'item')} learned, {len(done.demoted)} dropped, {held} held back"
        archived = f", {counted(done.archived, 'entry')} archived" if done.archived else ""
        say(counts + archived)
        if done.written and not (done.promoted or done.demoted):
            say("what you changed in it is noted", "faint")
    for question in done.asked:
        say(f"asked in the inbox: which holds for {question.subject}, {question.name}?", "warn")
    for each in done.aged[:AGED]:
        line(
            styled(str(each.source), "strong"),
            styled(f"[{each.reason} {each.days} d]", "warn"),
            styled(each.title, "plain"),
        )
    if len(done.aged) > AGED:
        say(f"and {len(done.aged) - AGED} more that were left lying: see --json", "faint")
    if explain:
        _explain(done)
    if done.reason:
        say(done.reason, "warn" if done.blocked else "plain")
    if done.hint:
        say(f"  {done.hint}", "faint")
    if dry_run:
        say("nothing was written (--dry-run)", "faint")
    elif done.blocked:
        return
    elif done.written:
        say(f"written into {done.path}; to take it back: neuromem undo {name}", "faint")
    elif done.held_back and not explain:
        say(f"why they are held back: neuromem groom {name} --dry-run --explain", "faint")


def _show_items(done: Groomed) -> None:
    for text in done.promoted:
        say(f"+ {text}", "good")
    for text in done.demoted:
        say(f"- {text}", "bad")


def _explain(done: Groomed) -> None:
    for gate, count in sorted(done.held_back.items(), key=lambda each: (-each[1], each[0])):
        say(f"  {count:6}  {gate}", "faint")
    for miss in done.nearest:
        line(
            styled(f"{miss.source}", "strong"),
            styled(f"[{miss.gate} {miss.score:.2f}]", "faint"),
            styled(miss.text, "plain"),
        )
