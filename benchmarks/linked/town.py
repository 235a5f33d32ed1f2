"""A workspace of linked notes drawn from a seed, and questions about it with the places that answer them.

Relations stand in notes, as bullets and as sentences; logs name the same things in passing, which is no answer. Some
tools have a second name, by which some notes and decisions call them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PEOPLE = "Nadia Hamza Ava Ben Mira Tomas Ines Yuki Omar Lena Petra Rafael".split()
PROJECTS = "Atlas Borealis Comet Dynamo Ember Fjord".split()
SERVICES = "Gateway Billing Search Mailer Ledger Catalog Scheduler Harbour Reports Signup Checkout Archive".split()
TOOLS = {
    "PostgreSQL": "pg", "Redis": "", "Kafka": "", "Elasticsearch": "es", "Kubernetes": "k8s", "Vault": "", "Caddy": "",
    "Prometheus": "prom", "Grafana": "", "RabbitMQ": "rmq",
}  # fmt: skip
PASSING = (
    "Talked about {a} over lunch, nothing new.",
    "{a} came up again in the weekly; {b} was not discussed.",
    "Read a post about {a}. Interesting, but not for us.",
    "The dashboard of {a} looks odd in dark mode.",
    "Somebody asked whether {a} or {b} is older.",
    "Moved the {a} meeting to Thursday.",
    "What depends on the weather does not depend on {a}.",
    "Who works on Fridays? Not the {a} people, said {b}.",
)
CHOICES = (
    "stay on {t} for another year",
    "move the hot paths to {t}",
    "no new clusters of {t}",
    "pin {t} until autumn",
)
DAYS = 60
LIMIT = 10
"""Hits that are looked at."""


@dataclass(frozen=True, slots=True)
class Link:
    """`one` —kind→ `other`, as the line at `place` says."""

    one: str
    kind: str
    other: str
    place: str


@dataclass(frozen=True, slots=True)
class Question:
    """`answers` are all places that answer it; of a connection, `ends` are what a chain of links has to join."""

    kind: str
    text: str
    answers: frozenset[str]
    ends: tuple[str, str] | None = None


@dataclass(slots=True)
class Town:
    """A workspace at `root`, its links, and what can be asked."""

    root: Path
    dice: random.Random
    links: list[Link] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def build(root: Path, seed: int) -> Town:
    town = Town(root, random.Random(seed))
    (root / "memory").mkdir(parents=True)
    (root / "mind").mkdir()
    for name in SERVICES:
        others = town.dice.sample([each for each in SERVICES if each != name], 2)
        _note(town, name, [("depends on", other) for other in (*others, _called(town, town.dice.choice([*TOOLS])))])
    for name in PROJECTS:
        _note(town, name, [("changes", other) for other in town.dice.sample(SERVICES, 2)])
    for name in PEOPLE:
        told = [("works on", town.dice.choice(PROJECTS)), ("reports to", town.dice.choice(PEOPLE))]
        _note(town, name, [(kind, other) for kind, other in told if other != name])
    for name, alias in TOOLS.items():
        names = ["---", f"aliases: [{alias}]", "---", ""] if alias else []
        _write(town, f"{name}.md", [*names, f"# {name}", "", f"{name} is run by us."])
    decisions = _decisions(town)
    _logs(town)
    town.questions += [*_incoming(town), *_outgoing(town), *_workers(town), *_decided(decisions), *_connected(town)]
    return town


def _called(town: Town, tool: str) -> str:
    """A tool by its first name, or half of the time by its second."""
    return TOOLS[tool] if TOOLS[tool] and town.dice.random() < 0.5 else tool


def _tool(name: str) -> str:
    return next((tool for tool, alias in TOOLS.items() if name in (tool, alias)), name)


def _note(town: Town, name: str, told: Sequence[tuple[str, str]]) -> None:
    lines = [f"# {name}", ""]
    for kind, other in told:
        lines.append(f"- {kind} [[{other}]]")
        town.links.append(Link(name, kind, _tool(other), f"{name}.md:{len(lines)}"))
    _write(town, f"{name}.md", [*lines, "", f"Started as an idea of {town.dice.choice(PEOPLE)}."])


def _decisions(town: Town) -> dict[str, set[str]]:
    """Places by tool."""
    lines, places = ["# Decisions", ""], dict[str, set[str]]()
    for number in range(30):
        tool = town.dice.choice([*TOOLS])
        choice = town.dice.choice(CHOICES).format(t=f"[[{_called(town, tool)}]]")
        lines += [f"### 2026-01-{number % 28 + 1:02} — Number {number + 1}", "", f"- **Decision:** {choice}", ""]
        places.setdefault(tool, set()).add(f"mind/DECISIONS.md:{len(lines) - 3}")
    _write(town, "mind/DECISIONS.md", lines)
    return places


def _logs(town: Town) -> None:
    names = [*PEOPLE, *PROJECTS, *SERVICES, *TOOLS]
    for day in range(DAYS):
        date = f"2026-{day // 28 + 2:02}-{day % 28 + 1:02}"
        lines = [f"# {date}", ""]
        for hour in range(9, 17):
            one, other = town.dice.sample(names, 2)
            lines += [f"### {hour:02}:00", "", town.dice.choice(PASSING).format(a=one, b=other), ""]
        _write(town, f"memory/{date}.md", lines)


def _write(town: Town, path: str, lines: Sequence[str]) -> None:
    (town.root / path).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _incoming(town: Town) -> Iterator[Question]:
    for name in (*SERVICES, *TOOLS):
        places = frozenset(link.place for link in town.links if link.kind == "depends on" and link.other == name)
        if places:
            yield Question("incoming", f"what depends on {name}", places)


def _outgoing(town: Town) -> Iterator[Question]:
    for name in SERVICES:
        places = frozenset(link.place for link in town.links if link.kind == "depends on" and link.one == name)
        yield Question("outgoing", f"what does the {name.lower()} depend on", places)


def _workers(town: Town) -> Iterator[Question]:
    for name in PROJECTS:
        places = frozenset(link.place for link in town.links if link.kind == "works on" and link.other == name)
        if places:
            yield Question("who", f"who works on {name.lower()}", places)


def _decided(decisions: dict[str, set[str]]) -> Iterator[Question]:
    for name, places in sorted(decisions.items()):
        yield Question("decided", f"decisions about {name}", frozenset(places))


def _connected(town: Town) -> Iterator[Question]:
    for one in PEOPLE:
        for other in town.dice.sample([*TOOLS], 3):
            if joined(town, (one, other), {link.place for link in town.links}, longest=4):
                yield Question("connected", f"how is {one} connected to {other}", frozenset(), (one, other))


def joined(town: Town, ends: tuple[str, str], places: set[str], longest: int = LIMIT) -> bool:
    """Whether the links at these places make a chain from one end to the other, of so many links at most."""
    reached, front = {ends[0]}, [ends[0]]
    links = [link for link in town.links if link.place in places]
    for _ in range(longest):
        near = {link.other for link in links if link.one in front} | {link.one for link in links if link.other in front}
        front = sorted(near - reached)
        reached |= near
    return ends[1] in reached
