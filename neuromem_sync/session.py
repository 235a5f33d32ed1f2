"""What an agent reads when it wakes: the state of its memory, within a budget of tokens, each line with its place.

Chooses sections and their parts of the budget; what there is to tell is the matter of briefing.py. Answers no question
(context.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from neuromem_sync import backlog, vitals
from neuromem_sync.answer import Doors, with_degraded
from neuromem_sync.briefing import Moment, Part, told
from neuromem_sync.excerpt import IS_DATA, Excerpt, doubts, plain
from neuromem_sync.finding import Finding
from neuromem_sync.model import Problem
from neuromem_sync.query import Freshness
from neuromem_sync.quota import Offer, fill
from neuromem_sync.sqlite import Reading
from neuromem_sync.tokens import count

SHARES: Mapping[str, float] = {
    Part.WHO: 0.14, Part.TODAY: 0.18, Part.YESTERDAY: 0.08, Part.TASKS: 0.18, Part.LOOPS: 0.12,
    Part.DECISIONS: 0.12, Part.ERRORS: 0.08, Part.IMPORTANT: 0.06, Part.HEALTH: 0.04,
}  # fmt: skip
"""No corpus says what an agent misses most: round parts, so that every section is heard, and what is under way most."""
TURNS = (
    Part.TASKS, Part.TODAY, Part.LOOPS, Part.DECISIONS, Part.WHO, Part.ERRORS, Part.YESTERDAY, Part.IMPORTANT,
    Part.HEALTH, Part.BEFORE, Part.LASTING,
)  # fmt: skip
"""Who takes first of what the sections leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """A finding of health as a line of its own, whole or not at all."""

    finding: Finding

    @property
    def cost(self) -> int:
        return count(f"{self}\n")

    @property
    def says(self) -> frozenset[str]:
        return frozenset((self.finding.code, self.finding.place))

    def within(self, room: int, *, cut: bool = False) -> FindingLine | None:
        return self if self.cost <= room else None

    def __str__(self) -> str:
        hint = f" ({self.finding.hint})" if self.finding.hint else ""
        return plain(f"{self.finding.level}: {self.finding.message}{hint}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of what is read: excerpts of entries, or findings of health."""

    part: Part
    excerpts: tuple[Excerpt, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Sections in the order they are read; those with nothing to tell are left out.

    `prompt` is all of it as an agent reads it, "" where nothing is known, and `tokens` what it costs.
    """

    sections: tuple[Section, ...]
    prompt: str
    tokens: int
    budget: int
    freshness: Freshness
    problems: tuple[Problem, ...] = ()

    def __iter__(self) -> Iterator[Section]:
        return iter(self.sections)

    def text(self) -> str:
        return self.prompt

    __str__ = text


async def session(doors: Doors, *, budget: int) -> Session:
    """The state of the memory now, in at most `budget` tokens.

    Raises NeuromemError for a budget in which nothing fits.
    """
    freshness = await doors.prove()
    workspace = doors.workspace
    moment = Moment(doors.clock.now(), workspace.zone)
    found = await doors.read(told(doors, moment))
    findings = await doors.read(_findings(moment, workspace.spoken))
    offers = [_offer(part, piece) for part in Part for piece in found.get(part, ())]
    offers += [_offer(Part.HEALTH, FindingLine(finding=finding)) for finding in findings]
    filled = fill(_head(plain(workspace.agent), moment) + doubts(freshness), offers, SHARES, budget)
    sections = tuple(_section(part, [offer for offer in filled.offers if offer.section == part]) for part in Part)
    return Session(
        sections=tuple(each for each in sections if each.excerpts or each.findings),
        tokens=filled.tokens,
        budget=budget,
        prompt=filled.text,
        freshness=freshness,
        problems=await with_degraded(doors),
    )


def _offer(part: Part, piece: Excerpt | FindingLine) -> Offer:
    return Offer(section=part, title=part, piece=piece, turn=TURNS.index(part))


def _section(part: Part, offers: list[Offer]) -> Section:
    pieces = [offer.piece for offer in offers]
    return Section(
        part=part,
        excerpts=tuple(piece for piece in pieces if isinstance(piece, Excerpt)),
        findings=tuple(piece.finding for piece in pieces if isinstance(piece, FindingLine)),
    )


def _findings(moment: Moment, name: str) -> Reading[list[Finding]]:
    """Of health what costs a few milliseconds and touches what was just told; `neuromem health` has the rest."""
    documents = yield from vitals.documents(name)
    logs = yield from backlog.logs(moment.now, moment.zone, name)
    questions = yield from backlog.questions()
    return [*documents, *logs, *questions]


def _head(agent: str, moment: Moment) -> str:
    return f"You are {agent}. It is {moment.local:%A, %Y-%m-%d %H:%M} ({moment.zone}).\n{IS_DATA}"
