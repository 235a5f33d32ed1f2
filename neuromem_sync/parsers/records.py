"""Records: what the fields of an entry say it is, and the procedure in it.

Reads one entry's attributes and text; where a record begins and ends is the shape's and the walk's matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from neuromem_sync.model import Kind, Procedure, TaskState
from neuromem_sync.parsers.code import masked, spoken
from neuromem_sync.parsers.inline import attribute_key, fields
from neuromem_sync.parsers.words import ERROR_FIELDS, TELLING_ERROR_FIELDS

STEP = re.compile(r"^(?:\d{1,9}[.)][ \t]+(?:\[.\][ \t]+)?|[-*+][ \t]+\[.\][ \t]+)(?P<text>\S[^\n]*)", re.M)
PARAMETER = re.compile(r"(?<![${])\{([^\W\d][\w-]*)(?::([^{}\n]*))?\}(?!\})")
_TRIGGER_KEYS = ("trigger", "when", "when_to_use", "use_when", "when_to_use_it", "description")
_FIELD_LINE = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?(?:\*\*[^*\n]+|[^\W\d_][\w -]{0,40}::|<!--|#)")
PLAIN_ERROR = re.compile(
    r"^[ \t]*(?:[-*+][ \t]+)?(?P<key>mistake|what happened|root cause|how to avoid|prevention(?: rule)?|lesson|fix)"
    r"[ \t]*:[ \t]+(?P<value>\S[^\n]*)",
    re.I | re.M,
)
_SUBHEADING = re.compile(r"^#{2,6}[ \t]+(?P<title>[^\n]*)$", re.M)
_NUMBER = re.compile(r"\d+")


def kind_of(attributes: Mapping[str, str], kind: Kind) -> Kind:
    """The kind that an entry's fields give it, whatever the route; `kind` if they give none."""
    if "procedure" in attributes and "outcome" in attributes:
        return Kind.OUTCOME
    if "task" in attributes and "state" in attributes:
        # A task that failed, and says why, is what must not happen again.
        telling = TaskState.read(attributes["state"]) is TaskState.FAILED and TELLING_ERROR_FIELDS & attributes.keys()
        return Kind.ERROR if telling else Kind.TASK
    if kind not in (Kind.DECISION, Kind.ERROR, Kind.PROCEDURE) and len(attributes) > 1:
        if len(ERROR_FIELDS & attributes.keys()) > 1 and not TELLING_ERROR_FIELDS.isdisjoint(attributes):
            return Kind.ERROR
        if "decision" in attributes and not attributes.keys().isdisjoint(("rationale", "context", "options")):
            return Kind.DECISION
    return kind


def subsections(text: str, plain: str) -> Iterator[tuple[str, str]]:
    """`#### Context` and the text below it, inside a record, as a field; `plain` is the text with code blanked."""
    found = list(_SUBHEADING.finditer(plain))
    ends = [*(each.start() for each in found[1:]), len(text)]
    for heading, end in zip(found[1:], ends[1:], strict=True):
        yield text[heading.start("title") : heading.end()].strip(), " ".join(text[heading.end() : end].split())


def field_names(text: str) -> frozenset[str]:
    """The fields written in a text, as attribute keys."""
    return frozenset(attribute_key(key) for key, _ in fields(text, spoken(masked(text))))


def has_steps(text: str) -> bool:
    return STEP.search(masked(text)) is not None


def procedure(name: str, text: str, attributes: Mapping[str, str]) -> Procedure:
    """The how-to in a record's text; the trigger is a field, else the first paragraph."""
    trigger = next((attributes[key] for key in _TRIGGER_KEYS if key in attributes), "") or _first_paragraph(text)
    found = STEP.finditer(masked(text))
    steps = tuple(text[step.start("text") : step.end("text")].strip() for step in found)
    parameters: dict[str, str | None] = {}
    for parameter, default in (found for step in steps for found in _parameters(step)):
        if parameters.get(parameter) is None:  # a default given once holds for the parameter wherever it stands
            parameters[parameter] = default
    return Procedure(
        name=name,
        trigger=trigger,
        steps=steps,
        parameters=parameters,
        successes=_count(attributes.get("successes", "")),
        failures=_count(attributes.get("failures", "")),
    )


def _parameters(step: str) -> Iterator[tuple[str, str | None]]:
    for found in PARAMETER.finditer(step):
        yield found[1], found[2]


def _count(written: str) -> int:
    found = _NUMBER.match(written)
    return int(found[0][:9]) if found else 0


def _first_paragraph(text: str) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        if _FIELD_LINE.match(line) or STEP.match(line) or not line.strip():
            if lines:
                break
            continue
        lines.append(line.strip())
    return " ".join(lines)
