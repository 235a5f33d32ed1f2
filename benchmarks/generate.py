"""A made-up workspace of any size: logs over years, notes that link each other, trackers, and facts to look for.

The same seed gives the same bytes, on every Python. Only `Random.random` and `choices` are used, which never changed.

    python -m benchmarks.generate DIR --files 10000 --entries 120000 --seed 1
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import count, cycle
from pathlib import Path
from random import Random

from benchmarks.trackers import trackers
from benchmarks.words import Vocabulary

LAST_DAY = date(2026, 3, 1)
SLUGS = ("", "-gateway", "-research", "-home", "-support")
AREAS = ("work", "home", "research", "people", "places", "reading", "systems", "health")
LOG_SHARE = 0.4
"""Of the files; a log holds two and a quarter times as many entries as a note, as people's do."""
WORDS = 60
NEEDLES = 240
"""Planted facts, spread evenly over the entries."""


@dataclass(frozen=True, slots=True)
class Needle:
    """A fact that stands in one place: `query` should find `path` at `line`."""

    query: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: numbers of files, entries and bytes, and the planted facts."""

    files: int
    entries: int
    size: int
    needles: tuple[Needle, ...]


class Author:
    """Writes entries, one after the other, and plants a needle now and then."""

    def __init__(self, seed: int, needle_every: int = 0) -> None:
        self.needle_every = needle_every
        self.dice = Random(seed)
        self.vocabulary = Vocabulary(self.dice)
        self.names = [self.vocabulary.coin().title() for _ in range(60)]
        self.notes = [f"{self.vocabulary.coin().title()} {self.vocabulary.coin()}" for _ in range(4_000)]
        self.written = 0

    def below(self, bound: int) -> int:
        return int(self.dice.random() * bound)

    def prose(self, words: int) -> str:
        """Sentences of some twelve words."""
        drawn = self.vocabulary.draw(words)
        for start in range(0, words, 12):
            drawn[start] = drawn[start].title()
            drawn[min(start + 11, words - 1)] += "."
        return " ".join(drawn)

    def entry(self) -> str:
        """One line: prose with, at times, a link, a person, a tag or some code."""
        self.written += 1
        short = self.dice.random() < 0.2
        parts = [self.prose(6 + self.below(12) if short else WORDS - 15 + self.below(30))]
        luck = self.dice.random()
        if luck < 0.25:
            parts.append(f"See [[{self.note()}]].")
        elif luck < 0.4:
            parts.append(f"With @{self.name().lower()} and {self.name()}.")
        elif luck < 0.5:
            parts.append(f"Ran `{self.vocabulary.coin()} --{self.vocabulary.coin()}` again.")
        if self.dice.random() < 0.2:
            parts.append(f"#{self.vocabulary.words[100 + self.below(80)]}")
        return " ".join(parts)

    def needle(self) -> tuple[str, str]:
        """A sentence and a query for it: one coined word, words found together nowhere else, or a paraphrase."""
        first, second, third = self.vocabulary.middling(3)
        coined = f"{self.vocabulary.coin()}{self.vocabulary.coin()}"
        asked = (coined, f"{first} {second} {third}", f"{first} {second} {coined} {self.vocabulary.middling(1)[0]}")
        sentence = f"The {first} {second} of {coined} is {third}, said {self.name()}."
        return sentence, asked[self.below(3)]

    def note(self) -> str:
        return self.notes[self.below(len(self.notes))]

    def name(self) -> str:
        return self.names[self.below(len(self.names))]


class Page:
    """The lines of one file, and the needles in them."""

    def __init__(self, author: Author, path: str) -> None:
        self._author = author
        self.path = path
        self.lines: list[str] = []
        self.needles: list[Needle] = []

    def add(self, *lines: str) -> None:
        self.lines += lines

    def entry(self, opening: str, *, below: bool = False) -> None:
        """An entry behind `opening`, or with `below` on the line after it."""
        text = self._author.entry()
        if self._author.needle_every and self._author.written % self._author.needle_every == 0:
            sentence, query = self._author.needle()
            text = f"{text} {sentence}"
            self.needles.append(Needle(query, self.path, len(self.lines) + 1 + below))
        self.lines += (opening, text) if below else (opening + text,)
        self.lines.append("")

    def write(self, root: Path) -> int:
        file = root / self.path
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.write_bytes("\n".join(self.lines).encode())


def log(author: Author, day: date, slug: str, entries: int) -> Page:
    """A day's log: timed list items for a third of the entries, then timed headings."""
    page = Page(author, f"memory/{day}{slug}.md")
    page.add(f"# {day}", "")
    for number in range(entries):
        clock = f"{8 + number * 12 // entries:02}:{author.below(60):02}"
        if number >= entries // 3:
            page.entry(f"### {clock} — {author.prose(4)[:-1]}", below=True)
        else:
            page.entry(f"- {clock} ")
    return page


def note(author: Author, number: int, entries: int) -> Page:
    """A note in a folder: frontmatter, fields, headings, paragraphs, list items."""
    title = author.notes[number % len(author.notes)]
    folder = f"notes/{AREAS[number % len(AREAS)]}/{chr(97 + number // 8 % 26)}"
    page = Page(author, f"{folder}/{title.lower().replace(' ', '-')}-{number}.md")
    if number % 3 == 0:
        page.add("---", f"tags: [{author.vocabulary.words[120 + number % 60]}]", "---", "")
    page.add(f"# {title}", "")
    for at in range(entries):
        if at % 6 == 2:
            page.add(f"## {author.prose(3)[:-1]}", "")
        if at % 9 == 4:
            page.entry(f"**{author.vocabulary.words[60 + author.below(100)].title()}:** ")
        else:
            page.entry("- " if at % 2 else "")
    return page


def pages(author: Author, files: int, entries: int) -> Iterator[Page]:
    """As many pages as asked for, with as many entries in all, give or take a hundredth."""
    kept = trackers(author)
    for path, lines in kept.items():
        page = Page(author, path)
        page.add(*lines)
        yield page
    logs = int((files - len(kept)) * LOG_SHARE)
    notes = files - len(kept) - logs
    for_a_note = entries / (2.25 * logs + notes)
    days = (LAST_DAY - timedelta(back // len(SLUGS)) for back in count())
    for number, (day, slug) in enumerate(zip(days, cycle(SLUGS), strict=False)):
        if number == logs:
            break
        yield log(author, day, slug, _share(number, 2.25 * for_a_note))
    yield from (note(author, number, _share(number, for_a_note)) for number in range(notes))


def _share(number: int, mean: float) -> int:
    """Whole numbers whose sum over `number` goes on as `mean` does."""
    return int((number + 1) * mean) - int(number * mean)


def generate(root: Path, files: int = 10_000, entries: int = 120_000, seed: int = 1) -> Made:
    """Write the workspace; `root` must be empty or new."""
    author = Author(seed, max(1, entries // NEEDLES))
    needles: list[Needle] = []
    size = written = 0
    for page in pages(author, files, entries):
        size += page.write(root)
        written += 1
        needles += page.needles
    return Made(files=written, entries=author.written, size=size, needles=tuple(needles))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--entries", type=int, default=120_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(json.dumps(asdict(generate(given.root, given.files, given.entries, given.seed)), indent=1))


if __name__ == "__main__":
    main()
