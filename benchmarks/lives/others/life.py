"""Ninety days of a life in another author's words, as a workspace, and what of it lasts.

The same author and seed give the same bytes. The workspace is bare: what its author put there, no template of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from benchmarks.lives.dice import Dice
from benchmarks.lives.others import words
from benchmarks.lives.others.cast import Cast
from benchmarks.lives.others.logs import Logs
from benchmarks.lives.others.noise import Source
from benchmarks.lives.others.outside import Outside
from benchmarks.lives.others.plan import Plan, Planted, said
from benchmarks.lives.others.sections import Sections
from benchmarks.lives.others.style import Style
from benchmarks.lives.others.words import Author
from benchmarks.lives.settled import settle
from benchmarks.lives.truth import Truth, write


def make(root: Path, name: str, seed: int) -> Truth:
    """Write the life's workspace to `root`, which is empty or new, and what lasts of it beside that as JSON."""
    author, dice = words.load(name), Dice(f"{name} {seed}")
    cast = Cast(author, dice)
    style = Style(seed, cast, dice)
    planted = Plan(cast, style, dice).facts(author.topics)
    source = Source(author, cast, style, planted, dice)
    logs = Logs(cast, style, source, Outside(author, source, style, dice), dice)
    first = date(2025, 3, 3) + timedelta(dice.below(300))
    for number, day in enumerate(Sections(style.mode, source, dice).days(planted)):
        for path, lines in logs.of(day, first + timedelta(number)):
            _write(root, path, lines)
    for path, lines in _kept(author, cast, planted):
        _write(root, path, lines)
    settle(root)
    truth = Truth(tuple(map(said, planted)), tuple(source.made))
    write(truth, root.with_name(f"{root.name}.truth.json"))
    return truth


def _kept(author: Author, cast: Cast, planted: Sequence[Planted]) -> Iterator[tuple[str, list[str]]]:
    """The workspace's own files; known facts stand in two of them."""
    known = [each for each in planted if each.stated]
    owners = [each for each in known if each.topic.kind in author.owned]
    stated = {"USER.md": owners, "MEMORY.md": [each for each in known if each not in owners]}
    for path, template in author.kept.items():
        title = Path(path).stem.capitalize() if "/" in path else path
        lines = [f"# {title}", "", *map(cast.say, template)]
        if path == "AGENTS.md":
            who = zip(cast.agents, cast.roles, strict=True)
            lines[2:2] = ["Three agents share this folder:", "", *(f"- {agent}: {role}" for agent, role in who), ""]
        yield path, [*lines, *(f"- {each.stated}" for each in stated.get(path, ()))]


def _write(root: Path, path: str, lines: Sequence[str]) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8", newline="")
