"""How things are done here, and how they went: find what fits a situation, render its steps, note an outcome.

Counts nothing itself: rates come from the lines of the log (layers/). Runs no step of any procedure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from neuromem_sync.allowed import NOTHING, Allowed
from neuromem_sync.answer import Doors, look
from neuromem_sync.errors import NeuromemError
from neuromem_sync.index import entries_of, keys_of
from neuromem_sync.layers.base import Rate, faded
from neuromem_sync.model import Entry, Kind, Layer, Problem, Procedure, Source, entity_key
from neuromem_sync.query import Freshness, Hit, Query, State
from neuromem_sync.sqlite import Reading
from neuromem_sync.workspace import Workspace

if TYPE_CHECKING:
    from neuromem_sync.logbook import Written

Result = Literal["success", "failure"]
RESULTS: Mapping[str, Result] = {"success": "success", "failure": "failure"}

CONSIDERED = 8  # hits looked at for each that is shown: kinds share them, and the rate reorders them
NEAR = 0.4  # share of the best hit's score that the others need: one shared word is no situation
SWAY = 0.25  # how far a rate moves a score, up or down: it orders what fits alike and lifts no other subject
TRIED = 2  # outcomes from which "mostly failed" is said


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a procedure went the last time: `result` is success or failure, `at` as in `Entry`."""

    result: str
    at: str | None
    reason: str
    took: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """A procedure as it is written down, with what came of it. `hit.score` is 0 where nothing was asked.

    `unverified`: it could not be proved that its file still says so.
    """

    hit: Hit
    procedure: Procedure
    rate: Rate
    last: Outcome | None = None
    unverified: bool = False

    @property
    def name(self) -> str:
        return self.procedure.name

    @property
    def steps(self) -> tuple[str, ...]:
        return self.procedure.steps

    @property
    def parameters(self) -> Mapping[str, str | None]:
        return self.procedure.parameters

    @property
    def source(self) -> Source:
        return self.hit.entry.source

    @property
    def mostly_failed(self) -> bool:
        return self.rate.failures > self.rate.successes and self.rate.total >= TRIED


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """What helps in a situation, best first: procedures, what went wrong in the like, decisions in force."""

    procedures: tuple[Guidance, ...]
    errors: tuple[Hit, ...]
    decisions: tuple[Hit, ...]
    freshness: Freshness
    problems: tuple[Problem, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.procedures or self.errors or self.decisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Every procedure, by name."""

    procedures: tuple[Guidance, ...]
    freshness: Freshness


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """The procedure after the outcome that was just written, which its rate counts, and where that stands."""

    procedure: Guidance
    written: Written
    freshness: Freshness


async def how(doors: Doors, situation: str, *, limit: int = 5) -> How:
    """What fits a situation, at most `limit` of each kind.

    A procedure's score is multiplied by 1 ± `SWAY`, by Laplace's rule of succession: one failure does not mean that it
    never works, and without an outcome it counts as it reads. Raises NeuromemError for a situation of no words.
    """
    if not situation.strip():
        raise NeuromemError("there is no situation to look for", "say what is to be done, or what went wrong")
    now, zone = doors.clock.now(), doors.workspace.zone
    query = Query(text=situation, limit=CONSIDERED * limit, layer=Layer.PROCEDURAL, now=now, zone=zone)
    answer = await look(doors, query)
    near = _near(answer.hits)
    told = sorted(
        await _guidances(doors, near, answer.freshness), key=lambda each: -each.hit.score * _factor(each.rate)
    )
    found = How(
        procedures=tuple(told[:limit]),
        errors=tuple(hit for hit in near if hit.entry.kind is Kind.ERROR)[:limit],
        decisions=(await _in_force(doors, [hit for hit in near if hit.entry.kind is Kind.DECISION]))[:limit],
        freshness=answer.freshness,
        problems=answer.problems,
    )
    shown = (*(each.hit for each in found.procedures), *found.errors, *found.decisions)
    await doors.touch([hit.entry.id for hit in shown])
    return found


def _near(hits: Sequence[Hit]) -> list[Hit]:
    """Those with a fair share of what the best has in words of its own: what only stands beside such is none."""
    own = [hit.why.get("text", 0.0) for hit in hits]
    return [hit for hit, words in zip(hits, own, strict=True) if words and words >= NEAR * max(own)]


async def listing(doors: Doors) -> Listing:
    """Every procedure with its rate and last outcome, by name and place."""
    freshness = await doors.prove()
    return Listing(procedures=tuple(await _all(doors, freshness)), freshness=freshness)


async def named(doors: Doors, name: str) -> Guidance:
    """The procedure of that name (as `entity_key` sees it), or the one at `path:line`.

    Raises NeuromemError naming the nearest if there is none, and both places if there are two.
    """
    return _named(doors, name, await _all(doors, await doors.prove()))


async def note(doors: Doors, name: str, outcome: str, *, reason: str = "", took: str = "") -> Noted:
    """Write down how the procedure of that name, or at `path:line`, went: `outcome` is success or failure.

    Raises NeuromemError for another outcome, and what `named` and `record` raise.
    """
    result = _result(outcome)
    known = await named(doors, name)

    def writing(workspace: Workspace, now: float) -> Written:
        allowed = Allowed(doors.settings.redact.allow)
        return record(workspace, now, name=known.name, outcome=result, reason=reason, took=took, allowed=allowed)

    written = await doors.write(writing)
    freshness = await doors.prove()
    (after,) = await _guidances(doors, [known.hit], freshness)
    return Noted(procedure=after, written=written, freshness=freshness)


def _result(outcome: str) -> Result:
    if outcome not in RESULTS:
        raise NeuromemError(f"{outcome!r} is neither success nor failure", "say which of the two it was")
    return RESULTS[outcome]


def _named(doors: Doors, name: str, known: Sequence[Guidance]) -> Guidance:
    key = entity_key(name)
    placed = [each for each in known if str(each.source) == name.removeprefix("./")]
    found = placed or [each for each in known if entity_key(each.name) == key]
    if len(found) > 1:
        places = ", ".join(str(each.source) for each in found)
        raise NeuromemError(f"{len(found)} procedures are called {name!r}: {places}", "give one of these places")
    if not found:
        otherwise = f"to see them all: neuromem procedure {doors.workspace.spoken} list"
        raise NeuromemError(f"there is no procedure {name!r}", _nearest(name, [each.name for each in known], otherwise))
    return found[0]


def render(procedure: Procedure, values: Mapping[str, str]) -> str:
    """The steps, numbered, a line each, every `{parameter}` replaced by its value or default.

    Values are data: braces in them stay as they are. Raises NeuromemError naming every parameter that is missing, for
    a value that no parameter takes, and for a procedure without steps.
    """
    from neuromem_sync.parsers.records import PARAMETER

    if not procedure.steps:
        hint = "write them below its heading: 1. or - [ ] begins a step"
        raise NeuromemError(f"{procedure.name} has no steps", hint)
    unknown = [name for name in values if name not in procedure.parameters]
    if unknown:
        takes = f"it takes: {', '.join(procedure.parameters) or 'none'}"
        hint = _nearest(unknown[0], list(procedure.parameters), takes)
        raise NeuromemError(f"{procedure.name} has no parameter {unknown[0]!r}", hint)
    missing = [name for name, default in procedure.parameters.items() if default is None and name not in values]
    if missing:
        hint = "add: " + " ".join(f"--set {name}=…" for name in missing)
        raise NeuromemError(f"{procedure.name} needs {', '.join(missing)}", hint)
    given = {name: default or "" for name, default in procedure.parameters.items()} | dict(values)
    steps = [PARAMETER.sub(lambda found: given[found[1]], step) for step in procedure.steps]
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


def record(
    workspace: Workspace,
    now: float,
    *,
    name: str,
    outcome: Result,
    reason: str = "",
    took: str = "",
    allowed: Allowed = NOTHING,
) -> Written:
    """Write an outcome into today's log; the next rate counts it. `now` in POSIX seconds.

    Raises NeuromemError for a name or reason that no line can hold, and as `logbook.remember` does.
    """
    from neuromem_sync import logbook
    from neuromem_sync.handwriting import unfielded

    fields = {"procedure": name, "outcome": outcome, "took": took, "reason": unfielded(reason)}
    plain = {field: " ".join(value.split()) for field, value in fields.items()}
    return logbook.record(workspace, f"{plain['procedure']}: {outcome}", plain, now=now, allowed=allowed)


async def _all(doors: Doors, freshness: Freshness) -> list[Guidance]:
    keys = await doors.read(doors.procedures.listed())
    entries = await doors.read(entries_of(keys))
    return await _guidances(doors, [Hit(entry=entries[key], score=0.0) for key in keys], freshness)


async def _guidances(doors: Doors, hits: Sequence[Hit], freshness: Freshness) -> list[Guidance]:
    """Those of the hits that are procedures with a name, with what came of them."""
    told = [(hit, hit.entry.procedure) for hit in hits if hit.entry.procedure and hit.entry.procedure.name.strip()]
    names = [procedure.name for _, procedure in told]
    rates = await doors.read(doors.procedures.rates(names))
    outcomes = await doors.read(_outcomes(await doors.read(doors.procedures.last(names))))
    return [
        Guidance(
            hit=hit,
            procedure=each,
            rate=rates[each.name],
            last=outcomes.get(each.name),
            unverified=freshness.state is not State.FRESH or hit.path in freshness.unverified,
        )
        for hit, each in told
    ]


def _outcomes(keys: Mapping[str, int]) -> Reading[dict[str, Outcome]]:
    entries = yield from entries_of(sorted(set(keys.values())))
    return {name: _outcome(entries[key]) for name, key in keys.items()}


def _outcome(entry: Entry) -> Outcome:
    given = entry.attributes
    return Outcome(
        result=given["outcome"].strip().casefold(),
        at=entry.at,
        reason=given.get("reason", ""),
        took=given.get("took", ""),
        source=entry.source,
    )


async def _in_force(doors: Doors, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Those of these decisions that no later one has ended."""
    keys = await doors.read(keys_of([hit.entry.id for hit in hits]))
    over = await doors.read(faded(doors.layers, keys.values()))
    return tuple(hit for hit in hits if keys.get(hit.entry.id) not in over)


def _factor(rate: Rate) -> float:
    share = (rate.successes + 1) / (rate.total + 2)
    return 1 + SWAY * (2 * share - 1)


def _nearest(name: str, names: Sequence[str], otherwise: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(entity_key(name), [entity_key(each) for each in names], 1, 0.5)
    return f"did you mean: {next(each for each in names if entity_key(each) == near[0])}" if near else otherwise
