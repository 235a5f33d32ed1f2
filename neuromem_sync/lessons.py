"""What an entry warns of, and how to prevent it: error patterns, failed outcomes and tasks, decisions that forbid.

Reads one entry at a time; what a plan has to do with it is shield.py's to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from neuromem_sync.model import Entry, Kind, Origin, TaskState

KINDS = (Kind.ERROR, Kind.OUTCOME, Kind.TASK, Kind.DECISION)
"""Kinds of which some entries warn."""

_WRONG = ("mistake", "pattern", "what_happened", "error", "anti_pattern", "anti-pattern")
_PREVENTING = ("instead_do", "how_to_avoid", "prevention_rule", "prevention", "lesson", "instead", "fix")
_FORBIDS = re.compile(
    r"\b(?:never|do not|don['’]t|must not|mustn['’]t|should not|shouldn['’]t|may not|not allowed|no longer|avoid"
    r"|forbidden|banned|prohibited|stop using|no more)\b",
    re.I,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_ACT = re.compile(r"[;.]\s+")
_INSTEAD = re.compile(r"\s*(?:;|,? but |,? instead\b|\. |: use |— | – |, use |,? always )", re.I)
_MARKUP = re.compile(r"^[\s>#*+-]*(?:\d{1,9}[.)]\s+)?(?:\*\*[^*\n]+\*\*:?|\*\*[^*\n]+:\*\*)?\s*|\*\*")

_EDGES = " .,;:|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """`warning` is told. `triggers` are acts of which one must be alike a plan; `symptom` is what came of them, which
    a plan names more seldom and by chance. `prevention` and `symptom` may be empty."""

    entry: Entry
    warning: str
    triggers: tuple[str, ...]
    symptom: str = ""
    prevention: str


def lesson(entry: Entry) -> Lesson | None:
    """What there is to learn from an entry; None if it warns of nothing, as what a web page or a tool has said."""
    if entry.origin is Origin.UNTRUSTED:
        return None
    given = entry.attributes
    if "task" in given and "state" in given:
        failed = given["state"].strip().casefold() == TaskState.FAILED
        return (
            _failure(entry, given["task"], given.get("root_cause", "") or given.get("reason", "")) if failed else None
        )
    if entry.kind is Kind.OUTCOME:
        failed = given.get("outcome", "").strip().casefold() == "failure"
        return _failure(entry, given.get("procedure", ""), given.get("reason", "")) if failed else None
    return _decision(entry) if entry.kind is Kind.DECISION else _error(entry)


def prevention(entry: Entry) -> str:
    """How an error pattern says that it is prevented; "" if it does not."""
    found = next((entry.attributes[key] for key in _PREVENTING if entry.attributes.get(key)), "")
    return " ".join(found.split())


def _error(entry: Entry) -> Lesson | None:
    told = [" ".join(entry.attributes[key].split()) for key in _WRONG if entry.attributes.get(key)]
    plain = "" if told else _plain(next(iter(entry.text.strip().splitlines()), ""))
    warning = entry.title or next(iter(told), plain)
    if not warning:
        return None
    acts = dict.fromkeys(act for text in told for act in _ACT.split(text) if act.strip())
    symptom = "" if warning in acts or not acts else entry.title
    return Lesson(
        entry=entry,
        warning=warning,
        triggers=tuple(acts) or (warning,),
        symptom=symptom,
        prevention=prevention(entry),
    )


def _decision(entry: Entry) -> Lesson | None:
    """A decision warns by what its sentences forbid; the rest of such a sentence, or the next, says what to do."""
    sentences = [entry.title, *map(_plain, _SENTENCE.split(entry.text))]
    found = [
        (*clause, following) for sentence, following in pairwise((*sentences, "")) for clause in _clauses(sentence)
    ]
    if not found:
        return None
    warning, _, instead, following = found[0]
    return Lesson(
        entry=entry,
        warning=warning,
        triggers=tuple(dict.fromkeys(act for _, act, _, _ in found)),
        prevention=instead or ("" if _FORBIDS.search(following) else following),
    )


def _failure(entry: Entry, name: str, reason: str) -> Lesson | None:
    if not name.strip():
        return None
    warning = f"{name} failed{f': {reason}' if reason else ''}"
    return Lesson(entry=entry, warning=warning, triggers=(name,), symptom=reason, prevention=prevention(entry))


def _clauses(sentence: str) -> Iterator[tuple[str, str, str]]:
    """What a sentence forbids: from the word that forbids on, after it, and what it says to do instead."""
    found = list(_FORBIDS.finditer(sentence))
    stops = (*(later.start() for later in found[1:]), len(sentence))
    for word, stop in zip(found, stops, strict=False):
        cut = _INSTEAD.search(sentence, word.end(), stop)
        end = cut.start() if cut else stop
        instead = sentence[cut.end() : stop] if cut else ""
        yield (
            sentence[word.start() : end].strip(_EDGES),
            sentence[word.end() : end].strip(_EDGES),
            instead.strip(_EDGES),
        )


def _plain(line: str) -> str:
    return _MARKUP.sub("", line).strip()
