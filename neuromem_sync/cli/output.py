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


class ConnectionJson(TypedDict):
    """A file of another program: `diff` is what it lacked of our settings, `written` that it has them now.

    `fault` says why it was left alone, "" if it was not.
    """

    path: str
    diff: str
    written: bool
    fault: str


class InitJson(TypedDict):
    """Paths are relative to `root`; `notes` counts the Markdown files it had, `missing` could be laid out and was not.

    `readonly` is there where the folder is another program's, the rest with --for.
    """

    agent: str
    root: str
    zone: str
    registered: bool
    notes: int
    created: list[str]
    missing: list[str]
    readonly: NotRequired[bool]
    connections: NotRequired[list[ConnectionJson]]
    advice: NotRequired[list[str]]


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


class ServerJson(TypedDict):
    """A server: entries it was `told` of now, those `left`, the `dead` ones that it refuses among them, and why."""

    store: str
    told: int
    left: int
    dead: int
    reason: str
    hint: str


class KeptJson(TypedDict):
    """A server that no setting names any more, and the entries that are `left` to tell it of if one does again."""

    store: str
    left: int


class ProjectedJson(TypedDict):
    """The `servers` of an agent, none where none is named; `off`: those switched off, though not for good."""

    agent: str
    servers: list[ServerJson]
    off: list[KeptJson]


class SwitchedOffJson(TypedDict):
    """A `store` for which nothing is kept any more; `emptied`: the server itself holds nothing of the agent now."""

    agent: str
    store: str
    emptied: bool


class FailedJson(TypedDict):
    """In the place of a workspace's own value, where several are meant and this one failed."""

    agent: str
    error: ErrorDetail


class HitJson(TypedDict):
    """`path` is relative to the workspace, lines 1-based, `end_line` inclusive, `at` ISO 8601 with offset or null.

    `origin` is who said it: owner, agent, shared, neuromem or untrusted.
    """

    path: str
    line: int
    end_line: int
    layer: str
    kind: str
    text: str
    at: str | None
    score: float
    tags: list[str]
    origin: str
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


class OutcomeJson(TypedDict):
    """How a procedure went the last time: success or failure, and the line of the log that says so."""

    path: str
    line: int
    outcome: str
    at: str | None
    reason: str
    took: str


class ProcedureJson(TypedDict):
    """`parameters`: name to default, null where a value is needed. `score` is 0 where nothing was asked.

    `unverified`: it could not be proved that its file still says so.
    """

    path: str
    line: int
    name: str
    trigger: str
    steps: list[str]
    parameters: Mapping[str, str | None]
    successes: int
    failures: int
    mostly_failed: bool
    last: OutcomeJson | None
    unverified: bool
    score: float


class HowJson(TypedDict):
    procedures: list[ProcedureJson]
    errors: list[HitJson]
    decisions: list[HitJson]
    freshness: FreshnessJson
    problems: list[ProblemJson]


class ListedJson(TypedDict):
    agent: str
    procedures: list[ProcedureJson]
    freshness: FreshnessJson


class RenderedJson(TypedDict):
    """`text`: the steps ready to follow, numbered, a line each."""

    agent: str
    name: str
    text: str


class RecordedJson(TypedDict):
    """Where the outcome stands in the log."""

    agent: str
    name: str
    outcome: str
    path: str
    line: int


class WarningJson(TypedDict):
    """`kind` is error, outcome, task or decision; `warning` what failed or is forbidden; `prevention` may be empty.

    `matched` are the words and commands by which it was known, `share` how much of the warning they are.
    """

    path: str
    line: int
    kind: str
    at: str | None
    warning: str
    prevention: str
    matched: list[str]
    share: float


class ShieldJson(TypedDict):
    warnings: list[WarningJson]
    freshness: FreshnessJson


class TaskJson(TypedDict):
    """A task since it was last started. `state` is started, progress, paused, completed, abandoned or failed.

    `text` is what it was started with, `note` what was said last, `progress` like 50% or ""; `path` and `line` are of
    its last entry, which was made `at`.
    """

    name: str
    text: str
    state: str
    progress: str
    at: str | None
    started: str | None
    path: str
    line: int
    note: str


class TasksJson(TypedDict):
    agent: str
    tasks: list[TaskJson]
    freshness: FreshnessJson


class ToldJson(TypedDict):
    """Where the new entry stands, and how the task stands with it; `meanwhile`: path:line of what others just wrote."""

    agent: str
    path: str
    line: int
    task: TaskJson
    meanwhile: list[str]


class HeatJson(TypedDict):
    """How often it was recalled or written, on how many days, and when last (ISO 8601)."""

    count: int
    days: int
    last: str


class EntityJson(TypedDict):
    key: str
    name: str
    type: str


class RelationJson(TypedDict):
    subject: str
    kind: str
    object: str
    context: str


class EntryJson(TypedDict):
    """An entry that was looked up, not ranked. `title` may be empty, `at` null."""

    id: str
    path: str
    line: int
    end_line: int
    layer: str
    kind: str
    title: str
    text: str
    at: str | None
    tags: list[str]
    origin: str


class ShownJson(EntryJson):
    """All that is known of an entry. Bytes `start:end` of the file are its text, unless a secret was cut out of it.

    `working` is why it is in working memory, "" if it is not; `faded`: archived, or superseded if it is a decision.
    """

    start: int
    end: int
    anchor: str | None
    heading: list[str]
    links: list[str]
    subject: str
    attributes: Mapping[str, str]
    entities: list[EntityJson]
    relations: list[RelationJson]
    scope: str
    working: str
    faded: bool
    heat: HeatJson | None


class ShowJson(TypedDict):
    agent: str
    entries: list[ShownJson]
    freshness: FreshnessJson


class DayJson(TypedDict):
    day: str
    entries: list[EntryJson]


class TimelineJson(TypedDict):
    """Earliest first. `more`: there are earlier ones than the limit let through."""

    agent: str
    days: list[DayJson]
    more: bool
    freshness: FreshnessJson


class TagJson(TypedDict):
    """`entries` have this tag or one below it, `own` this very tag; `last` is the latest time of any of them."""

    tag: str
    entries: int
    own: int
    last: str | None


class TagsJson(TypedDict):
    agent: str
    tags: list[TagJson]
    freshness: FreshnessJson


class MentionedJson(EntityJson):
    """`entries` mention it, `relations` are stated of it."""

    entries: int
    relations: int


class EntitiesJson(TypedDict):
    agent: str
    entities: list[MentionedJson]
    freshness: FreshnessJson


class AttributeJson(TypedDict):
    """True from `since` to `until`; null: unknown, and still."""

    name: str
    value: str
    since: str | None
    until: str | None
    path: str
    line: int


class TieJson(TypedDict):
    """`outward`: the entity asked for is the subject of the relation. `entries` say so."""

    kind: str
    other: str
    outward: bool
    entries: int


class PortraitJson(TypedDict):
    """`entity` is null for one that nobody mentions; `similar` are then keys that come near."""

    agent: str
    entity: MentionedJson | None
    aliases: list[str]
    attributes: list[AttributeJson]
    relations: list[TieJson]
    beside: list[TieJson]
    mentions: list[EntryJson]
    similar: list[str]
    freshness: FreshnessJson


class SaidJson(TypedDict):
    """An entry that says so. `agent` is whose it is where another one shares it, else ""."""

    agent: str
    path: str
    line: int
    at: str | None
    text: str


class LegJson(TypedDict):
    """From one thing to the next, by their names; `outward` if the first is the subject. `entries` say so.

    `kind` is "co_occurs" where nobody stated one. `told` are the latest of those entries.
    """

    start: str
    kind: str
    end: str
    outward: bool
    entries: int
    told: list[SaidJson]


class ThingJson(TypedDict):
    """`step` is the last one of the way to it."""

    key: str
    name: str
    type: str
    hops: int
    step: LegJson


class RelatedJson(TypedDict):
    """Nearest first; `similar` are keys that come near where nobody mentions it.

    `store` is what answered, sqlite or neo4j; `problems` say why it was not another.
    """

    agent: str
    key: str
    name: str
    type: str
    things: list[ThingJson]
    similar: list[str]
    store: str
    problems: list[ProblemJson]
    freshness: FreshnessJson


class StrangerJson(TypedDict):
    """A name that nobody mentions, and keys that come near."""

    name: str
    similar: list[str]


class PathJson(TypedDict):
    """`steps` is null if there is no way, and empty if the two are one."""

    agent: str
    start: str
    goal: str
    steps: list[LegJson] | None
    strangers: list[StrangerJson]
    store: str
    problems: list[ProblemJson]
    freshness: FreshnessJson


class AgentJson(TypedDict):
    """`readonly`: nothing is ever written there. `there`: its root is a folder now.

    `daemon` is the pid of the one that watches it, null without. `entries` are those of its index as it stands, null if
    it has none. `fault`: why it is not known whether a daemon watches.
    """

    agent: str
    root: str
    zone: str
    readonly: bool
    there: bool
    daemon: int | None
    entries: int | None
    fault: NotRequired[str]


class AgentsJson(TypedDict):
    agents: list[AgentJson]


class RegisteredJson(TypedDict):
    """`registered`: it was not before."""

    agent: str
    root: str
    zone: str
    registered: bool


class RemovedJson(TypedDict):
    """The files in `root` stay; `state` is the folder of its index, `purged` if that is gone."""

    agent: str
    root: str
    state: str
    purged: bool


class RenamedJson(TypedDict):
    agent: str
    was: str
    root: str


class SettingJson(TypedDict):
    """`source`: default, the path of a file, or the variable that gives the value."""

    key: str
    value: int | float | str | list[str]
    default: int | float | str | list[str]
    source: str


class SettingsJson(TypedDict):
    path: str
    settings: list[SettingJson]


class ConfigPathJson(TypedDict):
    path: str
    exists: bool


class ProblemsJson(TypedDict):
    agent: str
    problems: list[ProblemJson]
    freshness: FreshnessJson


class SecretJson(TypedDict):
    """`hint` is how its kind begins and how long it is; `kept`: its section is named for credentials, and left out."""

    path: str
    line: int
    kind: str
    hint: str
    kept: bool


class SecretsJson(TypedDict):
    agent: str
    secrets: list[SecretJson]
    freshness: FreshnessJson


class AllowedJson(TypedDict):
    """How many values at `place` are no secrets from now on."""

    agent: str
    place: str
    allowed: int


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
    """Without --edit nothing is `edited`. `refused`: path to reason. `left`: places that say the same again.
    `servers`: those that still hold it, and why.
    """

    agent: str
    entries: list[ForgottenJson]
    edited: list[str]
    refused: Mapping[str, str]
    left: list[str]
    servers: Mapping[str, str]


class StoreJson(TypedDict):
    """What answers for a layer: `store` is sqlite, redis or neo4j; `server` the one that is named, "" for none.

    `left` are the entries it has yet to be told of, `reason` why it does not answer.
    """

    layer: str
    store: str
    server: str
    left: int
    reason: str


class StatusJson(TypedDict):
    """What the daemon said of itself last; `state` is stopped, and the others null, where none watches.

    `stores` are the layers for which a server is named, as they were last met with; nobody is asked.
    """

    agent: str
    root: str
    pid: int | None
    state: str
    reason: str
    generation: int | None
    as_of: str | None
    stores: list[StoreJson]


class ServiceJson(TypedDict):
    """`path` is the service's file, `changed` whether it was written or removed; `refused` what its manager said."""

    path: str
    changed: bool
    running: bool
    refused: str


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
    """`well`: no finding is worse than info. `state_bytes` are those of the state folder on its disk.

    `scanned` is when all files were last looked at (ISO 8601), null if that is not known.
    """

    agent: str
    well: bool
    entries: int
    state_bytes: int
    freshness: FreshnessJson
    scanned: str | None
    findings: list[FindingJson]


class LineJson(TypedDict):
    """A line of a file; `cut`: only its beginning."""

    line: int
    text: str
    cut: bool


class ExcerptJson(TypedDict):
    """Lines of an entry that stands at `path`, `line` to `end_line`; `cropped` if not all that say something.

    `note` is ours, `cost` what it takes of the budget, in tokens.
    """

    path: str
    line: int
    end_line: int
    layer: str
    kind: str
    at: str | None
    why: str
    note: str
    cost: int
    cropped: bool
    lines: list[LineJson]


class SectionJson(TypedDict):
    """`findings` are those of health."""

    title: str
    excerpts: list[ExcerptJson]
    findings: list[FindingJson]


class SessionJson(TypedDict):
    """`tokens` of the `budget` are what the text of the same command takes, counted by `counter`."""

    agent: str
    budget: int
    tokens: int
    counter: str
    sections: list[SectionJson]
    freshness: FreshnessJson
    problems: list[ProblemJson]


class ContextJson(TypedDict):
    """As a session's; `excerpts` in the order they are read."""

    agent: str
    budget: int
    tokens: int
    counter: str
    excerpts: list[ExcerptJson]
    freshness: FreshnessJson
    problems: list[ProblemJson]


class LayersJson(TypedDict):
    working: int
    episodic: int
    semantic: int
    procedural: int


class StatsJson(TypedDict):
    """`stores` are those of working memory and of the graph: the layers that can stand on a server."""

    agent: str
    files: int
    entries: int
    layers: LayersJson
    stores: list[StoreJson]
    freshness: FreshnessJson


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
    freshness: FreshnessJson


class MigratedDocumentJson(TypedDict):
    """`fate` is made, there (it was before) or due (--dry-run); `lacking`: entries that one which is there has not."""

    path: str
    entries: int
    fate: str
    lacking: int


class MigrateJson(TypedDict):
    """`memories` and `procedures` are those found; `kept` need no writing, `lost` could not be read or written, `left`
    has no place in Markdown: each by reason. `settings` are what `neuromem config set` takes.
    """

    agent: str
    stores: list[str]
    memories: int
    procedures: int
    documents: list[MigratedDocumentJson]
    kept: Mapping[str, int]
    lost: Mapping[str, int]
    left: Mapping[str, int]
    agents: Mapping[str, str]
    settings: Mapping[str, int]
    unknown_settings: list[str]
    whole: bool


class StepJson(TypedDict):
    """One edit of the demo, one question after it, and the seconds from save to answer."""

    edit: str
    question: str
    seconds: float
    hits: list[HitJson]


class DemoJson(TypedDict):
    steps: list[StepJson]
    equal: bool
