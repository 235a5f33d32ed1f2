"""How a procedure and what came of it are shown, to people and as JSON. Prints no command's whole answer."""

from __future__ import annotations

from neuromem_sync.cli.output import OutcomeJson, ProcedureJson
from neuromem_sync.cli.terminal import line, say, styled
from neuromem_sync.model import Origin
from neuromem_sync.procedures import Guidance, Outcome


def plain_guidance(each: Guidance) -> ProcedureJson:
    return ProcedureJson(
        path=each.source.path,
        line=each.source.span.line,
        name=each.name,
        trigger=each.procedure.trigger,
        steps=list(each.steps),
        parameters=dict(each.parameters),
        successes=each.rate.successes,
        failures=each.rate.failures,
        mostly_failed=each.mostly_failed,
        last=_plain_outcome(each.last) if each.last else None,
        unverified=each.unverified,
        score=round(each.hit.score, 6),
    )


def _plain_outcome(last: Outcome) -> OutcomeJson:
    return OutcomeJson(
        path=last.source.path,
        line=last.source.span.line,
        outcome=last.result,
        at=last.at,
        reason=last.reason,
        took=last.took,
    )


def rate(each: Guidance) -> str:
    """`7 of 9`; what mostly failed says so, what could not be verified, and what a web page or a tool said."""
    untrusted = each.hit.entry.origin is Origin.UNTRUSTED
    marks = ("mostly failed",) * each.mostly_failed + ("unverified",) * each.unverified + ("untrusted",) * untrusted
    return ", ".join((f"{each.rate.successes} of {each.rate.total}" if each.rate.total else "not tried yet", *marks))


def _outcome(last: Outcome) -> str:
    """`last: failure on 2026-02-27 (disk full), took 3m20s, memory/2026-02-27.md:9`."""
    on = f" on {last.at[:10]}" if last.at else ""
    why = f" ({last.reason})" if last.reason else ""
    took = f", took {last.took}" if last.took else ""
    return f"last: {last.result}{on}{why}{took}, {last.source}"


def show(each: Guidance) -> None:
    """The whole of a procedure: its place, rate and name, when to use it, its steps and how it went last."""
    rated = styled(f"[{rate(each)}]", "bad" if each.mostly_failed else "faint")
    line(styled(str(each.source), "strong"), rated, styled(each.name, "plain"))
    if each.procedure.trigger:
        say(f"  when: {each.procedure.trigger}", "faint")
    for number, step in enumerate(each.steps, 1):
        say(f"  {number}. {step}")
    if each.parameters:
        takes = (name if default is None else f"{name}={default}" for name, default in each.parameters.items())
        say(f"  takes: {', '.join(takes)}", "faint")
    if each.last:
        say(f"  {_outcome(each.last)}", "faint")
