"""A person may say that something is no secret: by a fingerprint in their own settings, and nowhere else."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from neuromem_sync import app, configure, crew, tasks
from neuromem_sync.allowed import Allowed, fingerprint
from neuromem_sync.answer import run_blocking
from neuromem_sync.awaiting import AwaitingDoors
from neuromem_sync.config import Redact, load
from neuromem_sync.disclosures import Disclosures, allow, disclosures, mask
from neuromem_sync.errors import ConfigError, NeuromemError
from neuromem_sync.files import Outcome, stable_read
from neuromem_sync.intake import Intake, Task
from neuromem_sync.model import Route
from neuromem_sync.redact import hidden, redact, secrets_of
from neuromem_sync.tasks import Recorded
from tests.test_redact import entry
from tests.workshop import CLOCK, Workshop

WORD = "hunter" + "22x"
OTHER = "walnut" + "4711"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.setenv("NEUROMEM_CONFIG", str(tmp_path / "config"))
    return Workshop(tmp_path)


def listed(shop: Workshop) -> Disclosures:
    settings = load(shop.root)
    with closing(app.doors(shop.workspace, settings, CLOCK)) as doors:
        return run_blocking(disclosures(doors))


def places(shop: Workshop) -> list[str]:
    return [f"{one.path}:{one.line}" for one in listed(shop).found]


def texts(shop: Workshop) -> str:
    with closing(app.engine(shop.workspace, load(shop.root), CLOCK)) as engine:
        engine.cycle()
    return "\n".join(each.text for each in shop.entries())


def test_a_fingerprint_tells_nothing_and_no_two_are_alike() -> None:
    one, two = fingerprint(WORD), fingerprint(WORD)
    assert one != two
    assert WORD not in one
    assert WORD in Allowed([one])
    assert OTHER not in Allowed([one, two])
    assert WORD not in Allowed()


def test_what_is_allowed_is_read_and_all_else_stays_cut() -> None:
    allowed = Allowed([fingerprint(WORD)])
    before = entry(f"password: {WORD}\npassword: {OTHER}", heading=("Router",), attributes={"password": WORD})
    (kept,), problems = redact([before], Route.NOTE, None, allowed)
    assert kept.text == f"password: {WORD}\npassword: [secret notes/a.md:7]"
    assert kept.attributes == {"password": WORD}
    assert len(problems) == 1
    titled = entry("text", heading=(f"password: {WORD}",))
    assert redact([titled], Route.NOTE, None, allowed) == ((titled,), ())
    assert hidden(f"password: {WORD}", allowed) == f"password: {WORD}"
    assert hidden(f"password: {WORD}") == "password: [secret]"


def test_a_finding_that_is_shown_keeps_its_value_to_itself() -> None:
    (found,) = secrets_of([entry(f"password: {WORD}")], Route.NOTE)
    assert found.value == WORD
    assert WORD not in repr(found)


def test_allowing_a_line_indexes_it_and_taking_that_back_cuts_it_again(shop: Workshop) -> None:
    shop.write("home.md", f"# Home\n\npassword: {WORD}\n\npassword: {OTHER}\n")
    assert WORD not in texts(shop)
    assert places(shop) == ["home.md:3", "home.md:5"]
    assert allow(shop.workspace, "home.md:3") == 1
    assert WORD in texts(shop)
    assert OTHER not in texts(shop)
    assert places(shop) == ["home.md:5"]
    assert allow(shop.workspace, str(shop.root / "home.md") + ":5") == 1
    assert places(shop) == []
    assert len(load().redact.allow) == 2
    configure.set_value("redact.allow", load().redact.allow[0])
    assert len(places(shop)) == 1
    with closing(app.doors(shop.workspace, load(shop.root), CLOCK)):
        assert app.verify(shop.workspace, load(shop.root), CLOCK).equal


def test_the_settings_hold_nothing_of_it(shop: Workshop) -> None:
    shop.write("home.md", f"password: {WORD}\n")
    shop.sync()
    allow(shop.workspace, "home.md:1")
    assert WORD not in (Path(configure.config_path())).read_text()


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("home.md:4", "nothing at home.md:4 looks like a secret"),
        ("gone.md:1", "nothing at gone.md:1 looks like a secret"),
        ("home.md", "'home.md' is no place"),
        ("../other/home.md:1", "../other/home.md is not in the workspace"),
        ("mind/PROFILE.md:3", "left out for the name of its section"),
    ],
)
def test_what_cannot_be_allowed_is_told(shop: Workshop, place: str, says: str) -> None:
    shop.write("home.md", f"password: {WORD}\n")
    shop.write("mind/PROFILE.md", "# Ava\n## Passwords\nwifi: sunflower\n")
    shop.sync()
    with pytest.raises(NeuromemError, match=says):
        allow(shop.workspace, place)
    assert load().redact.allow == ()


def test_a_workspace_may_not_say_so(shop: Workshop) -> None:
    """It may come from a stranger, who knows the secret he wants to be read out."""
    shop.write(".neuromem.toml", f'[redact]\nallow = ["{fingerprint(WORD)}"]\n')
    with pytest.raises(ConfigError, match="redact"):
        load(shop.root)


@pytest.mark.parametrize("comment", ["pragma: allowlist secret", "<!-- pragma: allowlist secret -->", "# nosec"])
def test_nor_may_a_comment(comment: str) -> None:
    (kept,), _ = redact([entry(f"password: {WORD} {comment}")], Route.NOTE)
    assert WORD not in kept.text


def test_a_word_in_the_list_that_is_no_fingerprint_is_not_repeated(shop: Workshop) -> None:
    with pytest.raises(ConfigError) as raised:
        configure.set_value("redact.allow", WORD)
    assert WORD not in str(raised.value)


def test_the_list_is_part_of_what_decides_about_entries() -> None:
    one, two = fingerprint(WORD), fingerprint(OTHER)
    assert Intake("UTC", allowed=[one, two]).rules == Intake("UTC", allowed=[two, one]).rules
    assert len({Intake("UTC").rules, Intake("UTC", allowed=[one]).rules, Intake("UTC", allowed=[two]).rules}) == 3


def test_processes_that_read_together_know_the_list(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"password: {WORD}\n")
    intake = Intake("UTC", allowed=[fingerprint(WORD)])
    (taken,) = crew.together(intake, tmp_path, [Task("a.md", 20, None)], 2)
    assert taken.result.entries[0].text == f"password: {WORD}"


def test_the_environment_may_say_so(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    both, others = [fingerprint(WORD), fingerprint(OTHER)], load()
    monkeypatch.setenv("NEUROMEM_REDACT_ALLOW", ",".join(both))
    assert load() == replace(others, redact=Redact(allow=tuple(both)))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("gh" + "p_" + "a" * 36, "ghp_…(40)"),
        ("sk-" + "ant-" + "b" * 20, "sk-ant-…(27)"),
        (WORD, "…(9)"),
        ("-----BEGIN RSA " + "PRIVATE KEY-----\nabc", "-----BEGIN RSA PRIVATE KEY-----…(35)"),
    ],
)
def test_a_hint_says_no_more_than_everybody_knows(value: str, told: str) -> None:
    assert mask(value) == told


def test_a_hint_reaches_json_and_no_value_does(shop: Workshop) -> None:
    shop.write("home.md", f"password: {WORD}\n")
    shop.sync()
    found = json.dumps([one.hint for one in listed(shop).found], ensure_ascii=False)
    assert found == '["…(9)"]'


def test_what_is_allowed_may_stand_in_a_record(shop: Workshop) -> None:
    name = f"the password is {WORD}"
    shop.write("build.md", f"# Build\n\n{name}\n")
    with pytest.raises(NeuromemError, match="cannot stand in a line of the log"):
        started(shop, name)
    shop.sync()
    allow(shop.workspace, "build.md:3")
    assert started(shop, name).written.problems == ()


def started(shop: Workshop, name: str) -> Recorded:
    with closing(app.doors(shop.workspace, load(shop.root), CLOCK)) as doors:
        return run_blocking(tasks.start(doors, name))


async def test_files_are_read_beside_the_event_loop(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write("notes/build.md", f"- password: {WORD}\n")
    readers = set[int]()

    def noted(root: Path, path: str) -> Outcome:
        readers.add(threading.get_ident())
        return stable_read(root, path)

    monkeypatch.setattr("neuromem_sync.disclosures.stable_read", noted)
    doors = AwaitingDoors(lambda: app.doors(shop.workspace, load(shop.root), CLOCK))
    found = (await disclosures(doors)).found
    await doors.close()
    assert [one.path for one in found] == ["notes/build.md"]
    assert readers
    assert threading.get_ident() not in readers
