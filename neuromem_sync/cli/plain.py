"""Values of the model as the JSON shapes of output.py."""

from __future__ import annotations

from neuromem_sync.cli.output import FreshnessJson, HitJson, ProblemJson
from neuromem_sync.model import Problem
from neuromem_sync.query import Freshness, Hit


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
        working=hit.working,
        why={part: round(share, 6) for part, share in hit.why.items()},
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
