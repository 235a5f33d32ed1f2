"""Values of the model as the JSON shapes of output.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neuromem_sync.cli.output import (
    EntryJson,
    ExcerptJson,
    FindingJson,
    FreshnessJson,
    HitJson,
    LineJson,
    ProblemJson,
    RecallJson,
)
from neuromem_sync.model import Entry, Problem
from neuromem_sync.query import Answer, Freshness, Hit
from neuromem_sync.signature import unsigned

if TYPE_CHECKING:
    from neuromem_sync.excerpt import Excerpt
    from neuromem_sync.finding import Finding


def plain_problem(problem: Problem) -> ProblemJson:
    return ProblemJson(
        path=problem.path,
        line=problem.line,
        code=problem.code,
        message=problem.message,
        hint=problem.hint,
        unverified=problem.unverified,
    )


def plain_hit(hit: Hit) -> HitJson:
    return HitJson(
        path=hit.path,
        line=hit.line,
        end_line=hit.entry.source.span.end_line,
        layer=hit.layer.value,
        kind=hit.entry.kind.value,
        text=hit.text,
        at=hit.entry.at,
        score=round(hit.score, 6),
        tags=list(hit.entry.tags),
        origin=hit.entry.origin.value,
        working=hit.working,
        why={part: round(share, 6) for part, share in hit.why.items()},
    )


def plain_answer(answer: Answer) -> RecallJson:
    return RecallJson(
        hits=[plain_hit(hit) for hit in answer.hits],
        freshness=plain_freshness(answer.freshness),
        problems=[plain_problem(problem) for problem in answer.problems],
    )


def plain_entry(entry: Entry) -> EntryJson:
    return EntryJson(
        id=entry.id,
        path=entry.source.path,
        line=entry.source.span.line,
        end_line=entry.source.span.end_line,
        layer=entry.layer.value,
        kind=entry.kind.value,
        title=entry.title,
        text=unsigned(entry.text),
        at=entry.at,
        tags=list(entry.tags),
        origin=entry.origin.value,
    )


def plain_excerpt(excerpt: Excerpt) -> ExcerptJson:
    entry = excerpt.entry
    return ExcerptJson(
        path=excerpt.path,
        line=entry.source.span.line,
        end_line=entry.source.span.end_line,
        layer=entry.layer.value,
        kind=entry.kind.value,
        at=entry.at,
        why=excerpt.why,
        note=excerpt.note,
        cost=excerpt.cost,
        cropped=excerpt.cropped,
        lines=[LineJson(line=line.number, text=line.text, cut=line.cut) for line in excerpt.lines],
    )


def plain_finding(finding: Finding) -> FindingJson:
    return FindingJson(
        code=finding.code.value,
        part=finding.part,
        level=finding.level.value,
        message=finding.message,
        hint=finding.hint,
        place=finding.place,
    )


def plain_freshness(freshness: Freshness) -> FreshnessJson:
    plain = FreshnessJson(
        state=freshness.state.value,
        generation=freshness.generation,
        as_of=freshness.as_of,
        unverified=list(freshness.unverified),
    )
    if freshness.reason:
        plain["reason"] = freshness.reason
    return plain
