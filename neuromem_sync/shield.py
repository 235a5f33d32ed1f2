"""Before something is done: what of it failed before or was forbidden, and how to prevent it, in milliseconds.

Warns where a plan shares telling words, commands or names with a lesson, and stays silent on common words. Blocks
nothing and judges no risk: it knows what this workspace has learned, and nothing else.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from neuromem_sync.answer import Doors
from neuromem_sync.index import entries_of
from neuromem_sync.layers.base import TextLayer, faded
from neuromem_sync.lessons import KINDS, Lesson, lesson
from neuromem_sync.likeness import Features, Worths, features, spellings, told, total, windows
from neuromem_sync.model import Entry, Kind, Layer, entity_key
from neuromem_sync.query import Freshness
from neuromem_sync.sqlite import Reading

CERTAIN = 0.95  # evidence times share from which a plan is warned of (docs/shield.md has the measurement)
EVIDENCE = 1.0  # and what is shared must be worth this much: one telling word, or three of any plan's
SYMPTOM = 0.6  # of what only the title of an error shares: it says what came of the act, not the act
HEEDED = 0.5  # share of a prevention that a plan holds already, from which there is nothing left to warn of

ALL = 2**62  # above every key
LIST = 300  # entries read of one word, newest first
FEW = 100  # entries below which rarity says nothing: a smaller index is taken for one of this size
LOOKED_UP = 300  # words of a plan that are looked up, from its beginning: 20 ms at most
CONSIDERED = 80  # lessons compared with the plan
SHOWN = 5

Plan: TypeAlias = Mapping[str, None]
"""The features of a piece of a plan, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning:
    """A lesson that bears on a plan. `matched` are the features by which it does, `share` how much of it they are."""

    entry: Entry
    warning: str
    prevention: str
    matched: tuple[str, ...]
    share: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shielded:
    """Warnings, the most certain first."""

    warnings: tuple[Warning, ...]
    freshness: Freshness

    def __bool__(self) -> bool:
        return bool(self.warnings)


async def shield(doors: Doors, text: str, *, limit: int = SHOWN) -> Shielded:
    """What is known against a plan or command, at most `limit` warnings."""
    freshness = await doors.prove()
    return Shielded(warnings=(await known(doors, text))[:limit], freshness=freshness)


async def known(doors: Doors, text: str) -> tuple[Warning, ...]:
    """The same of the index as it stands, without a look at the files."""
    plans = [dict.fromkeys(features(piece)) for piece in windows(text)]
    rarity, lessons = await doors.read(_lessons(doors, plans))
    warnings = [warning for each in lessons if (warning := _warning(each, plans, rarity))]
    return tuple(sorted(warnings, key=lambda each: (-each.score, str(each.entry.source))))


def _lessons(doors: Doors, plans: Sequence[Plan]) -> Reading[tuple[Worths, list[Lesson]]]:
    """How rare each word of a plan is, and the lessons that share one, those with the rarest first."""
    wanted = list(dict.fromkeys(feature for plan in plans for feature in plan))[:LOOKED_UP]
    worth: Counter[int] = Counter()
    rarity: dict[str, float] = {}
    sizes = 0
    for layer in doors.layers:
        sizes += (yield from layer.size()).entries
    for feature in wanted:
        keys = yield from _lesson_keys(doors.layers, feature)
        if keys:
            rarity[feature] = _rarity((yield from _held(doors.layers, feature)), sizes)
            worth.update(dict.fromkeys(keys, rarity[feature]))
    rows = yield (
        """SELECT key FROM entries WHERE key IN (SELECT value FROM json_each(?))
        AND kind IN (SELECT value FROM json_each(?))""",
        (json.dumps(sorted(worth)), json.dumps(KINDS)),
    )
    best = sorted((key for (key,) in rows), key=lambda key: (-worth[key], -key))[:CONSIDERED]
    return rarity, (yield from _current(doors, best))


def _lesson_keys(layers: Sequence[TextLayer], feature: str) -> Reading[set[int]]:
    """Entries with this feature that may hold a lesson: all of the procedural layer, and failed tasks of the logs."""
    found: set[int] = set()
    for token in spellings(feature):
        for layer in layers:
            if layer.layer is Layer.PROCEDURAL:
                found.update((yield from layer.newest((token,), LIST, 0, ALL)))
            elif layer.layer is Layer.EPISODIC:
                found.update((yield from layer.newest((token, "failed", "state"), LIST, 0, ALL)))
    return found


def _held(layers: Sequence[TextLayer], feature: str) -> Reading[int]:
    """In about how many entries a feature occurs."""
    held = 0
    for token in spellings(feature):
        for layer in layers:
            held += len((yield from layer.newest((token,), LIST, 0, ALL)))
    return held


def _rarity(held: int, entries: int) -> float:
    """1 for a word of one entry, 0 for one of every entry."""
    of = max(entries, FEW)
    return max(0.0, 1.0 - math.log(max(1, held)) / math.log(of))


def _current(doors: Doors, keys: Sequence[int]) -> Reading[list[Lesson]]:
    """What these entries teach, in their order; not what is over: a decision superseded, a failure made good since."""
    over = yield from faded(doors.layers, keys)
    entries = yield from entries_of([key for key in keys if key not in over])
    taught = {key: each for key in keys if key in entries and (each := lesson(entries[key]))}
    stands: dict[int, bool] = {}
    for key in taught:
        stands[key] = yield from _stands(doors, key, entries[key])
    return [each for key, each in taught.items() if stands[key]]


def _stands(doors: Doors, key: int, entry: Entry) -> Reading[bool]:
    """Whether a failure is how its procedure or task ended last; what is no failure of theirs stands."""
    task, procedure = entry.attributes.get("task"), entry.attributes.get("procedure")
    if task and "state" in entry.attributes:
        told = yield from doors.tasks.told(entity_key(task))
        return all(lines[-1][0] == key for lines in told.values() if any(each == key for each, _ in lines))
    if procedure and entry.kind is Kind.OUTCOME:
        last = yield from doors.procedures.last([procedure])
        return last.get(procedure) == key
    return True


def _warning(given: Lesson, plans: Sequence[Plan], rarity: Worths) -> Warning | None:
    """The lesson as a warning, by the trigger and the piece of the plan that are most alike; None if none are."""
    whole: Plan = {feature: None for plan in plans for feature in plan}
    instead = features(given.prevention)
    found: list[Warning | None] = []
    for text, factor in (*((text, 1.0) for text in given.triggers), (given.symptom, SYMPTOM)):
        trigger = features(text)
        own = {feature: worth for feature, worth in instead.needed.items() if feature not in set(trigger)}
        # a piece of the plan has no more in common than the whole, which is compared once
        if _compare(given, text, trigger.shared(whole), trigger, rarity, factor):
            found += [
                _compare(given, text, trigger.shared(plan), trigger, rarity, factor)
                for plan in plans
                if not _is_heeded(own, plan)
            ]
    return max((each for each in found if each), key=lambda each: each.score, default=None)


def _compare(
    given: Lesson, text: str, common: Worths, trigger: Features, rarity: Worths, factor: float
) -> Warning | None:
    evidence = total(worth * rarity.get(feature, 1.0) for feature, worth in common.items())
    share = trigger.share(common)
    score = evidence * share * factor
    if evidence < EVIDENCE or score < CERTAIN:
        return None
    return Warning(
        entry=given.entry,
        warning=given.warning,
        prevention=given.prevention,
        matched=told(text, common),
        share=share,
        score=score,
    )


def _is_heeded(own: Worths, plan: Plan) -> bool:
    """Whether a plan already does what prevents it, of which `own` is what the warning does not say itself."""
    held = total(worth for feature, worth in own.items() if feature in plan)
    return held >= 1.0 and held >= HEEDED * total(own.values())
