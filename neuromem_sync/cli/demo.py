"""`neuromem demo`: watch an edit become an answer."""

from __future__ import annotations

import click

from neuromem_sync import demo
from neuromem_sync.cli import COMMANDS
from neuromem_sync.cli.options import clock, json_option
from neuromem_sync.cli.output import DemoJson, StepJson
from neuromem_sync.cli.plain import plain_hit
from neuromem_sync.cli.terminal import emit, line, say, styled


@click.command(short_help=COMMANDS["demo"])
@json_option(DemoJson)
def command(as_json: bool) -> int:
    """Watch an edit become an answer: a workspace in a temporary folder, a real daemon, four edits, four questions.

    Exit 0 if every edit was in the answer and the index equals the files.
    """
    if not as_json:
        say("a workspace in a temporary folder, and a daemon that watches it", "faint")
    steps: list[demo.Step] = []
    equal = False
    for shown in demo.show(clock()):
        if isinstance(shown, demo.Step):
            steps.append(shown)
            if not as_json:
                _show(shown)
        else:
            equal = shown
    if as_json:
        emit(DemoJson(steps=[_plain(step) for step in steps], equal=equal))
    else:
        verdict = "the same" if equal else "NOT the same"
        say(f"made again from nothing, the index is {verdict}", "good" if equal else "bad")
    return 0 if equal and all(step.answer.hits for step in steps) else 1


def _show(step: demo.Step) -> None:
    line(styled("edit", "faint"), styled(step.edit, "plain"))
    line(styled("ask ", "faint"), styled(step.question, "plain"))
    for hit in step.answer.hits:
        line("     ", styled(f"{hit.path}:{hit.line}", "strong"), styled(f"[{hit.layer} {hit.entry.kind}]", "faint"))
        for text in filter(None, hit.text.splitlines()):
            say(f"        {text}")
    say(f"      {step.seconds * 1000:.1f} ms from save to answer", "good")


def _plain(step: demo.Step) -> StepJson:
    return StepJson(
        edit=step.edit,
        question=step.question,
        seconds=round(step.seconds, 5),
        hits=[plain_hit(hit) for hit in step.answer.hits],
    )
