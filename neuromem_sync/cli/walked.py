"""How the steps of a walk, and what was lacking for it, are shown: `path:line` first. Prints no whole answer."""

from __future__ import annotations

from collections.abc import Iterable

from neuromem_sync.cli.hits import first_line, when
from neuromem_sync.cli.output import LegJson, SaidJson
from neuromem_sync.cli.terminal import line, say, styled
from neuromem_sync.model import Problem
from neuromem_sync.step import Step


def show_step(step: Step) -> None:
    """The place of the latest entry that says so, then what it says; further ones below."""
    first, *more = step.told or (None,)
    weight = f"({step.weight} times)" if step.weight > 1 else ""
    pieces = [styled(str(first), "strong")] if first else []
    line(*pieces, styled(str(step), "plain"), styled(weight, "faint"))
    for told in more:
        line(styled(f"  {told}", "strong"), styled(when(told.at), "faint"), styled(first_line(told.text), "plain"))


def show_lacks(problems: Iterable[Problem]) -> None:
    """On stderr: why the store that is preferred did not answer."""
    for problem in problems:
        say(problem.message, "warn", err=True)
        say(f"  {problem.hint}", err=True)


def plain_step(step: Step) -> LegJson:
    return LegJson(
        start=step.start,
        kind=step.kind,
        end=step.end,
        outward=step.outward,
        entries=step.weight,
        told=[SaidJson(agent=t.agent, path=t.path, line=t.line, at=t.at, text=t.text) for t in step.told],
    )
