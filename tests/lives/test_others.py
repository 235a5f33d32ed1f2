"""The lives of other authors hold what they promise: facts are recognised in their own words, noise says none."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.lives import bank
from benchmarks.lives import life as own
from benchmarks.lives.dice import Dice
from benchmarks.lives.facts import CHANGING, DAYS, FACTS, KNOWN, plain_matches
from benchmarks.lives.others.cast import Cast
from benchmarks.lives.others.plan import Plan
from benchmarks.lives.others.style import MODES, Style
from benchmarks.lives.others.words import AUTHORS, Topic, load
from benchmarks.lives.truth import Fact, pattern, plain

EACH = [(name, seed) for name in AUTHORS for seed in range(len(MODES))]


@pytest.mark.parametrize(("name", "seed"), EACH)
def test_what_the_truth_lists_stands_in_the_logs(lives, name, seed):
    root, true = lives(name, seed)
    logs = "\n".join(path.read_text() for path in sorted((root / "memory").iterdir()))
    assert not [said for fact in true.facts for said in fact.said if said not in logs]
    assert not [noise for noise in true.noise if noise.text not in logs]
    assert "{" not in "".join(said for fact in true.facts for said in fact.said)


@pytest.mark.parametrize(("name", "seed"), EACH)
def test_nothing_but_what_the_truth_lists_says_a_fact(lives, name, seed):
    root, true = lives(name, seed)
    rest = "\n".join(path.read_text() for path in sorted((root / "memory").iterdir()))
    listed = [*(said for fact in true.facts for said in fact.said), *(noise.text for noise in true.noise)]
    for text in sorted(listed, key=len, reverse=True):
        rest = rest.replace(text, "")
    for line in filter(None, map(plain, rest.splitlines())):
        assert not [fact.name for fact in true.facts if fact.current(line)], line


@pytest.mark.parametrize("name", AUTHORS)
def test_a_life_is_as_long_and_as_full_as_told(lives, name):
    root, true = lives(name, 1)
    status = Counter((fact.known, bool(fact.old)) for fact in true.facts)
    assert status == {(False, True): CHANGING, (False, False): FACTS - CHANGING, (True, False): KNOWN}
    assert 1_300 < len(true.noise) < 1_800
    assert len({path.name[:10] for path in (root / "memory").iterdir()}) == DAYS


@pytest.mark.parametrize(("name", "seed"), EACH)
def test_what_is_known_stands_in_its_people_s_files_and_what_is_to_learn_does_not(lives, name, seed):
    root, true = lives(name, seed)
    files = [path for path in sorted(root.rglob("*.md")) if path.parent.name != "memory"]
    stated = [plain(line) for path in files for line in path.read_text().splitlines()]
    for fact in true.facts:
        assert fact.known == any(fact.current(line) or fact.outdated(line) for line in stated), fact.name


def test_agents_are_told_apart_in_as_many_ways_as_there_are(lives):
    """By heading, by what stands before lines, by file, by the two or the one of a day's title."""
    headings, prefixes, files, duty, day = (sorted((lives("firm", seed)[0] / "memory").iterdir()) for seed in range(5))
    assert len(files) == 3 * DAYS
    assert all(len(paths) == DAYS for paths in (headings, prefixes, duty, day))
    assert all(" — on duty: " in path.read_text().splitlines()[0] for path in duty)
    agents = {agent for names in load("firm").agents for agent in names}
    assert all(path.read_text().splitlines()[0].split()[-1] in agents for path in day)
    assert not any(named(path, agents, "#") for path in prefixes)
    assert all(named(path, agents, "#") for path in headings)


def named(path: Path, agents: set[str], start: str) -> bool:
    """Whether a log has a line beginning so that names an agent."""
    lines = [line for line in path.read_text().splitlines() if line.startswith(start)]
    return any(agent in line for line in lines for agent in agents)


@pytest.mark.parametrize("name", AUTHORS)
def test_every_wording_of_an_author_is_recognised(name):
    """Also those that no seed of this file draws."""
    author, dice = load(name), Dice(name)
    for variant in ("", *author.variants):
        cast = Cast(author, dice)
        while variant and cast.variant != variant:
            cast = Cast(author, dice)
        for topic in author.topics:
            if topic.variant in ("", cast.variant):
                unrecognised = [said for said in wordings(topic, cast) if not recognised(topic, cast).current(said)]
                assert not unrecognised, topic.name


@pytest.mark.parametrize("name", AUTHORS)
def test_what_once_held_is_recognised_as_such(name):
    dice = Dice(name)
    cast = Cast(load(name), dice)
    planted = Plan(cast, Style(0, cast, dice), dice).facts(load(name).topics)
    facts = [each.fact for each in planted]
    once = [(each.fact, saying.text) for each in planted for saying in each.sayings if not saying.current]
    assert {fact.name for fact, _ in once} == {fact.name for fact in facts if fact.old}
    for fact, text in once:
        assert fact.outdated(plain(text)), text
        assert plain_matches(facts, text) == [fact], text


def wordings(topic: Topic, cast: Cast) -> list[str]:
    slots = {"v": topic.values[-1], "old": topic.values[0]} if topic.values else {}
    return [plain(cast.say(each, slots)) for each in (*topic.said, *topic.moved, *filter(None, [topic.stated]))]


def recognised(topic: Topic, cast: Cast) -> Fact:
    ways = tuple(map(cast.say, topic.values[-1])) if topic.values else ()
    value = topic.patterns.get(ways[0]) or pattern(ways) if ways else cast.recognised(topic.always)
    subject = tuple(map(cast.recognised, topic.recognised))
    return Fact(name=topic.name, kind=topic.kind, known=False, subject=subject, value=value)


def test_files_are_as_old_as_the_last_day_whenever_they_are_made(tmp_path, lives):
    """A life of a bank and one of another author; else an undated file would be judged by the day it was made on."""
    own.make(tmp_path / "workspace", bank.BANKS[0], 0)
    for root in (tmp_path / "workspace", lives("firm", 0)[0]):
        times = {path.stat().st_mtime for path in root.rglob("*") if path.is_file()}
        assert len(times) == 1
        assert str(datetime.fromtimestamp(times.pop(), UTC).date()) == max((root / "memory").glob("20*")).stem[:10]
