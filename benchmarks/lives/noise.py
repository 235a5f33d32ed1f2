"""What fills a life besides facts: routine, chatter, guesses, other people's claims and hostile text.

Every line is one that must not be learned. Where lines stand is told in pages.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.lives.bank import Bank
from benchmarks.lives.dice import Dice
from benchmarks.lives.facts import Planted, plain_matches
from benchmarks.lives.phrases import Slot, drawn
from benchmarks.lives.truth import Noise

SENTENCES = {
    "routine": 46,
    "today": 14,
    "metrics": 8,
    "tickets": 8,
    "chatter": 5,
    "doubt": 6,
    "questions": 4,
    "jokes": 1,
    "withdrawn": 1,
}
BLOCKS = {
    "stranger": 8,
    "hostile": 7,
    "tool": 5,
    "page": 5,
    "quote": 4,
    "template": 4,
    "table": 4,
    "secret": 3,
    "private": 2,
    "region": 1,
}
"""How often each kind comes, in parts of all."""
ONE_OFF = {"chatter": 2, "jokes": 2, "doubt": 3}
"""How often a template of these kinds may be used in one life."""
ABOUT_FACTS = 0.5
"""Share of guesses, claims and hostile lines that name a planted fact's subject with a value it never had."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Block:
    """Markdown that stands by itself. `closing`: it opens a heading, so nothing of ours may follow below it."""

    kind: str
    text: str

    @property
    def closing(self) -> bool:
        return self.kind == "page"


class Source:
    """Draws noise that says nothing of what is true."""

    def __init__(self, bank: Bank, planted: Sequence[Planted], dice: Dice) -> None:
        self._bank = bank
        self._dice = dice
        self._named = [each for each in planted if each.topic.noun and not each.known]
        self._facts = [each.fact() for each in planted]
        self._used: Counter[str] = Counter()
        self.slots = slots(bank, dice)
        self.made: list[Noise] = []

    def sentences(self) -> list[Noise]:
        """One sentence; or two of which the second takes the first back."""
        kind = self._dice.weighted(SENTENCES)
        if kind == "withdrawn":
            return self._withdrawn()
        if not self._unused(kind):
            kind = "routine"
        texts = [self._true_to_none(lambda: self._sentence(kind))]
        return self._noted(kind, texts)

    def block(self) -> Block:
        kind = self._dice.weighted(BLOCKS)
        said: list[Noise] = []
        templates = self._bank.blocks["bullet" if kind == "stranger" else kind]
        text = drawn(self._dice.pick(templates), {**self.slots, **self._quoted(said)}, self._dice)
        rest = [line.strip(" -#>|`~") for line in text.splitlines()]
        said += [Noise(kind, line) for line in rest if line and not any(noise.text in line for noise in said)]
        self.made += said
        return Block(kind, text)

    def _quoted(self, said: list[Noise]) -> dict[str, Slot]:
        def quoted(kind: str, sentence: Callable[[], str]) -> str:
            said.append(Noise(kind, self._true_to_none(sentence)))
            return said[-1].text

        return {
            "stranger": lambda: quoted("stranger", lambda: self._either("stranger", self._bank.noise["stranger"])),
            "hostile": lambda: quoted("hostile", lambda: self._either("hostile", self._bank.noise["hostile"])),
        }

    def _sentence(self, kind: str) -> str:
        if kind == "doubt":
            return self._either("doubt", self._unused("doubt"))
        if kind == "questions":
            return self._either("ask", self._bank.noise["questions"])
        return self._drawn(self._dice.pick(self._unused(kind)))

    def _unused(self, kind: str) -> Sequence[str]:
        """Templates that may still be used."""
        most = ONE_OFF.get(kind)
        return [each for each in self._bank.noise[kind] if most is None or self._used[each] < most]

    def _either(self, frame: str, general: Sequence[str]) -> str:
        """About a planted fact's subject, with a value it never had, or about nothing planted."""
        if self._dice.chance(ABOUT_FACTS):
            return self._about(self._dice.pick(self._bank.frames[frame]), self._dice.pick(self._named))
        return self._drawn(self._dice.pick(general))

    def _about(self, template: str, planted: Planted) -> str:
        return drawn(template, {**self.slots, **planted.slots(planted.other)}, self._dice)

    def _drawn(self, template: str) -> str:
        self._used[template] += 1
        return drawn(template, self.slots, self._dice)

    def _withdrawn(self) -> list[Noise]:
        if self._dice.chance(ABOUT_FACTS):
            planted = self._dice.pick(self._named)
            texts = [self._about(each, planted) for each in self._dice.pick(self._bank.frames["withdrawn"])]
        else:
            fixed = {name: draw() for name, draw in self.slots.items()}
            pair = self._dice.pick(self._bank.noise["withdrawn"])
            texts = [drawn(each, {**self.slots, **fixed}, self._dice) for each in pair]
        return self._noted("withdrawn", texts)

    def _noted(self, kind: str, texts: Sequence[str]) -> list[Noise]:
        noted = [Noise(kind, text) for text in texts]
        self.made += noted
        return noted

    def _true_to_none(self, sentence: Callable[[], str]) -> str:
        """A sentence that is not taken for a planted fact; the first that is drawn, nearly always."""
        while plain_matches(self._facts, text := sentence()):
            pass
        return text


def slots(bank: Bank, dice: Dice) -> dict[str, Callable[[], str]]:
    """What templates may name: people, things and numbers, drawn anew each time."""
    people = [full.split()[0] for full in bank.pools["people"]]
    return {
        "p": lambda: dice.pick(people),
        "file": lambda: dice.pick(bank.pools["files"]),
        "thing": lambda: dice.pick(bank.pools["things"]),
        "tool": lambda: dice.pick(bank.pools["tools"]),
        "n": lambda: str(dice.between(2, 97)),
        "big": lambda: str(dice.between(1000, 9999)),
        "time": lambda: f"{dice.between(8, 21):02}:{dice.below(60):02}",
        "day": lambda: dice.pick(WEEKDAYS),
        "hash": lambda: "".join(dice.pick("0123456789abcdef") for _ in range(7)),
    }
