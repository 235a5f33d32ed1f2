"""Ninety days of three agents' logs as a workspace, and what of it lasts.

The same bank and seed give the same bytes. Reads nothing but the bank and the templates of the package.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from benchmarks.lives import bank as banks
from benchmarks.lives.dice import Dice
from benchmarks.lives.facts import DAYS, Planted, Saying, Speaker, plant
from benchmarks.lives.noise import Source
from benchmarks.lives.pages import Aside, Line, Page, Piece, decision, error, field, table
from benchmarks.lives.phrases import capital, drawn
from benchmarks.lives.settled import settle
from benchmarks.lives.truth import Truth, write
from neuromem_sync import scaffold

LAYOUTS = ("files", "headings", "speakers")
"""Three agents' logs: as DATE-agent.md, as headings of one DATE.md, as the name before each line of it."""
SENTENCES_A_DAY = (9, 20)
BLOCKS_A_DAY = 1.3
MARKED, MARKED_ONCE = 0.15, 0.6
"""Shares of sayings that carry a mark: of all, and of those said only once."""
FIELD, TABLE = 0.3, 0.06
"""Shares of sayings that could be an attribute or a row of a table, and are."""
RECORD, TRACKED = 0.75, 0.5
"""Shares of topics with a title that are records, of projects that PROJECTS.md knows."""

LOOPS = (
    "## Parked",
    "",
    "| ID | Loop | Opened | Last Touch | Status | Next Action | Priority |",
    "|---|---|---|---|---|---|---|",
)

Spot = tuple[int, int]
"""A day and one of its agents."""


class Life:
    """One life; `make` writes it."""

    def __init__(self, name: str, seed: int) -> None:
        self.bank = banks.load(name)
        self.dice = Dice(f"{name} {seed}")
        self.layout = LAYOUTS[seed % len(LAYOUTS)]
        self.first = date(2025, 3, 3) + timedelta(self.dice.below(300))
        self.agents = self.dice.shuffled(self.bank.pools["agents"])[:3]
        self.planted = plant(self.bank, self.dice)
        self.noise = Source(self.bank, self.planted, self.dice)
        self.speaker = Speaker(self.bank, self.dice, self.noise.slots)
        self.pieces: dict[Spot, list[Piece]] = defaultdict(list)
        self.kept: dict[str, list[str]] = defaultdict(list)  # path -> lines to add

    def make(self, root: Path) -> Truth:
        """Write the workspace; `root` must be empty or new."""
        for planted in self.planted:
            self.speaker.say(planted)
            self._place(planted)
        self._outdate(next(planted for planted in self.planted if len(planted.values) > 1))
        self._fill()
        scaffold.lay_out(root, scaffold.missing(root, self.first), self.first, "Europe/Berlin")
        self._write_logs(root)
        self._write_kept(root)
        settle(root)
        return Truth(tuple(planted.fact() for planted in self.planted), tuple(self.noise.made))

    def _place(self, planted: Planted) -> None:
        """Put a fact's sayings into logs and records."""
        sayings = list(planted.sayings)
        if planted.known:
            self._state(planted)
        elif planted.topic.title and self.dice.chance(RECORD):
            sayings = self._record(planted)
        elif planted.topic.field and planted.topic.x and self.dice.chance(TRACKED):
            self._track(planted)
        once = len(sayings) == 1 and len(planted.values) == 1
        for saying in sayings:
            marked = self.dice.chance(MARKED_ONCE if once else MARKED)
            self._spot(saying.day).append(self._said(planted, saying, marked=marked))

    def _said(self, planted: Planted, saying: Saying, *, marked: bool) -> Piece:
        if planted.topic.field and not saying.moved and self.dice.chance(FIELD):
            hashes = "####" if self.layout == "headings" else "###"
            return Aside(field(planted.topic, planted.x[0], saying.value[0], self.dice, hashes))
        if planted.topic.noun and not saying.moved and self.dice.chance(TABLE):
            subject = drawn(planted.topic.noun, planted.slots(saying.value), self.dice)
            return Aside(table(subject, saying.value[0]))
        return Line(saying.text, marked)

    def _spot(self, day: int) -> list[Piece]:
        return self.pieces[day, self.dice.below(len(self.agents))]

    def _state(self, planted: Planted) -> None:
        """A known fact stands in a file of its own people, in words of its own."""
        value = planted.values[-1]
        template = self.dice.pick(planted.topic.said)
        text = self.speaker.sentence(template, planted, value)
        owned = planted.topic.kind in ("preference", "person")
        self.kept["mind/PROFILE.md" if owned else "mind/MEMORY.md"].append(f"- {text}")

    def _outdate(self, planted: Planted) -> None:
        """MEMORY.md states what held before."""
        text = self.speaker.sentence(planted.topic.said[0], planted, planted.values[0])
        self.kept["mind/MEMORY.md"].append(f"- {text}")

    def _track(self, planted: Planted) -> None:
        """The newest value, as a field of a project."""
        _, key = planted.topic.field
        lines = [f"### {planted.x[0]}", "", f"- **{key}:** {planted.values[-1][0]}", ""]
        if planted.topic.kind != "infrastructure":
            self.kept["mind/PROJECTS.md"] += lines

    def _record(self, planted: Planted) -> list[Saying]:
        """One record for each value, in place of the sentence of its first day; what is left to say."""
        left = list(planted.sayings)
        for value in planted.values:
            first = next(saying for saying in left if saying.value == value)
            left.remove(first)
            day = self.first + timedelta(first.day)
            path, lines = self._recorded(planted, first)
            self.kept[path] += [f"### {day} — {planted.topic.title}", "", lines, ""]
        return left

    def _recorded(self, planted: Planted, saying: Saying) -> tuple[str, str]:
        topic = planted.topic
        if topic.what:
            what = capital(drawn(topic.what, self.noise.slots, self.dice))
            return "mind/ERRORS.md", error(what, saying.text, self.dice.pick(("How to Avoid", "Lesson", "Prevention")))
        why = drawn(topic.why or self.dice.pick(self.bank.noise["why"]), self.noise.slots, self.dice)
        return "mind/DECISIONS.md", decision(saying.text, why)

    def _fill(self) -> None:
        """Noise around what is planted, up to a full day."""
        for day in range(DAYS):
            for _ in range(self.dice.between(*SENTENCES_A_DAY)):
                spot = self._spot(day)
                for noise in self.noise.sentences():
                    spot.insert(self.dice.below(len(spot) + 1), Line(noise.text))
                    spot = self._spot(min(day + 1, DAYS - 1)) if noise.kind == "withdrawn" else spot
            while self.dice.chance(BLOCKS_A_DAY / (1 + BLOCKS_A_DAY)):
                block, spot = self.noise.block(), self._spot(day)
                spot.insert(self.dice.below(len(spot) + 1), Aside(block.text, block.closing))

    def _write_logs(self, root: Path) -> None:
        for day in range(DAYS):
            when = self.first + timedelta(day)
            if self.layout == "files":
                for number, agent in enumerate(self.agents):
                    slug = f"-{agent}" if number else ""
                    self._write(root, f"memory/{when}{slug}.md", [f"# {when}", "", *self._lines(day, number)])
                continue
            self._write(root, f"memory/{when}.md", [f"# {when}", "", *self._together(day)])

    def _together(self, day: int) -> list[str]:
        """All agents in one document; what opens a heading of strangers stands where the next line is no agent's."""
        lines: list[str] = []
        if self.layout == "headings":
            for number, agent in enumerate(self.agents):
                if self.pieces[day, number]:
                    lines += [f"## {agent.title()}", "", *self._lines(day, number)]
            return lines
        pieces = [self.pieces[day, number] for number in range(len(self.agents))]
        last = [piece for each in pieces for piece in each if isinstance(piece, Aside) and piece.closing]
        for number, each in enumerate(pieces):
            self.pieces[day, number] = [piece for piece in each if piece not in last]
            lines += self._lines(day, number)
        return [*lines, *(line for piece in last for line in (piece.text, ""))]

    def _lines(self, day: int, agent: int) -> list[str]:
        speaker = self.agents[agent].title() if self.layout == "speakers" else ""
        level = 4 if self.layout == "headings" else 3
        page = Page(self.dice, self.bank.pools["titles"], level=level, speaker=speaker)
        return list(page.lines(self.pieces[day, agent]))

    def _write_kept(self, root: Path) -> None:
        self._write_inbox()
        below = {"mind/PROFILE.md": "## Style\n", "mind/MEMORY.md": "## Facts\n", "mind/PROJECTS.md": "## Active\n"}
        for path, lines in sorted(self.kept.items()):
            text = (root / path).read_text(encoding="utf-8")
            added = "\n".join(lines) + "\n"
            mark = below.get(path, "")
            text = text.replace(mark, f"{mark}\n{added}", 1) if mark else f"{text.rstrip()}\n\n{added}"
            self._write(root, path, text.splitlines())

    def _write_inbox(self) -> None:
        """Loose lines and open loops, none of which lasts."""
        texts = [noise.text for _ in range(6) for noise in self.noise.sentences()]
        self.kept["mind/INBOX.md"] += [f"- {text}" for text in texts]
        row = "| L{n} | <check|finish|tidy> {thing} | " + f"{self.first} | {self.first}" + " | open | ask {p} | P2 |"
        self.kept["mind/LOOPS.md"] += [*LOOPS, *(drawn(row, self.noise.slots, self.dice) for _ in range(4))]

    def _write(self, root: Path, path: str, lines: Sequence[str]) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8", newline="")


def make(root: Path, name: str, seed: int) -> Truth:
    """Write the life's workspace to `root` and what lasts of it to `root` with `.truth.json`."""
    truth = Life(name, seed).make(root)
    write(truth, root.with_name(f"{root.name}.truth.json"))
    return truth
