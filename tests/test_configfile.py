"""Changing the user's `config.toml`: the change is made, and everything around it is what it was."""

from __future__ import annotations

import tomllib
from operator import attrgetter
from pathlib import Path

import pytest

from neuromem_sync import agents, configfile, configure
from neuromem_sync.config import load
from neuromem_sync.errors import ConfigError

TEXT = """\
# mine
[working]
tokens = 7  # few

# about ava
[agents.ava]  # the first
root = "/x/ava"
# zone = "UTC"

# about bo
[agents."bo"]
root = "/x/bo" # [not a section]
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEUROMEM_CONFIG", str(tmp_path))
    path = tmp_path / "config.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def said(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_a_new_key_stands_with_its_section_not_below_the_next_comment(config: Path) -> None:
    assert configure.set_value("working.ttl_s", "60") == 60
    assert said(config) == TEXT.replace("# few\n", "# few\nttl_s = 60\n")


def test_a_value_is_replaced_in_its_place(config: Path) -> None:
    configure.set_value("working.tokens", "9")
    assert said(config) == TEXT.replace("tokens = 7 ", "tokens = 9 ")


def test_a_new_section_stands_at_the_end(config: Path) -> None:
    configure.set_value("writeback.quiet_s", "3")
    assert said(config) == TEXT + "\n[writeback]\nquiet_s = 3.0\n"


def test_a_file_that_ends_without_a_newline(config: Path) -> None:
    config.write_text("[working]\ntokens = 1", encoding="utf-8")
    configure.set_value("working.ttl_s", "2")
    configure.set_value("recall.limit", "3")
    assert said(config) == "[working]\ntokens = 1\nttl_s = 2\n\n[recall]\nlimit = 3\n"


@pytest.mark.parametrize("text", ["working.tokens = 1\n", "working = {tokens = 1}\n", "[ working ]\ntokens = 1\n"])
def test_a_section_may_be_written_otherwise(text: str, config: Path) -> None:
    config.write_text(text, encoding="utf-8")
    configure.set_value("working.ttl_s", "2")
    assert tomllib.loads(said(config)) == {"working": {"tokens": 1, "ttl_s": 2}}


def test_removing_takes_the_section_and_leaves_the_comments_around_it(config: Path) -> None:
    agents.unregister("ava")
    assert said(config) == TEXT.replace('[agents.ava]  # the first\nroot = "/x/ava"\n', "")
    agents.unregister("bo")
    assert said(config) == '# mine\n[working]\ntokens = 7  # few\n\n# about ava\n# zone = "UTC"\n\n# about bo\n'


def test_renaming_changes_the_name_alone(config: Path) -> None:
    agents.rename("bo", "cy")
    agents.rename("ava", "eve")
    assert said(config) == TEXT.replace('[agents."bo"]', "[agents.cy]").replace("[agents.ava]", "[agents.eve]")


def test_an_agent_that_is_no_section_of_its_own_is_left_to_a_person(config: Path) -> None:
    text = '[agents]\nava = {root = "/x/ava"}\n'
    config.write_text(text, encoding="utf-8")
    for change in (lambda: agents.unregister("ava"), lambda: agents.rename("ava", "eve")):
        with pytest.raises(ConfigError, match="cannot be changed safely"):
            change()
    assert said(config) == text


def test_lines_that_only_look_like_a_section_are_none(config: Path) -> None:
    text = '[agents.ava]\nroot = """\n[agents.bo]\n"""\nzone = "UTC"\n'
    config.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be changed safely"):
        agents.unregister("ava")
    assert said(config) == text


@pytest.mark.parametrize("key", [key for key in sorted(configure.keys()) if key != "redact.allow"])
def test_every_setting_can_be_set_to_its_default(key: str, config: Path) -> None:
    default = configure.setting(key, environment={}).default
    configure.set_value(key, str(default))
    found = configure.setting(key, environment={})
    assert (found.value, found.source) == (default, str(config))


def test_where_a_setting_comes_from(config: Path, tmp_path: Path) -> None:
    root = tmp_path / "w"
    root.mkdir()
    (root / ".neuromem.toml").write_text("[working]\nttl_s = 2\n", encoding="utf-8")
    environment = {"NEUROMEM_RECALL_LIMIT": "4"}
    found = {each.key: each for each in configure.settings(root, environment)}
    assert found["working.tokens"].source == str(config)
    assert found["working.ttl_s"].source == str(root / ".neuromem.toml")
    assert (found["recall.limit"].value, found["recall.limit"].source) == (4, "NEUROMEM_RECALL_LIMIT")
    assert found["sync.scan_s"].source == configure.DEFAULT
    held = load(root, environment)
    assert all(attrgetter(key)(held) == found[key].value for key in found if key != "redact.allow")


@pytest.mark.parametrize(("key", "text"), [("recall.limit", "many"), ("recall.limti", "1"), ("consolidate.at", "noon")])
def test_what_cannot_be_is_not_written(key: str, text: str, config: Path) -> None:
    with pytest.raises(ConfigError):
        configure.set_value(key, text)
    assert said(config) == TEXT


def test_a_change_that_would_say_something_else_is_refused(config: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be changed safely"):
        configfile.change(config, lambda text: text + "\n[recall]\nlimit = 1\n", lambda said: None)
    assert said(config) == TEXT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a.b]\nx = 1\ny = 2\n", "[a.b]\ny = 2\n"),
        ("# mine\n[a.b]\nx = 1  # why\n\n# of c\n[c]\nx = 1\n", "# mine\n\n# of c\n[c]\nx = 1\n"),
        ("[a.b]\n# kept\nx = 1\n", "[a.b]\n# kept\n"),
        ("[a.b]\nx = [\n  1,\n  2,\n]\ny = 'x = 1'\n", "[a.b]\ny = 'x = 1'\n"),
        ('[a.b]\ny = """\nx = 1\n"""\nx = 1\n', '[a.b]\ny = """\nx = 1\n"""\n'),
        ("[a]\nb.x = 1\nb.y = 2\n", "[a]\nb.y = 2\n"),
        ("a = {b = {x = 1, y = 2}}\n", "a = {b = { y = 2}}\n"),
        ("[a.b]\ny = 1\n", "[a.b]\ny = 1\n"),
        ("", ""),
    ],
)
def test_a_value_taken_out_leaves_what_is_around_it(text: str, expected: str) -> None:
    changed = configfile.without_value(text, "a.b", "x")
    assert changed == expected
    assert "x" not in tomllib.loads(changed).get("a", {}).get("b", {})
