"""Every JSON shape that a command prints. Prints nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict


class ErrorDetail(TypedDict):
    code: str
    message: str
    hint: str


class ErrorJson(TypedDict):
    """Any command that fails, with exit code 2."""

    error: ErrorDetail


class ProblemJson(TypedDict):
    """`unverified`: the file's last good entries stand in for it."""

    path: str
    line: int
    code: str
    message: str
    hint: str
    unverified: bool


class FreshnessJson(TypedDict):
    state: str
    generation: int
    as_of: str
    unverified: list[str]
    reason: NotRequired[str]


class InitJson(TypedDict):
    """Paths are relative to `root`; `missing` could be laid out and was not."""

    agent: str
    root: str
    zone: str
    registered: bool
    created: list[str]
    missing: list[str]


class SyncJson(TypedDict):
    """Counts are entries, `entries` the total after; `problems` a count, listed by `neuromem problems`."""

    agent: str
    added: int
    changed: int
    deleted: int
    entries: int
    problems: int
    generation: int
    seconds: float


class FailedJson(TypedDict):
    """In the place of a workspace's own value, where several are meant and this one failed."""

    agent: str
    error: ErrorDetail


class HitJson(TypedDict):
    """`path` is relative to the workspace, lines 1-based, `end_line` inclusive, `at` ISO 8601 with offset."""

    path: str
    line: int
    end_line: int
    layer: str
    kind: str
    text: str
    at: str | None
    score: float
    tags: list[str]
    working: bool
    why: Mapping[str, float]


class RecallJson(TypedDict):
    hits: list[HitJson]
    freshness: FreshnessJson
    problems: list[ProblemJson]


class RememberJson(TypedDict):
    """Where the first line of what was written stands."""

    agent: str
    path: str
    line: int


class ProblemsJson(TypedDict):
    agent: str
    problems: list[ProblemJson]


class VerifyJson(TypedDict):
    """`differences` begin with `path:line`; `unverified` could not be read, and was not compared."""

    equal: bool
    digest: str
    differences: list[str]
    unverified: NotRequired[list[str]]


class ForgottenJson(TypedDict):
    """One place that holds it; `forgotten`: no more."""

    id: str
    path: str
    line: int
    end_line: int
    text: str
    forgotten: bool


class ForgetJson(TypedDict):
    """Without --edit nothing is `edited`. `refused`: path to reason. `left`: places that say the same again."""

    agent: str
    entries: list[ForgottenJson]
    edited: list[str]
    refused: Mapping[str, str]
    left: list[str]


class WaitJson(TypedDict):
    agent: str
    done: bool
    freshness: FreshnessJson


class FindingJson(TypedDict):
    """`code` stays what it is (docs/health.md); `level` is bad, warn or info; `place` path:line, a path, or ""."""

    code: str
    part: str
    level: str
    message: str
    hint: str
    place: str


class HealthJson(TypedDict):
    """`well`: no finding is worse than info. `state_bytes` are those of the state folder on its disk."""

    agent: str
    well: bool
    entries: int
    state_bytes: int
    freshness: FreshnessJson
    findings: list[FindingJson]


class LayersJson(TypedDict):
    working: int
    episodic: int
    semantic: int
    procedural: int


class StatsJson(TypedDict):
    agent: str
    files: int
    entries: int
    layers: LayersJson


class MissJson(TypedDict):
    """What came nearest to being learned, and the gate that held it back."""

    path: str
    line: int
    text: str
    gate: str
    score: float


class AgedJson(TypedDict):
    """`reason` since the day `since`, `days` ago; `next` is what the file says is to be done."""

    path: str
    line: int
    title: str
    reason: str
    since: str
    days: int
    next: str


class GroomJson(TypedDict):
    """Counts are items, but `archived` entries, and `held_back` claims of the files: `gates` says by which gate.

    `reason` says why nothing was written, "" if something was, and `blocked` that it should have been; `diff` what was,
    or would be, changed in `path`. `asked` are the contradictions put into the inbox, `aged` what was left lying.
    """

    agent: str
    written: bool
    promoted: int
    demoted: int
    archived: int
    held_back: int
    reason: str
    hint: str
    blocked: bool
    path: str
    gates: Mapping[str, int]
    nearest: list[MissJson]
    asked: list[str]
    aged: list[AgedJson]
    diff: str


class UndoJson(TypedDict):
    """`left` and `returned` are the texts of items."""

    agent: str
    path: str
    written: bool
    left: list[str]
    returned: list[str]
    diff: str


class EvidenceJson(TypedDict):
    path: str
    line: int
    at: str | None
    text: str


class WhyJson(TypedDict):
    """`why` has the share of each part of the score; without `evidence` nothing supports the item any more."""

    agent: str
    path: str
    line: int
    text: str
    edited: bool
    section: str
    score: float
    why: Mapping[str, float]
    evidence: list[EvidenceJson]


class BeliefJson(TypedDict):
    """`what` is item, fact or decision; `old` is believed no more, `new` now; `place` is the path:line that says so."""

    what: str
    old: str
    new: str
    place: str
    at: str | None


class DiffJson(TypedDict):
    agent: str
    beliefs: list[BeliefJson]


class StepJson(TypedDict):
    """One edit of the demo, one question after it, and the seconds from save to answer."""

    edit: str
    question: str
    seconds: float
    hits: list[HitJson]


class DemoJson(TypedDict):
    steps: list[StepJson]
    equal: bool
